"""Which labels every field holds: where they start, what carries them, and by how fine a trace.

Data start with us in the classified fields of ours (and of systems nobody is known to operate: unknown counts
against) and in the fields that a collection point of ours feeds.  What an outsider holds of its own is not ours
until it has come to us: it starts where it arrives.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lineage.carry import Code, codes
from lineage.graph import LineageGraph
from lineage.model import Classification, FieldId, Flow, Form
from lineage.propagate import Alphabet, Label, Reach, Roads, Words, spread, transform
from lineage.vocabulary import is_identifying, is_personal
from lineage.world import World

Origin = tuple[int, Label]


@dataclass(frozen=True)
class Sources:
    """The classified fields, by whose the data are: `own` start with us, `foreign` ones with an outsider."""

    own: frozenset[Origin]
    foreign: frozenset[Origin]

    def where(self, chosen: Callable[[Origin], bool]) -> Sources:
        return Sources(frozenset(filter(chosen, self.own)), frozenset(filter(chosen, self.foreign)))


@dataclass
class Labels:
    """The labels of one graph that come of what is ours; `reach` is all of them, other passes say how they came.

    `origins` are the places where they start: those of `sources.own`, and where foreign data come to us.
    """

    graph: LineageGraph
    alphabet: Alphabet
    sources: Sources
    origins: frozenset[Origin]
    roads: Roads
    reach: Reach
    coarse_flows: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, graph: LineageGraph) -> Labels:
        """Spread all labels of a graph until group keys that turn out identifying change nothing more."""
        sources = _sources(graph)
        every = sources.own | sources.foreign
        alphabet = Alphabet(tuple(sorted({(label.data_category, label.data_subject) for _, label in every})))
        roads, reach = _settle(graph, alphabet, _roads(graph), _seeds(graph, alphabet, every))
        coarse = _coarse_flows(graph)
        if not sources.foreign:
            return cls(graph, alphabet, sources, sources.own, roads, reach, coarse)
        return cls._over(graph, alphabet, sources, roads, coarse)

    @classmethod
    def _over(
        cls, graph: LineageGraph, alphabet: Alphabet, sources: Sources, roads: Roads, coarse: npt.NDArray[np.bool_]
    ) -> Labels:
        origins = sources.own | _received(graph, alphabet, roads, sources.foreign)
        reach = spread(roads, alphabet, _seeds(graph, alphabet, origins))
        return cls(graph, alphabet, sources, origins, roads, reach, coarse)

    def rows(self, node: int) -> list[Label]:
        """All labels of a node (a field, or a dataset as a whole), in order."""
        return self.reach.labels(node)

    def sent(self, flow: int) -> list[Label]:
        """The labels that arrive through one flow, in order."""
        edge = int(self.edge_of_flow[flow])
        return [] if edge < 0 else _sent(self.reach, edge)

    @cached_property
    def edge_of_flow(self) -> npt.NDArray[np.int64]:
        edges = np.full(self.graph.flows, -1, dtype=np.int64)
        moving = np.flatnonzero(self.roads.flow >= 0)
        edges[self.roads.flow[moving]] = moving
        return edges

    @cached_property
    def fine(self) -> Labels:
        """The same without flows of whole datasets: what is held here is known column by column."""
        return self._less(self.coarse_flows)

    def ungated(self, scopes: Container[str], origins: Iterable[Origin] | None = None) -> Labels:
        """The same without the flows that one of these consent scopes gates: what is held here came round them.

        With `origins`, only what starts at those.
        """
        gated = np.array([kind.consent is not None and kind.consent in scopes for kind in self.graph.kinds], dtype=bool)
        dropped = gated[self.graph.flow_kind] if len(gated) else np.zeros(0, dtype=bool)
        return self._less(dropped, None if origins is None else Sources(frozenset(origins), frozenset()))

    def started(self, chosen: Callable[[FieldId], bool]) -> Labels:
        """The same, of what started in some of the fields only."""
        sources = self.sources.where(lambda origin: chosen(self.graph.nodes[origin[0]]))
        return Labels._over(self.graph, self.alphabet, sources, self.roads, self.coarse_flows)

    def _less(self, flows: npt.NDArray[np.bool_], sources: Sources | None = None) -> Labels:
        edges = np.zeros(len(self.roads.flow), dtype=bool)
        moving = self.roads.flow >= 0
        edges[moving] = flows[self.roads.flow[moving]]
        return Labels._over(
            self.graph, self.alphabet, sources or self.sources, self.roads.without(edges), self.coarse_flows
        )

    def from_origins(self, chosen: Iterable[Origin]) -> Reach:
        """Only what starts at some of the origins."""
        return spread(self.roads, self.alphabet, _seeds(self.graph, self.alphabet, chosen))

    @cached_property
    def collected(self) -> Reach:
        """Only what starts at a collection point that holds it."""
        nodes = sorted(collected_nodes(self.graph))
        return self.from_origins((node, label) for node in nodes for label in self.rows(node))

    @cached_property
    def roots(self) -> Reach:
        """Only what starts where nothing carrying the same category comes in."""
        graph = self.graph
        home = {node: graph.index.get(graph.nodes[node].dataset, node) for node, _ in self.origins}
        fed: dict[int, set[str]] = {}
        wanted = sorted({*home, *home.values()})
        for flow in np.flatnonzero(np.isin(graph.flow_target, wanted)).tolist():
            categories = fed.setdefault(int(graph.flow_target[flow]), set())
            categories.update(label.data_category for label in self.sent(flow))
        return self.from_origins(
            (node, label)
            for node, label in self.origins
            if label.data_category not in fed.get(node, set()) | fed.get(home[node], set())
        )


def collected_nodes(graph: LineageGraph) -> set[int]:
    """Positions of what the collection points fill: a field, or a dataset with all its fields."""
    points = {c.field for c in graph.world.collections}
    return {i for p in points for i in (graph.index[p], *(graph.fields_of.get(p, ()) if p.is_dataset else ()))}


def _sources(graph: LineageGraph) -> Sources:
    own: set[Origin] = set()
    foreign: set[Origin] = set()
    world, collected = graph.world, collected_nodes(graph)
    for node, group in world.classifications.items():
        place = graph.index[node]
        labels = set(_labels_said(world, node, group))
        if world.is_ours(node) or place in collected:
            own |= {(place, label) for label in labels}
            continue
        foreign |= {(place, label) for label in labels}
        fields = collected.intersection(graph.fields_of.get(node, ())) if node.is_dataset else ()
        own |= {(field, label) for field in fields for label in labels}
    return Sources(frozenset(own), frozenset(foreign))


def _labels_said(world: World, node: FieldId, group: Iterable[Classification]) -> Iterator[Label]:
    for said in group:
        if said.data_category and is_personal(said.data_category):
            for subject in (said.data_subject,) if said.data_subject else world.subjects_of(node):
                yield Label(said.data_category, subject, Form(said.form))


def _received(graph: LineageGraph, alphabet: Alphabet, roads: Roads, foreign: frozenset[Origin]) -> frozenset[Origin]:
    """What outsiders' own data are where they first come to us."""
    if not foreign:
        return frozenset()
    reach = spread(roads, alphabet, _seeds(graph, alphabet, foreign))
    ours = np.array([graph.world.is_ours(node) for node in graph.nodes], dtype=bool)
    inward = ours[graph.flow_target] & ~ours[graph.flow_source]
    edges = np.flatnonzero(roads.flow >= 0)
    edges = edges[inward[roads.flow[edges]]]
    return frozenset((int(roads.target[e]), label) for e in edges.tolist() for label in _sent(reach, e))


def _sent(reach: Reach, edge: int) -> list[Label]:
    """The labels that arrive through one edge of the roads, in order."""
    roads, alphabet = reach.roads, reach.alphabet
    source = int(roads.source[edge])
    code = roads.code[edge : edge + 1]
    brought = (
        transform(code, held[source : source + 1], sensitive)
        for held, sensitive in zip(reach.held, alphabet.sensitive, strict=True)
    )
    return list(alphabet.labels([int(b[0]) for b in brought]))


def _seeds(graph: LineageGraph, alphabet: Alphabet, origins: Iterable[Origin]) -> list[Words]:
    roads_nodes = len(graph.nodes) * 2
    seeds = [np.zeros(roads_nodes, dtype=np.uint64) for _ in range(alphabet.words)]
    for node, label in origins:
        word, bit = alphabet.place(label)
        seeds[word][node] |= np.uint64(1 << bit)
    return seeds


def _coarse_flows(graph: LineageGraph) -> npt.NDArray[np.bool_]:
    whole = np.array([node.is_dataset for node in graph.nodes], dtype=bool)
    indirect = np.array([kind.type == "INDIRECT" for kind in graph.kinds], dtype=bool)
    if not graph.flows:
        return np.zeros(0, dtype=bool)
    coarse: npt.NDArray[np.bool_] = whole[graph.flow_source] | (whole[graph.flow_target] & ~indirect[graph.flow_kind])
    return coarse


def _roads(graph: LineageGraph) -> Roads:
    """The flows, and for each dataset that is an end of one: node i takes in and gives to every field, node
    i + len(nodes) gathers from every field and sends."""
    count = len(graph.nodes)
    plain = np.array([codes(kind)[0] for kind in graph.kinds], dtype=np.int8)
    whole = np.array([node.is_dataset for node in graph.nodes], dtype=bool)
    source = graph.flow_source.astype(np.int64)
    if graph.flows:
        source = np.where(whole[graph.flow_source], source + count, source)
    inner: list[tuple[int, int]] = []
    for d in np.flatnonzero(whole).tolist():
        inner.append((d, d + count))
        for f in graph.fields_of.get(graph.nodes[d], ()):
            inner += [(d, f), (f, d + count)]
    standing = np.array(inner, dtype=np.int64).reshape(-1, 2)
    return Roads(
        count * 2,
        np.concatenate([source, standing[:, 0]]),
        np.concatenate([graph.flow_target.astype(np.int64), standing[:, 1]]),
        np.concatenate(
            [
                plain[graph.flow_kind] if graph.flows else plain[:0],
                np.full(len(inner), Code.IDENTITY, np.int8),
            ]
        ),
        np.concatenate([np.arange(graph.flows), np.full(len(inner), -1)]).astype(np.int64),
    )


def _settle(graph: LineageGraph, alphabet: Alphabet, roads: Roads, seeds: list[Words]) -> tuple[Roads, Reach]:
    """Spread, look which group keys are identifying, and spread again until that set stops growing."""
    keys = _group_keys(graph)
    identifying = alphabet.mask([is_identifying(c) for c, _ in alphabet.bases], forms=(0, 1, 2))
    done: set[int] = set()
    while True:
        reach = spread(roads, alphabet, seeds)
        found = {
            flow
            for flow, sources in keys.items()
            if flow not in done and any(_holds(reach, s, identifying) for s in sources)
        }
        if not found:
            return roads, reach
        done |= found
        code = roads.code.copy()
        for flow in found:
            code[flow] = codes(graph.kinds[graph.flow_kind[flow]])[1]
        roads = roads.recoded(code)


def _holds(reach: Reach, node: int, mask: list[np.uint64]) -> bool:
    return any(int(held[node]) & int(m) for held, m in zip(reach.held, mask, strict=True))


def _group_keys(graph: LineageGraph) -> dict[int, list[int]]:
    """Aggregating flow -> the road nodes whose labels group its target: the field, the dataset, or, where the flow
    fills a whole dataset, any field of it."""
    keys: dict[int, list[int]] = {}
    grouping = _flows_of(graph, lambda kind: kind.subtype == "GROUP_BY")
    if not grouping:
        return keys
    by_target: dict[FieldId, list[int]] = {}
    by_dataset: dict[FieldId, list[int]] = {}
    for flow in grouping:
        target, source = graph.nodes[graph.flow_target[flow]], int(graph.flow_source[flow])
        road = source + len(graph.nodes) if graph.nodes[source].is_dataset else source
        by_target.setdefault(target, []).append(road)
        by_dataset.setdefault(target.dataset, []).append(road)
    for flow in _flows_of(graph, lambda kind: codes(kind)[0] is Code.AGGREGATE):
        target = graph.nodes[graph.flow_target[flow]]
        if target.is_dataset:
            sources = by_dataset.get(target, [])
        else:
            sources = by_target.get(target, []) + by_target.get(target.dataset, [])
        if sources:
            keys[flow] = sources
    return keys


def _flows_of(graph: LineageGraph, chosen: Callable[[Flow], bool]) -> list[int]:
    """Positions of the flows of some kinds."""
    kinds = [k for k, kind in enumerate(graph.kinds) if chosen(kind)]
    return np.flatnonzero(np.isin(graph.flow_kind, kinds)).tolist() if kinds else []
