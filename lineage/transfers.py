"""Which personal data leaves the area of a law, and is there a mechanism of that law that lets it?

A transfer is judged by route (sender, recipient, exporting country, country of arrival), apart from the verdict on
the share: the mechanism belongs to the exporting law and may come from any valid authorization of the same route.
Sources: PIPL art. 38-40 with CAC Order 16 (2024) and the Greater Bay Area standard contract; GDPR art. 44-49 and
the adequacy decisions in adequacy.csv.  A law that no table is kept for is said to be not judged.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import chain
from typing import NamedTuple

from lineage.covering import EEA, area, covers_country
from lineage.labels import Labels
from lineage.model import FieldId, Form
from lineage.origins import expanded
from lineage.places import Place
from lineage.propagate import Label
from lineage.share import Share
from lineage.shares import Shares
from lineage.vocabulary import is_sensitive
from lineage.world import World

PIPL, GDPR = "pipl", "gdpr"
EXEMPTIONS = {
    "transit": "CAC Order 16 art. 4: collected abroad, and nothing from the mainland added",
    "contract": "CAC Order 16 art. 5(1): needed for a contract with the person",
    "hr": "CAC Order 16 art. 5(2): cross-border management of staff",
    "emergency": "CAC Order 16 art. 5(3): life, health or property in an emergency",
    "volume": "CAC Order 16 art. 5(4): under 100,000 people since 1 January, nothing sensitive",
    "ftz": "CAC Order 16 art. 6: not on the negative list of a free trade zone",
}
"""What may follow ``pipl:exemption:``, and where it stands."""
_EXEMPT_SINCE = date(2024, 3, 22)  # the day CAC Order 16 came into force
_GREATER_BAY = ("HK", "MO")


class Carried(NamedTuple):
    """What one flow takes along a route; `flow` is -1 for a collection point that feeds the recipient directly."""

    flow: int
    source: FieldId
    target: FieldId
    label: Label


@dataclass(frozen=True, slots=True)
class Route:
    """Everything one sender hands to one recipient out of one country into another.

    `law` is the exporting law, None where no table is kept for it; `destination` None where it is not known.
    `mechanism` is what lets it pass; without one, `refused` says of each mechanism claimed why it does not.
    """

    sender: str | None
    recipient: str | None
    origin: str
    destination: str | None
    law: str | None
    carried: tuple[Carried, ...]
    mechanism: str | None = None
    refused: tuple[str, ...] = ()

    @property
    def judged(self) -> bool:
        return self.law is not None and self.destination is not None


@dataclass(frozen=True)
class Transfers:
    """Finds the routes of a judgement and holds each against the exporting law on its day.

    `known` are the shares that were found: those of direct collections are routes too.
    """

    shares: Shares
    known: Sequence[Share]

    @property
    def world(self) -> World:
        return self.shares.world

    @property
    def labels(self) -> Labels:
        return self.shares.labels

    def all(self) -> tuple[Route, ...]:
        """Every route that leaves the area of a law, sorted."""
        routes: dict[tuple[str, str, str, str], list[Carried]] = {}
        for carried, sender, recipient, origin, destination in chain(self._flowing(), self._collected()):
            key = (sender or "", recipient or "", origin, destination or "")
            routes.setdefault(key, []).append(carried)
        return tuple(self._judged(key, tuple(sorted(set(c)))) for key, c in sorted(routes.items()))

    # -- finding --------------------------------------------------------------------------------------

    def _flowing(self) -> Iterator[tuple[Carried, str | None, str | None, str, str | None]]:
        """What flows along a route: only flows between places that some route joins are looked at."""
        graph, labels = self.labels.graph, self.labels
        flows = graph.places.where(
            graph.flow_source, graph.flow_target, lambda at, to: at != to and any(True for _ in self._routes(at, to))
        )
        pairs, which = graph.places.joined(graph.flow_source[flows], graph.flow_target[flows])
        routes = [tuple(self._routes(*pair)) for pair in pairs]
        row, label = expanded(labels.arriving(flows))
        for i, code in zip(row.tolist(), label.tolist(), strict=True):
            told = labels.alphabet.every[code]
            if told.form is not Form.AGGREGATED:
                flow = int(flows[i])
                ends = graph.nodes[graph.flow_source[flow]], graph.nodes[graph.flow_target[flow]]
                for route in routes[which[i]]:
                    yield Carried(flow, *ends, told), *route

    def _routes(self, at: Place, to: Place) -> Iterator[tuple[str | None, str | None, str, str | None]]:
        if at.keys == to.keys:  # no other leaves a country
            return
        known = {system.country for system in at.systems if system.country}
        for sender in at.operators or (None,):
            origins = known or set(self.world.party_countries(sender) if sender else ())
            for recipient in to.operators or (None,):
                inside = sender is not None and sender == recipient
                there = {s.country for s in to.systems} if inside else set(self.shares.countries_at(to, recipient))
                for origin, destination in self._crossed(origins, there, inside):
                    yield sender, recipient, origin, destination

    def _collected(self) -> Iterator[tuple[Carried, str | None, str | None, str, str | None]]:
        for share in self.known:
            if share.flow < 0 and share.form is not Form.AGGREGATED:
                sender, recipient = share.sender, share.recipient
                inside = sender is not None and sender == recipient
                there = {s.country for s in self.world.systems_of(share.target)} if inside else set(share.countries)
                origins = set(self.world.party_countries(sender) if sender else ())
                for origin, destination in self._crossed(origins, there, inside):
                    carried = Carried(-1, share.source, share.target, share.label)
                    yield carried, sender, recipient, origin, destination

    def _crossed(
        self, origins: Collection[str], destinations: Collection[str | None], inside: bool
    ) -> Iterator[tuple[str, str | None]]:
        for origin in sorted(origins):
            for destination in sorted(destinations, key=lambda c: c or ""):
                if destination is not None and area(origin) == area(destination):
                    continue
                if inside and law_of(origin) == GDPR:
                    continue  # GDPR ch. V: a transfer goes to another party (EDPB Guidelines 05/2021)
                yield origin, destination

    # -- judging --------------------------------------------------------------------------------------

    def _judged(self, key: tuple[str, str, str, str], carried: tuple[Carried, ...]) -> Route:
        sender, recipient, origin, destination = (part or None for part in key)
        assert origin is not None
        law = law_of(origin)
        route = Route(sender, recipient, origin, destination, law, carried)
        if law is None or destination is None:
            return route
        if law == GDPR and _adequate(destination, self.shares.day, claimed=False):
            return Route(sender, recipient, origin, destination, law, carried, "gdpr:adequacy")
        refused: list[str] = []
        for key_, mechanism in self._claims(route):
            reason = self._against(route, mechanism)
            if reason is None:
                return Route(sender, recipient, origin, destination, law, carried, mechanism)
            refused.append(f"{key_} names {mechanism}, {reason}")
        return Route(sender, recipient, origin, destination, law, carried, None, tuple(refused))

    def _claims(self, route: Route) -> list[tuple[str, str]]:
        """(authorization, mechanism) of every authorization that is valid for the route, sorted."""
        day = self.shares.day
        return sorted(
            (a.key, mechanism)
            for a in self.shares.verdicts.for_recipient(route.recipient)
            if a.valid_from <= day and (a.valid_until is None or day <= a.valid_until)
            and self.shares.verdicts.made_out_to(a, route.sender)
            and covers_country(a.countries, route.destination)
            for mechanism in a.transfer
        )  # fmt: skip

    def _against(self, route: Route, mechanism: str) -> str | None:
        """Why a mechanism does not let a route pass; None where it does."""
        law, _, kind = mechanism.partition(":")
        if law != route.law:
            return f"which is no mechanism of the exporting law ({route.law})"
        kind, _, article = kind.partition(":")
        if kind == "adequacy" and not _adequate(route.destination, self.shares.day, claimed=True):
            return f"but no adequacy decision for {route.destination} is in force"
        if kind == "bcr" and not self._one_group(route):
            return "but the two are not entered as members of one group"
        if kind == "gba-contract" and route.destination not in _GREATER_BAY:
            return "which holds for HK and MO only"
        if kind == "exemption":
            return self._not_exempt(route, article)
        return None

    def _not_exempt(self, route: Route, article: str) -> str | None:
        if article not in EXEMPTIONS:
            return f"without its ground (pipl:exemption:GROUND, one of {', '.join(EXEMPTIONS)})"
        if self.shares.day < _EXEMPT_SINCE:
            return f"which is in force only since {_EXEMPT_SINCE}"
        if article == "volume" and any(is_sensitive(c.label.data_category) for c in route.carried):
            return "which never holds for sensitive data"
        return None

    def _one_group(self, route: Route) -> bool:
        parties = [self.world.party(key) for key in (route.sender, route.recipient)]
        groups = [set(party.groups) if party else set() for party in parties]
        return route.sender == route.recipient or bool(groups[0] & groups[1])


def law_of(country: str) -> str | None:
    """The law under which data leaves a country; None where no table is kept for it."""
    return PIPL if country == "CN" else GDPR if country in EEA else None


def _adequate(country: str | None, day: date, *, claimed: bool) -> bool:
    """Is an adequacy decision in force that clears the whole country, or at least those who claim it?"""
    return any(
        row["country"] == country
        and row["from"] <= day.isoformat() <= (row["until"] or "9999")
        and (claimed or row["scope"] == "all")
        for row in _DECISIONS
    )


_DECISIONS = tuple(csv.DictReader(files(__package__).joinpath("adequacy.csv").read_text(encoding="utf-8").splitlines()))
