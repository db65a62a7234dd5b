"""Who shares what with whom, and may they: worked out the slow and obvious way.

Written from docs/semantics.md alone; it shares no code with the engine but the model and the vocabulary.  A party is
the set of all its names, so that it does not matter which of them the engine prints.
"""

from __future__ import annotations

from collections.abc import Collection as Some
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from lineage.model import (
    Authorization,
    Claim,
    Classification,
    Collection,
    Consent,
    Dataset,
    Evidence,
    Fact,
    FieldId,
    Flow,
    Method,
    Party,
    System,
)
from lineage.vocabulary import covers, is_for_others, is_personal, is_sensitive
from tests.lineage.oracle import ORDER, State, is_coarse, keyed_flows, sent, spread, within

Names = frozenset[str]
EEA = {"DE", "FR", "NO"}  # as much of it as the worlds need


class Handed(NamedTuple):
    """One share, and the verdict on it; `flow` is None where a collection point feeds the recipient directly."""

    sender: Names | None
    recipient: Names | None
    category: str
    subject: str
    form: str
    use: str | None
    countries: frozenset[str | None]
    source: FieldId
    target: FieldId
    flow: Flow | None
    point: str | None
    coarse: bool
    authorization: str | None = None
    failed: tuple[str, ...] = ()


def remembered(ask: Any) -> Any:
    """Work an answer out once for each question."""

    def answer(self: Oracle, *question: Any) -> Any:
        key = (ask.__name__, *question)
        if key not in self.answers:
            self.answers[key] = ask(self, *question)
        return self.answers[key]

    return answer


@dataclass
class Oracle:
    """All that follows from some facts on a day."""

    facts: Some[Fact]
    day: date
    answers: dict[Any, Any] = field(default_factory=dict)

    @remembered
    def said(self, kind: type[Any]) -> list[Any]:
        return [fact.statement for fact in self.facts if isinstance(fact.statement, kind)]

    # -- who ------------------------------------------------------------------------------------------

    @remembered
    def party(self, key: str) -> Names:
        """Every key, alias and registry id that means the same party."""
        names = {key}
        while True:
            entries = [{p.key, *p.aliases, f"registry {p.registry_id or p.key}"} for p in self.said(Party)]
            more = set().union(*(entry for entry in entries if entry & names)) - names
            if not more:
                return frozenset(names)
            names |= more

    def entries(self, party: Names) -> list[Party]:
        return [p for p in self.said(Party) if p.key in party]

    @remembered
    def is_own(self, party: Names) -> bool:
        return any(p.own for p in self.entries(party))

    @property
    def us(self) -> Names:
        return self.party(min((p.key for p in self.said(Party) if p.own), default="us"))

    def groups(self, party: Names) -> set[Names]:
        return {self.party(group) for p in self.entries(party) for group in p.groups}

    # -- where ----------------------------------------------------------------------------------------

    def claims(self) -> set[tuple[Claim, str]]:
        told = {(claim, s.key) for s in self.said(System) for claim in s.namespaces}
        silent = {s.key for s in self.said(System)} - {key for _, key in told}
        return told | {(Claim(f"sharemap://{key}"), key) for key in silent}

    @remembered
    def systems(self, node: FieldId) -> set[str]:
        """Longest namespace, then longest prefix, segment by segment; a source nobody named yields."""

        def segments(name: str) -> list[str]:
            return [part for part in name.replace("/", ".").split(".") if part]

        name = segments(node.name)
        fits = [
            (claim, key)
            for claim, key in self.claims()
            if (node.namespace + "/").startswith(claim.namespace + "/")
            and name[: len(segments(claim.prefix))] == segments(claim.prefix)
        ]
        longest = max((len(claim.namespace) for claim, _ in fits), default=0)
        fits = [(claim, key) for claim, key in fits if len(claim.namespace) == longest]
        named = [(claim, key) for claim, key in fits if not all(s.ours for s in self.entries_of(key))]
        depth = max((len(segments(claim.prefix)) for claim, _ in named or fits), default=0)
        return {key for claim, key in named or fits if len(segments(claim.prefix)) == depth}

    def entries_of(self, system: str) -> list[System]:
        return [s for s in self.said(System) if s.key == system]

    @remembered
    def system_countries(self, node: FieldId) -> set[str | None]:
        """One for each system the node belongs to; None where none of its entries says."""
        told = {key: {s.country for s in self.entries_of(key)} - {None} for key in self.systems(node)}
        return set().union(*(countries or {None} for countries in told.values()))

    @remembered
    def operators(self, node: FieldId) -> set[Names]:
        found: set[Names] = set()
        for key in self.systems(node):
            entries = self.entries_of(key)
            claimed = {self.party(s.operator) for s in entries if s.operator}
            found |= claimed or ({self.us} if any(s.ours for s in entries) else set())
        return found

    @remembered
    def is_ours(self, node: FieldId) -> bool:
        """Operated by us; by nobody we know counts too."""
        operators = self.operators(node)
        return not operators or any(self.is_own(party) for party in operators)

    @remembered
    def points(self, node: FieldId) -> list[Collection]:
        return [c for c in self.said(Collection) if c.field in (node, node.dataset)]

    @remembered
    def place(self, node: FieldId) -> set[str]:
        """The countries a field lies in: of its systems, else of those who operate them."""
        known = self.system_countries(node) - {None}
        return known or {p.country for party in self.operators(node) for p in self.entries(party)} - {None}

    # -- what -----------------------------------------------------------------------------------------

    @cached_property
    def flows(self) -> list[Flow]:
        """A flow of a whole dataset is not added where the same job's columns between the same two are known."""
        flows = set(self.said(Flow))
        columns = {f for f in flows if f.type == "DIRECT" and f.source.field and f.target.field and f.job}

        def better_known(flow: Flow) -> bool:
            return flow.type == "DIRECT" and any(
                (c.job, c.source.dataset) == (flow.job, flow.source) and flow.target in (c.target, c.target.dataset)
                for c in columns
            )

        return sorted((flow for flow in flows if not better_known(flow)), key=repr)

    @cached_property
    def fields(self) -> set[FieldId]:
        ends = {end for flow in self.flows for end in (flow.source, flow.target)}
        told = {c.field for c in (*self.said(Classification), *self.said(Collection))}
        return {node for node in ends | told if node.field}

    def counts(self, statement: Classification, evidence: set[Evidence]) -> bool:
        """Is a classification neither corrected nor, where only inferred, denied by hand?"""
        about = [c for c in self.said(Classification) if c.field == statement.field]
        denied = {
            f.statement.field for f in self.facts
            if isinstance(f.statement, Classification) and f.statement.not_personal
            and f.evidence.method is Method.ATTESTED
        }  # fmt: skip
        corrected = not statement.replaces and any(c.replaces == statement.data_category for c in about)
        inferred = all(e.method is Method.INFERRED for e in evidence)
        return not corrected and not (inferred and statement.field in denied)

    @cached_property
    def classified(self) -> set[State]:
        """Every field as somebody classified it, whoever holds it."""
        states = set()
        for c in set(self.said(Classification)):
            evidence = {f.evidence for f in self.facts if f.statement == c}
            if c.data_category and is_personal(c.data_category) and self.counts(c, evidence):
                subjects = {c.data_subject} if c.data_subject else self.subjects(c.field)
                states |= {(c.field, c.data_category, subject, str(c.form)) for subject in subjects}
        return states

    def subjects(self, node: FieldId) -> set[str]:
        of_dataset = {d.data_subject for d in self.said(Dataset) if d.dataset == node.dataset} - {None}
        of_system = {s.data_subject for k in self.systems(node) for s in self.entries_of(k)} - {None}
        return of_dataset or of_system or {"*"}

    @cached_property
    def keyed(self) -> set[Flow]:
        """Whose data a group key is does not matter: it tells who the row is about."""
        return keyed_flows(self.flows, self.fields, self.classified)

    @cached_property
    def own_classified(self) -> set[State]:
        """What starts with us: classified in a place of ours, or collected by us in a place of another."""
        kept = {state for state in self.classified if self.is_ours(state[0]) or self.points(state[0])}
        left = self.classified - kept
        return kept | {state for state in within(left, self.fields) if state not in left and self.points(state[0])}

    def received(self, flows: Some[Flow], classified: Some[State]) -> set[State]:
        """What an outsider's own data become once they are with us."""
        foreign = spread(flows, self.fields, set(classified) - self.own_classified, self.keyed)
        inward = [f for f in flows if self.is_ours(f.target) and not self.is_ours(f.source)]
        return {(f.target, *label) for f in inward for label in sent(f, foreign, self.keyed)}

    def starts(self, flows: Some[Flow], of: Some[State] | None = None) -> set[State]:
        own = self.own_classified if of is None else self.own_classified & set(of)
        return own | self.received(flows, self.classified if of is None else of)

    def ours(self, flows: Some[Flow], of: Some[State] | None = None) -> dict[State, int]:
        """All states that come of what is ours (of some of it), over these flows."""
        return spread(flows, self.fields, self.starts(flows, of), self.keyed)

    @cached_property
    def states(self) -> dict[State, int]:
        return self.ours(self.flows)

    # -- shares ---------------------------------------------------------------------------------------

    def shares(self) -> set[Handed]:
        return {self.judged(share) for share in (*self.crossings(), *self.direct())}

    def crossings(self) -> Iterator[Handed]:
        fine_flows = [f for f in self.flows if not is_coarse(f)]
        fine_states = self.ours(fine_flows)
        for flow in self.flows:
            fine = sent(flow, fine_states, self.keyed) if flow in fine_flows else set()
            for label in sent(flow, self.states, self.keyed):
                for sender, recipient in self.hands(flow):
                    for use in {flow.data_use} if flow.data_use else self.uses(flow.target):
                        countries = self.countries(flow.target, recipient)
                        yield Handed(
                            sender, recipient, *label, use, countries, flow.source, flow.target, flow, None,
                            label not in fine,
                        )  # fmt: skip

    def hands(self, flow: Flow) -> Iterator[tuple[Names | None, Names | None]]:
        """Whoever operates the one end gives to whoever operates the other, if that is another and not us."""
        for sender in self.operators(flow.source) or {None}:
            for recipient in self.operators(flow.target) or {None}:
                if recipient is None:
                    if sender is not None or not self.one_place(flow.source, flow.target):
                        yield sender, recipient
                elif recipient != sender and not self.is_own(recipient):
                    yield sender, recipient

    def one_place(self, one: FieldId, other: FieldId) -> bool:
        if self.systems(one) or self.systems(other):
            return self.systems(one) == self.systems(other)
        return one.namespace == other.namespace

    def direct(self) -> Iterator[Handed]:
        """A collection point of ours in the system of another, or of nobody known."""
        for node, *label in self.own_classified:
            for point in self.points(node):
                for recipient in self.operators(node) or {None}:
                    if recipient is None or not self.is_own(recipient):
                        for use in self.uses(node):
                            yield Handed(
                                self.us, recipient, *label, use, self.countries(node, recipient), node, node, None,
                                point.point, False,
                            )  # fmt: skip

    def uses(self, target: FieldId) -> set[str | None]:
        of_dataset = {use for d in self.said(Dataset) if d.dataset == target.dataset for use in d.data_uses}
        of_system = {use for key in self.systems(target) for s in self.entries_of(key) for use in s.data_uses}
        return of_dataset or of_system or {None}

    def countries(self, target: FieldId, recipient: Names | None) -> frozenset[str | None]:
        of_system = self.system_countries(target) or {None}
        of_party = {p.country for p in self.entries(recipient)} - {None} or {None} if recipient else set()
        return frozenset(of_system | of_party)

    # -- verdicts -------------------------------------------------------------------------------------

    def judged(self, share: Handed) -> Handed:
        made_out = [(self.failures(share, a), a.key) for a in self.said(Authorization) if self.is_for(a, share)]
        if not made_out:
            return share._replace(failed=("none",))
        failed, key = min(made_out, key=lambda m: (len(m[0]), [PARTS.index(p) for p in m[0]], m[1]))
        return share._replace(authorization=key, failed=failed)

    def is_for(self, a: Authorization, share: Handed) -> bool:
        if share.recipient is None:
            return False
        named = self.party(a.recipient)
        return named == share.recipient or (a.include_members and named in self.groups(share.recipient))

    def failures(self, share: Handed, a: Authorization) -> tuple[str, ...]:
        covered = {
            "sender": share.sender is not None
            and (self.party(a.sender) == share.sender if a.sender else self.is_own(share.sender)),
            "category": any(named(entry, share.category, is_sensitive) for entry in a.data_categories),
            "data-use": share.use is not None and any(named(entry, share.use, is_for_others) for entry in a.data_uses),
            "subject": "*" in a.data_subjects or share.subject in a.data_subjects,
            "form": ORDER.index(a.form) <= ORDER.index(share.form),
            "country": all(c is not None and allowed(c, a.countries) for c in share.countries),
            "instrument": (a.instrument.kind == "processing-agreement") == (a.role == "processor"),
            "legal-basis": bool(a.legal_basis) or a.role == "processor",
            "consent": a.legal_basis != "consent" or self.consented(share, a),
            "not-yet-valid": a.valid_from <= self.day,
            "expired": not a.valid_until or self.day <= a.valid_until,
        }
        return tuple(part for part in PARTS if not covered[part])

    def consented(self, share: Handed, a: Authorization) -> bool:
        kinds = {c.kind for c in self.said(Consent) if c.key == a.consent}
        return bool(kinds) and self.gated(share, a.consent) and self.kind_suffices(share, a, kinds)

    def gated(self, share: Handed, scope: str | None) -> bool:
        """Does what comes to the crossing without a flow of that scope still hold the label?"""
        if share.flow is None:
            here = [c for c in self.points(share.target) if c.point == share.point]
            return all(c.consent == scope for c in here)
        if share.flow.consent == scope:
            return True
        round_about = self.ours([f for f in self.flows if f.consent != scope])
        return share[2:5] not in sent(share.flow, round_about, self.keyed)

    def kind_suffices(self, share: Handed, a: Authorization, kinds: set[str]) -> bool:
        """PIPL 23, 25, 29, 31, 39; it holds for data that started in China and for what is sent from there."""
        if "CN" not in self.sent_from(share) and not self.started_in_china(share):
            return True
        if covers("user.childrens", share.category):
            return kinds == {"guardian"}
        separate = (
            a.role != "processor" or is_sensitive(share.category) or a.relation == "publication"
            or share.countries != {"CN"}
        )  # fmt: skip
        return not separate or kinds == {"separate"}

    def sent_from(self, share: Handed) -> set[str | None]:
        of_system = set() if share.flow is None else self.system_countries(share.source)
        return of_system | {p.country for p in self.entries(share.sender or frozenset())}

    def started_in_china(self, share: Handed) -> bool:
        if share.flow is None:
            return "CN" in self.place(share.source)
        chinese = {s for s in within(self.classified, self.fields) if "CN" in self.place(s[0])}
        chinese |= {s for s in self.own_classified if "CN" in self.place(s[0])}
        return share[2:5] in sent(share.flow, self.ours(self.flows, chinese), self.keyed)

    # -- witnesses ------------------------------------------------------------------------------------

    def beginnings(self) -> list[set[State]]:
        """Where a witness may begin, the better first: collected; fed by nothing of its category; anywhere."""
        origins = self.starts(self.flows)
        collected = {state for state in self.states if self.points(state[0])}
        roots = {state for state in origins if not self.fed(state)}
        return [collected, roots, origins]

    def fed(self, state: State) -> bool:
        into = [f for f in self.flows if f.target in (state[0], state[0].dataset)]
        return any(category == state[1] for f in into for category, _, _ in sent(f, self.states, self.keyed))

    def shortest(self, flow: Flow, label: tuple[str, str, str]) -> tuple[set[State], int]:
        """Where a shortest witness of what crosses by a flow may begin, and how many flows it has with that one."""
        for starts in self.beginnings():
            reached = spread(self.flows, self.fields, starts, self.keyed)
            steps = [n for state, n in reached.items() if label in sent(flow, [state], self.keyed)]
            if steps:
                return set(within(starts, self.fields)), min(steps) + 1
        raise AssertionError("a share that comes from nowhere")


PARTS = (
    "sender", "category", "data-use", "subject", "form", "country", "instrument", "legal-basis", "consent",
    "not-yet-valid", "expired",
)  # fmt: skip


def named(entry: str, key: str, must_be_named: Any) -> bool:
    """An entry covers itself and what lies below; some keys only if it is itself of their kind."""
    if must_be_named(key):
        return must_be_named(entry) and covers(entry, key)
    return entry == "*" or covers(entry, key)


def allowed(country: str, entries: Iterable[str]) -> bool:
    entries = set(entries)
    return bool({"*", country} & entries) or (country in EEA and bool((EEA | {"EEA", "EU"}) & entries))
