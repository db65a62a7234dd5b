"""Which statements "this item goes to that recipient" stand on the page, and what is known of each?

Shares that agree in every cell make one statement; each share stands in exactly one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from inventory.disclosure.content import Agreement, Handover, Keeping, Provenance, Text, Transfer
from inventory.disclosure.promises import keeping_there, remedies_for
from inventory.disclosure.words import digest, flow_id, named, named_subject, party_id, share_id, slug, told
from lineage.judgement import Judgement
from lineage.model import Authorization, Collection, Evidence, Form, Method
from lineage.share import Share, collection_of
from lineage.transfers import Carried
from lineage.world import World

_RELATIONS = {"processor": "entrust", "joint-controller": "joint", "controller": "provide", "authority": "authority"}
"""What a relation is called where the authorization does not say it (PIPL art. 20, 21, 23)."""
_CONDITIONS = {
    "consent": "consent", "contract": "service", "legal-obligation": "law", "legitimate-interest": "objection",
    "emergency": "emergency", "vital-interest": "emergency",
}  # fmt: skip
"""On which condition data goes, as far as the legal basis tells; else it follows from the role."""


class _Cells(NamedTuple):
    """Everything in which shares must agree to make one statement."""

    category: str
    recipient: str
    sender: str | None
    form: Form
    data_use: str | None
    role: str
    relation: str
    basis: str | None
    scope: str | None
    countries: tuple[str, ...]
    transfers: tuple[Transfer, ...]
    keeping: Keeping | None


@dataclass(frozen=True)
class Handovers:
    """Reads the shares of one judgement."""

    judgement: Judgement

    @property
    def world(self) -> World:
        return self.judgement.world

    def of(self, category: str) -> tuple[Handover, ...]:
        """Everything that happens with a category, in the order of recipients' keys."""
        alike: dict[_Cells, list[Share]] = {}
        for share in self._by_category.get(category, ()):
            if share.recipient is not None:
                alike.setdefault(self._cells(share, share.recipient), []).append(share)
        handovers = (self._handover(cells, shares) for cells, shares in alike.items())
        return tuple(sorted(handovers, key=lambda h: (h.passed_on_by or "", h.recipient, h.id)))

    @cached_property
    def _by_category(self) -> dict[str, list[Share]]:
        found: dict[str, list[Share]] = {}
        self.judgement.prepare(self.judgement.shares)
        for share in self.judgement.shares:
            found.setdefault(share.data_category, []).append(share)
        return found

    def _cells(self, share: Share, recipient: str) -> _Cells:
        allowed = self._authorization(share)
        role = allowed.role if allowed else "controller"
        return _Cells(
            share.data_category,
            recipient,
            share.sender,
            share.form,
            share.data_use,
            role,
            (allowed.relation if allowed else None) or _RELATIONS.get(role, "provide"),
            allowed.legal_basis if allowed else None,
            self._scope(share, allowed),
            tuple(c for c in share.countries if c),
            self._transfers(share),
            keeping_there(self.world, share, bound=role == "processor" and self.world.is_own(share.sender)),
        )

    def _handover(self, cells: _Cells, shares: Sequence[Share]) -> Handover:
        graph = self.judgement.graph
        condition = _condition(cells)
        scene_kind, scenes = self._scenes(shares)
        return Handover(
            id=f"h-{digest(*cells)[:12]}",
            item=slug(cells.category),
            recipient=party_id(cells.recipient),
            passed_on_by=None if self.world.is_own(cells.sender) else party_id(cells.sender or ""),
            role=cells.role,
            relation=cells.relation,
            condition=condition,
            form=cells.form.value,
            subjects=tuple(named_subject(s) for s in sorted({s.data_subject for s in shares})),
            purpose=named(cells.data_use) if cells.data_use else (),
            scene_kind=scene_kind,
            scenes=scenes,
            method=_method(shares, cells.relation),
            encrypted=all_known(self.judgement.encrypted_in_transit(s.flow) for s in shares if s.flow >= 0),
            basis=cells.basis,
            agreement=self.agreement(cells.scope) if cells.scope else None,
            keeping=cells.keeping,
            countries=cells.countries,
            transfers=cells.transfers,
            remedies=remedies_for(self.world.controls, self._systems(shares), consented=condition == "consent"),
            provenance=self._provenance(shares),
            shares=tuple(sorted(share_id(graph, s) for s in shares)),
            flows=tuple(sorted({flow_id(graph, s) for s in shares})),
            coarse=any(s.coarse for s in shares),
        )

    # -- cells ----------------------------------------------------------------------------------------

    def _authorization(self, share: Share) -> Authorization | None:
        judge = self.judgement.sharing.verdicts
        named_so = [a for a in judge.for_recipient(share.recipient) if a.key == share.authorization]
        return min(named_so, key=lambda a: (len(judge.failures(share, a)), repr(a)), default=None)

    def _scope(self, share: Share, allowed: Authorization | None) -> str | None:
        """The consent without which it does not go: that of the basis, else one that gates the flow itself."""
        if allowed and allowed.legal_basis == "consent":
            return allowed.consent
        if share.flow >= 0:
            return self.judgement.graph.flow(share.flow).consent
        collection = collection_of(self.world, share)
        return collection.consent if collection else None

    def agreement(self, scope: str) -> Agreement:
        """The consent of a scope, as far as it was entered."""
        said = next((c for c in self.world.consents if c.key == scope), None)
        return Agreement(said.kind, told(said.text, said.wording)) if said else Agreement(None, ())

    def _transfers(self, share: Share) -> tuple[Transfer, ...]:
        """The ways out of the area of the sender's law that the share takes, each with what lets it pass."""
        carried = Carried(share.flow, share.source, share.target, share.label)
        return tuple(sorted(self._ways_out.get((share.sender, share.recipient, carried), ()), key=repr))

    @cached_property
    def _ways_out(self) -> dict[tuple[str | None, str | None, Carried], set[Transfer]]:
        ways: dict[tuple[str | None, str | None, Carried], set[Transfer]] = {}
        for route in self.judgement.transfers:
            for carried in route.carried if route.destination else ():
                transfer = Transfer(route.destination or "", route.mechanism)
                ways.setdefault((route.sender, route.recipient, carried), set()).add(transfer)
        return ways

    # -- what the shares of one statement say together --------------------------------------------------

    def _scenes(self, shares: Iterable[Share]) -> tuple[str, tuple[Text, ...]]:
        """What sets the handover off; where no flow says it, where people gave what is handed over."""
        flows = (self.judgement.graph.flow(s.flow) for s in shares if s.flow >= 0)
        if triggers := {words for f in flows if (words := told(f.trigger, f.wording))}:
            return "trigger", tuple(sorted(triggers))
        origins = {self.judgement.origin_of(s) for s in shares}
        points = (told(c.point, c.wording) for c in self.world.collections if c.field in origins)
        return "point", tuple(sorted({words for words in points if words}))

    def _systems(self, shares: Iterable[Share]) -> set[str]:
        ends = {end for s in shares for end in (s.source, s.target, self.judgement.origin_of(s))}
        return {system.key for end in ends for system in self.world.systems_of(end)}

    def _provenance(self, shares: Sequence[Share]) -> Provenance:
        """Verified only where a scanner saw every flow; the day is that of the oldest of their last readings."""
        evidence = [self._evidence(s) for s in shares]
        if any(e.method is Method.INFERRED for said in evidence for e in said):
            return Provenance("review")
        seen = [[e for e in said if e.method is Method.OBSERVED] for said in evidence]
        if not all(seen):
            return Provenance("declared")
        days = [self.judgement.last_seen.get(e.source.split("/")[0]) for said in seen for e in said]
        known = [day.date() for day in days if day is not None]
        return Provenance("verified", min([*known, self.judgement.day]) if len(known) == len(days) else None)

    def _evidence(self, share: Share) -> tuple[Evidence, ...]:
        if share.flow >= 0:
            return self.judgement.graph.evidence_of_flow(share.flow)
        collection: Collection | None = collection_of(self.world, share)
        return self.world.evidence(collection) if collection else ()


def all_known(states: Iterable[bool | None]) -> bool | None:
    """True if all are; False if one is known not to be; else unknown."""
    seen = list(states)
    if any(state is False for state in seen):
        return False
    return True if seen and all(seen) else None


def _condition(cells: _Cells) -> str:
    if cells.scope:
        return "consent"
    by_role = {"processor": "behalf", "authority": "law"}
    return _CONDITIONS.get(cells.basis or "") or by_role.get(cells.role, "other" if cells.basis else "service")


def _method(shares: Iterable[Share], relation: str) -> str:
    """How it gets there (共享方式): published, taken by the recipient in our app, or sent by our systems."""
    if relation == "publication":
        return "published"
    direct = {s.flow < 0 for s in shares}
    return "both" if len(direct) == 2 else "direct" if direct == {True} else "server"
