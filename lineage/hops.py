"""What is told of each step of a way: the field, what was done there, and the place of the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lineage.graph import LineageGraph
from lineage.model import FieldId, Flow
from lineage.packed import Ints
from lineage.ways import Came

_WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Hop:
    """One place on a path: what was done there, the field as printed, and the place of the evidence."""

    field: str
    evidence: str
    action: str = ""


class Hops:
    """The hops of ways over a graph.  What ways have in common is told once."""

    def __init__(self, graph: LineageGraph) -> None:
        self._graph = graph
        self._has_wholes = bool(graph.nodes.whole.any())
        self._started: dict[tuple[int, str], Hop] = {}
        self._gone: dict[tuple[int, int], Hop] = {}
        self._ended: dict[tuple[int, str], Hop] = {}

    def way(self, came: Came, flow: int, action: str) -> tuple[Hop, ...]:
        """All of a way that goes on by one more flow, whose hop is called `action`."""
        end = self._ended.get((flow, action))
        if end is None:
            target = int(self._graph.flow_target[flow])
            end = self._ended[flow, action] = Hop(self._graph.ref(target), self._graph.place_of_flow(flow), action)
        hops, gone = [end], self._gone
        while came.before is not None:
            hops.append(gone.get((came.node, came.flow)) or self._step(came.node, came.flow))
            came = came.before
        start = came.node, came.label.data_category
        hops.append(self._started.get(start) or self._start(*start))
        hops.reverse()
        if self._has_wholes:
            hops = [hop for i, hop in enumerate(hops) if hop.action != _WITHIN or hop.field != hops[i - 1].field]
        return tuple(hops)

    def directly(self, field: FieldId, action: str) -> Hop:
        """The one hop of a collection point that feeds a recipient's system."""
        return Hop(self._graph.world.ref(field), self._collected_at(field), action)

    def _step(self, node: int, flow: int) -> Hop:
        """What is told of coming to a node of the roads by a flow, whatever comes."""
        graph, ref = self._graph, self._graph.ref(node % len(self._graph.nodes))
        how = (graph.place_of_flow(flow), self._action(flow)) if flow >= 0 else ("part of the dataset", _WITHIN)
        hop = self._gone[node, flow] = Hop(ref, *how)
        return hop

    def _start(self, node: int, category: str) -> Hop:
        """What is told of where data of a category start."""
        place = node % len(self._graph.nodes)
        hop = self._started[node, category] = Hop(self._graph.ref(place), *self._begun(place, category))
        return hop

    def _begun(self, place: int, category: str) -> tuple[str, str]:
        """The evidence of data that start at a place, and how they came there."""
        graph, world = self._graph, self._graph.world
        node = graph.nodes[place] if world.collections else None
        if node is not None and world.points_of(node):
            return self._collected_at(node), "collected"
        said = next((e for c, e in world.classifications.at(place).items() if c.data_category == category), None)
        if said:
            return said[0].place, "collection unknown"
        places, flows = self._from_outside
        at = int(np.searchsorted(places, place))
        brought = at < len(places) and places[at] == place
        return graph.place_of_flow(int(flows[at])) if brought else "", "received from outside"

    @cached_property
    def _from_outside(self) -> tuple[Ints, Ints]:
        """The nodes that flows from systems of others reach, in order, and the first flow to each."""
        flows = np.flatnonzero(~self._graph.places.ours[self._graph.flow_source]).astype(np.int32)
        nodes, first = np.unique(self._graph.flow_target[flows], return_index=True)
        return nodes, flows[first]

    def _collected_at(self, node: FieldId) -> str:
        world = self._graph.world
        return "; ".join(f"{c.point} ({world.evidence(c)[0].place})" for c in world.points_of(node))

    def _action(self, flow: int) -> str:
        graph = self._graph
        kind: Flow = graph.kinds[graph.flow_kind[flow]]
        if kind.function:
            of = graph.nodes.fields[int(graph.nodes.field[graph.flow_source[flow]])]
            return f"{kind.function}({of or '*'})"
        if kind.subtype in (None, "IDENTITY") and kind.type == "DIRECT":
            return "copied"
        return (kind.subtype or "").lower()
