"""A dict that remembers which of its keys were set or deleted since somebody last asked."""

from __future__ import annotations

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Noted(dict[K, V]):
    """A dict whose single items are set and deleted by ``[]`` only."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self._touched: dict[K, None] = {}

    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        self._touched[key] = None

    def __delitem__(self, key: K) -> None:
        super().__delitem__(key)
        self._touched[key] = None

    def touched(self) -> tuple[K, ...]:
        """The keys since the last call, in the order in which they were first touched."""
        told, self._touched = tuple(self._touched), {}
        return told
