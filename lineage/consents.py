"""Is consent behind what is shared: asked for on every way, and of the kind that the law asks for?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lineage.labels import Labels
from lineage.model import Authorization
from lineage.places import Place
from lineage.share import Share
from lineage.vocabulary import covers, is_sensitive
from lineage.world import World


@dataclass(frozen=True)
class Consents:
    """Holds shares against the consents of a world, along the ways that a pass over its graph knows."""

    labels: Labels

    @property
    def world(self) -> World:
        return self.labels.graph.world

    def covered(self, share: Share, authorization: Authorization) -> bool:
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
        if scope not in self._rounds:
            self._rounds[scope] = self.labels.ungated((scope,))
        return not self._rounds[scope].brings(share.flow, share.label)

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
            return self._in_china(Place.of(self.world, share.target))
        return self._chinese.brings(share.flow, share.label)

    @cached_property
    def _chinese(self) -> Labels:
        return self.labels.started(self.labels.graph.places.that(self._in_china))

    def _in_china(self, place: Place) -> bool:
        """Are the people of a place in China?  Its systems say, or else the countries of those who operate them."""
        known = {s.country for s in place.systems if s.country}
        return "CN" in (known or {c for op in place.operators for c in self.world.party_countries(op)})

    def sent_from(self, share: Share) -> set[str]:
        """The countries a share is sent from: those of the source's systems and of the sender."""
        of_systems = set() if share.flow < 0 else {s.country for s in self.world.systems_of(share.source)}
        of_party = set(self.world.party_countries(share.sender)) if share.sender else set()
        return {c for c in of_systems | of_party if c}
