"""What goes into a value: columns, and what was done to each on the way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lineage.carry import AGGREGATES, PSEUDONYMS, UNDOING

_STRENGTH = {"IDENTITY": 0, "TRANSFORMATION": 1, "AGGREGATION": 2}


class Step(NamedTuple):
    """One thing done to a value; types and subtypes are OpenLineage's."""

    type: str = "DIRECT"
    subtype: str = "IDENTITY"
    function: str | None = None
    masking: bool = False


class Part(NamedTuple):
    """A column that goes into a value: directly, or (with an indirect subtype) by deciding about it.

    A column of None is the whole dataset.
    """

    table: str
    column: str | None
    type: str = "DIRECT"
    subtype: str = "IDENTITY"
    function: str | None = None
    masking: bool = False


Parts = tuple[Part, ...]

AS_IS = Step()
CHANGED = Step(subtype="TRANSFORMATION")


def through(part: Part, step: Step) -> Part:
    """The part after a further step; what is indirect once stays so, and keeps its own kind."""
    if step is AS_IS or part.type == "INDIRECT":
        return part
    if step.type == "INDIRECT":
        return Part(part.table, part.column, "INDIRECT", step.subtype)
    subtype = max(part.subtype, step.subtype, key=_STRENGTH.__getitem__)
    return Part(part.table, part.column, "DIRECT", subtype, *_told(part, step))


def all_through(parts: Iterable[Part], step: Step) -> Parts:
    if step is AS_IS:
        return tuple(parts)
    return distinct(through(part, step) for part in parts)


def distinct(parts: Iterable[Part]) -> Parts:
    return tuple(dict.fromkeys(parts))


def deciding(parts: Iterable[Part], subtype: str) -> Parts:
    """The same columns as ones that only decide."""
    return all_through(parts, Step("INDIRECT", subtype))


def recoded(parts: Iterable[Part]) -> Parts:
    """A value made of nothing but decisions is a recoding of what decides: it tells it, if in other words."""
    return distinct(Part(p.table, p.column, "DIRECT", "TRANSFORMATION") for p in parts)


def is_direct(part: Part) -> bool:
    return part.type == "DIRECT"


def _told(part: Part, step: Step) -> tuple[str | None, bool]:
    """Of two functions, the one that says more of what is left of the value; (its name, is it hidden)."""
    hidden = part.masking or step.masking
    if step.function in UNDOING:
        return step.function, False
    if step.subtype == "AGGREGATION" and step.function in AGGREGATES:
        return step.function, hidden
    if part.subtype == "AGGREGATION" and part.function in AGGREGATES:
        return part.function, hidden
    if step.masking:
        return part.function if part.masking and part.function in PSEUDONYMS else step.function, True
    if part.masking or part.function in UNDOING:
        return part.function, part.masking
    return part.function or step.function, False
