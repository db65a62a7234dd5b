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
from lineage.frontier import starts
from lineage.packed import Ints
from lineage.propagate import Inward, Reach
from lineage.vocabulary import is_sensitive

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
_FORMS = len(FORMS)
Ahead = tuple[tuple[int, ...], ...]
"""[sensitive][form before] -> the form after, or -1 where nothing passes."""
Behind = tuple[tuple[tuple[int, ...], ...], ...]
"""[sensitive][form after] -> the forms before it."""


def _through(code: Code) -> Ahead:
    arriving = [[carries(code, form, sensitive=sensitive) for form in FORMS] for sensitive in (False, True)]
    return tuple(tuple(-1 if form is None else FORMS.index(form) for form in row) for row in arriving)


_AHEAD: dict[int, Ahead] = {code: _through(code) for code in Code}
_BEHIND: dict[int, Behind] = {
    code: tuple(tuple(tuple(b for b in range(_FORMS) if row[b] == a) for a in range(_FORMS)) for row in ahead)
    for code, ahead in _AHEAD.items()
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
    _ahead: dict[int, list[tuple[int, Ahead]]] = field(default_factory=dict)
    _behind: dict[int, list[tuple[int, Behind]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        roads, every = self.reach.roads, self.reach.alphabet.every
        self._inward: Inward = roads.inward
        self._history = _History.of(self.reach.levels, roads.nodes)
        self._sensitive = [is_sensitive(label.data_category) for label in every]

    def levels(self, node: int) -> Mapping[int, int]:
        """The labels a node holds, by their codes, and the level at which each came."""
        known = self._levels.get(node)
        if known is None:
            known = self._levels[node] = self._history.at(node)
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

    def _roads_out(self, node: int) -> list[tuple[int, Ahead]]:
        """Where the flows that let something out of a node lead."""
        known = self._ahead.get(node)
        if known is None:
            out = self.reach.roads.moving
            here = slice(*out.first[node : node + 2].tolist())
            flows = range(here.start, here.stop) if out.edge is None else out.edge[here].tolist()
            roads = self._open(flows, out.target[here], out.code[here])
            roads += [(edge.target, edge.code) for edge in map(self.edge, self._out.get(node, ()))]
            known = self._ahead[node] = [(there, _AHEAD[code]) for there, code in roads if code]
        return known

    def _roads_in(self, node: int) -> list[tuple[int, Behind]]:
        """Where the flows come from that let something into a node."""
        known = self._behind.get(node)
        if known is None:
            into = self._inward
            here = slice(*into.first[node : node + 2].tolist())
            roads = self._open(into.edge[here].tolist(), into.source[here], into.code[here])
            roads += [(edge.source, edge.code) for edge in map(self.edge, self._in.get(node, ()))]
            known = self._behind[node] = [(there, _BEHIND[code]) for there, code in roads if code]
        return known

    def _always(self, flow: int) -> bool:
        """Did the graph have a flow before all edits, and did that let something through?"""
        code = self.reach.roads.code
        return flow < len(code) and bool(code[flow])

    def _open(self, flows: Sequence[int], ends: Ints, codes: npt.NDArray[np.int8]) -> list[tuple[int, int]]:
        """The other end of each of some flows that the graph always had, and what it lets through now."""
        now = self._codes
        return [
            (there, now.get(flow, code)) for flow, there, code in zip(flows, ends.tolist(), codes.tolist(), strict=True)
        ]

    def edit(
        self, changed: Mapping[int, Edge], gone: Iterable[State], new: Iterable[State], budget: int = BUDGET
    ) -> set[int]:
        """Let flows become what `changed` says (code NOTHING: they are gone), and labels start or start no longer.

        Gives the nodes that hold other labels now.  Raises TooMuch beyond the budget; the pass is of no more use then.
        """
        doubtful = [(self.levels(node)[label], (node, label)) for node, label in gone if (node, label) in self.origins]
        self.origins -= set(gone)
        for flow, edge in changed.items():
            if flow in self._added or self._always(flow):
                doubtful += self._brought(self.edge(flow))
            else:
                self._added[flow] = edge
                self._out[edge.source].append(flow)
                self._in[edge.target].append(flow)
            self._codes[flow] = edge.code
            self._ahead.pop(edge.source, None)
            self._behind.pop(edge.target, None)
        lost = self._unsupported([d for d in doubtful if self.levels(d[1][0]).get(d[1][1]) == d[0]], budget)
        for node, label in lost:
            del self._levels[node][label]
        self.origins |= set(new)
        nearest = [(0, state) for state in new]
        nearest += [(least + 1, state) for state in lost if (least := self._least(state)) is not None]
        nearest += [brought for edge in changed.values() for brought in self._brought(edge)]
        return {node for node, _ in lost ^ self._settled(nearest, budget)}

    def arriving(self, flow: int) -> list[int]:
        """The labels that arrive through a flow now, by their codes, in order."""
        edge = self.edge(flow)
        return sorted({state[1] for _, state in self._brought(edge)})

    def _brought(self, edge: Edge) -> list[tuple[int, State]]:
        """What an edge brings to its target, and at which level."""
        through = _AHEAD[edge.code]
        arriving = ((at, self._after(label, through)) for label, at in self.levels(edge.source).items())
        return [(at + 1, (edge.target, after)) for at, after in arriving if after >= 0]

    def _after(self, label: int, through: Ahead) -> int:
        """The label that one becomes, -1 where it does not pass."""
        form = label % _FORMS
        after = through[self._sensitive[label]][form]
        return after if after < 0 else label - form + after

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
            if (level == 0 and state in self.origins) or self._is_held_up(state, level, lost):
                continue
            lost.add(state)
            for target, through in self._roads_out(state[0]):
                after = self._after(state[1], through)
                if after >= 0 and self.levels(target).get(after) == level + 1:
                    heappush(heap, (level + 1, (target, after)))
        return lost

    def _is_held_up(self, state: State, level: int, lost: set[State]) -> bool:
        return any(at == level - 1 and before not in lost for before, at in self._before(state))

    def _least(self, state: State) -> int | None:
        """The lowest level from which something brings a state."""
        return min((at for _, at in self._before(state)), default=None)

    def _before(self, state: State) -> Iterator[tuple[State, int]]:
        """The states from which one comes over one flow, and their levels."""
        node, label = state
        form, base = label % _FORMS, label - label % _FORMS
        sensitive = self._sensitive[label]
        for source, behind in self._roads_in(node):
            for before in behind[sensitive][form]:
                at = self.levels(source).get(base + before)
                if at is not None:
                    yield (source, base + before), at

    def _settled(self, nearest: list[tuple[int, State]], budget: int) -> set[State]:
        """Spread what comes sooner than it did, the nearest first; gives the states that were not held."""
        gained: set[State] = set()
        heap = sorted(nearest)
        while heap:
            level, (node, label) = heappop(heap)
            held = self.levels(node)
            known = held.get(label)
            if known is not None and known <= level:
                continue
            self._levels[node][label] = level
            if known is None:
                gained.add((node, label))
            budget -= 1
            if budget < 0:
                raise TooMuch
            for target, through in self._roads_out(node):
                after = self._after(label, through)
                if after >= 0 and self.levels(target).get(after, level + 2) > level + 1:
                    heappush(heap, (level + 1, (target, after)))
        return gained


@dataclass(frozen=True)
class _History:
    """When labels came, by node: those of node n are the entries ``first[n]:first[n + 1]``, each some bits of a word
    that came at one level."""

    first: npt.NDArray[np.int64]
    word: Ints
    level: Ints
    bits: npt.NDArray[np.uint64]

    @classmethod
    def of(cls, levels: Sequence[Sequence[Sequence[tuple[Ints, npt.NDArray[np.uint64]]]]], nodes: int) -> _History:
        """From [word][level] -> the stages, of which the first is what arrived."""
        came = [(stages[0], word, level) for word, of_word in enumerate(levels) for level, stages in enumerate(of_word)]
        node = np.concatenate([np.zeros(0, dtype=np.int32), *(at for (at, _), _, _ in came)])
        bits = np.concatenate([np.zeros(0, dtype=np.uint64), *(bits for (_, bits), _, _ in came)])
        counts = [len(at) for (at, _), _, _ in came]
        word, level = (
            np.repeat(np.array(each, dtype=np.int32), counts)
            for each in ([w for _, w, _ in came], [v for *_, v in came])
        )
        order = np.argsort(node, kind="stable")
        return cls(starts(node, nodes), word[order], level[order], bits[order])

    def at(self, node: int) -> dict[int, int]:
        """The codes of the labels that came to a node, and the level of each."""
        found: dict[int, int] = {}
        start, end = self.first[node : node + 2].tolist()
        if start == end:
            return found
        parts = (part[start:end].tolist() for part in (self.word, self.level, self.bits))
        for word, level, rest in zip(*parts, strict=True):
            while rest:
                low = rest & -rest
                found[64 * word + low.bit_length() - 1] = level
                rest ^= low
        return found
