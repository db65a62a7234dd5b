"""Everything a check, a page or a format may ask of one graph on one day, worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

import numpy as np

from lineage.graph import LineageGraph
from lineage.holdings import Holdings
from lineage.labels import Labels
from lineage.model import FieldId, Flow
from lineage.nearest import Arrival, Nearest
from lineage.packed import Ints
from lineage.propagate import Label
from lineage.remembered import Memory
from lineage.share import Share
from lineage.shares import Shares
from lineage.transfers import Route, Transfers
from lineage.transit import NO, UNKNOWN, YES, encrypted
from lineage.ways import Came
from lineage.world import World

RULE_SET = "2026.11"
"""Version of the tables of law (sensitive categories, consent kinds, transfer rules) judged by."""


_WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Settings:
    """Thresholds of checks, in days, and the severities a project changed."""

    expiring_days: int = 30
    unused_days: int = 90
    stale_days: int = 90
    severities: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hop:
    """One place on a path: what was done there, the field as printed, and the place of the evidence."""

    field: str
    evidence: str
    action: str = ""


@dataclass
class Judgement:
    """A graph judged on a day.  `last_seen` maps a source key to its last whole run; `memory` keeps large passes."""

    graph: LineageGraph
    day: date
    known_at: datetime
    settings: Settings = field(default_factory=Settings)
    last_seen: Mapping[str, datetime] = field(default_factory=dict)
    memory: Memory | None = None

    @property
    def rule_set(self) -> str:
        """The version of the tables of law that this judges by."""
        return RULE_SET

    @property
    def world(self) -> World:
        return self.graph.world

    @cached_property
    def labels(self) -> Labels:
        return Labels.of(self.graph, self.memory)

    @cached_property
    def _shares(self) -> Shares:
        return Shares(self.labels, self.day)

    @cached_property
    def shares(self) -> tuple[Share, ...]:
        """All shares with their verdicts, sorted."""
        return self._shares.all()

    @cached_property
    def transfers(self) -> tuple[Route, ...]:
        """All routes by which personal data leaves the area of a law, judged, sorted."""
        return Transfers(self._shares, self.shares).all()

    @cached_property
    def holdings(self) -> Holdings:
        """What each system and dataset holds."""
        return Holdings(self.labels)

    @property
    def sharing(self) -> Shares:
        """The judge of shares, for questions about a single one."""
        return self._shares

    def label_rows(self, node: FieldId) -> Sequence[Label]:
        """The labels a field holds, in order; none where the field is not in the graph."""
        i = self.graph.index.get(node)
        return () if i is None else self.labels.rows(i)

    def witness(self, share: Share) -> tuple[Hop, ...]:
        """The shortest way of a share from the nearest collection point, else from the nearest origin that
        nothing carrying the same category feeds, with the evidence of each hop."""
        if share.flow < 0:
            return self.taken_directly(share.target, "SHARED")
        return self.way(share.flow, share.label, "SHARED")

    def taken_directly(self, field: FieldId, action: str) -> tuple[Hop, ...]:
        """The one hop of a collection point that feeds a recipient's system."""
        return (Hop(self.world.ref(field), self._collected_at(field), action),)

    def way(self, flow: int, label: Label, action: str) -> tuple[Hop, ...]:
        """The shortest way by which a label arrives through a flow; `action` is what its last hop is called."""
        hops: list[Hop] = []
        for came in self._came(flow, label).way:
            about = came.node, came.flow if came.before else came.label.data_category
            hop = self._hops.get(about)
            if hop is None:
                hop = self._hops[about] = self._hop(came)
            if hop.action != _WITHIN or hop.field != hops[-1].field:
                hops.append(hop)
        last = Hop(self.graph.ref(int(self.graph.flow_target[flow])), self.graph.place_of_flow(flow), action)
        return (*hops, last)

    def _hop(self, came: Came) -> Hop:
        place, flow = came.node % len(self.graph.nodes), came.flow
        if came.before is None:
            return self._origin_hop(place, came.label.data_category)
        if flow < 0:
            return Hop(self.graph.ref(place), "part of the dataset", _WITHIN)
        return Hop(self.graph.ref(place), self.graph.place_of_flow(flow), self._action(flow))

    @cached_property
    def _hops(self) -> dict[tuple[int, int | str], Hop]:
        """What is told of coming to a node by a flow, or of a category that starts there."""
        return {}

    def origin_of(self, share: Share) -> FieldId:
        """Where the witness of a share begins."""
        if share.flow < 0:
            return share.target
        return self.graph.nodes[self._came(share.flow, share.label).start.node % len(self.graph.nodes)]

    def places_of(self, share: Share) -> tuple[int, ...]:
        """Positions in the graph of the fields on the witness of a share, origin first."""
        if share.flow < 0:
            return (self.graph.index[share.target],)
        way = self._came(share.flow, share.label).way
        passed = (*(came.node for came in way), int(self.graph.flow_target[share.flow]))
        return tuple(dict.fromkeys(node % len(self.graph.nodes) for node in passed))

    def encrypted_in_transit(self, flow: int) -> bool | None:
        """Is a flow encrypted on its way, by its own statement, else by that of its systems' connections?"""
        return {UNKNOWN: None, NO: False, YES: True}[int(encrypted(self.graph, [flow])[0])]

    def prepare(self, arrivals: Iterable[Arrival]) -> None:
        """Walk back at once all ways by which labels arrive through flows; then each `way` is a look-up."""
        self._nearest.prepare(arrivals)

    def _came(self, flow: int, label: Label) -> Came:
        """How a label came to where it sets out through a flow.  The first that is asked for of those that a check
        tells has all of them walked back, and the first of the other shares all shares."""
        asked = flow, label
        if asked not in self._nearest:
            shared = [share for share in self.shares if share.flow >= 0]
            told = (share for share in shared if not share.authorized)
            every = (dict.fromkeys((share.flow, share.label) for share in some) for some in (told, shared))
            self.prepare(next((some for some in every if asked in some), [asked]))
        return self._nearest[asked]

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest(self.labels)

    def _origin_hop(self, place: int, category: str) -> Hop:
        node, world, ref = self.graph.nodes[place], self.world, self.graph.ref(place)
        if world.points_of(node):
            return Hop(ref, self._collected_at(node), "collected")
        said = next((e for c, e in world.classifications.at(place).items() if c.data_category == category), None)
        if said:
            return Hop(ref, said[0].place, "collection unknown")
        places, flows = self._from_outside
        at = int(np.searchsorted(places, place))
        brought = at < len(places) and places[at] == place
        return Hop(ref, self.graph.place_of_flow(int(flows[at])) if brought else "", "received from outside")

    @cached_property
    def _from_outside(self) -> tuple[Ints, Ints]:
        """The nodes that flows from systems of others reach, in order, and the first flow to each."""
        flows = np.flatnonzero(~self.graph.places.ours[self.graph.flow_source]).astype(np.int32)
        nodes, first = np.unique(self.graph.flow_target[flows], return_index=True)
        return nodes, flows[first]

    def _collected_at(self, node: FieldId) -> str:
        points = self.world.points_of(node)
        return "; ".join(f"{c.point} ({self.world.evidence(c)[0].place})" for c in points)

    def _action(self, flow: int) -> str:
        kind: Flow = self.graph.kinds[self.graph.flow_kind[flow]]
        if kind.function:
            return f"{kind.function}({self.graph.nodes[self.graph.flow_source[flow]].field or '*'})"
        if kind.subtype in (None, "IDENTITY") and kind.type == "DIRECT":
            return "copied"
        return (kind.subtype or "").lower()
