"""On which page does each item stand?  One page a group, unless that would grow too long for a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from inventory.disclosure.content import Disclosure, Group, Item

LARGEST = 100_000
"""Bytes in one page with its style (R15: a page opens quickly on a poor line)."""
TAKEN = ("index", "recipients")
"""Pages that are always there; no group may be called so."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of items: `stem` is its file's name without its ending."""

    stem: str
    group: Group
    items: tuple[Item, ...]


def sheets(disclosure: Disclosure, size: Callable[[Sheet], int]) -> tuple[Sheet, ...]:
    """The pages of items, in order; `size` is how many bytes the largest rendering of one takes."""
    return tuple(sheet for group in disclosure.groups for sheet in _sheets_of(group, size))


def _sheets_of(group: Group, size: Callable[[Sheet], int]) -> Iterator[Sheet]:
    whole = Sheet(_free(group.id), group, group.items)
    if len(group.items) == 1 or size(whole) <= LARGEST:
        yield whole
    else:
        yield from (Sheet(_free(item.id), group, (item,)) for item in group.items)


def _free(stem: str) -> str:
    return f"{stem}-data" if stem in TAKEN else stem


def home_of(all_sheets: Sequence[Sheet]) -> dict[str, str]:
    """Item id -> the address of its card, as linked to from any page of the same language."""
    return {item.id: f"{sheet.stem}.html#{item.id}" for sheet in all_sheets for item in sheet.items}
