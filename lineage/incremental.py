"""What do a few new, gone and changed flows and origins do to the labels, without a pass over the whole graph?

A pass (lineage/propagate.py) knows at which level each label came to each node.  Levels are its support: a label whose
way was cut stays as it is where another flow brings it from one level below.  What has no such flow is looked at again
and comes at a later level, or not at all; what is new, or comes sooner, spreads from there.  So a change costs what it
touches (G. Ramalingam and T. Reps, An incremental algorithm for a generalization of the shortest-path problem, 1996).

The passes of a graph with all its group keys, and its shares, are kept up to date by lineage/live.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lineage.carry import FORMS, Code, carries
from lineage.packed import Ints
from lineage.propagate import Reach
from lineage.ways import Inward

BUDGET = 100_000
"""States that an edit may touch; beyond, a full run is quicker."""


class TooMuch(Exception):
    """An edit touches more than its budget, or a graph asks for more than is done step by step: run in full."""


class Edge(NamedTuple):
    """A flow that was added: its two nodes and what it lets through."""

    source: int
    target: int
    code: Code


State = tuple[int, int]
"""A node, and the code of a label that is held there."""
_AFTER = {
    (code, sensitive): tuple(carries(code, form, sensitive=sensitive) for form in FORMS)
    for code in Code
    for sensitive in (False, True)
}


@dataclass
class Pass:
    """One pass and all edits to it since; flows keep the positions they had, added ones are numbered on from there."""

    reach: Reach
    origins: set[State]
    _levels: dict[int, dict[int, int]] = field(default_factory=dict)
    _codes: dict[int, Code] = field(default_factory=dict)
    _added: dict[int, Edge] = field(default_factory=dict)
    _out: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    _in: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        roads = self.reach.roads
        self._inward = Inward.of(roads.nodes, roads.moving)
        self._history = [_by_node(levels, roads.nodes) for levels in self.reach.levels]
        self._sensitive = [bool(yes) for yes in self._sensitive_labels()]

    def _sensitive_labels(self) -> Iterator[int]:
        for word, mask in enumerate(self.reach.alphabet.sensitive):
            count = min(64, len(self.reach.alphabet.every) - 64 * word)
            yield from (int(mask) >> bit & 1 for bit in range(count))

    def levels(self, node: int) -> Mapping[int, int]:
        """The labels a node holds, by their codes, and the level at which each came."""
        known = self._levels.get(node)
        if known is None:
            known = self._levels[node] = {}
            for word, (first, level, bits) in enumerate(self._history):
                for i in range(int(first[node]), int(first[node + 1])):
                    rest, at = int(bits[i]), int(level[i])
                    while rest:
                        low = rest & -rest
                        known[64 * word + low.bit_length() - 1] = at
                        rest ^= low
        return known

    def code(self, flow: int) -> Code:
        """What a flow lets through now."""
        known = self._codes.get(flow)
        return Code(int(self.reach.roads.code[flow])) if known is None else known

    def edge(self, flow: int) -> Edge:
        added = self._added.get(flow)
        roads = self.reach.roads
        ends = added[:2] if added else (int(roads.source[flow]), int(roads.target[flow]))
        return Edge(*ends, self.code(flow))

    def out_of(self, node: int) -> Iterator[int]:
        """The flows that set out from a node."""
        moving = self.reach.roads.moving
        for at in range(int(moving.first[node]), int(moving.first[node + 1])):
            yield at if moving.edge is None else int(moving.edge[at])
        yield from self._out.get(node, ())

    def into(self, node: int) -> Iterator[int]:
        """The flows that arrive at a node."""
        first, last = int(self._inward.first[node]), int(self._inward.first[node + 1])
        yield from self._inward.edge[first:last].tolist()
        yield from self._in.get(node, ())

    def edit(
        self, changed: Mapping[int, Edge], gone: Iterable[State], new: Iterable[State], budget: int = BUDGET
    ) -> set[int]:
        """Let flows become what `changed` says (code NOTHING: they are gone), and labels start or start no longer.

        Gives the nodes that hold other labels now, or hold them at another level.  Raises TooMuch beyond the budget;
        the pass is of no more use then.
        """
        doubtful = [(self.levels(node)[label], (node, label)) for node, label in gone if (node, label) in self.origins]
        self.origins -= set(gone)
        for flow, edge in changed.items():
            if flow in self._added or flow < len(self.reach.roads.source):
                before = self.edge(flow)
                doubtful += self._brought(before)
            else:
                self._added[flow] = edge
                self._out[edge.source].append(flow)
                self._in[edge.target].append(flow)
            self._codes[flow] = edge.code
        lost = self._unsupported([d for d in doubtful if self.levels(d[1][0]).get(d[1][1]) == d[0]], budget)
        for node, label in lost:
            del self._levels[node][label]
        self.origins |= set(new)
        nearest = [(0, state) for state in new]
        nearest += [(least + 1, state) for state in lost for least in sorted(self._sources(state, set()))[:1]]
        nearest += [brought for edge in changed.values() for brought in self._brought(edge)]
        return {node for node, _ in lost} | self._settled(nearest, budget)

    def arriving(self, flow: int) -> list[int]:
        """The labels that arrive through a flow now, by their codes, in order."""
        edge = self.edge(flow)
        return sorted({state[1] for _, state in self._brought(edge)})

    def _brought(self, edge: Edge) -> list[tuple[int, State]]:
        """What an edge brings to its target, and at which level."""
        arriving = ((at, self._after(label, edge.code)) for label, at in self.levels(edge.source).items())
        return [(at + 1, (edge.target, after)) for at, after in arriving if after is not None]

    def _after(self, label: int, code: Code) -> int | None:
        form = _AFTER[code, self._sensitive[label]][label % len(FORMS)]
        return None if form is None else label - label % len(FORMS) + FORMS.index(form)

    def _unsupported(self, doubtful: list[tuple[int, State]], budget: int) -> set[State]:
        """The states that no origin and no flow from a level below holds up, in order of their levels."""
        lost: set[State] = set()
        seen: set[State] = set()
        heap = sorted(set(doubtful))
        while heap:
            level, state = heappop(heap)
            if state in seen:
                continue
            seen.add(state)
            if len(seen) > budget:
                raise TooMuch
            if (level == 0 and state in self.origins) or level - 1 in self._sources(state, lost):
                continue
            lost.add(state)
            for flow in self.out_of(state[0]):
                edge = self.edge(flow)
                after = self._after(state[1], edge.code)
                if after is not None and self.levels(edge.target).get(after) == level + 1:
                    heappush(heap, (level + 1, (edge.target, after)))
        return lost

    def _sources(self, state: State, lost: set[State]) -> Iterator[int]:
        """The levels of the states before one, those that are lost left out."""
        node, label = state
        base = label - label % len(FORMS)
        for flow in self.into(node):
            edge = self.edge(flow)
            if edge.code is Code.NOTHING:
                continue
            held = self.levels(edge.source)
            for before in range(base, base + len(FORMS)):
                if before in held and (edge.source, before) not in lost and self._after(before, edge.code) == label:
                    yield held[before]

    def _settled(self, nearest: list[tuple[int, State]], budget: int) -> set[int]:
        """Spread what comes sooner than it did, the nearest first."""
        touched: set[int] = set()
        heap = sorted(nearest)
        while heap:
            level, (node, label) = heappop(heap)
            held = self.levels(node)
            if held.get(label, level + 1) <= level:
                continue
            self._levels[node][label] = level
            touched.add(node)
            budget -= 1
            if budget < 0:
                raise TooMuch
            for flow in self.out_of(node):
                edge = self.edge(flow)
                after = self._after(label, edge.code)
                if after is not None and self.levels(edge.target).get(after, level + 2) > level + 1:
                    heappush(heap, (level + 1, (edge.target, after)))
        return touched


def _by_node(
    levels: Sequence[Sequence[tuple[Ints, npt.NDArray[np.uint64]]]], nodes: int
) -> tuple[npt.NDArray[np.int64], Ints, npt.NDArray[np.uint64]]:
    """The history of a word by node: where the entries of each node begin, the level of each entry, and its bits."""
    arrived = [(stages[0][0], stages[0][1], level) for level, stages in enumerate(levels)]
    node = np.concatenate([np.zeros(0, dtype=np.int32), *(n for n, _, _ in arrived)])
    bits = np.concatenate([np.zeros(0, dtype=np.uint64), *(b for _, b, _ in arrived)])
    level = np.concatenate([np.zeros(0, dtype=np.int32), *(np.full(len(n), at, np.int32) for n, _, at in arrived)])
    order = np.argsort(node, kind="stable")
    first = np.concatenate(([0], np.cumsum(np.bincount(node, minlength=nodes)))).astype(np.int64)
    return first, level[order], bits[order]
