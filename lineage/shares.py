"""Which flows hand personal data to another party, and was each one authorised; if not, why not.

`covered` is the one function that decides; check, page, export and diff all read its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np

from lineage.carry import FORMS
from lineage.consents import Consents
from lineage.frontier import told_apart
from lineage.labels import Labels
from lineage.model import Authorization, FieldId, Flow
from lineage.origins import collected_nodes, expanded
from lineage.packed import Ints
from lineage.places import Place
from lineage.propagate import Label
from lineage.share import NONE, PARTS, Share
from lineage.terms import Terms
from lineage.world import World


@dataclass(frozen=True, slots=True)
class Handover:
    """What all flows between two places hand over alike: everything of a share but its flow and the ends of it."""

    sender: str | None
    recipient: str | None
    data_use: str | None
    countries: tuple[str | None, ...]


class Verdict(NamedTuple):
    """The nearest authorization, what fails on it, and all those on which nothing does."""

    authorization: str | None
    failed: tuple[str, ...]
    covering: tuple[Authorization, ...]


_RANK = {part: i for i, part in enumerate(PARTS)}
Judged = Sequence[tuple[tuple[str, ...], Authorization]]
"""What fails on each authorization that a share is held against."""


@dataclass(frozen=True)
class Shares:
    """Finds the shares of a graph and judges each on a day."""

    labels: Labels
    day: date

    @property
    def world(self) -> World:
        return self.labels.graph.world

    def all(self) -> tuple[Share, ...]:
        """Every share with its verdict, in the order of sender, recipient, label, use, source and target."""
        return self.of(self.labels)

    def of(self, part: Labels, direct: Callable[[Share], bool] = lambda share: True) -> tuple[Share, ...]:
        """The same of what arrives in a part of the labels, and of what `direct` says of those at collection points."""
        collected = filter(direct, sorted(set(self._direct_collections()), key=repr))
        return tuple(sorted(map(self.judged, [*self._crossings(part), *collected]), key=self._order))

    def _order(self, share: Share) -> tuple[str | int, ...]:
        index = self.labels.graph.nodes.place
        if share.flow >= 0:
            ends = int(self.labels.graph.flow_source[share.flow]), int(self.labels.graph.flow_target[share.flow])
        else:
            ends = index(share.source) or 0, index(share.target) or 0
        return (
            share.sender or "", share.recipient or "", share.data_category, share.data_subject,
            FORMS.index(share.form), share.data_use or "", *ends, share.point or "", share.flow,
        )  # fmt: skip

    def hands_over(self, source: int, target: int) -> bool:
        """May what flows from one place of the graph to another be handed to somebody?"""
        places = self.labels.graph.places.all
        return any(True for _ in self._hands(places[source], places[target]))

    def over(self, source: int, target: int, kind: Flow, labels: Iterable[Label], flow: int) -> Iterator[Share]:
        """The shares that one flow of fine trace hands over where these labels arrive through it, judged."""
        graph, places = self.labels.graph, self.labels.graph.places
        at, to = places.at(source), places.at(target)
        uses = (kind.data_use,) if kind.data_use else self.uses_of(graph.nodes[target])
        for hand in self._handovers(at, to, uses):
            for category, subject, form in labels:
                yield self.judged(
                    Share(
                        hand.sender, hand.recipient, category, subject, form, hand.data_use, hand.countries,
                        graph.nodes[source], graph.nodes[target], flow, False,
                    )
                )  # fmt: skip

    # -- finding --------------------------------------------------------------------------------------

    def _crossings(self, part: Labels) -> Iterator[Share]:
        """What of some labels crosses from one party to another: worked out once for each pair of places and use."""
        graph = self.labels.graph
        flows = self._between_parties(part.sending)
        row, label = expanded(part.arriving(flows))
        coarse = np.zeros(len(row), dtype=bool)
        if self.labels.fine is not self.labels:
            fine = self.labels.fine.arriving(flows)
            for word, bits in enumerate(fine):
                here = np.flatnonzero(label >> 6 == word)
                known = bits[row[here]] >> (label[here] & 63).astype(np.uint64) & np.uint64(1)
                coarse[here] = known == 0
        flow = flows[row]
        handing = self._handing(flow)
        every, nodes = self.labels.alphabet.every, _Remembered(graph.nodes)
        for i, code, hazy, handovers in zip(flow.tolist(), label.tolist(), coarse.tolist(), handing, strict=True):
            source, target = nodes[int(graph.flow_source[i])], nodes[int(graph.flow_target[i])]
            category, subject, form = every[code]
            for hand in handovers:
                yield Share(
                    hand.sender, hand.recipient, category, subject, form, hand.data_use, hand.countries,
                    source, target, i, hazy,
                )  # fmt: skip

    def _between_parties(self, flows: Ints) -> Ints:
        """Those of some flows that may hand something to another party, or come from or go to somebody unknown."""
        graph = self.labels.graph
        ends = graph.flow_source[flows], graph.flow_target[flows]
        return flows[graph.places.where(*ends, lambda at, to: at.operators != to.operators or len(at.operators) != 1)]

    def _handing(self, flows: Ints) -> Iterator[tuple[Handover, ...]]:
        """For each flow all that it is to hand over."""
        graph, places = self.labels.graph, self.labels.graph.places
        uses, of_dataset = places.coded(self._uses_there, lambda said: said.data_uses or None)
        known = {use: i for i, use in enumerate(dict.fromkeys([*uses, *((k.data_use,) for k in graph.kinds)]))}
        said = np.array([known[k.data_use,] if k.data_use else -1 for k in graph.kinds], dtype=np.int64)
        target = graph.flow_target[flows]
        use = np.where(
            said[graph.flow_kind[flows]] >= 0, said[graph.flow_kind[flows]], of_dataset[graph.nodes.dataset[target]]
        )
        pairs, pair = places.joined(graph.flow_source[flows], target)
        every, which = told_apart(pair.astype(np.int64) * len(known) + use, len(pairs) * len(known))
        all_uses = list(known)
        handovers = []
        for key in every.tolist():
            (at, to), uses = pairs[key // len(known)], all_uses[key % len(known)]
            handovers.append(tuple(self._handovers(at, to, uses)))
        return map(handovers.__getitem__, which.tolist())

    def _handovers(self, at: Place, to: Place, uses: tuple[str | None, ...]) -> Iterator[Handover]:
        for sender, recipient in self._hands(at, to):
            countries = self.countries_at(to, recipient)
            for use in uses:
                yield Handover(sender, recipient, use, countries)

    def _hands(self, at: Place, to: Place) -> Iterator[tuple[str | None, str | None]]:
        givers: Sequence[str | None] = at.operators or (None,)
        takers: Sequence[str | None] = to.operators or (None,)
        for giver in givers:
            for taker in takers:
                if taker is None and giver is None and (at.keys, at.namespace) == (to.keys, to.namespace):
                    continue
                if taker is None or (taker != giver and not self.world.is_own(taker)):
                    yield giver, taker

    def _direct_collections(self) -> Iterator[Share]:
        """What a collection point of ours puts straight into the system of another, or of nobody known."""
        world, graph, own = self.world, self.labels.graph, self.labels.sources.own
        filled = np.zeros(len(graph.nodes), dtype=bool)
        filled[sorted(collected_nodes(graph))] = True
        for at, label in own.where(filled[own.node]):
            node = graph.nodes[at]
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
        return self._uses_there(Place.of(self.world, target))

    def _uses_there(self, place: Place) -> tuple[str | None, ...]:
        return tuple(sorted({use for system in place.systems for use in system.data_uses})) or (None,)

    def countries(self, target: FieldId, recipient: str | None) -> tuple[str | None, ...]:
        """Where the data go: the countries of the target's systems and of the recipient; None for each unknown."""
        return self.countries_at(Place.of(self.world, target), recipient)

    def countries_at(self, place: Place, recipient: str | None) -> tuple[str | None, ...]:
        """The same for any dataset of a place."""
        found = {system.country for system in place.systems} or {None}
        if recipient is not None:
            found |= set(self.world.party_countries(recipient)) or {None}
        return tuple(sorted(found, key=lambda country: (country is None, country or "")))

    # -- judging --------------------------------------------------------------------------------------

    def judged(self, share: Share) -> Share:
        """The share with the authorization that covers it, else with the nearest one and all it fails on."""
        authorization, failed, _ = self._verdict(share)
        return Share(
            share.sender, share.recipient, share.data_category, share.data_subject, share.form, share.data_use,
            share.countries, share.source, share.target, share.flow, share.coarse, share.point,
            not failed, authorization, failed,
        )  # fmt: skip

    def covering(self, shares: Iterable[Share]) -> Iterator[Authorization]:
        """Every authorization that covers one of some shares, whether it was named for it or another."""
        verdicts = {id(verdict): verdict for verdict in map(self._verdict, shares)}
        return (authorization for verdict in verdicts.values() for authorization in verdict.covering)

    def _verdict(self, share: Share) -> Verdict:
        """What is said of a share: asked once for all that are alike to every authorization of their recipient.
        Where one rests on consent, that alone is asked of each share, as it depends on its way."""
        alike = (
            share.sender, share.recipient, share.data_category, share.data_subject, share.form, share.data_use,
            share.countries,
        )  # fmt: skip
        known = self._verdicts.get(alike)
        if known is None:
            terms = self._terms_of(share.recipient)
            known = [(each.failures(share), each.authorization) for each in terms]
            known = self._verdicts[alike] = known if any(each.on_consent for each in terms) else _nearest(known)
        if isinstance(known, Verdict):
            return known
        return _nearest([(_with_consent(failed, self.consents.covered(share, a)), a) for failed, a in known])

    @cached_property
    def _verdicts(self) -> dict[tuple[object, ...], Verdict | Judged]:
        return {}

    def for_recipient(self, recipient: str | None) -> Sequence[Authorization]:
        """Authorizations made out to a party, or to its group where they include its members."""
        if recipient is None:
            return ()
        if recipient not in self._made_out:
            party = self.world.party(recipient)
            groups = {self.world.head(g) for g in party.groups} if party else set()
            self._made_out[recipient] = tuple(
                a
                for a in self.world.authorizations
                if (head := self.world.head(a.recipient)) == recipient or (a.include_members and head in groups)
            )
        return self._made_out[recipient]

    @cached_property
    def _made_out(self) -> dict[str, tuple[Authorization, ...]]:
        return {}

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
        return _with_consent(self._terms(authorization).failures(share), self.consents.covered(share, authorization))

    def _terms(self, authorization: Authorization) -> Terms:
        return Terms(authorization, self.day, partial(self.made_out_to, authorization))

    def _terms_of(self, recipient: str | None) -> tuple[Terms, ...]:
        """The terms of every authorization for a recipient."""
        if recipient not in self._known_terms:
            self._known_terms[recipient] = tuple(map(self._terms, self.for_recipient(recipient)))
        return self._known_terms[recipient]

    @cached_property
    def _known_terms(self) -> dict[str | None, tuple[Terms, ...]]:
        return {}

    def made_out_to(self, authorization: Authorization, sender: str | None) -> bool:
        """Does an authorization let this sender share?  Without a sender it is ours; nobody speaks for an unknown."""
        if sender is None:
            return False
        if authorization.sender is None:
            return self.world.is_own(sender)
        return self.world.head(authorization.sender) == sender

    @cached_property
    def consents(self) -> Consents:
        """What is said of consent as a basis."""
        return Consents(self.labels)


def _nearest(judged: Judged) -> Verdict:
    if not judged:
        return Verdict(None, NONE, ())
    failed, nearest = min(judged, key=lambda c: (len(c[0]), [_RANK[part] for part in c[0]], c[1].key))
    return Verdict(nearest.key, failed, tuple(a for parts, a in judged if not parts))


def _with_consent(failed: tuple[str, ...], covered: bool) -> tuple[str, ...]:
    return failed if covered else tuple(sorted((*failed, "consent"), key=_RANK.__getitem__))


class _Remembered:
    """Nodes by their position, each made once."""

    def __init__(self, nodes: Sequence[FieldId]) -> None:
        self._nodes = nodes
        self._known: dict[int, FieldId] = {}

    def __getitem__(self, i: int) -> FieldId:
        found = self._known.get(i)
        if found is None:
            found = self._known[i] = self._nodes[i]
        return found
