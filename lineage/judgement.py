"""Everything a check, a page or a format may ask of one graph on one day, worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Protocol

from lineage.graph import LineageGraph
from lineage.holdings import Holdings
from lineage.hops import Hop, Hops
from lineage.labels import Labels
from lineage.model import FieldId
from lineage.nearest import Nearest
from lineage.propagate import Label
from lineage.remembered import Memory
from lineage.share import Share
from lineage.shares import Shares
from lineage.transfers import Route, Transfers
from lineage.transit import NO, UNKNOWN, YES, encrypted
from lineage.world import World

RULE_SET = "2026.11"
"""Version of the tables of law (sensitive categories, consent kinds, transfer rules) judged by."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Thresholds of checks, in days, and the severities a project changed."""

    expiring_days: int = 30
    unused_days: int = 90
    stale_days: int = 90
    severities: Mapping[str, str] = field(default_factory=dict)


class Handed(Protocol):
    """What a flow takes along: a share, or what is carried abroad."""

    @property
    def flow(self) -> int:
        """The position of the flow, -1 for a collection point that feeds somebody directly."""

    @property
    def label(self) -> Label:
        """What arrives through it."""


@dataclass
class Judgement:
    """A graph judged on a day.  `last_seen` maps a source key to its last whole run; `memory` keeps a large pass."""

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
        if not share.authorized and (share.flow, share.label) not in self._nearest:
            self.prepare(share for share in self.shares if not share.authorized)  # all that a check tells
        return self.way(share.flow, share.label, "SHARED")

    def taken_directly(self, field: FieldId, action: str) -> tuple[Hop, ...]:
        """The one hop of a collection point that feeds a recipient's system."""
        return (self._hops.directly(field, action),)

    def way(self, flow: int, label: Label, action: str) -> tuple[Hop, ...]:
        """The shortest way by which a label arrives through a flow; `action` is what its last hop is called."""
        return self._hops.way(self._nearest[flow, label], flow, action)

    @cached_property
    def _hops(self) -> Hops:
        return Hops(self.graph)

    def origin_of(self, share: Share) -> FieldId:
        """Where the witness of a share begins."""
        if share.flow < 0:
            return share.target
        return self.graph.nodes[self._nearest[share.flow, share.label].start.node % len(self.graph.nodes)]

    def places_of(self, share: Share) -> tuple[int, ...]:
        """Positions in the graph of the fields on the witness of a share, origin first."""
        if share.flow < 0:
            return (self.graph.index[share.target],)
        way = self._nearest[share.flow, share.label].way
        passed = (*(came.node for came in way), int(self.graph.flow_target[share.flow]))
        return tuple(dict.fromkeys(node % len(self.graph.nodes) for node in passed))

    def encrypted_in_transit(self, flow: int) -> bool | None:
        """Is a flow encrypted on its way, by its own statement, else by that of its systems' connections?"""
        return {UNKNOWN: None, NO: False, YES: True}[int(encrypted(self.graph, [flow])[0])]

    def prepare(self, handed: Iterable[Handed]) -> None:
        """Walk back at once the ways of very many shares; then each `witness` is a look-up.  One by one, each would
        look for itself where it may have come from."""
        self._nearest.prepare((each.flow, each.label) for each in handed if each.flow >= 0)

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest(self.labels)
