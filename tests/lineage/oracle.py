"""Which labels arrive where, worked out the slow and obvious way: sets of states, until nothing is new.

Written from docs/semantics.md alone; it shares no code with the engine but the model and the vocabulary.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

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


def is_coarse(flow: Flow) -> bool:
    """A flow of a whole dataset; an indirect one may point at a whole dataset and still be fine."""
    return flow.source.is_dataset or (flow.target.is_dataset and flow.type != "INDIRECT")


def held_by(states: Iterable[State], end: FieldId) -> set[tuple[str, str, str]]:
    """What a field holds; of a whole dataset, what any of its fields holds."""
    return {(c, s, f) for n, c, s, f in states if n == end or (end.is_dataset and n.dataset == end)}


def within(states: Iterable[State], fields: Iterable[FieldId]) -> Iterator[State]:
    """What is said of a whole dataset holds for each of its fields."""
    for node, *label in states:
        yield (node, *label)
        yield from ((field, *label) for field in fields if node.is_dataset and field.dataset == node)


def sent(flow: Flow, states: Iterable[State], keyed: Collection[Flow]) -> set[tuple[str, str, str]]:
    """The labels that arrive through one flow."""
    passed = ((c, s, arrives(flow, c, f, flow in keyed)) for c, s, f in held_by(states, flow.source))
    return {(c, s, f) for c, s, f in passed if f}


def spread(
    flows: Collection[Flow], fields: Collection[FieldId], starts: Iterable[State], keyed: Collection[Flow]
) -> dict[State, int]:
    """Every state that comes of the first ones, and over how many flows at least."""
    reached = dict.fromkeys(within(starts, fields), 0)
    steps, new = 0, set(reached)
    while new:
        steps += 1
        arrived = ((flow.target, *label) for flow in flows for label in sent(flow, reached, keyed))
        new = set(within(arrived, fields)) - set(reached)
        reached |= dict.fromkeys(new, steps)
    return reached


def keyed_flows(flows: Collection[Flow], fields: Collection[FieldId], starts: Collection[State]) -> set[Flow]:
    """The aggregates that are about one person, for a key of their target tells who; looked at until none is new."""
    keyed: set[Flow] = set()
    while True:
        states = spread(flows, fields, starts, keyed)
        found = {flow for flow in flows if any(_keys(key, flow, states) for key in flows)}
        if found <= keyed:
            return keyed
        keyed |= found


def _keys(key: Flow, flow: Flow, states: Iterable[State]) -> bool:
    same = key.target in (flow.target, flow.target.dataset) or key.target.dataset == flow.target
    telling = any(is_identifying(c) and f != "aggregated" for c, _, f in held_by(states, key.source))
    return flow.subtype == "AGGREGATION" and key.subtype == "GROUP_BY" and same and telling
