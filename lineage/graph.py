"""The lineage graph: columnar arrays of fields and flows, and the statements about them.

`as_networkx` shows the same arrays as a read-only networkx graph, for anybody's own analysis.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from lineage.model import Evidence, Fact, FieldId, Flow, Symlink
from lineage.symlinks import home, symlink_map
from lineage.world import World

if TYPE_CHECKING:
    import networkx as nx

Ints = npt.NDArray[np.int32]
_NOWHERE = FieldId("", "")


class FlowColumns(Protocol):
    """Flows as a store gives them: codes into small dictionaries, one entry a flow."""

    @property
    def nodes(self) -> Sequence[FieldId]: ...
    @property
    def source(self) -> Ints: ...
    @property
    def target(self) -> Ints: ...
    @property
    def kind(self) -> Ints: ...
    @property
    def kinds(self) -> Sequence[Flow]: ...
    @property
    def evidence(self) -> Ints: ...
    @property
    def evidences(self) -> Sequence[Evidence]: ...


class FactSource(Protocol):
    """The part of a fact store that a graph is built from."""

    def columns(self, *, day: date | None = None, known_at: datetime | None = None) -> FlowColumns: ...

    def statements(self, *, day: date | None = None, known_at: datetime | None = None) -> Iterator[Fact]: ...


@dataclass(frozen=True)
class Rows:
    """The flows of each node, one way: those of node n are ``flow[first[n]:first[n + 1]]``; `end` is the node at the
    other end of each, and they are ordered by it."""

    first: npt.NDArray[np.int64]
    end: Ints
    flow: npt.NDArray[np.int64]

    @classmethod
    def of(cls, here: Ints, there: Ints, nodes: int) -> Rows:
        """Group flows by the node they have `here`; both are one entry a flow."""
        order = np.lexsort((there, here))
        return cls(np.searchsorted(here[order], np.arange(nodes + 1)), there[order], order)


@dataclass
class LineageGraph:
    """Fields as nodes, flows as edges; `nodes` is sorted, flows by (source, target, kind).

    `flow_source`, `flow_target` index `nodes`; `flow_kind` indexes `kinds` (flows without their ends);
    `flow_evidence` holds, for each flow, the positions in `evidences` that speak for it.
    """

    nodes: list[FieldId]
    flow_source: Ints
    flow_target: Ints
    flow_kind: Ints
    kinds: list[Flow]
    flow_evidence: list[tuple[int, ...]]
    evidences: list[Evidence]
    world: World

    @classmethod
    def from_facts(cls, facts: Iterable[Fact]) -> LineageGraph:
        """Fold facts, in any order and however often repeated, into a graph."""
        facts = list(facts)
        flows = [f for f in facts if isinstance(f.statement, Flow)]
        others = [f for f in facts if not isinstance(f.statement, Flow)]
        return cls._fold(((f.statement, f.evidence) for f in flows if isinstance(f.statement, Flow)), others)

    @classmethod
    def from_store(cls, store: FactSource, day: date | None = None, known_at: datetime | None = None) -> LineageGraph:
        """The graph of what a store knew at `known_at` (now) of `day` (today)."""
        columns = store.columns(day=day, known_at=known_at)
        return cls._fold(_read(columns), list(store.statements(day=day, known_at=known_at)))

    @classmethod
    def _fold(cls, flows: Iterable[tuple[Flow, Evidence]], others: list[Fact]) -> LineageGraph:
        world = World.from_facts(others)
        links = symlink_map(f for f in others if isinstance(f.statement, Symlink))
        said: dict[Flow, set[Evidence]] = {}
        for flow, evidence in flows:
            if links:
                flow = replace(flow, source=home(flow.source, links), target=home(flow.target, links))
            said.setdefault(flow, set()).add(evidence)
        said = _without_known_coarse(said)
        nodes = sorted(_all_nodes(said, world))
        index = {node: i for i, node in enumerate(nodes)}
        kinds = sorted({_kind(flow) for flow in said}, key=repr)
        kind_index = {kind: i for i, kind in enumerate(kinds)}
        evidences = sorted({e for group in said.values() for e in group}, key=repr)
        evidence_index = {e: i for i, e in enumerate(evidences)}
        rows = sorted(
            (
                index[f.source],
                index[f.target],
                kind_index[_kind(f)],
                tuple(sorted(evidence_index[e] for e in es)),
            )
            for f, es in said.items()
        )
        columns = np.array([row[:3] for row in rows], dtype=np.int32).reshape(-1, 3)
        return cls(
            nodes, columns[:, 0].copy(), columns[:, 1].copy(), columns[:, 2].copy(),
            kinds, [row[3] for row in rows], evidences, world,
        )  # fmt: skip

    @cached_property
    def index(self) -> dict[FieldId, int]:
        return {node: i for i, node in enumerate(self.nodes)}

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

    def ref(self, node: int) -> str:
        return self.world.ref(self.nodes[node])

    @cached_property
    def fields_of(self) -> Mapping[FieldId, list[int]]:
        """Dataset -> the positions of its fields."""
        fields: dict[FieldId, list[int]] = {}
        for i, node in enumerate(self.nodes):
            if node.field:
                fields.setdefault(node.dataset, []).append(i)
        return fields

    @cached_property
    def outward(self) -> Rows:
        """The flows that set out from each node, ordered by where they go."""
        return Rows.of(self.flow_source, self.flow_target, len(self.nodes))

    @cached_property
    def inward(self) -> Rows:
        """The flows that arrive at each node, ordered by where they come from."""
        return Rows.of(self.flow_target, self.flow_source, len(self.nodes))

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


def _read(columns: FlowColumns) -> Iterator[tuple[Flow, Evidence]]:
    ends = zip(columns.source.tolist(), columns.target.tolist(), strict=True)
    codes = zip(columns.kind.tolist(), columns.evidence.tolist(), strict=True)
    for (source, target), (kind, evidence) in zip(ends, codes, strict=True):
        flow = replace(columns.kinds[kind], source=columns.nodes[source], target=columns.nodes[target])
        yield flow, columns.evidences[evidence]


def _kind(flow: Flow) -> Flow:
    return replace(flow, source=_NOWHERE, target=_NOWHERE)


def _without_known_coarse(said: dict[Flow, set[Evidence]]) -> dict[Flow, set[Evidence]]:
    """Leave out a job's flow of a whole dataset where its flows of columns between the same two are known.

    What the job takes from another dataset is not told by them: leaving that out would hide a share.
    """
    known = set()
    for f in said:
        if f.job and f.type == "DIRECT" and f.source.field and f.target.field:
            known |= {(f.job, f.source.dataset, f.target), (f.job, f.source.dataset, f.target.dataset)}
    return {
        f: e
        for f, e in said.items()
        if f.source.field or f.type != "DIRECT" or (f.job, f.source, f.target) not in known
    }


def _all_nodes(said: Iterable[Flow], world: World) -> set[FieldId]:
    nodes = {end for flow in said for end in (flow.source, flow.target)}
    return nodes | set(world.fields) | set(world.classifications) | {c.field for c in world.collections}
