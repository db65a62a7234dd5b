"""Which statements stand on the page: read off a judgement, cell by cell; what is not known stays None."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from inventory.disclosure.cells import (
    alphabetical,
    among,
    area,
    digest,
    flow_id,
    graph_digest,
    keeping_here,
    keeping_there,
    named,
    remedies_for,
    remedy,
    slug,
    told,
)
from inventory.disclosure.content import (
    Agreement,
    Body,
    Collected,
    Contact,
    Disclosure,
    Exercise,
    Group,
    Handover,
    Item,
    Provenance,
    Recipient,
    Tally,
    Text,
    Use,
)
from lineage.judgement import Judgement
from lineage.labels import Origin
from lineage.model import Authorization, Evidence, FieldId, Method
from lineage.shares import Share
from lineage.vocabulary import is_sensitive
from lineage.world import World

RELATIONS = {
    "processor": "entrust",
    "joint-controller": "joint",
    "controller": "provide",
    "authority": "authority",
}
"""What a relation is called where the authorization does not say it (PIPL art. 20, 21, 23)."""
CONDITIONS = {
    "consent": "consent",
    "explicit-consent": "consent",
    "separate-consent": "consent",
    "contract": "service",
    "legal-obligation": "law",
    "legitimate-interests": "objection",
    "legitimate-interest": "objection",
}
"""On which condition data goes, as far as the basis tells; else it follows from the role."""


@dataclass(frozen=True)
class Gathering:
    """Reads one judgement; `disclosure` is all of it."""

    judgement: Judgement

    @property
    def world(self) -> World:
        return self.judgement.world

    def disclosure(self) -> Disclosure:
        groups = tuple(self._groups())
        items = [item for group in groups for item in group.items]
        handed = [h for item in items for h in item.handovers]
        return Disclosure(
            operator=self._body(self.world.us),
            day=self.judgement.day,
            digest=graph_digest(self.judgement.graph),
            rule_set=self.judgement.rule_set,
            groups=groups,
            recipients=tuple(sorted(self._recipients(handed), key=lambda r: (alphabetical(r.body.name), r.body.id))),
            remedies=tuple(remedy(c) for c in self.world.controls),
            contacts=tuple(Contact(c.kind, c.address, c.answers_within, c.languages) for c in self.world.channels),
            exercises=tuple(self._exercises()),
            at_rest=_tally(s.encrypted_at_rest for s in self.world.systems.values() if s.key in self._holding),
            in_transit=_tally(h.encrypted for h in handed),
        )

    # -- items ----------------------------------------------------------------------------------------

    def _groups(self) -> Iterator[Group]:
        categories = sorted({c for c, _ in self.judgement.labels.alphabet.bases})
        seconds: dict[str, list[str]] = {}
        for category in categories:
            seconds.setdefault(".".join(category.split(".")[:2]), []).append(category)
        for second, members in sorted(seconds.items()):
            name = second.removeprefix("user.")
            yield Group(slug(name), named(second), tuple(self._item(c) for c in members))

    def _item(self, category: str) -> Item:
        handovers = [self._handover(category, shares) for shares in self._alike.get(category, {}).values()]
        systems = self._held.get(category, {})
        return Item(
            id=slug(category),
            category=category,
            name=named(category),
            sensitive=is_sensitive(category),
            collected=tuple(self._collected(category)),
            uses=tuple(self._uses(category)),
            keeping=keeping_here(self.world, category, systems),
            encrypted_at_rest=_all_known(s.encrypted_at_rest for s in self.world.systems.values() if s.key in systems),
            handovers=tuple(sorted(handovers, key=self._handover_order)),
        )

    @cached_property
    def _names(self) -> dict[str, str | None]:
        return {slug(f"r.{key}"): self._body(key).name for key in self.world.parties}

    def _handover_order(self, handover: Handover) -> tuple[object, ...]:
        return (
            handover.passed_on_by is not None,
            alphabetical(self._names.get(handover.recipient)),
            handover.id,
        )

    @cached_property
    def _held(self) -> dict[str, dict[str, None]]:
        """Category -> our systems that hold it, in whatever form."""
        held: dict[str, dict[str, None]] = {}
        for node in self.judgement.graph.nodes:
            ours = [
                s.key for s in self.world.systems_of(node) if any(map(self.world.is_own, self.world.operators[s.key]))
            ]
            if ours:
                for row in self.judgement.label_rows(node):
                    held.setdefault(row.data_category, {}).update(dict.fromkeys(ours))
        return held

    @cached_property
    def _holding(self) -> set[str]:
        return {key for systems in self._held.values() for key in systems}

    @cached_property
    def _origins(self) -> dict[FieldId, set[str]]:
        """Field -> the categories that begin there."""
        begun: dict[FieldId, set[str]] = {}
        origins: Iterable[Origin] = self.judgement.labels.origins
        for node, row in origins:
            begun.setdefault(self.judgement.graph.nodes[node], set()).add(row.data_category)
        return begun

    def _collected(self, category: str) -> list[Collected]:
        found = {
            Collected(point, c.required, self._agreed(c.consent).text if c.consent else None)
            for c in self.world.collections
            if category in self._origins.get(c.field, ()) and (point := told(c.point))
        }
        return sorted(found, key=repr)

    def _uses(self, category: str) -> list[Use]:
        """What our activities say; where none covers the category, what the systems holding it are for."""
        declared = {
            Use(named(a.data_use), a.legal_basis, told(a.necessity))
            for a in self.world.activities
            if among(a.data_categories, category) and (a.system is None or a.system in self._held.get(category, {}))
        }
        if not declared:
            systems = (self.world.systems[key] for key in self._held.get(category, {}))
            declared = {Use(named(use)) for s in systems for use in s.data_uses}
        return sorted(declared, key=repr)

    # -- handovers ------------------------------------------------------------------------------------

    @cached_property
    def _alike(self) -> dict[str, dict[tuple[object, ...], list[Share]]]:
        """Category -> shares that make one statement, by what they have in common."""
        alike: dict[str, dict[tuple[object, ...], list[Share]]] = {}
        for share in self.judgement.shares:
            if share.recipient is not None:
                same = (
                    share.data_category,
                    share.recipient,
                    share.sender,
                    share.form,
                    share.data_use,
                    share.authorization,
                )
                alike.setdefault(share.data_category, {}).setdefault(same, []).append(share)
        return alike

    def _handover(self, category: str, shares: list[Share]) -> Handover:
        first = shares[0]
        assert first.recipient is not None
        allowed = self._authorization(first)
        role = allowed.role if allowed else "controller"
        relation = (allowed.relation if allowed else None) or RELATIONS.get(role, "provide")
        scope = self._gate(shares, allowed)
        countries = tuple(sorted({c for s in shares for c in s.countries if c}))
        abroad = tuple(sorted({c for s in shares for c in self._abroad(s)}))
        scene_kind, scenes = self._scenes(shares)
        condition = "consent" if scope else CONDITIONS.get((allowed and allowed.legal_basis) or "", "")
        identity = digest(category, first.recipient, first.sender, first.form, first.data_use, first.authorization)
        return Handover(
            id=f"h-{identity[:12]}",
            item=slug(category),
            recipient=slug(f"r.{first.recipient}"),
            passed_on_by=None if self.world.is_own(first.sender) else slug(f"r.{first.sender}"),
            role=role,
            relation=relation,
            condition=condition or ("behalf" if role == "processor" else "law" if role == "authority" else "service"),
            form=str(first.form),
            subjects=tuple(named(s) for s in sorted({s.data_subject for s in shares})),
            purpose=named(first.data_use) if first.data_use else None,
            scene_kind=scene_kind,
            scenes=scenes,
            method=_method(shares, relation),
            encrypted=_all_known(self._flow_encrypted(s) for s in shares if s.flow >= 0),
            basis=allowed.legal_basis if allowed else None,
            agreement=self._agreed(scope) if scope else None,
            keeping=keeping_there(self.world, first),
            countries=countries,
            abroad=abroad,
            transfer=self._transfer(first) if abroad else (),
            remedies=remedies_for(self.world.controls, self._systems(shares), consented=condition == "consent"),
            provenance=self._provenance(shares),
            flows=tuple(sorted({flow_id(self.judgement.graph, s) for s in shares})),
            coarse=any(s.coarse for s in shares),
            data_use=first.data_use,
        )

    def _authorization(self, share: Share) -> Authorization | None:
        judge = self.judgement.sharing
        named_so = [a for a in judge.for_recipient(share.recipient) if a.key == share.authorization]
        return min(named_so, key=lambda a: (len(judge.failures(share, a)), repr(a)), default=None)

    def _gate(self, shares: list[Share], allowed: Authorization | None) -> str | None:
        """The consent scope without which nothing goes: that of the basis, else one that gates every flow."""
        if allowed and allowed.legal_basis and CONDITIONS.get(allowed.legal_basis) == "consent":
            return allowed.consent
        gates = {self.judgement.graph.flow(s.flow).consent if s.flow >= 0 else self._asked(s) for s in shares}
        return gates.pop() if len(gates) == 1 else None

    def _asked(self, share: Share) -> str | None:
        points = (c for c in self.world.collections if (c.field, c.point) == (share.target, share.point))
        return next((c.consent for c in points if c.consent), None)

    def _agreed(self, scope: str) -> Agreement:
        said = [c for c in self.world.consents if c.key == scope]
        return Agreement(said[0].kind, told(said[0].text)) if said else Agreement(None, None)

    def _scenes(self, shares: list[Share]) -> tuple[str, tuple[Text, ...]]:
        """What sets the handover off; where no flow says it, where people gave what is handed over."""
        triggers = {t for s in shares if s.flow >= 0 and (t := told(self.judgement.graph.flow(s.flow).trigger))}
        if triggers:
            return "trigger", tuple(sorted(triggers))
        origins = {self.judgement.origin_of(s) for s in shares}
        points = {t for c in self.world.collections if c.field in origins and (t := told(c.point))}
        return "point", tuple(sorted(points))

    def _flow_encrypted(self, share: Share) -> bool | None:
        return self.judgement.graph.flow(share.flow).encrypted_in_transit

    def _abroad(self, share: Share) -> list[str]:
        home = {area(c) for c in self.judgement.sharing.sent_from(share)}
        return [c for c in share.countries if c and area(c) not in home]

    def _transfer(self, share: Share) -> tuple[str, ...]:
        """The mechanisms of every valid authorization for the same hands (they belong to the route)."""
        judge, blocking = self.judgement.sharing, {"sender", "country", "not-yet-valid", "expired"}
        valid = (a for a in judge.for_recipient(share.recipient) if not blocking & set(judge.failures(share, a)))
        return tuple(sorted({mechanism for a in valid for mechanism in a.transfer}))

    def _systems(self, shares: list[Share]) -> set[str]:
        ends = {end for s in shares for end in (s.source, s.target, self.judgement.origin_of(s))}
        return {system.key for end in ends for system in self.world.systems_of(end)}

    def _provenance(self, shares: list[Share]) -> Provenance:
        said = [e for s in shares for e in self._evidence(s)]
        if all(e.method is Method.ATTESTED for e in said):
            return Provenance("declared", max((e.time.date() for e in said if e.time), default=None))
        if any(e.method is Method.OBSERVED for e in said):
            runs = [self.judgement.last_seen.get(e.source.split("/")[0]) or e.time for e in said]
            return Provenance("verified", max((r.date() for r in runs if r), default=None))
        return Provenance("review")

    def _evidence(self, share: Share) -> tuple[Evidence, ...]:
        if share.flow >= 0:
            return self.judgement.graph.evidence_of_flow(share.flow)
        points = (c for c in self.world.collections if (c.field, c.point) == (share.target, share.point))
        return tuple(e for c in points for e in self.world.evidence(c))

    # -- who and what else ----------------------------------------------------------------------------

    def _body(self, key: str) -> Body:
        party = self.world.party(key)
        name = next(iter(told(party.legal_name) or ()), (None, None))[1] if party else None
        return Body(
            id=slug(f"r.{self.world.head(key)}"),
            name=name,
            countries=self.world.party_countries(key),
            registry_id=party.registry_id if party else None,
            contact=party.contact if party else None,
            privacy_policy=party.privacy_policy if party else None,
        )

    def _recipients(self, handed: list[Handover]) -> Iterator[Recipient]:
        keys = {share.recipient for share in self.judgement.shares if share.recipient is not None}
        for key in sorted(keys):
            body = self._body(key)
            theirs = [h for h in handed if h.recipient == body.id]
            roles, items = {h.role for h in theirs}, {h.item for h in theirs}
            yield Recipient(body, tuple(sorted(roles)), tuple(sorted(items)))

    def _exercises(self) -> Iterator[Exercise]:
        for review in self.world.reviews:
            yield Exercise("review", review.interval, review.last, outcome=told(review.outcome))
        for training in self.world.trainings:
            yield Exercise("training", training.interval, training.last, audience=told(training.audience))


def _method(shares: list[Share], relation: str) -> str:
    """How it gets there (共享方式): published, taken by the recipient in our app, or sent by our systems."""
    if relation == "publication":
        return "published"
    direct = {s.flow < 0 for s in shares}
    return "both" if len(direct) == 2 else "direct" if direct == {True} else "server"


def _all_known(states: Iterable[bool | None]) -> bool | None:
    """True if all are; False if one is known not to be; else unknown."""
    seen = list(states)
    if any(state is False for state in seen):
        return False
    return True if seen and all(seen) else None


def _tally(states: Iterable[bool | None]) -> Tally:
    seen = list(states)
    yes, no = sum(s is True for s in seen), sum(s is False for s in seen)
    return Tally(yes, no, len(seen) - yes - no)
