"""Which flows hand personal data to another party, and was each one authorised; if not, why not.

`covered` is the one function that decides; check, page, export and diff all read its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from lineage.carry import FORMS
from lineage.labels import Labels
from lineage.model import ALL, Authorization, Collection, FieldId, Flow, Form
from lineage.propagate import Label
from lineage.vocabulary import covers, is_for_others, is_sensitive
from lineage.world import World

PARTS = (
    "sender",
    "category",
    "data-use",
    "subject",
    "form",
    "country",
    "instrument",
    "legal-basis",
    "consent",
    "not-yet-valid",
    "expired",
)
"""Everything an authorization must cover, in the order in which failures are listed."""

NONE = ("none",)
EEA = frozenset(
    ["AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IS", "IE", "IT"]
    + ["LV", "LI", "LT", "LU", "MT", "NL", "NO", "PL", "PT", "RO", "SK", "SI", "ES", "SE"]
)


@dataclass(frozen=True, slots=True)
class Share:
    """One tuple handed over by one crossing flow, and the verdict on it.

    `flow` is the position of the crossing flow in the graph, -1 where a collection point of ours feeds the
    recipient's system directly (`point` names it).  `recipient` and `sender` are party keys, None if unknown;
    `countries` are those of the target's system and operator, None among them if unknown.
    """

    sender: str | None
    recipient: str | None
    data_category: str
    data_subject: str
    form: Form
    data_use: str | None
    countries: tuple[str | None, ...]
    source: FieldId
    target: FieldId
    flow: int
    coarse: bool
    point: str | None = None
    authorized: bool = False
    authorization: str | None = None
    failed: tuple[str, ...] = ()

    @property
    def label(self) -> Label:
        return Label(self.data_category, self.data_subject, self.form)


@dataclass(frozen=True)
class Shares:
    """Finds the shares of a graph and judges each on a day."""

    labels: Labels
    day: date

    @property
    def world(self) -> World:
        return self.labels.graph.world

    def all(self) -> tuple[Share, ...]:
        """Every share with its verdict, sorted by what a reader sees first."""
        found = {self.judged(share) for share in (*self._crossings(), *self._direct_collections())}
        return tuple(sorted(found, key=self._order))

    def _order(self, share: Share) -> tuple[str, ...]:
        return (
            share.sender or "", share.recipient or "", share.data_category, share.data_subject,
            str(FORMS.index(share.form)), share.data_use or "", repr(share.source), repr(share.target),
            share.point or "", f"{share.flow:012d}", repr(share.countries),
        )  # fmt: skip

    # -- finding --------------------------------------------------------------------------------------

    def _crossings(self) -> Iterator[Share]:
        graph = self.labels.graph
        operators = [self.world.operators_of(node) for node in graph.nodes]
        codes = {ops: i for i, ops in enumerate(sorted(set(operators)))}
        home = np.array([codes[ops] for ops in operators], dtype=np.int64)
        unknown = codes.get((), -1)
        if not graph.flows:
            return
        at, to = home[graph.flow_source], home[graph.flow_target]
        several = np.isin(at, [i for ops, i in codes.items() if len(ops) > 1])
        for flow in np.flatnonzero((at != to) | (at == unknown) | several).tolist():
            yield from self._of_flow(flow)

    def _of_flow(self, i: int) -> Iterator[Share]:
        labels = self.labels.sent(i)
        if not labels:
            return
        flow = self.labels.graph.flow(i)
        fine = set(self.labels.fine.sent(i))
        for sender, recipient in self._hands(flow):
            for use in (flow.data_use,) if flow.data_use else self.uses_of(flow.target):
                for label in labels:
                    yield Share(
                        sender, recipient, *label, data_use=use, countries=self.countries(flow.target, recipient),
                        source=flow.source, target=flow.target, flow=i, coarse=label not in fine,
                    )  # fmt: skip

    def _hands(self, flow: Flow) -> Iterator[tuple[str | None, str | None]]:
        world = self.world
        givers: Sequence[str | None] = world.operators_of(flow.source) or (None,)
        takers: Sequence[str | None] = world.operators_of(flow.target) or (None,)
        for giver in givers:
            for taker in takers:
                if taker is None and giver is None and self._one_place(flow):
                    continue
                if taker is None or (taker != giver and not world.is_own(taker)):
                    yield giver, taker

    def _one_place(self, flow: Flow) -> bool:
        ours = {s.key for s in self.world.systems_of(flow.source)}
        theirs = {s.key for s in self.world.systems_of(flow.target)}
        return ours == theirs if ours or theirs else flow.source.namespace == flow.target.namespace

    def _direct_collections(self) -> Iterator[Share]:
        """What a collection point of ours puts straight into the system of another, or of nobody known."""
        world = self.world
        for at, label in self.labels.sources.own if world.collections else ():
            node = self.labels.graph.nodes[at]
            for point in world.points_of(node):
                for taker in world.operators_of(node) or (None,):
                    if taker is not None and world.is_own(taker):
                        continue
                    for use in self.uses_of(node):
                        yield Share(
                            world.us, taker, *label, data_use=use, countries=self.countries(node, taker),
                            source=node, target=node, flow=-1, coarse=False, point=point.point,
                        )  # fmt: skip

    def uses_of(self, target: FieldId) -> tuple[str | None, ...]:
        """What the data are for: the target dataset's uses, else its system's, else unknown."""
        dataset = self.world.datasets.get(target.dataset)
        if dataset and dataset.data_uses:
            return dataset.data_uses
        of_systems = {use for system in self.world.systems_of(target) for use in system.data_uses}
        return tuple(sorted(of_systems)) or (None,)

    def countries(self, target: FieldId, recipient: str | None) -> tuple[str | None, ...]:
        """Where the data go: the countries of the target's systems and of the recipient; None for each unknown."""
        found = {system.country for system in self.world.systems_of(target)} or {None}
        if recipient is not None:
            found |= set(self.world.party_countries(recipient)) or {None}
        return tuple(sorted(found, key=lambda country: (country is None, country or "")))

    # -- judging --------------------------------------------------------------------------------------

    def judged(self, share: Share) -> Share:
        """The share with the authorization that covers it, else with the nearest one and all it fails on."""
        candidates = [(self.failures(share, a), a.key) for a in self.for_recipient(share.recipient)]
        if not candidates:
            return replace(share, authorized=False, failed=NONE)
        failed, key = min(candidates, key=lambda c: (len(c[0]), [PARTS.index(p) for p in c[0]], c[1]))
        return replace(share, authorized=not failed, authorization=key, failed=failed)

    def for_recipient(self, recipient: str | None) -> list[Authorization]:
        """Authorizations made out to a party, or to its group where they include its members."""
        party = self.world.party(recipient)
        if recipient is None:
            return []
        groups = {self.world.head(g) for g in party.groups} if party else set()
        return [
            a
            for a in self.world.authorizations
            if (head := self.world.head(a.recipient)) == recipient or (a.include_members and head in groups)
        ]

    def terms_for(self, share: Share) -> dict[str, Any] | None:
        """What an authorization must say to cover a share and nothing more, by attribute of `Authorization`.

        Role, instrument, legal basis and dates are for those who sign.  None while nobody could sign: the sender,
        the recipient, the purpose or a country is not known.
        """
        if None in (share.sender, share.recipient, share.data_use, *share.countries):
            return None
        sender = {} if self.world.is_own(share.sender) else {"sender": share.sender}
        return sender | {
            "recipient": share.recipient, "data_categories": (share.data_category,), "data_uses": (share.data_use,),
            "data_subjects": (share.data_subject,), "form": share.form, "countries": share.countries,
        }  # fmt: skip

    def failures(self, share: Share, authorization: Authorization) -> tuple[str, ...]:
        """The parts of a share that an authorization does not cover, in the order of `PARTS`."""
        tests: dict[str, Callable[[Share, Authorization], bool]] = {
            "sender": lambda s, a: self.made_out_to(a, s.sender),
            "category": lambda s, a: any(covers_category(c, s.data_category) for c in a.data_categories),
            "data-use": lambda s, a: any(covers_use(u, s.data_use) for u in a.data_uses),
            "subject": lambda s, a: ALL in a.data_subjects or s.data_subject in a.data_subjects,
            "form": lambda s, a: FORMS.index(a.form) <= FORMS.index(s.form),
            "country": lambda s, a: all(covers_country(a.countries, c) for c in s.countries),
            "instrument": lambda s, a: (a.role == "processor") == (a.instrument.kind == "processing-agreement"),
            "legal-basis": lambda s, a: a.role == "processor" or a.legal_basis is not None,
            "consent": self._consent_covered,
            "not-yet-valid": lambda s, a: a.valid_from <= self.day,
            "expired": lambda s, a: a.valid_until is None or self.day <= a.valid_until,
        }
        return tuple(part for part in PARTS if not tests[part](share, authorization))

    def made_out_to(self, authorization: Authorization, sender: str | None) -> bool:
        """Does an authorization let this sender share?  Without a sender it is ours; nobody speaks for an unknown."""
        if sender is None:
            return False
        if authorization.sender is None:
            return self.world.is_own(sender)
        return self.world.head(authorization.sender) == sender

    def _consent_covered(self, share: Share, authorization: Authorization) -> bool:
        """Consent as a basis needs a gate of its scope on every path, of the kind the law asks for."""
        if authorization.legal_basis != "consent":
            return True
        scope = authorization.consent
        if scope is None or scope not in self._consent_kinds:
            return False
        return self._kind_suffices(share, authorization) and self._gated(share, scope)

    def _gated(self, share: Share, scope: str) -> bool:
        if share.flow < 0:
            points = (c for c in self.world.points_of(share.target) if c.point == share.point)
            return all(c.consent == scope for c in points)
        return share.label not in self._sent_round(scope, share.flow)

    def _sent_round(self, scope: str, flow: int) -> list[Label]:
        if scope not in self._rounds:
            self._rounds[scope] = self.labels.ungated((scope,))
        return self._rounds[scope].sent(flow)

    @cached_property
    def _rounds(self) -> dict[str, Labels]:
        return {}

    @cached_property
    def _consent_kinds(self) -> dict[str, set[str]]:
        kinds: dict[str, set[str]] = {}
        for consent in self.world.consents:
            kinds.setdefault(consent.key, set()).add(consent.kind)
        return kinds

    def _kind_suffices(self, share: Share, authorization: Authorization) -> bool:
        """PIPL art. 23, 25, 29, 31, 39: separate consent for another handler, sensitive data, publication and
        abroad; a guardian's under 14.  It holds for what is sent from China and for what started there."""
        if "CN" not in self.sent_from(share) and not self._started_in_china(share):
            return True
        assert authorization.consent is not None
        kinds = self._consent_kinds[authorization.consent]
        if covers("user.childrens", share.data_category):
            return kinds == {"guardian"}
        needs = (
            authorization.role != "processor"
            or is_sensitive(share.data_category)
            or authorization.relation == "publication"
            or any(c != "CN" for c in share.countries)
        )
        return not needs or kinds == {"separate"}

    def _started_in_china(self, share: Share) -> bool:
        if share.flow < 0:
            return self._lies_in_china(share.target)
        return share.label in self._chinese.sent(share.flow)

    @cached_property
    def _chinese(self) -> Labels:
        return self.labels.started(self._lies_in_china)

    def _lies_in_china(self, node: FieldId) -> bool:
        """Are the people of a place in China?  Its systems say, or else the countries of those who operate them."""
        known = {s.country for s in self.world.systems_of(node) if s.country}
        return "CN" in (known or {c for op in self.world.operators_of(node) for c in self.world.party_countries(op)})

    def sent_from(self, share: Share) -> set[str]:
        """The countries a share is sent from: those of the source's systems and of the sender."""
        of_systems = set() if share.flow < 0 else {s.country for s in self.world.systems_of(share.source)}
        of_party = set(self.world.party_countries(share.sender)) if share.sender else set()
        return {c for c in of_systems | of_party if c}


def area(country: str) -> str:
    """The area of law a country belongs to: the EEA is one, every other country (and HK, MO, TW) its own."""
    return "EEA" if country in EEA else country


def covers_category(entry: str, category: str) -> bool:
    """Does an authorization's category cover one that is shared?  Sensitive ones must be named, or one above
    that is itself sensitive; ``"*"`` covers the rest."""
    if is_sensitive(category):
        return covers(entry, category) and is_sensitive(entry)
    return entry == ALL or covers(entry, category)


def covers_use(entry: str, use: str | None) -> bool:
    """Does an authorization's use cover a share's?  Uses for others' own ends must be named likewise; an
    unknown use is covered by nothing."""
    if use is None:
        return False
    if is_for_others(use):
        return covers(entry, use) and is_for_others(entry)
    return entry == ALL or covers(entry, use)


def covers_country(entries: Sequence[str], country: str | None) -> bool:
    """Is a country among those allowed?  The EEA is one area; HK, MO and TW are each their own."""
    if country is None:
        return False
    if ALL in entries or country in entries:
        return True
    return country in EEA and any(e in EEA or e in ("EEA", "EU") for e in entries)


def collection_of(world: World, share: Share) -> Collection | None:
    """The collection point that feeds the recipient directly, where the share is one of those."""
    points = world.points_of(share.target) if share.flow < 0 else ()
    return next((c for c in points if c.point == share.point), None)
