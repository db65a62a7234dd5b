"""Which labels elsewhere lead on to some labels here?  The steps of lineage/propagate.py, taken backward."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lineage.carry import FORMS, Code, carries
from lineage.propagate import Positions, Reach, Roads, Words, taken_in

_ONES = np.uint64(int("1" * 16, 16))


def leading_to(reach: Reach, nodes: Positions, bits: Sequence[Words]) -> list[Words]:
    """The states of a pass that lead on to some of its states, those included: for each word an entry a node.

    `bits` holds one array a word, of an entry for each of the `nodes`.
    """
    words = zip(reach.held, bits, reach.alphabet.sensitive, strict=True)
    return [leading(reach.roads, held, nodes, some, sensitive) for held, some, sensitive in words]


def leading(roads: Roads, held: Words, nodes: Positions, bits: Words, sensitive: np.uint64) -> Words:
    """The same for one word, of all that is `held`."""
    found, room = np.zeros(roads.nodes, dtype=np.uint64), np.zeros(roads.nodes, dtype=np.uint64)
    nodes, bits = taken_in(found, room, nodes.astype(np.int32), bits)
    while len(nodes):
        steps = [_back(roads, held, nodes, bits, sensitive, within=within) for within in (False, True)]
        nodes, bits = taken_in(found, room, *map(np.concatenate, zip(*steps, strict=True)))
    return found


def _back(
    roads: Roads, held: Words, nodes: Positions, bits: Words, sensitive: np.uint64, *, within: bool
) -> tuple[Positions, Words]:
    """What is held of that from which bits at some nodes may have come by one edge."""
    which, source, code, _ = roads.into(nodes, within=within)
    return source, before(code, bits[which], sensitive) & held.take(source)


def before(code: npt.NDArray[np.int8], bits: Words, sensitive: np.uint64) -> Words:
    """What may have been at the source of edges of `code` for some of `bits` to arrive: `transform` the other way."""
    out = np.zeros(len(bits), dtype=np.uint64)
    for kind in np.flatnonzero(np.bincount(code)).tolist():
        here = code == kind
        arrived = bits[here]
        told = np.zeros(len(arrived), dtype=np.uint64)
        for i, form in enumerate(FORMS):
            there = carries(Code(kind), form, sensitive=True)
            if there is not None:
                told |= (arrived >> np.uint64(FORMS.index(there)) & _ONES) << np.uint64(i)
        out[here] = told & sensitive if Code(kind) is Code.SENSITIVE else told
    return out
