"""Which labels arrive where, worked out the slow and obvious way: sets of states, until nothing is new.

Written from docs/semantics.md alone; it shares no code with the engine but the model and the vocabulary.
"""

from __future__ import annotations

from lineage.model import FieldId, Flow
from lineage.vocabulary import is_identifying, is_sensitive

ORDER = ["raw", "hashed", "pseudonymised", "aggregated"]
State = tuple[FieldId, str, str, str]  # field, category, subject, form


def at_most(form: str, limit: str) -> str:
    return max(form, limit, key=ORDER.index)


def arrives(flow: Flow, category: str, form: str, keyed: bool) -> str | None:
    """The form in which a label passes one flow; None where it stays behind."""
    if flow.type == "INDIRECT":
        tells = flow.subtype not in ("JOIN", "GROUP_BY", "SORT", "WINDOW") and is_sensitive(category)
        return form if tells else None
    if flow.function in ("decrypt", "detokenize"):
        return form if form == "aggregated" else "raw"
    if flow.masking:
        form = at_most(form, "pseudonymised" if flow.function in ("hmac", "encrypt", "tokenize") else "hashed")
    listed = flow.function in ("count", "sum", "avg") or (flow.function is None and flow.masking)
    if flow.subtype == "AGGREGATION" and listed and not keyed:
        return "aggregated"
    return form


def held_by(states: set[State], end: FieldId) -> set[tuple[str, str, str]]:
    """What a field holds; of a whole dataset, what any of its fields holds."""
    return {(c, s, f) for n, c, s, f in states if n == end or (end.is_dataset and n.dataset == end)}


def closure(
    flows: list[Flow], fields: set[FieldId], origins: set[State], keyed: frozenset[int] = frozenset()
) -> set[State]:
    """All states, once every flow has carried all it can; group keys are looked at again until none is new."""
    states, before = set(origins), -1
    while len(states) != before:
        before = len(states)
        for i, flow in enumerate(flows):
            for category, subject, form in held_by(states, flow.source):
                got = arrives(flow, category, form, i in keyed)
                if got:
                    inside = {n for n in fields if n.dataset == flow.target} if flow.target.is_dataset else set()
                    states |= {(n, category, subject, got) for n in {flow.target, *inside}}
    found = {
        i
        for i, flow in enumerate(flows)
        if flow.subtype == "AGGREGATION" and any(_keys(key, flow, states) for key in flows)
    }
    return states if found <= keyed else closure(flows, fields, origins, keyed | frozenset(found))


def _keys(key: Flow, flow: Flow, states: set[State]) -> bool:
    same = key.target in (flow.target, flow.target.dataset)
    telling = any(is_identifying(c) and f != "aggregated" for c, _, f in held_by(states, key.source))
    return key.subtype == "GROUP_BY" and same and telling
