"""Which flows leave (or enter) a set of nodes, and how far does one get that way?  Whole levels at once, on arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.integer[Any]]
Marks = npt.NDArray[np.bool_]


def rows_of(first: Ints, nodes: Ints) -> npt.NDArray[np.int64]:
    """The positions of all rows of some nodes, where those of node n are ``first[n]:first[n + 1]``; in that order."""
    begin = first[nodes].astype(np.int64)
    counts = first[nodes + 1].astype(np.int64) - begin
    before = np.concatenate(([0], np.cumsum(counts)))
    return np.repeat(begin - before[:-1], counts) + np.arange(before[-1])


def grouped(ends: Ints, nodes: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(first, order): the positions of `ends` ordered by node, those of node n at ``order[first[n]:first[n + 1]]``."""
    order = np.argsort(ends, kind="stable")
    return np.concatenate(([0], np.cumsum(np.bincount(ends, minlength=nodes)))).astype(np.int64), order
