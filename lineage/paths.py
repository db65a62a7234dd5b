"""Where does a field come from and go, how far, and by which ways does this reach that?

Ways lead over flows, whatever these carry, or only over those that carry a category (`Ways.carrying`).  A dataset that
is an end of a flow stands for its fields: what flows into it flows into each, and out of each what flows out of it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lineage.arrivals import arriving
from lineage.carry import Code, carries
from lineage.frontier import Marks, rows_of
from lineage.graph import Arriving, LineageGraph
from lineage.labels import Labels
from lineage.ordering import each_once
from lineage.packed import Ints
from lineage.propagate import Label
from lineage.vocabulary import covers, is_sensitive

_QUIET = ("JOIN", "GROUP_BY", "SORT", "WINDOW")
_EFFORT = 200_000
"""So many beginnings of ways are looked at in search of further ones."""
_FEW = 50_000
"""Where a start leads to more nodes, to look at the flows out of those alone is no shorter."""
Positions = npt.NDArray[np.int64]


class Leg(NamedTuple):
    """One flow on a way: positions of the two ends, and of the flow (-1 within a dataset)."""

    source: int
    target: int
    flow: int


@dataclass
class Branch:
    """A node of a journey: where, by which flow it was come to, and where it goes on from there.

    `again` marks a place that is opened elsewhere in the same journey, `cut` one beyond what was asked for.
    """

    node: int
    flow: int
    onward: list[Branch]
    again: bool = False
    cut: bool = False


class Journey(NamedTuple):
    """Everything upstream or downstream of a place as a tree; `unopened` places within the depth are not in it."""

    tree: Branch
    unopened: int


class _Begun(NamedTuple):
    """The beginning of a way: how long all of it is at least, its places, its flows, and what it has carried so far."""

    at_least: int
    places: tuple[int, ...]
    flows: tuple[int, ...]
    held: tuple[Label, ...]


@dataclass(frozen=True)
class Ways:
    """The flows of a graph that are `shown`, as neighbours, either way.

    `labels` are what ways must carry, each of a category of `carried`; without, ways are of flows alone.
    """

    graph: LineageGraph
    shown: Marks
    labels: Labels | None = None
    carried: str = ""

    @classmethod
    def of(cls, graph: LineageGraph, indirect: bool = False) -> Ways:
        """The flows as they are; `indirect` ones among them only where they decide what is there."""
        loud = np.array(
            [indirect or not (k.type == "INDIRECT" and k.subtype in _QUIET) for k in graph.kinds], dtype=bool
        )
        return cls(graph, np.broadcast_to(np.True_, graph.flows) if loud.all() else loud[graph.flow_kind])

    @classmethod
    def carrying(cls, labels: Labels, category: str) -> Ways:
        """Only what carries a category or one below it."""
        shown = np.zeros(labels.graph.flows, dtype=bool)
        for words, mask in zip(arriving(labels), labels.alphabet.within(category), strict=True):
            shown |= (words & mask) != 0
        return cls(labels.graph, shown, labels, category)

    def neighbours(self, node: int, *, up: bool = False) -> Iterator[Leg]:
        """The flows into (`up`) or out of a node, ordered by the place at their other end."""
        return self._legs(node, self._arriving([node])) if up else self._legs(node)

    def _legs(self, node: int, arriving: Mapping[int, Sequence[int]] | None = None) -> Iterator[Leg]:
        """The legs out of a node; those into it where it is told what arrives there."""
        graph, up = self.graph, arriving is not None
        whole = self._containers.get(node)
        for place in (node,) if whole is None else (node, whole):
            for flow in graph.out_of(np.array([place])).tolist() if arriving is None else arriving.get(place, ()):
                if self.shown[flow]:
                    yield (
                        Leg(int(graph.flow_source[flow]), node, flow)
                        if up
                        else Leg(node, int(graph.flow_target[flow]), flow)
                    )
        for field in self._members.get(node, ()):
            yield Leg(field, node, -1) if up else Leg(node, field, -1)

    def _arriving(self, nodes: Iterable[int]) -> Mapping[int, Sequence[int]]:
        """Each of some nodes, or the dataset it is in -> the flows that arrive there."""
        flows = self.graph.into(each_once(self._with_wholes(np.fromiter(nodes, dtype=np.int64))))
        found: dict[int, list[int]] = {}
        for flow, target in zip(flows.tolist(), self.graph.flow_target[flows].tolist(), strict=True):
            found.setdefault(target, []).append(flow)
        return found

    @cached_property
    def _members(self) -> dict[int, Sequence[int]]:
        """Each dataset that is itself a node -> its fields."""
        nodes = self.graph.nodes
        wholes = {i: nodes.fields_in(int(nodes.dataset[i])) for i in np.flatnonzero(nodes.whole).tolist()}
        return {whole: fields for whole, fields in wholes.items() if fields}

    @cached_property
    def _containers(self) -> dict[int, int]:
        """Each field of those datasets -> its dataset."""
        return {int(field): whole for whole, fields in self._members.items() for field in fields}

    # -- how far --------------------------------------------------------------------------------------

    def distances(self, start: int, *, up: bool = False, depth: int | None = None) -> npt.NDArray[np.int32]:
        """Steps on the shortest way from a node (`up`: to it) to each node; -1 where there is none."""
        return self._spread([start], self._above if up else self._below, depth)

    def _spread(
        self,
        starts: Iterable[int],
        step: Callable[[Positions], Positions],
        depth: int | None = None,
        most: int | None = None,
    ) -> npt.NDArray[np.int32]:
        """Steps from the starts to each node, -1 where none lead; no more than `depth`, and none further once there are
        more than `most` nodes."""
        steps = np.full(len(self.graph.nodes), -1, dtype=np.int32)
        level = each_once(np.fromiter(starts, dtype=np.int64))
        steps[level] = 0
        taken, reached = 0, len(level)
        while len(level) and (depth is None or taken < depth) and (most is None or reached <= most):
            taken += 1
            level = each_once(step(level))
            level = level[steps[level] < 0]
            steps[level] = taken
            reached += len(level)
        return steps

    def _below(self, nodes: Positions) -> Positions:
        """Where one step leads from some nodes, as `neighbours` has it."""
        return np.concatenate([self._targets(self._with_wholes(nodes)), self._fields(nodes)])

    def _above(self, nodes: Positions) -> Positions:
        """From where one step up leads, as `neighbours` has it."""
        return np.concatenate([self._sources(self.graph.into(self._with_wholes(nodes))), self._fields(nodes)])

    def _before(self, nodes: Positions, into: Callable[[Positions], Ints]) -> Positions:
        """From where one step down leads to some nodes, over the flows that `into` gives: `_below` the other way."""
        sources = self._sources(into(nodes))
        return np.concatenate([sources, self._fields(sources), self._with_wholes(nodes)])

    def _targets(self, nodes: Positions) -> Positions:
        flows = self.graph.out_of(nodes)
        return self.graph.flow_target[flows[self.shown[flows]]].astype(np.int64)

    def _sources(self, flows: Ints) -> Positions:
        return self.graph.flow_source[flows[self.shown[flows]]].astype(np.int64)

    def _fields(self, nodes: Positions) -> Positions:
        """The fields of those of the nodes that are datasets."""
        wholes, first, fields = self._standing
        if not len(wholes):
            return nodes[:0]
        at = np.searchsorted(wholes, nodes).clip(max=len(wholes) - 1)
        return fields[rows_of(first, at[wholes[at] == nodes])]

    def _with_wholes(self, nodes: Positions) -> Positions:
        """The nodes, and the datasets that are nodes themselves of those that are fields."""
        fields, wholes = self._by_field
        if not len(fields):
            return nodes
        at = np.searchsorted(fields, nodes).clip(max=len(fields) - 1)
        return np.concatenate([nodes, wholes[at[fields[at] == nodes]]])

    @cached_property
    def _standing(self) -> tuple[Positions, Positions, Positions]:
        """(datasets, first, fields): the fields of the i-th dataset are ``fields[first[i]:first[i + 1]]``."""
        wholes = sorted(self._members)
        counts = [len(self._members[whole]) for whole in wholes]
        fields = [np.asarray(self._members[whole], dtype=np.int64) for whole in wholes]
        first = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        return np.array(wholes, dtype=np.int64), first, np.concatenate([np.zeros(0, dtype=np.int64), *fields])

    @cached_property
    def _by_field(self) -> tuple[Positions, Positions]:
        pairs = np.array(sorted(self._containers.items()), dtype=np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]

    def journey(self, node: int, *, up: bool = False, depth: int = 20, most: int = 1000) -> Journey:
        """What lies upstream or downstream, no more than `depth` steps away: every place is opened where it is nearest,
        the nearest `most` of them at all."""
        tree = Branch(node, -1, [])
        opened, level, taken = {node}, [tree], 0
        while level:
            taken += 1
            arriving = self._arriving(branch.node for branch in level) if up else None
            level = [
                onward
                for branch in level
                for onward in self._opened(branch, arriving, opened, most if taken < depth else 0)
            ]
        return Journey(tree, self._unopened(node, up, depth, opened) if len(opened) > most else 0)

    def _opened(
        self, branch: Branch, arriving: Mapping[int, Sequence[int]] | None, opened: set[int], most: int
    ) -> Iterator[Branch]:
        """Hang on a branch what is next to it; gives those that are to be opened in turn, until `most` are."""
        here = set()
        for leg in self._legs(branch.node, arriving):
            other = leg.target if arriving is None else leg.source
            if (other, leg.flow) in here:
                continue
            here.add((other, leg.flow))
            onward = Branch(other, leg.flow, [], again=other in opened)
            branch.onward.append(onward)
            if onward.again:
                continue
            onward.cut = len(opened) > most
            if not onward.cut:
                opened.add(other)
                yield onward

    def _unopened(self, node: int, up: bool, depth: int, opened: set[int]) -> int:
        return int((self.distances(node, up=up, depth=depth - 1) >= 0).sum()) - len(opened)

    # -- by which ways --------------------------------------------------------------------------------

    def shortest(self, starts: Iterable[int], goals: Iterable[int], most: int = 10) -> list[list[Leg]]:
        """Up to `most` shortest ways from any start to any goal, in order of their places; [] if none."""
        ways = self._in_order(starts, goals)
        found: list[list[Leg]] = []
        for way in ways:
            if len(found) == most or (found and len(way) > len(found[0])):
                break
            found.append(way)
        return found

    def further(self, starts: Iterable[int], goals: Iterable[int], most: int = 10) -> list[list[Leg]]:
        """Up to `most` ways of any length, the shortest first, each passing a place once; a way ends at the first goal.

        On graphs with very many ways that end nowhere the search gives up some time, with those found until then.
        """
        found = []
        for way in self._in_order(starts, goals):
            found.append(way)
            if len(found) == most:
                break
        return found

    def _in_order(self, starts: Iterable[int], goals: Iterable[int]) -> Iterator[list[Leg]]:
        """Ways from starts to goals: by length, then by their places.  A best-first search whose estimate of what is
        left of a way, the distance to the nearest goal, is never too much (A*)."""
        goal, starts = set(goals), set(starts)
        left = self._left(starts, goal)
        begun = [_Begun(int(left[s]), (s,), (), self._held(s)) for s in sorted(starts - goal) if left[s] >= 0]
        heapq.heapify(begun)
        for _ in range(_EFFORT):
            if not begun:
                return
            _, places, flows, held = heapq.heappop(begun)
            if places[-1] in goal:
                yield list(map(Leg, places, places[1:], flows))
                continue
            for leg in self.neighbours(places[-1]):
                if left[leg.target] < 0 or leg.target in places:
                    continue
                brought = self._brought(held, leg.flow)
                if brought or not self.carried:
                    far = len(flows) + 1 + int(left[leg.target])
                    heapq.heappush(begun, _Begun(far, (*places, leg.target), (*flows, leg.flow), brought))

    def _left(self, starts: Iterable[int], goals: Iterable[int]) -> npt.NDArray[np.int32]:
        """Steps to the nearest goal, of every node that the starts lead to (-1: none there), and perhaps of others.

        Where they do not lead to many, only the flows out of those are looked at on the way back.
        """
        reached, into = np.flatnonzero(self._spread(starts, self._below, most=_FEW) >= 0), self.graph.into
        if len(reached) <= _FEW:
            into = Arriving.of(self.graph, self.graph.out_of(self._with_wholes(reached))).into
        return self._spread(goals, partial(self._before, into=into))

    def _held(self, node: int) -> tuple[Label, ...]:
        """What of the carried category a way may begin with."""
        rows = self.labels.rows(node) if self.labels else ()
        return tuple(label for label in rows if covers(self.carried, label.data_category))

    def _brought(self, held: tuple[Label, ...], flow: int) -> tuple[Label, ...]:
        if flow < 0 or not held or not self.labels:
            return held
        code = Code(int(self.labels.roads.code[flow]))
        forms = ((label, carries(code, label.form, sensitive=is_sensitive(label.data_category))) for label in held)
        return tuple(sorted({label._replace(form=form) for label, form in forms if form is not None}))
