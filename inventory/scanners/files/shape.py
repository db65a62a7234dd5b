"""What a file shows of itself: the fields of a table in it, and what of it could not be read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_FIELDS = 2000
"""Fields of one dataset that are kept; a file with more is not made of columns."""
_LONGEST_NAME = 200
_LIKE_A_VALUE = re.compile(
    r"[@＠]|^[^\w]*(?:\d[^\w]*){7,}|\d{7}|^[0-9a-f]{8}-[0-9a-f]{4}-|^(?=.*\d)[0-9a-f]{16,}$", re.IGNORECASE
)
_WIDER = {frozenset(("integer", "number")): "number", frozenset(("date", "timestamp")): "timestamp"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A field: its name or path, its type in coarse words (None: no value was there), the line that names it.

    `values` are there only where a sample was asked for, and only until the field is classified.
    """

    name: str
    type: str | None = None
    line: int | None = None
    values: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Shape:
    """A table that a file holds; `part` names it where a file holds several (a sheet of a workbook)."""

    fields: tuple[Seen, ...]
    part: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """Something in a file that could not be read, and why; the reason quotes nothing of it."""

    reason: str
    line: int | None = None
    whole: bool = False
    """Is it the file as a whole?"""


Found = Shape | Unread


def like_a_value(name: str) -> bool:
    """Does what stands where a name should stand look like somebody's data: an address, a long number, a key?"""
    return len(name) > _LONGEST_NAME or bool(_LIKE_A_VALUE.search(name))


def storable(name: str) -> str:
    """`name` with halves of characters, which UTF-8 cannot hold, written out."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def wider(one: str | None, other: str | None) -> str | None:
    """The type that holds the values of both: text holds all, and what was never seen adds nothing."""
    if one is None or other is None or one == other:
        return one or other
    return _WIDER.get(frozenset((one, other)), "text")


def widest(types: Iterable[str | None]) -> str | None:
    """The type that holds the values of all."""
    found: str | None = None
    for kind in types:
        found = wider(found, kind)
    return found
