"""Which facts hold on a day by what was known at a moment, and what do they say, one by one?"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np

from lineage.codec import KINDS, record, restore
from lineage.model import Evidence, Fact, FieldId, Statement
from lineage.ordering import first_of_each, order
from lineage.stores.rows import ENDS, NOWHERE
from lineage.stores.rows import evidence as evidence_of
from lineage.stores.sqlite.pages import Rows, count, unpacked

HOLDS = (
    "SELECT g.place, g.facts FROM page g JOIN place p ON p.id = g.place "
    "JOIN run f ON f.id = g.first LEFT JOIN run l ON l.id = g.gone WHERE f.finished <= :known "
    "AND CASE WHEN p.day IS NOT NULL THEN p.day WHEN p.attested OR g.kind = 'gap' THEN '' "
    "ELSE substr(f.finished, 1, 10) END <= :today "
    "AND (p.until IS NULL OR p.until >= :today) "
    "AND (g.gone IS NULL OR l.finished > :known OR (NOT p.attested AND g.kind <> 'gap' "
    "AND substr(l.finished, 1, 10) > :today)) "
)
"""The pages that hold on a day by what was known at a moment (docs/semantics.md, Time); `rows.holds` says why."""
FIRST_SEEN = "SELECT place, facts FROM page WHERE source = :source AND first = :run"
GONE = "SELECT place, facts FROM page WHERE source = :source AND gone = :run"

_NO_NODE = record(NOWHERE)
T = TypeVar("T")


@dataclass(frozen=True)
class Held:
    """Facts as ids: rows of (subject, object, said, line), and the place of each."""

    rows: Rows
    place: Rows

    @classmethod
    def of(cls, pages: Iterable[tuple[int, bytes]]) -> Held:
        told = list(pages)
        counts = [count(facts) for _, facts in told]
        place = np.repeat(np.array([place for place, _ in told], dtype=np.int32), counts)
        return cls(unpacked(facts for _, facts in told), place)

    def where(self, chosen: np.ndarray[Any, np.dtype[np.bool_]]) -> Held:
        return Held(self.rows[chosen], self.place[chosen])


@dataclass(frozen=True)
class Facts:
    """The facts of some rows in the order of all stores: by kind, nodes, what is said, place and line.

    Everything is read from the store at once, and made when it is asked for: `nodes`, `said` (kind and JSON) and
    `places` (JSON) are by id, those of these rows and perhaps more.
    """

    held: Held
    nodes: dict[int, FieldId]
    said: dict[int, tuple[str, str]]
    places: dict[int, str]
    _found: dict[int, Evidence] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, db: sqlite3.Connection, held: Held) -> Facts:
        subject, object_, said, _ = held.rows.T
        query = "SELECT n.id, d.namespace, d.name, n.field FROM node n JOIN dataset d ON d.id = n.dataset WHERE n.id"
        nodes = {0: NOWHERE} | {row[0]: FieldId(*row[1:]) for row in among(db, query, ids(subject, object_))}
        texts = among(db, "SELECT id, kind, text FROM said WHERE id", ids(said))
        places = among(db, "SELECT id, text FROM place WHERE id", ids(held.place))
        return cls(held, nodes, {number: (kind, text) for number, kind, text in texts}, dict(places))

    def by_kind(self) -> dict[str, Facts]:
        """Those of each kind, by its name."""
        rank = _ranks({number: kind for number, (kind, _) in self.said.items()})[self.held.rows[:, 2]]
        kinds = sorted({kind for kind, _ in self.said.values()})
        return {kind: replace(self, held=self.held.where(rank == code)) for code, kind in enumerate(kinds)}

    def __iter__(self) -> Iterator[Fact]:
        rows, place = self.held.rows, self.held.place
        subject, object_, said, line = rows.T
        nodes = _ranks(_of(self.nodes, subject, object_))
        told = _of(self.said, said)
        kind, text = (_ranks({number: pair[part] for number, pair in told.items()}) for part in (0, 1))
        places = _ranks(_of(self.places, place))
        ordered = order(kind[said], nodes[subject], nodes[object_], text[said], places[place], line)
        every = np.column_stack((rows, place))[ordered]
        makers = {number: _maker(*pair) for number, pair in told.items()}
        for a, b, what, at, where in every[first_of_each(*every.T)].tolist():
            found = self._evidence(where)
            evidence = dataclasses.replace(found, line=at) if at else found
            yield Fact(makers[what](self.nodes[a], self.nodes[b]), evidence)

    def _evidence(self, place: int) -> Evidence:
        if place not in self._found:
            self._found[place] = evidence_of(self.places[place], 0)
        return self._found[place]


def _of(values: dict[int, T], *columns: Rows) -> dict[int, T]:
    """The values of those ids that occur in some columns."""
    return {number: values[number] for number in ids(*columns).tolist()}


def ids(*columns: Rows) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Which ids occur in some columns, each once, in order?"""
    used = np.zeros(1 + max(int(column.max(initial=0)) for column in columns), dtype=bool)
    for column in columns:
        used[column] = True
    return np.flatnonzero(used)


def among(db: sqlite3.Connection, query: str, ids: np.ndarray[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a query that ends in the name of a column, for those ids in it."""
    return db.execute(f"{query} IN (SELECT value FROM json_each(?))", (json.dumps(ids.tolist()),))  # noqa: S608


def _ranks(values: dict[int, Any]) -> np.ndarray[Any, Any]:
    """The place of each id's value among all of them in order; equal values have one place."""
    place = {value: rank for rank, value in enumerate(sorted(set(values.values())))}
    ranks = np.zeros(max(values, default=0) + 1, dtype=np.int32)
    for number, value in values.items():
        ranks[number] = place[value]
    return ranks


def _maker(kind: str, text: str) -> Callable[[FieldId, FieldId], Statement]:
    """What makes a statement of the nodes that it names: none, one or two."""
    ends, type_ = ENDS.get(kind, ()), KINDS[kind]
    told: Statement = restore(type_, {**json.loads(text), **dict.fromkeys(ends, _NO_NODE)})
    if not ends:
        return lambda *_: told
    said = {field.name: getattr(told, field.name) for field in dataclasses.fields(told)}
    if len(ends) == 1:
        return lambda node, _: type_(**{**said, ends[0]: node})
    return lambda a, b: type_(**{**said, ends[0]: a, ends[1]: b})
