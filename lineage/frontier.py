"""Which flows leave (or enter) a set of nodes, and how far does one get that way?  Whole levels at once, on arrays."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.integer[Any]]
Longs = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int32]
_FEW = 1 << 20
_NEAR = 1 << 18
"""So many rows the processor keeps at hand."""
_HANDFUL = 8
"""So many nodes are sooner compared with all ends one by one."""


def rows_of(first: Ints, nodes: Ints) -> Positions:
    """The positions of all rows of some nodes, where those of node n are ``first[n]:first[n + 1]``; in that order."""
    return spans(first[nodes], first[nodes + 1])[0]


def spans(first: Ints, last: Ints) -> tuple[Positions, Positions]:
    """All positions in the spans from `first` to `last` one after the other, and for each the number of its span."""
    counts = last - first
    span = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    ahead = (last - np.cumsum(counts)).astype(np.int32)  # of where they would be if no span left anything out
    at = ahead.take(span)
    at += np.arange(len(span), dtype=np.int32)
    return at, span


def ends_of(ordered: Ints, nodes: Ints) -> tuple[Longs, Longs]:
    """Where the rows of each of some nodes begin and end, of rows in the order of their nodes: for a few, without
    counting them all."""
    wanted = nodes.astype(ordered.dtype)  # NumPy would copy all rows to look numbers of 64 bits up among some of 32
    return np.searchsorted(ordered, wanted), np.searchsorted(ordered, wanted, "right")


def among(ends: Ints, nodes: Ints, count: int) -> Positions:
    """Where, in order, are those `ends` that are one of some nodes?  All, each below `count`, are looked through."""
    wanted, found = nodes.astype(ends.dtype), [np.zeros(0, dtype=np.int32)]
    if not len(wanted):
        return found[0]
    here = np.zeros(count, dtype=bool)
    here[wanted] = True
    for block in blocks(len(ends), _NEAR):
        part = ends[block]
        hits = here.take(part) if len(wanted) > _HANDFUL else reduce(or_, (part == node for node in wanted))
        found.append((np.flatnonzero(hits) + block.start).astype(np.int32))
    return np.concatenate(found)


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


def blocks(count: int, size: int = _FEW) -> Iterator[slice]:
    """So many rows a block at a time: what is worked out of many millions needs no further column of them all."""
    return (slice(start, start + size) for start in range(0, count, size))


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
