"""Was what is shared authorised, and if not, what fails on the nearest authorization?

`Verdicts.of` is the one function that decides; check, page, export and diff all read its answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import Any, NamedTuple

from lineage.consents import Consents
from lineage.labels import Labels
from lineage.model import Authorization
from lineage.propagate import Label
from lineage.share import NONE, PARTS, Handover, Share
from lineage.terms import Offers, Terms
from lineage.world import World


class Verdict(NamedTuple):
    """The nearest authorization, what fails on it, and all those on which nothing does."""

    authorization: str | None
    failed: tuple[str, ...]
    covering: tuple[Authorization, ...]


_RANK = {part: i for i, part in enumerate(PARTS)}
Judged = Sequence[tuple[tuple[str, ...], Authorization]]
"""What fails on each authorization that a share is held against."""


@dataclass(frozen=True)
class Verdicts:
    """Holds shares against the authorizations of a world on a day, and consent against the ways that labels know."""

    labels: Labels
    day: date

    @property
    def world(self) -> World:
        return self.labels.graph.world

    def of(self, share: Share) -> Verdict:
        """What is said of a share: asked once for all that are alike to every authorization of their recipient.
        Where one rests on consent, that alone is asked of each share, as it depends on its way."""
        if self.on_consent(share.recipient):
            judged = ((_with_consent(failed, self.consents.covered(share, a)), a) for failed, a in self._failing(share))
            return _nearest(list(judged))
        return self._known.get(share.alike) or self.alike(share.handover, [share.label])[0]

    def alike(self, hand: Handover, labels: Sequence[Label]) -> list[Verdict]:
        """What is said of each of some labels that are handed over alike, where no authorization rests on consent."""
        offers = self._offers(hand.recipient)
        verdicts = [
            Verdict(covering[0].key, (), covering) if covering else _nearest(offers.failures(hand, label))
            for label, covering in zip(labels, offers.covering(hand, labels), strict=True)
        ]
        self._known.update(zip(map(hand.alike, labels), verdicts, strict=True))
        return verdicts

    def on_consent(self, recipient: str | None) -> bool:
        """Does an authorization for a recipient rest on consent, so that each share must be judged by itself?"""
        return self._offers(recipient).on_consent

    def covering(self, shares: Iterable[Share]) -> Iterator[Authorization]:
        """Every authorization that covers one of some shares, whether it was named for it or another."""
        verdicts = {id(verdict): verdict for verdict in map(self.of, shares)}
        return (authorization for verdict in verdicts.values() for authorization in verdict.covering)

    def _failing(self, share: Share) -> Judged:
        """What of a share fails on each authorization for its recipient, apart from consent."""
        if share.alike not in self._failures:
            self._failures[share.alike] = self._offers(share.recipient).failures(share.handover, share.label)
        return self._failures[share.alike]

    @cached_property
    def _failures(self) -> dict[tuple[object, ...], Judged]:
        return {}

    @cached_property
    def _known(self) -> dict[tuple[object, ...], Verdict]:
        """What was said of shares that are alike (`Share.alike`)."""
        return {}

    def for_recipient(self, recipient: str | None) -> Sequence[Authorization]:
        """Authorizations made out to a party, or to its group where they include its members; in order."""
        return self._offers(recipient).authorizations

    def _offers(self, recipient: str | None) -> Offers:
        if recipient not in self._known_offers:
            self._known_offers[recipient] = Offers(list(map(self._terms, self._made_out_for(recipient))))
        return self._known_offers[recipient]

    @cached_property
    def _known_offers(self) -> dict[str | None, Offers]:
        return {}

    def _made_out_for(self, recipient: str | None) -> Iterator[Authorization]:
        party, every = self.world.party(recipient), self.world.authorizations
        found = {*self._by_head.get(recipient, ())}
        for group in party.groups if party else ():
            found.update(i for i in self._by_head.get(self.world.head(group), ()) if every[i].include_members)
        return (every[i] for i in sorted(found))

    @cached_property
    def _by_head(self) -> dict[str | None, list[int]]:
        """A party -> the positions of the authorizations made out to it by any of its names."""
        found: dict[str | None, list[int]] = {}
        for i, authorization in enumerate(self.world.authorizations):
            found.setdefault(self.world.head(authorization.recipient), []).append(i)
        return found

    def failures(self, share: Share, authorization: Authorization) -> tuple[str, ...]:
        """The parts of a share that an authorization does not cover, in the order of `PARTS`."""
        return _with_consent(self._terms(authorization).failures(share), self.consents.covered(share, authorization))

    def _terms(self, authorization: Authorization) -> Terms:
        return Terms(authorization, self.day, partial(self.made_out_to, authorization))

    def made_out_to(self, authorization: Authorization, sender: str | None) -> bool:
        """Does an authorization let this sender share?  Without a sender it is ours; nobody speaks for an unknown."""
        if sender is None:
            return False
        if authorization.sender is None:
            return self.world.is_own(sender)
        return self.world.head(authorization.sender) == sender

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

    @cached_property
    def consents(self) -> Consents:
        """What is said of consent as a basis."""
        return Consents(self.labels)


def _nearest(judged: Judged) -> Verdict:
    if not judged:
        return Verdict(None, NONE, ())
    failed, nearest = min(judged, key=lambda c: (_weight(c[0]), c[1].key))
    return Verdict(nearest.key, failed, tuple(a for parts, a in judged if not parts))


@lru_cache
def _weight(failed: tuple[str, ...]) -> tuple[int, ...]:
    """The fewer parts fail, and the earlier those are in `PARTS`, the nearer."""
    return (len(failed), *(_RANK[part] for part in failed))


def _with_consent(failed: tuple[str, ...], covered: bool) -> tuple[str, ...]:
    return failed if covered else tuple(sorted((*failed, "consent"), key=_RANK.__getitem__))
