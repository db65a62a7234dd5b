"""Over which flows does something travel that must not arrive?  The part of the roads that matters for a cut.

A *state* is a place that holds a label.  Of all roads, only those edges stay by which a state that can be reached from
where data start leads on to something banned.  What an outsider holds of its own does not count until it has come to
us, so that it travels in a layer of its own and leaves it where it arrives at ours (docs/semantics.md, Shares).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lineage.carry import FORMS, Code, carries
from lineage.frontier import Marks
from lineage.labels import Labels
from lineage.leading import before, leading
from lineage.ordering import each_once
from lineage.origins import Origins
from lineage.propagate import Alphabet, Label, Reach, Roads, Words, spread, transform
from lineage.vocabulary import is_sensitive
from lineage.ways import way_to

Positions = npt.NDArray[np.int64]


class Banned(NamedTuple):
    """A label that must not arrive by a flow, unless a flow on its way is gated by one of the consent `scopes`."""

    flow: int
    label: Label
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Edges:
    """All edges between nodes in one list: those of flows, in whatever layer, and those within datasets (flow -1)."""

    nodes: int
    source: Positions
    target: Positions
    code: npt.NDArray[np.int8]
    flow: Positions

    @classmethod
    def of(cls, roads: Roads) -> Edges:
        source, target = roads.within
        return cls(
            roads.nodes,
            np.concatenate([roads.source, source]).astype(np.int64),
            np.concatenate([roads.target, target]).astype(np.int64),
            np.concatenate([roads.code, np.full(len(source), Code.IDENTITY, dtype=np.int8)]),
            np.concatenate([np.arange(len(roads.source)), np.full(len(source), -1)]),
        )

    @cached_property
    def moving(self) -> Positions:
        return np.flatnonzero(self.flow >= 0)

    def recoded(self, code: npt.NDArray[np.int8]) -> Edges:
        return replace(self, code=code)

    def roads(self) -> Roads:
        """The same to spread labels over: edge i of the roads is the edge `moving[i]`."""
        source, target, within = self.source.astype(np.int32), self.target.astype(np.int32), self.flow < 0
        return Roads(
            self.nodes, source[self.moving], target[self.moving], self.code[self.moving],
            (source[within], target[within]),
        )  # fmt: skip


@dataclass(frozen=True)
class Terrain:
    """Edges numbered anew: `place` is the node of the graph that a node of theirs stands for.

    `seeds` are the states where data start, `scope` the consent that gates each edge (a position in `scopes`, or -1),
    `arriving` the edges by which something banned would arrive.
    """

    edges: Edges
    place: Positions
    alphabet: Alphabet
    seeds: list[Words]
    scope: Positions
    scopes: tuple[str, ...]
    banned: tuple[Banned, ...]
    arriving: Positions

    @classmethod
    def of(cls, labels: Labels, banned: Collection[Banned]) -> Terrain:
        """What of the roads of `labels` matters for some banned arrivals."""
        bases = sorted({(ban.label.data_category, ban.label.data_subject) for ban in banned})
        alphabet = Alphabet(tuple(bases))
        edges, starts = _layered(labels, alphabet)
        seeds = _seeded(edges.nodes, alphabet, starts)
        scopes = tuple(sorted({kind.consent for kind in labels.graph.kinds if kind.consent is not None}))
        whole = cls(
            edges, np.arange(edges.nodes) % len(labels.graph.nodes), alphabet, seeds,
            _scope_of(labels, edges, scopes), scopes, tuple(sorted(banned, key=_order)), np.zeros(0, dtype=np.int64),
        )  # fmt: skip
        return whole._cut_down(len(labels.roads.source) + len(labels.roads.within[0]))

    @property
    def modes(self) -> list[tuple[frozenset[str], list[Banned]]]:
        """What is banned, by the scopes that would allow it."""
        modes: dict[frozenset[str], list[Banned]] = {}
        for ban in self.banned:
            modes.setdefault(ban.scopes, []).append(ban)
        return list(modes.items())

    def open(self, scopes: Collection[str], stopped: Collection[int] = ()) -> npt.NDArray[np.int8]:
        """The code of each edge where gated ways do not count and some flows are stopped."""
        shut = np.isin(self.scope, [i for i, scope in enumerate(self.scopes) if scope in scopes])
        if stopped:
            shut |= np.isin(self.edges.flow, list(stopped))
        return np.where(shut, np.int8(Code.NOTHING), self.edges.code)

    def _cut_down(self, first_layer: int) -> Terrain:
        """Only the edges by which a state goes on to something banned; edges of the first layer stand first."""
        matters = np.zeros(len(self.edges.flow), dtype=bool)
        useful = [np.zeros(self.edges.nodes, dtype=np.uint64) for _ in self.seeds]
        ends = np.isin(self.edges.flow, [ban.flow for ban in self.banned])
        ends[first_layer:] = False
        for scopes, banned in self.modes:
            edges = self.edges.recoded(self.open(scopes))
            here, onward = _onward(edges, self.alphabet, self.seeds, banned, np.flatnonzero(ends))
            matters |= here
            for mine, more in zip(useful, onward, strict=True):
                mine |= more
        kept = np.flatnonzero(matters)
        used = each_once(np.concatenate([self.edges.source[kept], self.edges.target[kept]]))
        number = np.full(self.edges.nodes, -1, dtype=np.int64)
        number[used] = np.arange(len(used))
        edges = Edges(
            len(used), number[self.edges.source[kept]], number[self.edges.target[kept]],
            self.edges.code[kept], self.edges.flow[kept],
        )  # fmt: skip
        seeds = [(seed & some)[used] for seed, some in zip(self.seeds, useful, strict=True)]
        return Terrain(
            edges, self.place[used], self.alphabet, seeds, self.scope[kept], self.scopes, self.banned,
            np.flatnonzero(ends[kept]),
        )  # fmt: skip

    # -- ways over it ---------------------------------------------------------------------------------

    def ways(self, stopped: Collection[int] = ()) -> Iterator[Positions]:
        """Ways (edges, in order) by which something banned still arrives, one for each set of scopes, the shortest."""
        for scopes, banned in self.modes:
            code = self.open(scopes, stopped)
            reach = spread(self.edges.recoded(code).roads(), self.alphabet, self.seeds)
            found = min(self._arrivals(reach, code, banned), default=None)
            if found is not None:
                _, edge, form, label = found
                yield self._walked(reach, edge, label._replace(form=FORMS[form]))

    def _arrivals(
        self, reach: Reach, code: npt.NDArray[np.int8], banned: Iterable[Banned]
    ) -> Iterator[tuple[int, int, int, Label]]:
        """(flows before it, edge, form there, label) of everything banned that arrives."""
        edges: dict[int, list[int]] = {}
        for edge in self.arriving.tolist():
            edges.setdefault(int(self.edges.flow[edge]), []).append(edge)
        for ban in banned:
            for edge in edges.get(ban.flow, ()):
                for form in forms_before(Code(int(code[edge])), ban.label):
                    label = ban.label._replace(form=FORMS[form])
                    level = reach.level(int(self.edges.source[edge]), label)
                    if level is not None:
                        yield level, edge, form, ban.label

    def _walked(self, reach: Reach, last: int, label: Label) -> Positions:
        way = way_to(reach, int(self.edges.source[last]), label).way
        edges = [
            int(self.edges.moving[here.flow]) if here.flow >= 0 else self._within(there.node, here.node)
            for there, here in pairwise(way)
        ]
        return np.array([*edges, last], dtype=np.int64)

    def _within(self, source: int, target: int) -> int:
        edges = self.edges
        return int(np.flatnonzero((edges.source == source) & (edges.target == target) & (edges.flow < 0))[0])

    def carries(self, way: Sequence[int]) -> bool:
        """Does something banned arrive by exactly these edges, from where data start to the last of them?"""
        edges = np.asarray(way, dtype=np.int64)
        start, last = int(self.edges.source[edges[0]]), int(self.edges.flow[edges[-1]])
        for scopes, banned in self.modes:
            code = self.open(scopes)
            bits = [seed[start : start + 1] for seed in self.seeds]
            for edge in edges.tolist():
                passing = code[edge : edge + 1]
                bits = [
                    transform(passing, b, sensitive) for b, sensitive in zip(bits, self.alphabet.sensitive, strict=True)
                ]
            arrived = {*self.alphabet.labels([int(b[0]) for b in bits])}
            if any(ban.flow == last and ban.label in arrived for ban in banned):
                return True
        return False


def forms_before(code: Code, label: Label) -> list[int]:
    """The forms (positions in `FORMS`) that a flow of `code` turns into that of a label."""
    sensitive = is_sensitive(label.data_category)
    return [i for i, form in enumerate(FORMS) if carries(code, form, sensitive=sensitive) == label.form]


def _order(ban: Banned) -> tuple[int, Label, list[str]]:
    return ban.flow, ban.label, sorted(ban.scopes)


def _layered(labels: Labels, alphabet: Alphabet) -> tuple[Edges, list[tuple[int, Label]]]:
    """The edges and where data start on them; the second layer, where there is one, is for what is not ours yet."""
    roads, edges = labels.roads, Edges.of(labels.roads)
    own, foreign = (_starting(some, alphabet) for some in (labels.sources.own, labels.sources.foreign))
    if not foreign:
        return edges, own
    held = np.zeros(roads.nodes, dtype=bool)
    for words in spread(roads, alphabet, _seeded(roads.nodes, alphabet, foreign)).held:
        held |= words != 0
    some = np.flatnonzero(held[edges.source])
    moving, ours = some[edges.flow[some] >= 0], labels.graph.places.ours
    flow = edges.flow[moving]
    arriving = moving[ours[labels.graph.flow_target[flow]] & ~ours[labels.graph.flow_source[flow]]]
    layered = Edges(
        roads.nodes * 2,
        np.concatenate([edges.source, edges.source[some] + roads.nodes, edges.source[arriving] + roads.nodes]),
        np.concatenate([edges.target, edges.target[some] + roads.nodes, edges.target[arriving]]),
        np.concatenate([edges.code, edges.code[some], edges.code[arriving]]),
        np.concatenate([edges.flow, edges.flow[some], edges.flow[arriving]]),
    )
    return layered, sorted([*own, *((node + roads.nodes, label) for node, label in foreign)])


def _starting(origins: Origins, alphabet: Alphabet) -> list[tuple[int, Label]]:
    """Those of some origins whose label is one of an alphabet, sorted."""
    bases = set(alphabet.bases)
    return sorted((node, label) for node, label in origins if (label.data_category, label.data_subject) in bases)


def _seeded(nodes: int, alphabet: Alphabet, origins: Iterable[tuple[int, Label]]) -> list[Words]:
    seeds = [np.zeros(nodes, dtype=np.uint64) for _ in range(alphabet.words)]
    for node, label in origins:
        word, bit = alphabet.place(label)
        seeds[word][node] |= np.uint64(1 << bit)
    return seeds


def _scope_of(labels: Labels, edges: Edges, scopes: Sequence[str]) -> Positions:
    graph = labels.graph
    number = {scope: i for i, scope in enumerate(scopes)}
    of_kind = np.array([-1 if k.consent is None else number[k.consent] for k in graph.kinds], dtype=np.int64)
    scope = np.full(len(edges.flow), -1, dtype=np.int64)
    scope[edges.moving] = of_kind[graph.flow_kind[edges.flow[edges.moving]]]
    return scope


def _onward(
    edges: Edges, alphabet: Alphabet, seeds: list[Words], banned: Sequence[Banned], ends: Positions
) -> tuple[Marks, list[Words]]:
    """(edges, states): by which edges states lead on to something banned that arrives by one of the edges `ends`, and
    which states those are."""
    roads = edges.roads()
    held = spread(roads, alphabet, seeds).held
    asked = [np.zeros(len(ends), dtype=np.uint64) for _ in held]
    by_flow = {int(edges.flow[edge]): i for i, edge in enumerate(ends.tolist())}
    for ban in banned:
        word, bit = alphabet.place(ban.label)
        asked[word][by_flow[ban.flow]] |= np.uint64(1 << bit)
    matters = np.zeros(len(edges.flow), dtype=bool)
    states = []
    for word, sensitive in enumerate(alphabet.sensitive):
        live = np.flatnonzero(transform(edges.code, held[word][edges.source], sensitive))
        last = before(edges.code[ends], asked[word], sensitive) & held[word][edges.source[ends]]
        found, onward = leading(roads, held[word], edges.source[ends], last, sensitive), np.zeros_like(held[word])
        onward[found.nodes] = found.bits
        states.append(onward)
        matters[live] |= (before(edges.code[live], onward[edges.target[live]], sensitive) & held[word][
            edges.source[live]
        ]) != 0  # fmt: skip
        matters[ends] |= last != 0
    return matters, states
