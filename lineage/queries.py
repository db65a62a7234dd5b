"""What people ask of a graph: who gets this, where does it come from and go, how does this reach that."""

from __future__ import annotations

import fnmatch
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from lineage.errors import InvalidInput, did_you_mean
from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.model import FieldId
from lineage.propagate import spread
from lineage.shares import Share
from lineage.vocabulary import CATEGORIES, covers

_QUIET = ("JOIN", "GROUP_BY", "SORT", "WINDOW")


@dataclass(frozen=True, slots=True)
class Leg:
    """One flow on a way: positions of the two ends, and of the flow (-1 within a dataset)."""

    source: int
    target: int
    flow: int


@dataclass(frozen=True)
class Branch:
    """A node of a journey: where, by which flow it was come to, and where it goes on from there.

    `again` marks a place already shown elsewhere in the same journey, `cut` one beyond the depth asked for.
    """

    node: int
    flow: int
    onward: tuple[Branch, ...] = ()
    again: bool = False
    cut: bool = False


@dataclass(frozen=True)
class Ways:
    """The flows of a graph as neighbours, either way; a dataset that is an end stands for its fields."""

    graph: LineageGraph
    indirect: bool = False

    def neighbours(self, node: int, *, up: bool = False) -> Iterator[Leg]:
        """The flows into (`up`) or out of a node, ordered by the place at their other end."""
        rows = self.graph.inward if up else self.graph.outward
        at = [node, *self._containers(node, up=up)]
        for place in at:
            here = slice(rows.first[place], rows.first[place + 1])
            for flow, other in zip(rows.flow[here].tolist(), rows.end[here].tolist(), strict=True):
                if self._shown(flow):
                    yield Leg(other, node, flow) if up else Leg(node, other, flow)
        if self.graph.nodes[node].is_dataset:
            for field in self.graph.fields_of.get(self.graph.nodes[node], ()):
                yield Leg(field, node, -1) if up else Leg(node, field, -1)

    def _containers(self, node: int, *, up: bool) -> list[int]:
        whole = self.graph.index.get(self.graph.nodes[node].dataset)
        return [] if whole is None or whole == node else [whole]

    def _shown(self, flow: int) -> bool:
        kind = self.graph.kinds[self.graph.flow_kind[flow]]
        return self.indirect or not (kind.type == "INDIRECT" and kind.subtype in _QUIET)

    def journey(self, node: int, *, up: bool = False, depth: int = 20) -> Branch:
        """Everything upstream or downstream of a node as a tree; every place is opened once."""
        return self._branch(node, -1, up, depth, {node})

    def _branch(self, node: int, flow: int, up: bool, depth: int, seen: set[int]) -> Branch:
        onward, here = [], set()
        for leg in self.neighbours(node, up=up):
            other = leg.source if up else leg.target
            if (other, leg.flow) in here:
                continue
            here.add((other, leg.flow))
            if other in seen:
                onward.append(Branch(other, leg.flow, again=True))
            elif depth <= 1:
                onward.append(Branch(other, leg.flow, cut=True))
            else:
                seen.add(other)
                onward.append(self._branch(other, leg.flow, up, depth - 1, seen))
        return Branch(node, flow, tuple(onward))

    def shortest(self, starts: Iterable[int], goals: Iterable[int], most: int = 10) -> list[list[Leg]]:
        """Up to `most` shortest ways from any start to any goal, in order of their places; [] if none."""
        wanted = set(goals)
        found: dict[int, int] = dict.fromkeys(sorted(starts), 0)
        before: dict[int, list[Leg]] = {s: [] for s in found}
        queue = deque(found)
        best: int | None = None
        while queue:
            node = queue.popleft()
            if best is not None and found[node] >= best:
                break
            for leg in self.neighbours(node):
                steps = found[node] + 1
                if leg.target not in found:
                    found[leg.target] = steps
                    before[leg.target] = [leg]
                    queue.append(leg.target)
                    if leg.target in wanted:
                        best = steps if best is None else best
                elif found[leg.target] == steps:
                    before[leg.target].append(leg)
        ends = sorted(g for g in wanted if best is not None and found.get(g) == best)
        ways: list[list[Leg]] = []
        for end in ends:
            ways += self._unroll(end, before, most - len(ways))
        return ways

    def _unroll(self, end: int, before: dict[int, list[Leg]], most: int) -> list[list[Leg]]:
        ways: list[list[Leg]] = []
        stack: list[tuple[int, list[Leg]]] = [(end, [])]
        while stack and len(ways) < most:
            node, tail = stack.pop()
            legs = before[node]
            if not legs and tail:
                ways.append(tail)
            for leg in sorted(legs, key=lambda leg: (leg.source, leg.flow), reverse=True):
                stack.append((leg.source, [leg, *tail]))
        return ways


def who_gets(judgement: Judgement, nodes: Iterable[int]) -> tuple[Share, ...]:
    """The shares that hand on what any of these fields hold, each with its verdict, sorted."""
    wanted = set(nodes)
    labels = judgement.labels
    seeds = [np.zeros_like(held) for held in labels.reach.held]
    for node in wanted:
        for road in (node, node + len(judgement.graph.nodes)) if judgement.graph.nodes[node].is_dataset else (node,):
            for seed, held in zip(seeds, labels.reach.held, strict=True):
                seed[road] = held[road]
    reach = spread(labels.roads, labels.alphabet, seeds)
    some = replace(labels, reach=reach)
    index = judgement.graph.index
    return tuple(
        share
        for share in judgement.shares
        if (share.label in some.sent(share.flow) if share.flow >= 0 else index[share.target] in wanted)
    )


def find(judgement: Judgement, text: str) -> list[int]:
    """The fields or datasets that a reference, a pattern with ``*``, a category or a unique suffix names.

    Raises InvalidInput with the nearest references where nothing, or more than one suffix, fits.
    """
    graph = judgement.graph
    refs = {graph.ref(i): i for i in range(len(graph.nodes))}
    text = _by_its_home(graph, text)
    if text in refs:
        return [refs[text]]
    if text in CATEGORIES or (text.startswith(("user.", "system.")) and covers(text.split(".")[0], text)):
        return holders(judgement, text)
    if "*" in text:
        hits = [i for ref, i in refs.items() if fnmatch.fnmatchcase(ref, text)]
        if hits:
            return sorted(hits)
    inner = _fields_below(graph, text)
    if inner:
        return inner
    ends = [(ref, i) for ref, i in refs.items() if ref.endswith(text) and _at_boundary(ref, text)]
    if len(ends) == 1:
        return [ends[0][1]]
    if ends:
        names = ", ".join(sorted(ref for ref, _ in ends)[:5])
        raise InvalidInput(f"{text!r} fits {len(ends)} fields ({names}); give one of them, or '*{text}' for all")
    raise InvalidInput(f"no field, dataset or category {text!r} is known{did_you_mean(text, [*refs, *CATEGORIES])}")


def _by_its_home(graph: LineageGraph, text: str) -> str:
    """A reference by another name of a dataset (symlinks) as the one it is shown by; any other text as it is."""
    try:
        return graph.world.ref(graph.world.resolve(text)) if graph.world.symlinks else text
    except InvalidInput:
        return text


def _at_boundary(ref: str, suffix: str) -> bool:
    before = ref[: len(ref) - len(suffix)]
    return not before or before[-1] in ":.#/" or suffix[0] in ":.#/"


def _fields_below(graph: LineageGraph, text: str) -> list[int]:
    """The fields of the dataset that a reference without a field names, where no flow names it whole."""
    return sorted(i for node, fields in graph.fields_of.items() if graph.world.ref(node) == text for i in fields)


def holders(judgement: Judgement, category: str) -> list[int]:
    """The fields that hold data of a category or of one below it."""
    labels = judgement.labels
    chosen = [covers(category, c) for c, _ in labels.alphabet.bases]
    masks = labels.alphabet.mask(chosen)
    hit = np.zeros(labels.roads.nodes, dtype=bool)
    for held, mask in zip(labels.reach.held, masks, strict=True):
        hit |= (held & mask) != 0
    return np.flatnonzero(hit[: len(judgement.graph.nodes)]).tolist()


def describe(judgement: Judgement, node: FieldId) -> list[str]:
    """The labels of a field as ``category (subject, form)``, in order."""
    return [f"{x.data_category} ({x.data_subject}, {x.form})" for x in judgement.label_rows(node)]
