"""Which labels elsewhere lead on to some labels here?  The steps of lineage/propagate.py, taken backward."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lineage.carry import FORMS, Code, carries
from lineage.ordering import Number, each_once
from lineage.packed import Ints
from lineage.propagate import Positions, Reach, Roads, Words, taken_in

_ONES = np.uint64(int("1" * 16, 16))


class Leading(NamedTuple):
    """What of one word leads on to some states: each node once and in order with its bits, and by which edges."""

    nodes: Ints
    bits: Words
    flows: Ints
    """The edges of roads by which something moves, in order."""
    within: npt.NDArray[np.int64]
    """Edges within datasets: their source times the number of nodes, and their target; in order."""


def leading(roads: Roads, held: Words, nodes: Positions, bits: Words, sensitive: np.uint64) -> Leading:
    """The states of one word, of those `held`, that lead on to some of them (`bits` at `nodes`), those included."""
    found, room = np.zeros(roads.nodes, dtype=np.uint64), np.zeros(roads.nodes, dtype=np.uint64)
    nodes, bits = taken_in(found, room, nodes.astype(np.int32), bits)
    passed, flows, within = [], [], []
    while len(nodes):
        passed.append(nodes)
        steps = []
        for inside in (False, True) if len(roads.within[0]) else (False,):
            which, source, code, flow = roads.into(nodes, within=inside)
            came = before(code, bits[which], sensitive) & held.take(source)
            some = np.flatnonzero(came != 0)
            steps.append((source[some], came[some]))
            if inside:
                within.append(source[some].astype(np.int64) * roads.nodes + nodes[which[some]])
            else:
                flows.append(flow[some])
        nodes, bits = taken_in(found, room, *map(np.concatenate, zip(*steps, strict=True)))
    every = _every(np.int32, passed)
    return Leading(every, found.take(every), _every(np.int32, flows), _every(np.int64, within))


def _every(kind: type[Number], parts: Iterable[Positions]) -> npt.NDArray[Number]:
    """All numbers of some arrays, each once and in order."""
    return each_once(np.concatenate([np.zeros(0, dtype=kind), *parts], dtype=kind))


@dataclass(frozen=True)
class Cone:
    """The part of the roads of a pass that leads on to some of its states, numbered anew.

    Node n of `roads` is `node[n]` of all roads, edge i is `flow[i]`.  `states` are those that lead on, those asked for
    included: for each word an entry a node.  Whatever comes to one of them comes by these roads, so that passes over
    them say of those states what passes over all roads would.
    """

    roads: Roads
    node: Ints
    flow: Ints
    states: list[Words]

    @classmethod
    def to(cls, reach: Reach, nodes: Positions, bits: Sequence[Words]) -> Cone:
        """What leads on to some states of a pass: for each word `bits` has an entry for each of the `nodes`."""
        words = zip(reach.held, bits, reach.alphabet.sensitive, strict=True)
        found = [leading(reach.roads, held, nodes, some, sensitive) for held, some, sensitive in words]
        node, flow = _every(np.int32, (some.nodes for some in found)), _every(np.int32, (some.flows for some in found))
        within = _every(np.int64, (some.within for some in found))
        states = [np.zeros(len(node), dtype=np.uint64) for _ in found]
        for state, some in zip(states, found, strict=True):
            state[np.searchsorted(node, some.nodes)] = some.bits
        roads = reach.roads
        ends = (roads.source[flow], roads.target[flow], *np.divmod(within, roads.nodes))
        source, target, *inside = (np.searchsorted(node, end.astype(np.int32)).astype(np.int32) for end in ends)
        return cls(Roads(len(node), source, target, roads.code[flow], (inside[0], inside[1])), node, flow, states)

    def place(self, nodes: Positions) -> Ints:
        """The numbers here of some nodes of all roads, -1 for those that are not here."""
        if not len(self.node):
            return np.full(len(nodes), -1)
        at = np.minimum(np.searchsorted(self.node, nodes.astype(np.int32)), len(self.node) - 1)
        return np.where(self.node[at] == nodes, at, -1)


def before(code: npt.NDArray[np.int8], bits: Words, sensitive: np.uint64) -> Words:
    """What may have been at the source of edges of `code` for some of `bits` to arrive: `transform` the other way."""
    out = np.zeros(len(bits), dtype=np.uint64)
    for kind in np.flatnonzero(np.bincount(code)).tolist():
        here = code == kind
        arrived = bits[here]
        told = np.zeros(len(arrived), dtype=np.uint64)
        for form, there in _FORMS[kind]:
            told |= (arrived >> there & _ONES) << form
        out[here] = told & sensitive if kind == Code.SENSITIVE else told
    return out


def _became(code: Code) -> list[tuple[np.uint64, np.uint64]]:
    """Which form each form becomes through a code: their bits, where it becomes one."""
    after = ((i, carries(code, form, sensitive=True)) for i, form in enumerate(FORMS))
    return [(np.uint64(i), np.uint64(FORMS.index(form))) for i, form in after if form is not None]


_FORMS = [_became(code) for code in Code]
