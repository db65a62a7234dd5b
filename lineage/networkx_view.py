"""How does the graph look to networkx?  As a graph of its own that holds nothing: every look-up reads the arrays.

networkx keeps a graph in nested dictionaries (node -> neighbour -> key -> attributes).  Here each of them is a
read-only mapping over the rows of the arrays, so the view costs nothing to make, is never out of step, and every
networkx algorithm works on it.  Whoever wants to change something changes a copy: ``networkx.MultiDiGraph(view)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol, TypeVar

import networkx as nx
import numpy as np
import numpy.typing as npt

from lineage.model import Evidence, FieldId, Flow
from lineage.world import World

K = TypeVar("K")
V = TypeVar("V")
Ints = npt.NDArray[np.integer[Any]]


class Rows(Protocol):
    """The flows of each node, one way: those of node n are ``flow[first[n]:first[n + 1]]``, ordered by `end`."""

    @property
    def first(self) -> Ints: ...
    @property
    def end(self) -> Ints: ...
    @property
    def flow(self) -> Ints: ...


class Arrays(Protocol):
    """What the view reads of a lineage graph."""

    world: World

    @property
    def nodes(self) -> Sequence[FieldId]: ...
    @property
    def index(self) -> Mapping[FieldId, int]: ...
    @property
    def outward(self) -> Rows: ...
    @property
    def inward(self) -> Rows: ...
    def flow(self, i: int) -> Flow: ...
    def evidence_of_flow(self, i: int) -> Sequence[Evidence]: ...


def multigraph(arrays: Arrays) -> nx.MultiDiGraph[FieldId]:
    """The view with one edge for each flow; its key is the flow's position in the arrays."""
    graph: nx.MultiDiGraph[FieldId] = nx.MultiDiGraph()
    return _shown(graph, arrays, _Flows)


def digraph(arrays: Arrays) -> nx.DiGraph[FieldId]:
    """The view with one edge for all flows from one field to another: its attribute ``flows`` lists theirs."""
    graph: nx.DiGraph[FieldId] = nx.DiGraph()
    return _shown(graph, arrays, _together)


G = TypeVar("G", bound="nx.DiGraph[FieldId]")


def _shown(graph: G, arrays: Arrays, edge: Any) -> G:
    """Put mappings over the arrays where networkx looks, and shut every method that changes a graph."""
    graph._node = _Nodes(arrays)  # type: ignore[attr-defined]
    graph._adj = _Adjacency(arrays, False, edge)  # type: ignore[attr-defined]
    graph._pred = _Adjacency(arrays, True, edge)  # type: ignore[attr-defined]
    nx.freeze(graph)
    return graph


class _ReadOnly(Mapping[K, V]):
    """A mapping that says what to do instead when somebody sets an item."""

    __slots__ = ()

    def __setitem__(self, key: K, value: V) -> NoReturn:
        raise nx.NetworkXError("this graph is a view and cannot be changed; change a copy: networkx.MultiDiGraph(view)")

    def __delitem__(self, key: K) -> NoReturn:
        self[key] = NotImplemented

    def __deepcopy__(self, memo: Any) -> Any:
        return self  # nothing of it can change

    def copy(self) -> dict[K, V]:
        """A dictionary of the same; networkx makes its copies with it."""
        return dict(self)


@dataclass(frozen=True, slots=True, eq=False)
class Attributes(_ReadOnly[str, Any]):
    """The attributes of a node or an edge; `told` is made at the look-up and thrown away after it."""

    told: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.told[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.told)

    def __len__(self) -> int:
        return len(self.told)


@dataclass(frozen=True, slots=True, eq=False)
class _Nodes(_ReadOnly[FieldId, Attributes]):
    arrays: Arrays

    def __getitem__(self, node: FieldId) -> Attributes:
        return Attributes({"ref": self.arrays.world.ref(self.arrays.nodes[self.arrays.index[node]])})

    def __contains__(self, node: object) -> bool:
        return node in self.arrays.index

    def __iter__(self) -> Iterator[FieldId]:
        return iter(self.arrays.nodes)

    def __len__(self) -> int:
        return len(self.arrays.nodes)


@dataclass(frozen=True, slots=True, eq=False)
class _Adjacency(_ReadOnly[FieldId, "_Neighbours"]):
    """Node -> its neighbours, against the flows (`back`) or with them."""

    arrays: Arrays
    back: bool
    edge: Any

    def __getitem__(self, node: FieldId) -> _Neighbours:
        place = self.arrays.index[node]
        rows = self.arrays.inward if self.back else self.arrays.outward
        first, last = int(rows.first[place]), int(rows.first[place + 1])
        return _Neighbours(self.arrays, rows.end[first:last], rows.flow[first:last], self.edge)

    def __contains__(self, node: object) -> bool:
        return node in self.arrays.index

    def __iter__(self) -> Iterator[FieldId]:
        return iter(self.arrays.nodes)

    def __len__(self) -> int:
        return len(self.arrays.nodes)


@dataclass(frozen=True, slots=True, eq=False)
class _Neighbours(_ReadOnly[FieldId, Any]):
    """Neighbour -> the edge to it: `end` and `flow` are one entry a flow, ordered by end."""

    arrays: Arrays
    end: Ints
    flow: Ints
    edge: Any

    def __getitem__(self, node: FieldId) -> Any:
        place = self.arrays.index[node]
        first, last = np.searchsorted(self.end, (place, place + 1))
        if first == last:
            raise KeyError(node)
        return self.edge(self.arrays, self.flow[first:last])

    def __contains__(self, node: object) -> bool:
        place = self.arrays.index.get(node) if isinstance(node, FieldId) else None
        return place is not None and bool((self.end == place).any())

    def __iter__(self) -> Iterator[FieldId]:
        return iter([self.arrays.nodes[place] for place in dict.fromkeys(self.end.tolist())])

    def __len__(self) -> int:
        return int((np.diff(self.end) != 0).sum()) + 1 if len(self.end) else 0


@dataclass(frozen=True, slots=True, eq=False)
class _Flows(_ReadOnly[int, Attributes]):
    """Position -> attributes, of the flows from one field to another."""

    arrays: Arrays
    flow: Ints

    def __getitem__(self, position: int) -> Attributes:
        if position not in self:
            raise KeyError(position)
        return _told(self.arrays, position)

    def __contains__(self, position: object) -> bool:
        return isinstance(position, int) and bool((self.flow == position).any())

    def __iter__(self) -> Iterator[int]:
        return iter(self.flow.tolist())

    def __len__(self) -> int:
        return len(self.flow)


def _together(arrays: Arrays, flows: Ints) -> Attributes:
    return Attributes({"flows": tuple(_told(arrays, flow) for flow in flows.tolist())})


def _told(arrays: Arrays, position: int) -> Attributes:
    flow = arrays.flow(position)
    return Attributes(
        {
            "flow": position, "type": flow.type, "subtype": flow.subtype, "function": flow.function,
            "masking": flow.masking, "data_use": flow.data_use, "consent": flow.consent,
            "encrypted_in_transit": flow.encrypted_in_transit,
            "evidence": tuple(evidence.place for evidence in arrays.evidence_of_flow(position)),
        }
    )  # fmt: skip
