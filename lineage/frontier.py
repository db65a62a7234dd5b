"""Which flows leave (or enter) a set of nodes, and how far does one get that way?  Whole levels at once, on arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.integer[Any]]
Longs = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int32]


def rows_of(first: Ints, nodes: Ints) -> Positions:
    """The positions of all rows of some nodes, where those of node n are ``first[n]:first[n + 1]``; in that order."""
    return spans(first[nodes], first[nodes + 1])[0]


def spans(first: Ints, last: Ints) -> tuple[Positions, Positions]:
    """All positions in the spans from `first` to `last` one after the other, and for each the number of its span."""
    counts = last - first
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    which = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    at = np.arange(total, dtype=np.int32)
    at += (first - (ends - counts)).astype(np.int32)[which]
    return at, which


def grouped(ends: Ints, nodes: int) -> tuple[Longs, Positions]:
    """(first, order): the positions of `ends` ordered by node, those of node n at ``order[first[n]:first[n + 1]]``."""
    packed = ends.astype(np.int64) << 32
    packed |= np.arange(len(ends))
    packed.sort()
    packed &= 0xFFFFFFFF
    return starts(ends, nodes), packed.astype(np.int32)


def starts(ends: Ints, nodes: int) -> Longs:
    """Where the rows of each node start once they are ordered by node, and at last how many there are."""
    return np.concatenate(([0], np.cumsum(np.bincount(ends, minlength=nodes)))).astype(np.int64)


def blocks(count: int) -> Iterator[slice]:
    """So many rows a block at a time: what is worked out of many millions needs no further column of them all."""
    return (slice(start, start + _BLOCK) for start in range(0, count, _BLOCK))


def told_apart(numbers: Ints, most: int) -> tuple[Longs, Positions]:
    """(every, which): the distinct ones among numbers below `most`, in order, and for each number which of them it is.

    Where few numbers are possible nothing is sorted: of some million rows that takes a tenth of the time and memory.
    """
    if most > max(len(numbers), _FEW):
        every, which = np.unique(numbers, return_inverse=True)
        return every.astype(np.int64), which.reshape(-1).astype(np.int32)
    found = np.zeros(most, dtype=bool)
    found[numbers] = True
    return np.flatnonzero(found), (np.cumsum(found, dtype=np.int32) - 1)[numbers]


_FEW = _BLOCK = 1 << 20
