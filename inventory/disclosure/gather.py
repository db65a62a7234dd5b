"""Which statements stand on the page: read off a judgement, cell by cell; what is not known stays None."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from inventory.disclosure.content import (
    Body,
    Collected,
    Contact,
    Disclosure,
    Exercise,
    Group,
    Handover,
    Item,
    Recipient,
    Tally,
    Use,
)
from inventory.disclosure.handovers import Handovers, all_known
from inventory.disclosure.promises import among, keeping_here, remedy
from inventory.disclosure.words import clean, graph_digest, named, party_id, slug, told
from lineage.judgement import Judgement
from lineage.model import FieldId
from lineage.vocabulary import is_sensitive
from lineage.world import World


@dataclass(frozen=True)
class Gathering:
    """Reads one judgement; `disclosure` is all of it."""

    judgement: Judgement

    @property
    def world(self) -> World:
        return self.judgement.world

    @cached_property
    def _handovers(self) -> Handovers:
        return Handovers(self.judgement)

    def disclosure(self) -> Disclosure:
        groups = tuple(self._groups())
        handed = [h for group in groups for item in group.items for h in item.handovers]
        own = sorted(key for key, party in self.world.parties.items() if party.own) or [self.world.us]
        return Disclosure(
            operators=tuple(map(self._body, own)),
            day=self.judgement.day,
            digest=graph_digest(self.judgement.graph),
            rule_set=self.judgement.rule_set,
            groups=groups,
            recipients=tuple(self._recipients(handed)),
            remedies=tuple(map(remedy, self.world.controls)),
            contacts=tuple(self._contacts()),
            exercises=tuple(self._exercises()),
            at_rest=_tally(system.encrypted_at_rest for system in self.judgement.holdings.own_systems),
            in_transit=_tally(h.encrypted for h in handed if h.method != "direct" and h.passed_on_by is None),
            unread=len(self.world.gaps),
        )

    # -- items ----------------------------------------------------------------------------------------

    def _groups(self) -> Iterator[Group]:
        """One group for each second level of the categories (``user.contact``) that anything is known of."""
        members: dict[str, list[str]] = {}
        for category in sorted({c for c, _ in self.judgement.labels.alphabet.bases}):
            members.setdefault(".".join(category.split(".")[:2]), []).append(category)
        for second, categories in sorted(members.items()):
            yield Group(slug(second.removeprefix("user.")), named(second), tuple(map(self._item, categories)))

    def _item(self, category: str) -> Item:
        systems = [self.world.systems[key] for key in self._held.get(category, ())]
        keeping = {keeping_here(self.world, category, system.key) for system in systems}
        return Item(
            id=slug(category),
            category=category,
            name=named(category),
            sensitive=is_sensitive(category),
            collected=tuple(self._collected(category)),
            uses=tuple(self._uses(category)),
            held=bool(systems),
            keeping=tuple(sorted(keeping, key=repr)),
            encrypted_at_rest=all_known(system.encrypted_at_rest for system in systems),
            handovers=self._handovers.of(category),
        )

    @cached_property
    def _held(self) -> dict[str, list[str]]:
        """Category -> our systems that hold it, in whatever form."""
        held: dict[str, list[str]] = {}
        for system, rows in self.judgement.holdings.by_system.items():
            if self.judgement.holdings.is_ours(system):
                for category in sorted({row.data_category for row in rows}):
                    held.setdefault(category, []).append(system)
        return held

    @cached_property
    def _origins(self) -> dict[FieldId, set[str]]:
        """Field -> the categories that begin there."""
        begun: dict[FieldId, set[str]] = {}
        for node, row in self.judgement.labels.origins:
            begun.setdefault(self.judgement.graph.nodes[node], set()).add(row.data_category)
        return begun

    def _collected(self, category: str) -> list[Collected]:
        found = {
            Collected(words, c.required, self._handovers.agreement(c.consent) if c.consent else None)
            for c in self.world.collections
            if category in self._origins.get(c.field, ()) and (words := told(c.point, c.wording))
        }
        return sorted(found, key=repr)

    def _uses(self, category: str) -> list[Use]:
        """What our activities say; where none covers the category, what the systems holding it are for."""
        held = self._held.get(category, ())
        used = {
            Use(named(a.data_use), a.legal_basis, told(a.necessity, a.wording))
            for a in self.world.activities
            if held and among(a.data_categories, category) and (a.system is None or a.system in held)
        }
        if not used:
            used = {Use(named(use)) for key in held for use in self.world.systems[key].data_uses}
        return sorted(used, key=repr)

    # -- who and what else ----------------------------------------------------------------------------

    def _body(self, key: str) -> Body:
        party = self.world.party(key)
        legal_name = party.legal_name if party else ""
        wording = party.wording if party and legal_name in dict(party.wording).values() else ()
        return Body(
            id=party_id(self.world.head(key)),
            key=key,
            name=told(legal_name, wording),
            countries=self.world.party_countries(key),
            registry_id=clean(party.registry_id) if party else None,
            contact=clean(party.contact) if party else None,
            privacy_policy=clean(party.privacy_policy) if party else None,
        )

    def _recipients(self, handed: list[Handover]) -> Iterator[Recipient]:
        for key in sorted({share.recipient for share in self.judgement.shares if share.recipient is not None}):
            body = self._body(key)
            theirs = [h for h in handed if h.recipient == body.id]
            roles, items = {h.role for h in theirs}, {h.item for h in theirs}
            yield Recipient(body, tuple(sorted(roles)), tuple(sorted(items)))

    def _contacts(self) -> Iterator[Contact]:
        for channel in self.world.channels:
            if address := clean(channel.address):
                languages = tuple(filter(None, map(clean, channel.languages)))
                yield Contact(clean(channel.kind) or "", address, channel.answers_within, languages)

    def _exercises(self) -> Iterator[Exercise]:
        for review in self.world.reviews:
            yield Exercise("review", review.interval, review.last, outcome=told(review.outcome, review.wording))
        for training in self.world.trainings:
            audience = told(training.audience, training.wording)
            yield Exercise("training", training.interval, training.last, audience=audience)


def _tally(states: Iterable[bool | None]) -> Tally:
    seen = list(states)
    yes, no = sum(s is True for s in seen), sum(s is False for s in seen)
    return Tally(yes, no, len(seen) - yes - no)
