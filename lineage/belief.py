"""Which of several statements about the same thing is believed?

Plain attributes are resolved by trust (attested > observed > inferred), then by the source's own time, then
by the statement itself; lists are joined.  What disagreed is kept as a `Conflict` and shown.
"""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from lineage.model import Classification, Evidence, FieldId, Method

S = TypeVar("S")
_TRUST = {Method.INFERRED: 0, Method.OBSERVED: 1, Method.ATTESTED: 2}
_KEYS = ("key", "dataset", "field")
_IN_OWN_WORDS = ("type", "position")
"""Attributes that every source tells in its own way (TEXT or string, all columns or some): no conflict."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Statements that disagree on one plain attribute: the first of `values` was believed."""

    subject: str
    attribute: str
    values: tuple[str, ...]
    places: tuple[str, ...]


def evidence_order(evidence: Evidence) -> tuple[int, str, int, str]:
    return (-_TRUST[evidence.method], evidence.source, evidence.line or 0, repr(evidence))


def rank(evidence: tuple[Evidence, ...]) -> tuple[int, float]:
    return max((_TRUST[e.method], e.time.timestamp() if e.time else -math.inf) for e in evidence)


def resolve(key: str, said: Mapping[S, tuple[Evidence, ...]], conflicts: list[Conflict]) -> Iterator[tuple[Any, S]]:
    """What the statements say of each subject, which `key` names; they are in the order of their repr."""
    groups: dict[Any, list[S]] = defaultdict(list)
    for statement in said:
        groups[getattr(statement, key)].append(statement)
    for subject, group in sorted(groups.items()):
        group.sort(key=lambda s: rank(said[s]), reverse=True)
        yield subject, group[0] if len(group) == 1 else _merge(subject, group, said, conflicts)


def _merge(subject: Any, group: list[S], said: Mapping[Any, tuple[Evidence, ...]], conflicts: list[Conflict]) -> S:
    merged: dict[str, Any] = {}
    for attribute in dataclasses.fields(group[0]):  # type: ignore[arg-type]
        values = [(getattr(s, attribute.name), s) for s in group]
        told = [(v, s) for v, s in values if v not in (None, "", ()) and v is not attribute.default]
        if not told or attribute.name in _KEYS:
            merged[attribute.name] = values[0][0]
        elif isinstance(told[0][0], tuple):
            merged[attribute.name] = tuple(dict.fromkeys(x for v, _ in told for x in v))
        else:
            merged[attribute.name] = told[0][0]
            if len({v for v, _ in told}) > 1 and attribute.name not in _IN_OWN_WORDS:
                name = subject if isinstance(subject, str) else "/".join(filter(None, subject_parts(subject)))
                places = tuple(said[s][0].place for _, s in told)
                conflicts.append(Conflict(name, attribute.name, tuple(str(v) for v, _ in told), places))
    return type(group[0])(**merged)


def subject_parts(node: FieldId) -> tuple[str, str, str]:
    return (node.namespace, node.name, node.field)


def effective_classifications(
    statements: list[Classification], said: Mapping[Any, tuple[Evidence, ...]]
) -> dict[FieldId, tuple[Classification, ...]]:
    """Classifications that count: a hand-made "not personal" silences inferred ones of that field only,
    a correction what it names; all others are joined."""
    by_field: dict[FieldId, list[Classification]] = defaultdict(list)
    for statement in statements:
        by_field[statement.field].append(statement)
    effective = {}
    for node, group in by_field.items():
        replaced = {c.replaces for c in group if c.replaces}
        denied = any(c.not_personal and rank(said[c])[0] == _TRUST[Method.ATTESTED] for c in group)
        kept = []
        for c in group:
            inferred_only = rank(said[c])[0] == _TRUST[Method.INFERRED]
            if c.data_category and c.data_category in replaced and not c.replaces:
                continue
            if denied and inferred_only and c.data_category:
                continue
            kept.append(c)
        effective[node] = tuple(kept)
    return dict(sorted(effective.items()))
