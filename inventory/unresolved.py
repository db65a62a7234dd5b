"""Which datasets are probably one, but are not known to be?  And the alias that would join them.

Looked for are the same names under two namespaces of one kind, names that differ in case only, and names that leave
out parts.  Everything is grouped by what must be equal, so that no two names are compared that have nothing in common.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from inventory.naming import EXACT, Naming, naming, scheme
from lineage.graph import LineageGraph
from lineage.model import Dataset, Evidence, Field, FieldId
from lineage.world import World

_MOST_NAMESPACES = 8
"""A name that stands in more namespaces says nothing: they are shards, or tenants."""
_MOST_PARTS = 5
_MOST_CANDIDATES = 5
_MOST_PLACES = 3
_SPELLED = {"postgresql": "postgres", "mariadb": "mysql", "mssql": "sqlserver"}
"""Other spellings of a kind of place."""
_READ_THERE = ("database", "dbt")
"""Agents that asked the database itself, the one that knows best first."""


@dataclass(frozen=True, slots=True)
class Near:
    """Two names that are probably one: `alias` should be read as `home`.

    `kind` is namespace, case or parts.  Of a namespace, alias and home have no name, and `names` of `of_names` datasets
    of the alias stand in both.  `columns` of `of_columns` are the same in both; 0 of 0 where one side tells none.
    `candidates` are other homes that would fit.
    """

    kind: str
    alias: FieldId
    home: FieldId
    names: tuple[str, ...] = ()
    of_names: int = 0
    columns: int = 0
    of_columns: int = 0
    candidates: tuple[FieldId, ...] = ()
    alias_places: tuple[str, ...] = ()
    home_places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unresolved:
    """All of them, the surest first; `shards` are names left out because they stand in very many namespaces."""

    near: tuple[Near, ...]
    datasets: int
    shards: int


def unresolved(graph: LineageGraph) -> Unresolved:
    """The near-duplicates among the datasets of a graph, which follows the aliases that are known."""
    known = _Known.of(graph)
    spaces, shards = _namespaces(known)
    found = [*spaces, *_cases(known), *_parts_left_out(known)]
    order = {"namespace": 0, "case": 1, "parts": 2}
    found.sort(key=lambda n: (order[n.kind], -len(n.names), -n.columns, n.alias, n.home))
    return Unresolved(tuple(found), len(known.columns), shards)


@dataclass(frozen=True)
class _Known:
    """What is known of each dataset: its columns as they are compared, and who says so where."""

    world: World
    columns: Mapping[FieldId, frozenset[str]]
    told: Mapping[FieldId, frozenset[Evidence]]
    in_namespace: Counter[str]

    @classmethod
    def of(cls, graph: LineageGraph) -> _Known:
        columns: dict[FieldId, set[str]] = {node.dataset: set() for node in graph.nodes}
        for dataset, fields in graph.fields_of.items():
            rules = naming(dataset.namespace)
            names = (graph.nodes[i].field for i in fields)
            columns[dataset] = {name.casefold() if rules.columns else name for name in names}
        told: dict[FieldId, set[Evidence]] = defaultdict(set)
        for statement, evidence in graph.world.said.items():
            if isinstance(statement, Dataset):
                told[statement.dataset].update(evidence)
                columns.setdefault(statement.dataset, set())
            elif isinstance(statement, Field):
                told[statement.field.dataset].update(evidence)
        ends = zip(graph.flow_source.tolist(), graph.flow_target.tolist(), graph.flow_evidence, strict=True)
        for source, target, places in ends:
            for node in (source, target):
                dataset = graph.nodes[node].dataset
                if dataset not in told:
                    told[dataset] = {graph.evidences[place] for place in places}
        held = {dataset: frozenset(names) for dataset, names in columns.items()}
        return cls(graph.world, held, {d: frozenset(e) for d, e in told.items()}, Counter(d.namespace for d in held))

    def trust(self, dataset: FieldId) -> int:
        """How well a dataset is known: less is better."""
        agents = {evidence.agent for evidence in self.told.get(dataset, ())}
        return next((i for i, agent in enumerate(_READ_THERE) if agent in agents), len(_READ_THERE))

    def places(self, *datasets: FieldId) -> tuple[str, ...]:
        found = sorted({e.place for dataset in datasets for e in self.told.get(dataset, ())})
        return tuple(found[:_MOST_PLACES])

    def alike(self, one: FieldId, other: FieldId) -> tuple[int, int]:
        """How many columns two datasets share, of how many of the smaller one."""
        here, there = self.columns[one], self.columns[other]
        return (len(here & there), min(len(here), len(there))) if here and there else (0, 0)

    def may_be_one(self, one: FieldId, other: FieldId) -> bool:
        """Not if both were read live, if different parties are known to have them, or if no column is the same."""
        if self.trust(one) == self.trust(other) == 0:
            return False
        shared, of = self.alike(one, other)
        with_whom = [set(self.world.operators_of(dataset)) for dataset in (one, other)]
        return not (of and not shared) and (with_whom[0] == with_whom[1] or not all(with_whom))


# -- one name in two namespaces ---------------------------------------------------------------------------


def _namespaces(known: _Known) -> tuple[list[Near], int]:
    groups: dict[str, list[FieldId]] = defaultdict(list)
    for dataset in sorted(known.columns):
        if naming(dataset.namespace) is not EXACT or _nameless(dataset.namespace):
            for name in _told_as(dataset):
                groups[name].append(dataset)
    pairs: dict[tuple[str, str], dict[FieldId, FieldId]] = defaultdict(dict)
    shards = 0
    for name, group in sorted(groups.items()):
        first = {dataset.namespace: dataset for dataset in group}
        if len(first) == 1:
            continue
        if len(first) > _MOST_NAMESPACES:
            shards += any(dataset.name.casefold() == name for dataset in group)
            continue
        ranked = sorted(first.values(), key=lambda d: (known.trust(d), -known.in_namespace[d.namespace], d))
        for place, alias in enumerate(ranked):
            fitting = (h for h in ranked[:place] if _of_one_kind(h, alias) and name in map(_folded, (h, alias)))
            home = next((h for h in fitting if known.may_be_one(h, alias)), None)
            if home is not None:
                pairs[alias.namespace, home.namespace].setdefault(alias, home)
    return [_namespace(known, *spaces, list(found.items())) for spaces, found in pairs.items()], shards


def _folded(dataset: FieldId) -> str:
    return dataset.name.casefold()


def _told_as(dataset: FieldId) -> tuple[str, ...]:
    """What a dataset is called elsewhere: by its name, and without the database where that leaves a schema."""
    name = _folded(dataset)
    database, _, rest = name.partition(".")
    return (name, rest) if name.count(".") == 2 and database else (name,)


def _namespace(known: _Known, alias: str, home: str, pairs: list[tuple[FieldId, FieldId]]) -> Near:
    alike = [known.alike(one, other) for one, other in pairs]
    return Near(
        "namespace", FieldId(alias, ""), FieldId(home, ""),
        tuple(sorted(one.name for one, _ in pairs)), known.in_namespace[alias],
        sum(shared for shared, _ in alike), sum(of for _, of in alike),
        alias_places=known.places(*(one for one, _ in pairs)),
        home_places=known.places(*(other for _, other in pairs)),
    )  # fmt: skip


def _nameless(namespace: str) -> bool:
    """A name that somebody gave a place, and that does not say of which kind it is: ``warehouse``."""
    return naming(namespace) is EXACT and "://" not in namespace


def _of_one_kind(one: FieldId, other: FieldId) -> bool:
    kinds = {_SPELLED.get(kind, kind) for kind in (scheme(one.namespace), scheme(other.namespace))}
    return len(kinds) == 1 or _nameless(one.namespace) != _nameless(other.namespace)


# -- one namespace ----------------------------------------------------------------------------------------


def _cases(known: _Known) -> Iterator[Near]:
    groups: dict[tuple[str, str], list[FieldId]] = defaultdict(list)
    for dataset in sorted(known.columns):
        if naming(dataset.namespace).datasets:
            groups[dataset.namespace, dataset.name.casefold()].append(dataset)
    for group in (group for group in groups.values() if len(group) > 1):
        ranked = sorted(group, key=lambda d: (known.trust(d), -len(known.columns[d]), d))
        for alias in ranked[1:]:
            if known.may_be_one(alias, ranked[0]):
                yield _near(known, "case", alias, [ranked[0]])


def _parts_left_out(known: _Known) -> Iterator[Near]:
    """Names that are others with parts left out; the whole one is that with as many parts as names have there."""
    told = {d: _parts(d, rules) for d in sorted(known.columns) if (rules := naming(d.namespace)).parts is not None}
    shorter: dict[tuple[str, tuple[str, ...]], list[FieldId]] = defaultdict(list)
    for dataset, parts in told.items():
        for name in set(_shortened(parts)):
            shorter[dataset.namespace, name].append(dataset)
    for dataset, parts in told.items():
        whole = naming(dataset.namespace).parts or 0
        longer = shorter.get((dataset.namespace, parts), ())
        homes = [home for home in longer if len(told[home]) == whole and known.may_be_one(home, dataset)]
        if homes and len(parts) < whole:
            yield _near(known, "parts", dataset, homes)
        elif len(parts) == whole:
            yield from (
                _near(known, "parts", alias, [dataset])
                for alias in longer
                if len(told[alias]) > whole and known.may_be_one(alias, dataset)
            )


def _near(known: _Known, kind: str, alias: FieldId, homes: list[FieldId]) -> Near:
    ranked = sorted(homes, key=lambda home: (-known.alike(alias, home)[0], known.trust(home), home))
    home, (shared, of) = ranked[0], known.alike(alias, ranked[0])
    places = known.places(alias), known.places(home)
    return Near(kind, alias, home, (), 0, shared, of, tuple(ranked[1:_MOST_CANDIDATES]), *places)


def _parts(dataset: FieldId, rules: Naming) -> tuple[str, ...]:
    return tuple((dataset.name.casefold() if rules.datasets else dataset.name).split("."))


def _shortened(parts: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """The parts with one or more left out, though not the last."""
    if len(parts) <= _MOST_PARTS:
        for left in range(len(parts) - 1):
            yield from ((*some, parts[-1]) for some in combinations(parts[:-1], left))
