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
from lineage.packed import Ints
from lineage.propagate import Label
from lineage.remembered import Memory
from lineage.share import Share
from lineage.shares import Shares
from lineage.transfers import Route, Transfers
from lineage.transit import NO, UNKNOWN, YES, encrypted
from lineage.ways import Step, nearest
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
        if not share.authorized and (share.flow, share.label) not in self._set_out:
            told = ((share.flow, share.label) for share in self.shares if not share.authorized and share.flow >= 0)
            self.prepare(list(dict.fromkeys(told)))  # all that a check tells, at once
        return self.way(share.flow, share.label, "SHARED")

    def taken_directly(self, field: FieldId, action: str) -> tuple[Hop, ...]:
        """The one hop of a collection point that feeds a recipient's system."""
        return (Hop(self.world.ref(field), self._collected_at(field), action),)

    def way(self, flow: int, label: Label, action: str) -> tuple[Hop, ...]:
        """The shortest way by which a label arrives through a flow; `action` is what its last hop is called."""
        road = self._road(flow)
        last = Hop(self.graph.ref(int(self.graph.flow_target[flow])), self.graph.place_of_flow(flow), action)
        return (*self.path_to(road, self._label_before(flow, label, road)), last)

    def path_to(self, road: int, label: Label) -> tuple[Hop, ...]:
        """The shortest way by which a label came to a node, origin first."""
        steps, origin, first = self._walk(road, label)
        start = origin % len(self.graph.nodes), first.data_category
        if start not in self._origin_hops:
            self._origin_hops[start] = self._origin_hop(*start)
        hops = [self._origin_hops[start]]
        for step in steps:
            hop = self._hop(step)
            if hop.action != _WITHIN or hop.field != hops[-1].field:
                hops.append(hop)
        return tuple(hops)

    def _hop(self, step: Step) -> Hop:
        known = self._hops.get(step)
        if known is None:
            ref, flow = self.graph.ref(step.target % len(self.graph.nodes)), step.flow
            how = (
                (self.graph.place_of_flow(flow), self._action(flow)) if flow >= 0 else ("part of the dataset", _WITHIN)
            )
            known = self._hops[step] = Hop(ref, *how)
        return known

    @cached_property
    def _hops(self) -> dict[Step, Hop]:
        return {}

    @cached_property
    def _origin_hops(self) -> dict[tuple[int, str], Hop]:
        return {}

    def _walk(self, road: int, label: Label) -> tuple[list[Step], int, Label]:
        for ways in self.labels.ways:
            if ways.reach.has(road, label):
                return ways.walk(road, label)
        raise KeyError((road, label))

    def origin_of(self, share: Share) -> FieldId:
        """Where the witness of a share begins."""
        if share.flow < 0:
            return share.target
        road = self._road(share.flow)
        label = self._label_before(share.flow, share.label, road)
        return self.graph.nodes[self._walk(road, label)[1] % len(self.graph.nodes)]

    def places_of(self, share: Share) -> tuple[int, ...]:
        """Positions in the graph of the fields on the witness of a share, origin first."""
        if share.flow < 0:
            return (self.graph.index[share.target],)
        road = self._road(share.flow)
        label = self._label_before(share.flow, share.label, road)
        steps, origin, _ = self._walk(road, label)
        passed = (origin, *(step.target for step in steps), int(self.graph.flow_target[share.flow]))
        return tuple(dict.fromkeys(node % len(self.graph.nodes) for node in passed))

    def encrypted_in_transit(self, flow: int) -> bool | None:
        """Is a flow encrypted on its way, by its own statement, else by that of its systems' connections?"""
        return {UNKNOWN: None, NO: False, YES: True}[int(encrypted(self.graph, [flow])[0])]

    def _road(self, flow: int) -> int:
        """The road node that a flow sets out from: a whole dataset sends what was gathered from its fields."""
        return int(self.labels.roads.source[flow])

    def _label_before(self, flow: int, arrived: Label, road: int) -> Label:
        """Of the forms in which a label may have set out, the one with the shortest way from the nearest start."""
        if (flow, arrived) not in self._set_out:
            self.prepare([(flow, arrived)])
        return self._set_out[flow, arrived]

    @cached_property
    def _set_out(self) -> dict[tuple[int, Label], Label]:
        return {}

    def prepare(self, arrivals: Iterable[tuple[int, Label]]) -> None:
        """Walk back at once all ways by which labels arrive through flows; then each `witness` is a look-up."""
        known, alphabet = self._set_out, self.labels.alphabet
        for word in range(alphabet.words):
            wanted = [a for a in arrivals if a not in known and alphabet.place(a[1])[0] == word]
            if not wanted:
                continue
            flow = np.array([f for f, _ in wanted], dtype=np.int64)
            bit = np.array([alphabet.place(label)[1] for _, label in wanted], dtype=np.int64)
            road = self.labels.roads.source[flow].astype(np.int64)
            chosen, before = nearest(self.labels.ways, word, road, bit, self.labels.roads.code[flow])
            for way, ways in enumerate(self.labels.ways):
                here = chosen == way
                ways.prepare(word, road[here], before[here])
            every = alphabet.every[64 * word : 64 * (word + 1)]
            known.update(zip(wanted, map(every.__getitem__, before.tolist()), strict=True))

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
