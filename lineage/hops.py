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


class Hops(dict[Came, Hop]):
    """The hops of ways over a graph.  What many ways have in common is told once."""

    def __init__(self, graph: LineageGraph) -> None:
        super().__init__()
        self._graph = graph
        self._has_wholes = bool(graph.nodes.whole.any())
        self._begun: dict[tuple[int, str], Hop] = {}
        self._gone: dict[tuple[int, int], Hop] = {}
        self._ended: dict[tuple[int, str], Hop] = {}

    def way(self, came: Came, flow: int, action: str) -> tuple[Hop, ...]:
        """All of a way that goes on by one more flow, whose hop is called `action`."""
        if (flow, action) not in self._ended:
            target = int(self._graph.flow_target[flow])
            self._ended[flow, action] = Hop(self._graph.ref(target), self._graph.place_of_flow(flow), action)
        hops = [self[step] for step in came.way]
        if self._has_wholes:
            hops = [h for i, h in enumerate(hops) if h.action != _WITHIN or h.field != hops[i - 1].field]
        return (*hops, self._ended[flow, action])

    def directly(self, field: FieldId, action: str) -> Hop:
        """The one hop of a collection point that feeds a recipient's system."""
        return Hop(self._graph.world.ref(field), self._collected_at(field), action)

    def __missing__(self, came: Came) -> Hop:
        """Of two labels that come to a node by the same flow the same is told."""
        place, flow = came.node % len(self._graph.nodes), came.flow
        if came.before is None:
            begun = place, came.label.data_category
            if begun not in self._begun:
                self._begun[begun] = self._start(*begun)
            hop = self._begun[begun]
        elif (place, flow) in self._gone:
            hop = self._gone[place, flow]
        else:
            hop = self._gone[place, flow] = self._step(place, flow)
        self[came] = hop
        return hop

    def _step(self, place: int, flow: int) -> Hop:
        ref = self._graph.ref(place)
        if flow < 0:
            return Hop(ref, "part of the dataset", _WITHIN)
        return Hop(ref, self._graph.place_of_flow(flow), self._action(flow))

    def _start(self, place: int, category: str) -> Hop:
        graph, world, ref = self._graph, self._graph.world, self._graph.ref(place)
        node = graph.nodes[place] if world.collections else None
        if node is not None and world.points_of(node):
            return Hop(ref, self._collected_at(node), "collected")
        said = next((e for c, e in world.classifications.at(place).items() if c.data_category == category), None)
        if said:
            return Hop(ref, said[0].place, "collection unknown")
        places, flows = self._from_outside
        at = int(np.searchsorted(places, place))
        brought = at < len(places) and places[at] == place
        return Hop(ref, graph.place_of_flow(int(flows[at])) if brought else "", "received from outside")

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
