"""Which labels every field holds: where they start, what carries them, and by how fine a trace.

Data start with us in the classified fields of ours (and of systems nobody is known to operate: unknown counts
against) and in the fields that a collection point of ours feeds.  What an outsider holds of its own is not ours
until it has come to us: it starts where it arrives.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lineage.carry import Code, codes
from lineage.frontier import blocks
from lineage.graph import LineageGraph
from lineage.keys import settled
from lineage.ordering import each_once
from lineage.origins import Origins, Sources, sources_of
from lineage.packed import Ints
from lineage.places import whole_of
from lineage.propagate import Alphabet, Label, Reach, Roads, Words, passed, spread, transform
from lineage.remembered import Memory, Remembered

Mask = npt.NDArray[np.bool_]


@dataclass
class Labels:
    """The labels of one graph that come of what is ours; `reach` is all of them; lineage/nearest.py says how they came.

    `origins` are the places where they start: those of `sources.own`, and where foreign data come to us.
    """

    graph: LineageGraph
    sources: Sources
    origins: Origins
    reach: Reach

    @classmethod
    def of(cls, graph: LineageGraph, memory: Memory | None = None) -> Labels:
        """Spread all labels of a graph, once it is known which group keys turn out identifying; or read from `memory`
        what that gave."""
        _, sources = sources_of(graph)
        roads, remembered = roads_of(graph), Remembered.of(memory, graph, sources)
        reach = remembered.recall("labels", roads, sources.own.alphabet)
        if reach is not None:
            return cls(graph, sources, _origins(graph, reach.roads, sources), reach)
        labels = cls._over(graph, sources, settled(graph, roads, sources.own.joined(sources.foreign)))
        remembered.keep("labels", labels.reach)
        return labels

    @classmethod
    def _over(cls, graph: LineageGraph, sources: Sources, roads: Roads) -> Labels:
        origins = _origins(graph, roads, sources)
        return cls(graph, sources, origins, spread(roads, origins.alphabet, origins.seeds(roads.nodes)))

    @property
    def alphabet(self) -> Alphabet:
        return self.reach.alphabet

    @property
    def roads(self) -> Roads:
        return self.reach.roads

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
        wanted = self.alphabet.mask([True] * len(self.alphabet.bases), forms)
        from_node: dict[int, Mask] = {}
        passing: Mask = np.zeros(len(self.roads.code), dtype=bool)
        for block in blocks(len(passing)):
            code, source, arrives = self.roads.code[block], self.roads.source[block], passing[block]
            for each in each_once(code).tolist():
                if each not in from_node:
                    some = from_node[each] = np.zeros(self.roads.nodes, dtype=bool)
                    for held, sensitive, mask in zip(self.reach.held, self.alphabet.sensitive, wanted, strict=True):
                        some |= (passed(Code(each), held, sensitive) & mask) != 0
                here = code == each
                arrives[here] = from_node[each][source[here]]
        return passing

    @property
    def sending(self) -> Ints:
        """The flows that let something out of nodes which hold any label, in order."""
        some = np.zeros(self.roads.nodes, dtype=bool)
        for held in self.reach.held:
            some |= held != 0
        out = self.roads.moving
        at = np.flatnonzero(some.take(out.source)).astype(np.int32)
        return at if out.edge is None else np.sort(out.edge[at])

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

    def only(self, category: str) -> Labels:
        """Those of a category and of the ones below it."""
        held = [held & mask for held, mask in zip(self.reach.held, self.alphabet.within(category), strict=True)]
        return replace(self, reach=replace(self.reach, held=held))

    def held_at(self, nodes: Sequence[int]) -> Labels:
        """What some nodes of the roads hold, and all that it goes on to."""
        seeds = [np.zeros(self.roads.nodes, dtype=np.uint64) for _ in self.reach.held]
        for seed, held in zip(seeds, self.reach.held, strict=True):
            seed[nodes] = held[nodes]
        return replace(self, reach=spread(self.roads, self.alphabet, seeds))

    def from_origins(self, chosen: Origins) -> Reach:
        """Only what starts at some of the origins."""
        return spread(self.roads, self.alphabet, chosen.seeds(self.roads.nodes))


def _arriving(reach: Reach, flows: Ints) -> list[Words]:
    code, source = reach.roads.code[flows], reach.roads.source[flows]
    pairs = zip(reach.held, reach.alphabet.sensitive, strict=True)
    return [transform(code, held[source], sensitive) for held, sensitive in pairs]


def _origins(graph: LineageGraph, roads: Roads, sources: Sources) -> Origins:
    """Where labels start: what is ours, and what outsiders' own data are where they first come to us."""
    foreign = sources.foreign
    if not len(foreign):
        return sources.own
    reach = spread(roads, foreign.alphabet, foreign.seeds(roads.nodes))
    ours = graph.places.ours
    inward = np.flatnonzero(ours[graph.flow_target] & ~ours[graph.flow_source]).astype(np.int32)
    received = Origins.holding(foreign.alphabet, graph.flow_target[inward], _arriving(reach, inward))
    return sources.own.joined(received)


def _coarse_flows(graph: LineageGraph) -> Mask:
    whole = graph.nodes.whole
    if not whole.any():
        return np.zeros(graph.flows, dtype=bool)
    indirect = np.array([kind.type == "INDIRECT" for kind in graph.kinds], dtype=bool)
    coarse: Mask = whole[graph.flow_source] | (whole[graph.flow_target] & ~indirect[graph.flow_kind])
    return coarse


def roads_of(graph: LineageGraph) -> Roads:
    """The flows, and for each dataset that is an end of one: node i takes in and gives to every field, node
    i + len(nodes) gathers from every field and sends.  Without such datasets there are no nodes that gather."""
    count, nodes = len(graph.nodes), graph.nodes
    plain = np.array([codes(kind)[0] for kind in graph.kinds], dtype=np.int8)
    source, code = graph.flow_source, plain[graph.flow_kind]
    if not nodes.whole.any():
        nowhere = np.zeros(0, dtype=np.int32)
        return Roads(count, source, graph.flow_target, code, (nowhere, nowhere))
    source = np.where(nodes.whole[source], source + count, source).astype(np.int32)
    gathering = np.flatnonzero(nodes.whole)
    inside = np.flatnonzero((whole_of(nodes) != np.arange(count)) & ~nodes.whole)
    home = whole_of(nodes)[inside]
    ends = (
        np.concatenate([gathering, home, inside]).astype(np.int32),
        np.concatenate([gathering + count, inside, home + count]).astype(np.int32),
    )
    return Roads(count * 2, source, graph.flow_target, code, ends)
