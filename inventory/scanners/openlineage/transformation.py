"""How a column goes into another, as the events say it, in all versions of the columnLineage facet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from inventory.scanners.openlineage.shape import Shape
from inventory.sql.functions import MASKING
from lineage.carry import AGGREGATES, PSEUDONYMS, UNDOING

_SUBTYPES = {
    "DIRECT": ("IDENTITY", "TRANSFORMATION", "AGGREGATION"),
    "INDIRECT": ("JOIN", "FILTER", "GROUP_BY", "SORT", "WINDOW", "CONDITIONAL"),
}
_KNOWN = MASKING | PSEUDONYMS | AGGREGATES
_LITERAL = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")
_CALL = re.compile(r"(\w+)\s*\(")
_OUTERMOST = re.compile(r"\s*(?:\w+\.)*(\w+)\s*\(")
MAX_DESCRIPTION = 10_000


class Way(NamedTuple):
    """What a flow says beside its ends: the attributes of `lineage.model.Flow` of the same names."""

    type: str = "DIRECT"
    subtype: str | None = None
    function: str | None = None
    masking: bool = False


INDIRECT = Way("INDIRECT")


def ways(told: Any, otherwise: Way, shape: Shape) -> tuple[Way, ...]:
    """The ways of one input: each item of `transformations` is one, parallel to the others.

    Without any it is `otherwise`.  What is no transformation counts as a plain copy: it must not hide one.
    """
    given = [
        _way(item, shape) if isinstance(item, dict) else _broken(shape) for item in shape.items(told, "transformations")
    ]
    return tuple(dict.fromkeys(given)) or (otherwise,)


def older_way(told: Mapping[str, Any], shape: Shape) -> Way:
    """The way that `transformationType` (IDENTITY or MASKED) and `transformationDescription` of a field say.

    They stood on the target column until columnLineage 1-1-0 put `transformations` on each input.
    """
    kind = shape.text(told.get("transformationType"), "transformationType").strip().upper()
    function = function_in(shape.text(told.get("transformationDescription"), "transformationDescription"))
    if kind == "MASKED":
        return Way("DIRECT", "TRANSFORMATION", function, True)
    return Way("DIRECT", "IDENTITY" if kind == "IDENTITY" else None, function if function in UNDOING else None)


def _broken(shape: Shape) -> Way:
    shape.problems.append("transformations holds what is no object")
    return Way()


def _way(told: Mapping[str, Any], shape: Shape) -> Way:
    kind = shape.text(told.get("type"), "transformation.type").strip().upper()
    kind = kind if kind in _SUBTYPES else "DIRECT"
    subtype: str | None = shape.text(told.get("subtype"), "transformation.subtype").strip().upper()
    subtype = subtype if subtype in _SUBTYPES[kind] else None
    masking = told.get("masking")
    if masking is not None and not isinstance(masking, bool):
        shape.problems.append("transformation.masking is neither true nor false")
    if kind == "INDIRECT":
        return Way(kind, subtype, None, masking is True)
    function = function_in(shape.text(told.get("description"), "transformation.description"))
    return Way(kind, subtype, function, function in MASKING if masking is None else masking is True)


def function_in(description: str) -> str | None:
    """The function of a closed list that a description names; the description itself may hold values.

    One that hides or sums up is believed only where it is the outermost call; one that undoes hiding
    (decrypt) wherever it stands.
    """
    text = _LITERAL.sub("''", description[:MAX_DESCRIPTION])
    undoing: list[str] = sorted({name.lower() for name in _CALL.findall(text)} & UNDOING)
    if undoing:
        return undoing[0]
    outermost = _OUTERMOST.match(text)
    name: str = outermost[1].lower() if outermost else ""
    return name if outermost and name in _KNOWN and _closes_last(text[outermost.end() :].rstrip()) else None


def _closes_last(rest: str) -> bool:
    """Is the bracket that was open before `rest` closed by its last character, not before?"""
    depth = 1
    for i, character in enumerate(rest):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return i == len(rest) - 1
    return False
