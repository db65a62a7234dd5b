"""The lineage graph: columnar arrays of fields and flows, and the statements about them.

`as_networkx` shows the same arrays as a read-only networkx graph, for anybody's own analysis.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, overload

import numpy as np
import numpy.typing as npt

from lineage.columns import Evidences, Known
from lineage.folding import moved, settled, without_known_coarse
from lineage.frontier import among, ends_of, grouped, rows_of, spans
from lineage.model import Collection, Evidence, Fact, FieldId, Flow, Symlink
from lineage.ordering import order
from lineage.packed import Ints, Nodes
from lineage.places import Places
from lineage.references import within
from lineage.symlinks import follow, symlink_map
from lineage.world import World, ref_among

if TYPE_CHECKING:
    import networkx as nx

_MOST_LOOKS = 8


class FactSource(Protocol):
    """The part of a fact store that a graph is built from."""

    def known(self, *, day: date | None = None, known_at: datetime | None = None) -> Known: ...


@dataclass(frozen=True)
class Rows:
    """The flows of each node, one way: those of node n are ``flow[first[n]:first[n + 1]]``; `end` is the node at the
    other end of each, and they are ordered by it."""

    first: npt.NDArray[np.int64]
    end: Ints
    flow: Ints

    @classmethod
    def of(cls, here: Ints, there: Ints, nodes: int) -> Rows:
        """Group flows by the node they have `here`; both are one entry a flow, ordered by the other end."""
        first, flow = grouped(here, nodes)
        return cls(first, there[flow], flow)


@dataclass(frozen=True)
class Arriving:
    """Some flows in the order of where they arrive; `target` is where each does."""

    flow: Ints
    target: Ints

    @classmethod
    def of(cls, graph: LineageGraph, flows: Ints) -> Arriving:
        target = graph.flow_target[flows]
        at = order(target)
        return cls(flows[at], target[at])

    def into(self, nodes: npt.NDArray[np.integer[Any]]) -> Ints:
        """Those that arrive at some nodes, node by node."""
        return self.flow[spans(*ends_of(self.target, nodes))[0]]


@dataclass(frozen=True, eq=False)
class FlowEvidence(Sequence[tuple[int, ...]]):
    """For each flow, the positions in `evidences` that speak for it: ``code[first[i]:first[i + 1]]``."""

    first: Ints
    code: Ints

    def __len__(self) -> int:
        return len(self.first) - 1

    @overload
    def __getitem__(self, i: int) -> tuple[int, ...]: ...
    @overload
    def __getitem__(self, i: slice) -> list[tuple[int, ...]]: ...
    def __getitem__(self, i: int | slice) -> tuple[int, ...] | list[tuple[int, ...]]:
        if isinstance(i, slice):
            return [self[k] for k in range(*i.indices(len(self)))]
        at = range(len(self))[i]
        return tuple(self.code[self.first[at] : self.first[at + 1]].tolist())

    def of(self, flows: npt.NDArray[np.integer[Any]]) -> FlowEvidence:
        """That of some of the flows only."""
        ends = np.cumsum(self.first[flows + 1] - self.first[flows])
        return FlowEvidence(np.concatenate(([0], ends)).astype(np.int32), self.code[rows_of(self.first, flows)])


@dataclass(frozen=True, eq=False)
class Index(Mapping[FieldId, int]):
    """Node -> its position."""

    nodes: Nodes

    def __getitem__(self, node: FieldId) -> int:
        place = self.nodes.place(node)
        if place is None:
            raise KeyError(node)
        return place

    def __contains__(self, node: object) -> bool:
        return node in self.nodes

    def __iter__(self) -> Iterator[FieldId]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)


@dataclass(frozen=True, eq=False)
class FieldsOf(Mapping[FieldId, range]):
    """Dataset -> the positions of its fields."""

    nodes: Nodes

    def __getitem__(self, dataset: FieldId) -> range:
        at = self.nodes.datasets.place(dataset) if dataset.is_dataset else None
        if at is None or not (fields := self.nodes.fields_in(at)):
            raise KeyError(dataset)
        return fields

    def __iter__(self) -> Iterator[FieldId]:
        return (dataset for at, dataset in enumerate(self.nodes.datasets) if self.nodes.fields_in(at))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass
class LineageGraph:
    """Fields as nodes, flows as edges; `nodes` is sorted, flows by (source, target, kind).

    `flow_source`, `flow_target` index `nodes`; `flow_kind` indexes `kinds` (flows without their ends);
    `flow_evidence` holds, for each flow, the positions in `evidences` that speak for it.
    """

    nodes: Nodes
    flow_source: Ints
    flow_target: Ints
    flow_kind: Ints
    kinds: Sequence[Flow]
    flow_evidence: FlowEvidence
    evidences: Evidences
    world: World

    @classmethod
    def from_facts(cls, facts: Iterable[Fact]) -> LineageGraph:
        """Fold facts, in any order and however often repeated, into a graph."""
        return cls.fold(Known.of(facts))

    @classmethod
    def from_store(cls, store: FactSource, day: date | None = None, known_at: datetime | None = None) -> LineageGraph:
        """The graph of what a store knew at `known_at` (now) of `day` (today)."""
        return cls.fold(store.known(day=day, known_at=known_at))

    @classmethod
    def fold(cls, known: Known) -> LineageGraph:
        """The graph of all that is known."""
        columns, links = known.columns, symlink_map(known.others.get(Symlink, ()))
        points = (follow(f.statement, links) for f in known.others.get(Collection, ()))
        collected = (point.field for point in points if isinstance(point, Collection))
        columns = settled(columns, without_known_coarse(moved(columns, links)), collected)
        source, target, kind, first = columns.source, columns.target, columns.kind, columns.first
        if len(first) <= len(source):
            source, target, kind = (part[first[:-1]] for part in (source, target, kind))
        evidence = FlowEvidence(first, columns.evidence)
        world = World.fold(known.others, columns, links)
        kinds = list(columns.kinds)
        return cls(columns.nodes, source, target, kind, kinds, evidence, columns.evidences, world)

    @cached_property
    def index(self) -> Mapping[FieldId, int]:
        return Index(self.nodes)

    @property
    def flows(self) -> int:
        return len(self.flow_source)

    def flow(self, i: int) -> Flow:
        """The i-th flow as a value."""
        kind: Flow = self.kinds[self.flow_kind[i]]
        source, target = self.nodes[self.flow_source[i]], self.nodes[self.flow_target[i]]
        return replace(kind, source=source, target=target)

    def evidence_of_flow(self, i: int) -> tuple[Evidence, ...]:
        return tuple(self.evidences[e] for e in self.flow_evidence[i])

    def place_of_flow(self, i: int) -> str:
        """The place of the first evidence of a flow."""
        return self.evidences.place(int(self.flow_evidence.code[self.flow_evidence.first[i]]))

    def ref(self, node: int) -> str:
        """How a node is shown."""
        at = int(self.nodes.dataset[node])
        if at not in self._called:
            self._called[at] = ref_among(self.places.at(node).systems, self.nodes.datasets[at])
        field = self.nodes.fields[int(self.nodes.field[node])]
        return within(self._called[at], field) if field else self._called[at]

    @cached_property
    def dataset_refs(self) -> list[str]:
        """How each dataset is shown."""
        places = zip(self.places.of_dataset.tolist(), self.nodes.datasets, strict=True)
        return [ref_among(self.places.all[place].systems, dataset) for place, dataset in places]

    @cached_property
    def _called(self) -> dict[int, str]:
        """How datasets are shown that were asked for, by their position."""
        return {}

    @cached_property
    def places(self) -> Places:
        """Where the nodes lie, and whose those places are."""
        return Places(self.world, self.nodes)

    @cached_property
    def fields_of(self) -> Mapping[FieldId, Sequence[int]]:
        """Dataset -> the positions of its fields."""
        return FieldsOf(self.nodes)

    @cached_property
    def group_keys(self) -> Ints:
        """The flows that are group keys of aggregates."""
        grouping = np.array([kind.subtype == "GROUP_BY" for kind in self.kinds], dtype=bool)
        return np.flatnonzero(grouping[self.flow_kind]).astype(np.int32)

    @cached_property
    def outward(self) -> Rows:
        """The flows that set out from each node, ordered by where they go."""
        first = np.searchsorted(self.flow_source, np.arange(len(self.nodes) + 1))
        return Rows(first, self.flow_target, np.arange(self.flows, dtype=np.int32))

    @cached_property
    def inward(self) -> Rows:
        """The flows that arrive at each node, ordered by where they come from."""
        return Rows.of(self.flow_target, self.flow_source, len(self.nodes))

    def out_of(self, nodes: npt.NDArray[np.integer[Any]]) -> Ints:
        """The flows that set out from some nodes, node by node, those of each by where they go."""
        return spans(*ends_of(self.flow_source, nodes))[0]

    def into(self, nodes: npt.NDArray[np.integer[Any]]) -> Ints:
        """The flows that arrive at some nodes, in order of flows.

        The first few times all flows are looked through: for a question or two that is quicker than to group them.
        """
        if "inward" in self.__dict__ or len(self._looks) >= _MOST_LOOKS:
            return np.sort(self.inward.flow[rows_of(self.inward.first, nodes)])
        self._looks.append(len(nodes))
        return among(self.flow_target, nodes, len(self.nodes))

    @cached_property
    def _looks(self) -> list[int]:
        """How many nodes each look through all flows was for."""
        return []

    def as_networkx(self) -> nx.MultiDiGraph[FieldId]:
        """The same arrays as a read-only networkx graph: nodes are FieldIds, every flow is an edge (docs/networkx.md).

        The key of an edge is the position of its flow; changing the graph raises networkx.NetworkXError.
        """
        from lineage.networkx_view import multigraph

        return multigraph(self)

    def as_networkx_digraph(self) -> nx.DiGraph[FieldId]:
        """The same with one edge for all flows from one field to another, for algorithms that take no multigraph."""
        from lineage.networkx_view import digraph

        return digraph(self)
