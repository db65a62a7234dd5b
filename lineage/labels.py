"""Which labels every field holds: where they start, what carries them, and by how fine a trace.

Data start with us in the classified fields of ours (and of systems nobody is known to operate: unknown counts
against) and in the fields that a collection point of ours feeds.  What an outsider holds of its own is not ours
until it has come to us: it starts where it arrives.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lineage.carry import Code, codes
from lineage.graph import LineageGraph
from lineage.origins import Origins, Sources, collected_nodes, sources_of
from lineage.packed import Ints
from lineage.places import whole_of
from lineage.propagate import Alphabet, Label, Reach, Roads, Words, passed, spread, transform
from lineage.vocabulary import is_identifying
from lineage.ways import Ways

Mask = npt.NDArray[np.bool_]


@dataclass
class Labels:
    """The labels of one graph that come of what is ours; `reach` is all of them, other passes say how they came.

    `origins` are the places where they start: those of `sources.own`, and where foreign data come to us.
    """

    graph: LineageGraph
    alphabet: Alphabet
    sources: Sources
    origins: Origins
    roads: Roads
    reach: Reach

    @classmethod
    def of(cls, graph: LineageGraph) -> Labels:
        """Spread all labels of a graph until group keys that turn out identifying change nothing more."""
        alphabet, sources = sources_of(graph)
        every = sources.own.joined(sources.foreign)
        reach = deque(settling(graph, alphabet, roads_of(graph), every.seeds(2 * len(graph.nodes))), maxlen=1).pop()
        if not len(sources.foreign):
            return cls(graph, alphabet, sources, sources.own, reach.roads, reach)
        return cls._over(graph, sources, reach.roads)

    @classmethod
    def _over(cls, graph: LineageGraph, sources: Sources, roads: Roads) -> Labels:
        alphabet = sources.own.alphabet
        origins = sources.own.joined(_received(graph, roads, sources.foreign))
        return cls(graph, alphabet, sources, origins, roads, spread(roads, alphabet, origins.seeds(roads.nodes)))

    def rows(self, node: int) -> list[Label]:
        """All labels of a node (a field, or a dataset as a whole), in order."""
        return self.reach.labels(node)

    def sent(self, flow: int) -> list[Label]:
        """The labels that arrive through one flow, in order."""
        return list(self.alphabet.labels([int(bits[0]) for bits in self.arriving(np.array([flow], dtype=np.int32))]))

    def brings(self, flow: int, label: Label) -> bool:
        """Does a label arrive through one flow?"""
        word, bit = self.alphabet.place(label)
        return bool(int(self.arriving(np.array([flow], dtype=np.int32))[word][0]) >> bit & 1)

    def arriving(self, flows: Ints) -> list[Words]:
        """The bits that arrive through each of some flows, one array a word."""
        return _arriving(self.reach, flows)

    def passing(self, forms: tuple[int, ...]) -> Mask:
        """For each flow: does a label arrive through it in one of these forms (positions in FORMS)?"""
        nodes, count = self.roads.nodes, int(self.roads.code.max(initial=0)) + 1
        arrives = np.zeros(count * nodes, dtype=bool)
        wanted = self.alphabet.mask([True] * len(self.alphabet.bases), forms)
        for code in np.flatnonzero(np.bincount(self.roads.code, minlength=count)).tolist():
            here = arrives[code * nodes : (code + 1) * nodes]
            for held, sensitive, mask in zip(self.reach.held, self.alphabet.sensitive, wanted, strict=True):
                here |= (passed(Code(code), held, sensitive) & mask) != 0
        passing: Mask = arrives[self.roads.code.astype(np.int32) * np.int32(nodes) + self.roads.source]
        return passing

    @cached_property
    def holding(self) -> Mask:
        """For each node: does it hold any label?"""
        some = np.zeros(len(self.graph.nodes), dtype=bool)
        for held in self.reach.held:
            some |= held[: len(some)] != 0
        return some

    @cached_property
    def fine(self) -> Labels:
        """The same without flows of whole datasets: what is held here is known column by column."""
        coarse = _coarse_flows(self.graph)
        return self._less(coarse) if coarse.any() else self

    def ungated(self, scopes: Container[str], origins: Origins | None = None) -> Labels:
        """The same without the flows that one of these consent scopes gates: what is held here came round them.

        With `origins`, only what starts at those.
        """
        gated = np.array([kind.consent is not None and kind.consent in scopes for kind in self.graph.kinds], dtype=bool)
        sources = None if origins is None else Sources(origins, origins.where(np.zeros(len(origins), dtype=bool)))
        return self._less(gated[self.graph.flow_kind], sources)

    def started(self, chosen: Mask) -> Labels:
        """The same, of what started in some of the nodes only."""
        own, foreign = (part.where(chosen[part.node]) for part in (self.sources.own, self.sources.foreign))
        return Labels._over(self.graph, Sources(own, foreign), self.roads)

    def _less(self, flows: Mask, sources: Sources | None = None) -> Labels:
        return Labels._over(self.graph, sources or self.sources, self.roads.without(flows))

    def from_origins(self, chosen: Origins) -> Reach:
        """Only what starts at some of the origins."""
        return spread(self.roads, self.alphabet, chosen.seeds(self.roads.nodes))

    @cached_property
    def collected(self) -> Reach:
        """Only what starts at a collection point that holds it."""
        nodes = np.array(sorted(collected_nodes(self.graph)), dtype=np.int32)
        return self.from_origins(Origins.holding(self.alphabet, nodes, [held[nodes] for held in self.reach.held]))

    @cached_property
    def roots(self) -> Reach:
        """Only what starts where nothing carrying the same category comes in."""
        chosen = ~self._fed
        return self.reach if chosen.all() else self.from_origins(self.origins.where(chosen))

    @property
    def _fed(self) -> Mask:
        """For each origin: does a flow bring its category there, or to the dataset as a whole?"""
        graph, node = self.graph, self.origins.node
        home = whole_of(graph.nodes)[node]
        wanted = np.zeros(len(graph.nodes), dtype=bool)
        wanted[node], wanted[home] = True, True
        flows = np.flatnonzero(wanted[graph.flow_target]).astype(np.int32)
        into = [np.zeros(len(graph.nodes), dtype=np.uint64) for _ in self.reach.held]
        for fed, bits in zip(into, self.arriving(flows), strict=True):
            np.bitwise_or.at(fed, graph.flow_target[flows], bits)
        return self.origins.among([fed[node] | fed[home] for fed in into])

    @cached_property
    def ways(self) -> tuple[Ways, Ways, Ways]:
        """The ways from the collection points, from the roots, and from anywhere: the first that leads is told."""
        return Ways(self.collected), Ways(self.roots), Ways(self.reach)


def _arriving(reach: Reach, flows: Ints) -> list[Words]:
    code, source = reach.roads.code[flows], reach.roads.source[flows]
    pairs = zip(reach.held, reach.alphabet.sensitive, strict=True)
    return [transform(code, held[source], sensitive) for held, sensitive in pairs]


def _received(graph: LineageGraph, roads: Roads, foreign: Origins) -> Origins:
    """What outsiders' own data are where they first come to us."""
    if not len(foreign):
        return foreign
    reach = spread(roads, foreign.alphabet, foreign.seeds(roads.nodes))
    ours = graph.places.ours
    inward = np.flatnonzero(ours[graph.flow_target] & ~ours[graph.flow_source]).astype(np.int32)
    return Origins.holding(foreign.alphabet, graph.flow_target[inward], _arriving(reach, inward))


def _coarse_flows(graph: LineageGraph) -> Mask:
    whole = graph.nodes.whole
    indirect = np.array([kind.type == "INDIRECT" for kind in graph.kinds], dtype=bool)
    coarse: Mask = whole[graph.flow_source] | (whole[graph.flow_target] & ~indirect[graph.flow_kind])
    return coarse


def roads_of(graph: LineageGraph) -> Roads:
    """The flows, and for each dataset that is an end of one: node i takes in and gives to every field, node
    i + len(nodes) gathers from every field and sends."""
    count, nodes = len(graph.nodes), graph.nodes
    plain = np.array([codes(kind)[0] for kind in graph.kinds], dtype=np.int8)
    source = graph.flow_source
    if nodes.whole[source].any():
        source = np.where(nodes.whole[source], source + count, source).astype(np.int32)
    gathering = np.flatnonzero(nodes.whole)
    inside = np.flatnonzero((whole_of(nodes) != np.arange(count)) & ~nodes.whole)
    home = whole_of(nodes)[inside]
    ends = (
        np.concatenate([gathering, home, inside]).astype(np.int32),
        np.concatenate([gathering + count, inside, home + count]).astype(np.int32),
    )
    return Roads(count * 2, source, graph.flow_target, plain[graph.flow_kind], ends)


def settling(graph: LineageGraph, alphabet: Alphabet, roads: Roads, seeds: list[Words]) -> Iterator[Reach]:
    """Spread, look which group keys are identifying, and spread again until that set stops growing: all passes."""
    aggregates = np.flatnonzero(roads.code == Code.AGGREGATE)
    keyed = np.array([codes(kind)[1] for kind in graph.kinds], dtype=np.int8)
    while True:
        reach = spread(roads, alphabet, seeds)
        yield reach
        if not len(aggregates):
            return
        about_one = keyed_nodes(graph, reach)[graph.flow_target[aggregates]]
        if not about_one.any():
            return
        code = roads.code.copy()
        code[aggregates[about_one]] = keyed[graph.flow_kind[aggregates[about_one]]]
        roads, aggregates = roads.recoded(code), aggregates[~about_one]


def keyed_nodes(graph: LineageGraph, reach: Reach) -> Mask:
    """For each node: is an aggregate that arrives there grouped by a key that tells who?  A key of the field, of its
    whole dataset, or, where the aggregate fills a whole dataset, of any field of it."""
    grouping = np.array([kind.subtype == "GROUP_BY" for kind in graph.kinds], dtype=bool)
    keys = np.flatnonzero(grouping[graph.flow_kind])
    alphabet, telling = reach.alphabet, np.zeros(len(keys), dtype=bool)
    identifying = alphabet.mask([is_identifying(c) for c, _ in alphabet.bases], forms=(0, 1, 2))
    for held, mask in zip(reach.held, identifying, strict=True):
        telling |= (held[reach.roads.source[keys]] & mask) != 0
    keys = keys[telling]
    nodes, target = graph.nodes, graph.flow_target[keys]
    at = np.zeros(len(nodes), dtype=bool)
    at[target] = True
    anywhere = np.zeros(len(nodes.names), dtype=bool)
    anywhere[nodes.dataset[target]] = True
    return np.where(nodes.whole, anywhere[nodes.dataset], at | at[whole_of(nodes)])
