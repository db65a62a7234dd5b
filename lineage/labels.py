"""Which labels every field holds: where they start, what carries them, and by how fine a trace.

Origins are the classified fields of ours (and of systems nobody is known to operate: unknown counts against)
and the fields that a collection point of ours feeds.  What an outsider holds of its own is not ours.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lineage.carry import Code, codes
from lineage.graph import LineageGraph
from lineage.model import ALL, FieldId, Form
from lineage.propagate import Alphabet, Label, Reach, Roads, Words, spread, transform
from lineage.vocabulary import is_identifying, is_personal

Origin = tuple[int, Label]


@dataclass
class Labels:
    """The labels of one graph; `reach` is all of them, the other passes say how they came."""

    graph: LineageGraph
    alphabet: Alphabet
    origins: frozenset[Origin]
    roads: Roads
    reach: Reach
    coarse_flows: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, graph: LineageGraph) -> Labels:
        """Spread all labels of a graph until group keys that turn out identifying change nothing more."""
        origins = frozenset(_origins(graph))
        bases = sorted({(label.data_category, label.data_subject) for _, label in origins})
        alphabet = Alphabet(tuple(bases))
        coarse = _coarse_flows(graph)
        roads, reach = _settle(graph, alphabet, _roads(graph), _seeds(graph, alphabet, origins))
        return cls(graph, alphabet, origins, roads, reach, coarse)

    def rows(self, node: int) -> list[Label]:
        """All labels of a node (a field, or a dataset as a whole), in order."""
        return self.reach.labels(node)

    def sent(self, flow: int) -> list[Label]:
        """The labels that arrive through one flow, in order."""
        edge = self.edge_of_flow[flow]
        if edge < 0:
            return []
        source = self.roads.source[edge]
        word_bits = [held[source : source + 1] for held in self.reach.held]
        code = np.array([self.roads.code[edge]], dtype=np.int8)
        brought = [transform(code, w, s) for w, s in zip(word_bits, self.alphabet.sensitive, strict=True)]
        return list(self.alphabet.labels([int(b[0]) for b in brought]))

    @cached_property
    def edge_of_flow(self) -> npt.NDArray[np.int64]:
        edges = np.full(self.graph.flows, -1, dtype=np.int64)
        moving = np.flatnonzero(self.roads.flow >= 0)
        edges[self.roads.flow[moving]] = moving
        return edges

    @cached_property
    def fine(self) -> Labels:
        """The same without flows of whole datasets: what is held here is known column by column."""
        return self._less(self._of_flows(self.coarse_flows))

    def ungated(self, scopes: Container[str], origins: Iterable[Origin] | None = None) -> Labels:
        """The same without the flows that one of these consent scopes gates: what is held here came round them.

        With `origins`, only what starts at those.
        """
        gated = np.array([kind.consent is not None and kind.consent in scopes for kind in self.graph.kinds], dtype=bool)
        dropped = gated[self.graph.flow_kind] if len(gated) else np.zeros(0, dtype=bool)
        return self._less(self._of_flows(dropped), origins)

    def _of_flows(self, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        edges = np.zeros(len(self.roads.flow), dtype=bool)
        moving = self.roads.flow >= 0
        edges[moving] = chosen[self.roads.flow[moving]]
        return edges

    def _less(self, dropped: npt.NDArray[np.bool_], origins: Iterable[Origin] | None = None) -> Labels:
        roads = self.roads.without(dropped)
        chosen = self.origins if origins is None else origins
        reach = spread(roads, self.alphabet, _seeds(self.graph, self.alphabet, chosen))
        return Labels(self.graph, self.alphabet, self.origins, roads, reach, self.coarse_flows)

    def from_origins(self, chosen: Iterable[Origin]) -> Reach:
        """Only what starts at some of the origins."""
        return spread(self.roads, self.alphabet, _seeds(self.graph, self.alphabet, chosen))

    @cached_property
    def collected(self) -> Reach:
        """Only what starts at a collection point."""
        points = {self.graph.index[c.field] for c in self.graph.world.collections}
        return self.from_origins(o for o in self.origins if o[0] in points)

    @cached_property
    def roots(self) -> Reach:
        """Only what starts where nothing carrying the same category comes in."""
        fed: dict[int, set[str]] = {}
        targets = self.graph.flow_target
        wanted = {node for node, _ in self.origins}
        for flow in np.flatnonzero(np.isin(targets, list(wanted))).tolist() if wanted else []:
            fed.setdefault(int(targets[flow]), set()).update(label.data_category for label in self.sent(flow))
        return self.from_origins(o for o in self.origins if o[1].data_category not in fed.get(o[0], ()))


def _origins(graph: LineageGraph) -> Iterable[Origin]:
    world = graph.world
    collected = {c.field for c in world.collections}
    for node, group in world.classifications.items():
        operators = world.operators_of(node)
        if operators and not any(world.is_own(op) for op in operators) and node not in collected:
            continue
        for said in group:
            if said.data_category and is_personal(said.data_category):
                subject = said.data_subject or world.subject_of(node) or ALL
                yield graph.index[node], Label(said.data_category, subject, Form(said.form))


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
    """Aggregating flow -> the road nodes whose labels group its target."""
    count = len(graph.nodes)
    by_target: dict[FieldId, list[int]] = {}
    grouping = [k for k, kind in enumerate(graph.kinds) if kind.subtype == "GROUP_BY"]
    for flow in np.flatnonzero(np.isin(graph.flow_kind, grouping)).tolist():
        source = int(graph.flow_source[flow])
        road = source + count if graph.nodes[source].is_dataset else source
        by_target.setdefault(graph.nodes[graph.flow_target[flow]], []).append(road)
    aggregating = [k for k, kind in enumerate(graph.kinds) if codes(kind)[0] is Code.AGGREGATE]
    keys = {}
    for flow in np.flatnonzero(np.isin(graph.flow_kind, aggregating)).tolist() if by_target else []:
        target = graph.nodes[graph.flow_target[flow]]
        sources = by_target.get(target, []) + (by_target.get(target.dataset, []) if target.field else [])
        if sources:
            keys[flow] = sources
    return keys
