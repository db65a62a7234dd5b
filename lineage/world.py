"""What the statements about parties, systems and data say together, whatever order they came in.

Statements about single fields, of which there are very many, stay the columns they came as (lineage/described.py).
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from lineage.belief import Conflict, evidence_order, resolve
from lineage.columns import FactColumns, Known
from lineage.described import Classifications, Fields
from lineage.errors import InvalidInput, did_you_mean
from lineage.folding import moved
from lineage.model import (
    ALL,
    Activity,
    Assessment,
    Authorization,
    Channel,
    Classification,
    Collection,
    Connection,
    Consent,
    Control,
    Dataset,
    ErasureRoute,
    Evidence,
    Fact,
    Field,
    FieldId,
    Flow,
    Gap,
    Party,
    Publication,
    Retention,
    Review,
    Statement,
    Suppression,
    Symlink,
    System,
    Training,
)
from lineage.references import join, split
from lineage.symlinks import follow, symlink_map

S = TypeVar("S")
T = TypeVar("T")


@dataclass
class World:
    """All statements but flows, folded; build it with `World.from_facts`."""

    symlinks: dict[FieldId, FieldId]
    fields: Fields
    classifications: Classifications
    _told: Mapping[type, Iterable[Fact]]
    parties: dict[str, Party] = field(default_factory=dict)
    systems: dict[str, System] = field(default_factory=dict)
    datasets: dict[FieldId, Dataset] = field(default_factory=dict)
    operators: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _heads: dict[str, str] = field(default_factory=dict)
    _countries: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _claims: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)
    _scanned_only: frozenset[str] = frozenset()
    _systems_of: dict[FieldId, tuple[System, ...]] = field(default_factory=dict)
    _disagreed: list[Conflict] = field(default_factory=list)
    _said: dict[type, dict[Any, tuple[Evidence, ...]]] = field(default_factory=dict)

    @classmethod
    def from_facts(cls, facts: Iterable[Fact]) -> World:
        """Fold all facts but flows; their order and repetition change nothing."""
        known = Known.of(fact for fact in facts if not isinstance(fact.statement, Flow))
        links = symlink_map(known.others.get(Symlink, ()))
        return cls.fold(known.others, moved(known.columns, links), links)

    @classmethod
    def fold(cls, told: Mapping[type, Iterable[Fact]], columns: FactColumns, links: dict[FieldId, FieldId]) -> World:
        """The world of facts by kind, read by the names that `links` gives, and of the columns of fields.

        Only parties, systems and datasets are looked at here, the others when they are asked for; what the facts say
        of fields never is: the columns say it, by the same names.
        """
        world = cls(links, Fields.of(columns), Classifications.of(columns), told)
        world._settle_parties()
        world.systems = dict(resolve("key", world._of(System), world._disagreed))
        world.datasets = dict(resolve("dataset", world._of(Dataset), world._disagreed))
        world._settle_systems()
        return world

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Where statements disagree about the same thing, in order of it."""
        every = (*self._disagreed, *self.fields.conflicts())
        return tuple(sorted(every, key=lambda c: (c.subject, c.attribute)))

    @cached_property
    def said(self) -> dict[Statement, tuple[Evidence, ...]]:
        """Every statement but flows with all that speaks for it, in order; one object a statement, so not for a
        check of a large estate."""
        said: dict[Statement, tuple[Evidence, ...]] = dict(self.fields.told.items())
        said.update(self.classifications.told.items())
        for kind in self._told:
            said |= self._of(kind)
        return dict(sorted(said.items(), key=_said_order))

    def _of(self, kind: type[S]) -> dict[S, tuple[Evidence, ...]]:
        """The statements of a kind in order, each with all that speaks for it."""
        if kind not in self._said:
            said: dict[Any, set[Evidence]] = defaultdict(set)
            for fact in self._told.get(kind, ()):
                said[follow(fact.statement, self.symlinks)].add(fact.evidence)
            self._said[kind] = {
                statement: tuple(sorted(e, key=evidence_order) if len(e) > 1 else e)
                for statement, e in _in_order(said.items())
            }
        return self._said[kind]

    def _settle_parties(self) -> None:
        resolved = dict(resolve("key", self._of(Party), self._disagreed))
        heads = {key: key for key in resolved}

        def head(key: str) -> str:
            while heads.setdefault(key, key) != key:
                key = heads[key]
            return key

        for key, party in resolved.items():
            for alias in party.aliases:
                if head(alias) != head(key):
                    heads[head(alias)] = head(key)
        by_registry: dict[str, str] = {}
        for key, party in resolved.items():
            if party.registry_id:
                first = head(by_registry.setdefault(party.registry_id, key))
                if head(key) != first:
                    heads[head(key)] = first
        members: dict[str, list[Party]] = defaultdict(list)
        for key, party in resolved.items():
            members[head(key)].append(party)
        for key, group in sorted(members.items()):
            first = resolved.get(key, group[0])
            self.parties[key] = dataclasses.replace(
                first,
                own=any(p.own for p in group),
                groups=tuple(sorted({g for p in group for g in p.groups})),
                aliases=tuple(sorted({a for p in group for a in (p.key, *p.aliases)} - {key})),
                country=first.country or next((p.country for p in group if p.country), None),
            )
            self._countries[key] = tuple(sorted({p.country for p in group if p.country}))
        self._heads = {key: head(key) for key in list(heads)}

    def _settle_systems(self) -> None:
        claimed: dict[str, set[str]] = defaultdict(set)
        named = set()
        for system in self._of(System):
            if system.operator:
                claimed[system.key].add(self.head(system.operator))
            if not system.ours:
                named.add(system.key)
        self._scanned_only = frozenset(self.systems.keys() - named)
        for key, system in self.systems.items():
            operators = tuple(sorted(claimed[key]))
            self.operators[key] = operators or ((self.us,) if system.ours else ())
            claims = [(c.namespace, segments(c.prefix)) for c in system.namespaces]
            for namespace, prefix in claims or [(system.first_namespace, ())]:
                self._claims.setdefault(namespace, []).append((prefix, key))

    # -- who and where --------------------------------------------------------------------------------

    @property
    def us(self) -> str:
        """The key of our own party: the first marked `own`, ``us`` where none is."""
        return next((key for key, party in sorted(self.parties.items()) if party.own), "us")

    def head(self, key: str) -> str:
        """The key of the one party that `key`, an alias or another entry of it, stands for."""
        return self._heads.get(key, key)

    def party(self, key: str | None) -> Party | None:
        return self.parties.get(self.head(key)) if key is not None else None

    def is_own(self, key: str | None) -> bool:
        party = self.party(key)
        return party.own if party else key is not None and key == self.us

    def party_countries(self, key: str) -> tuple[str, ...]:
        """Every country the party's entries name, sorted."""
        return self._countries.get(self.head(key), ())

    def party_name(self, key: str | None) -> str:
        """What to call a party in a sentence."""
        party = self.party(key)
        return (party.legal_name or party.name or party.key) if party else (key or "unknown recipient")

    def systems_of(self, node: FieldId) -> tuple[System, ...]:
        """The systems a dataset belongs to: longest namespace, then longest prefix, segment by segment.

        One with several names (symlinks) belongs to the systems of each: a table of our catalog that lies in
        another party's bucket is with that party too.
        """
        dataset = self.symlinks.get(node.dataset, node.dataset)
        if dataset not in self._systems_of:
            names = (dataset, *self._other_names.get(dataset, ()))
            claiming = {system.key: system for name in names for system in self._claiming(name)}
            self._systems_of[dataset] = tuple(claiming[key] for key in sorted(claiming))
        return self._systems_of[dataset]

    @cached_property
    def _other_names(self) -> Mapping[FieldId, list[FieldId]]:
        names: dict[FieldId, list[FieldId]] = defaultdict(list)
        for alias, dataset in self.symlinks.items():
            names[dataset].append(alias)
        return names

    def is_claimed_whole(self, namespace: str) -> bool:
        """Is every dataset of a namespace claimed by the same systems, whatever it is called?"""
        for shorter in _shorter(namespace):
            prefixes = [prefix for prefix, _ in self._claims.get(shorter, ())]
            if prefixes:
                return not any(prefixes)
        return True

    def _claiming(self, dataset: FieldId) -> tuple[System, ...]:
        name = segments(dataset.name)
        for namespace in _shorter(dataset.namespace):
            fits = [(p, k) for p, k in self._claims.get(namespace, ()) if name[: len(p)] == p]
            named = [(p, k) for p, k in fits if k not in self._scanned_only] or fits
            if named:
                longest = max(len(p) for p, _ in named)
                return tuple(self.systems[k] for k in sorted({k for p, k in named if len(p) == longest}))
        return ()

    def operators_of(self, node: FieldId) -> tuple[str, ...]:
        """Keys of the parties that operate the field's system; empty where nobody is known to."""
        return tuple(sorted({op for s in self.systems_of(node) for op in self.operators[s.key]}))

    def is_ours(self, node: FieldId) -> bool:
        """Is a field with us?  Where nobody is known to operate its system it counts as ours."""
        operators = self.operators_of(node)
        return not operators or any(map(self.is_own, operators))

    def points_of(self, node: FieldId) -> tuple[Collection, ...]:
        """The collection points that fill a field, or the dataset it is in."""
        whole = self._points.get(node.dataset, ()) if node.field else ()
        return self._points.get(node, ()) + whole

    @cached_property
    def _points(self) -> dict[FieldId, tuple[Collection, ...]]:
        points: dict[FieldId, tuple[Collection, ...]] = {}
        for collection in self.collections:
            points[collection.field] = (*points.get(collection.field, ()), collection)
        return points

    def subjects_of(self, node: FieldId) -> tuple[str, ...]:
        """Whom a field's data are about where nobody said: the dataset's subject, else its systems', else all."""
        dataset = self.datasets.get(node.dataset)
        if dataset and dataset.data_subject:
            return (dataset.data_subject,)
        return subjects_at(self.systems_of(node))

    # -- names ----------------------------------------------------------------------------------------

    def ref(self, node: FieldId) -> str:
        """How a field or dataset is shown and typed: ``SYSTEM:DATASET#FIELD``."""
        return ref_among(self.systems_of(node), node)

    def resolve(self, text: str) -> FieldId:
        """The field or dataset that a reference names, by whichever of its names.

        Raises InvalidInput where `text` is no reference or names no known system.
        """
        system, dataset, name = split(text)
        if system in self.systems:
            namespace = self.systems[system].first_namespace
        elif "://" in system or any(d.namespace == system for d in (*self.datasets, *self.symlinks)):
            namespace = system
        else:
            raise InvalidInput(f"no system {system!r} is known{did_you_mean(system, self.systems)}")
        home = self.symlinks.get(FieldId(namespace, dataset), FieldId(namespace, dataset))
        return FieldId(home.namespace, home.name, name)

    # -- statements by kind ---------------------------------------------------------------------------

    def evidence(self, statement: Statement) -> tuple[Evidence, ...]:
        """Everything that speaks for a statement, in a fixed order."""
        match statement:
            case Field():
                return self.fields.told.about(statement.field).get(statement, ())
            case Classification():
                return self.classifications.told.about(statement.field).get(statement, ())
            case _:
                return self._of(type(statement)).get(statement, ())

    @cached_property
    def collections(self) -> tuple[Collection, ...]:
        return tuple(sorted(self._of(Collection), key=lambda c: (c.field, c.point)))

    @cached_property
    def activities(self) -> tuple[Activity, ...]:
        return self._by_key(Activity)

    @cached_property
    def authorizations(self) -> tuple[Authorization, ...]:
        return self._by_key(Authorization)

    @cached_property
    def connections(self) -> Mapping[tuple[str, str], bool]:
        """(from, to), keys of systems -> is the connection encrypted?  Where statements differ, it is not."""
        said: dict[tuple[str, str], bool] = {}
        for c in self._of(Connection):
            ends = (c.from_system, c.to_system)
            said[ends] = c.encrypted and said.get(ends, True)
        return said

    @cached_property
    def consents(self) -> tuple[Consent, ...]:
        return self._by_key(Consent)

    @cached_property
    def retentions(self) -> tuple[Retention, ...]:
        return self._by_key(Retention)

    @cached_property
    def erasure_routes(self) -> tuple[ErasureRoute, ...]:
        return tuple(sorted(self._of(ErasureRoute), key=lambda r: r.dataset))

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        return self._by_key(Control)

    @cached_property
    def assessments(self) -> tuple[Assessment, ...]:
        return self._by_key(Assessment)

    @cached_property
    def reviews(self) -> tuple[Review, ...]:
        return self._by_key(Review)

    @cached_property
    def trainings(self) -> tuple[Training, ...]:
        return self._by_key(Training)

    @cached_property
    def channels(self) -> tuple[Channel, ...]:
        return self._by_key(Channel)

    @cached_property
    def suppressions(self) -> tuple[Suppression, ...]:
        return tuple(self._of(Suppression))

    @cached_property
    def publications(self) -> tuple[Publication, ...]:
        return tuple(sorted(self._of(Publication), key=lambda p: (p.published, p.key)))

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(sorted(self._of(Gap), key=lambda g: (g.source, g.reason)))

    def _by_key(self, kind: type[S]) -> tuple[S, ...]:
        return tuple(sorted(self._of(kind), key=lambda s: str(getattr(s, "key", ""))))


def ref_among(systems: Iterable[System], node: FieldId) -> str:
    """How a field or dataset of some systems is shown: after the one whose namespace it is in, else in full."""
    key = next((system.key for system in systems if node.namespace == system.first_namespace), node.namespace)
    return join(key, node.name, node.field)


def subjects_at(systems: Iterable[System]) -> tuple[str, ...]:
    """Whom data in some systems are about where nobody said."""
    return tuple(sorted({s.data_subject for s in systems if s.data_subject})) or (ALL,)


def _in_order(said: Iterable[tuple[Any, T]]) -> Iterator[tuple[Any, T]]:
    """Statements of one kind, each with something, in the order of their repr; that is not spelled out where the first
    attribute tells."""
    alike: dict[str, list[tuple[Any, T]]] = defaultdict(list)
    for item in said:
        alike[repr(getattr(item[0], next(iter(item[0].__dataclass_fields__))))].append(item)
    for _, some in sorted(alike.items()):
        yield from sorted(some, key=_said_order) if len(some) > 1 else some


def _said_order(item: tuple[Statement, object]) -> tuple[str, str]:
    return type(item[0]).__name__, repr(item[0])


def segments(name: str) -> tuple[str, ...]:
    """The parts of a dataset name, at dots and slashes."""
    return tuple(part for part in name.replace("/", ".").split(".") if part)


def _shorter(namespace: str) -> Iterator[str]:
    """The namespace itself, then what is left as its last path segments go."""
    yield namespace
    scheme_end = namespace.find("://") + 3 if "://" in namespace else 0
    while (cut := namespace.rfind("/")) >= scheme_end:
        namespace = namespace[:cut]
        yield namespace
