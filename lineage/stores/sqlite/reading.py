"""Which facts hold on a day by what was known at a moment, and what do they say, one by one?"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

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


@dataclass(frozen=True)
class Facts:
    """The facts of some rows in the order of all stores: by kind, nodes, what is said, place and line."""

    db: sqlite3.Connection
    held: Held

    def __iter__(self) -> Iterator[Fact]:
        rows, place = self.held.rows, self.held.place
        subject, object_, said, line = rows.T
        ranks = (self._node_rank[subject], self._node_rank[object_], self._said_rank[said], self._place_rank[place])
        ordered = order(self._kind_rank[said], *ranks, line)
        told = np.column_stack((rows, place))[ordered]
        for row in told[first_of_each(*told.T)].tolist():
            yield self._fact(*row)

    def _fact(self, subject: int, object_: int, said: int, line: int, place: int) -> Fact:
        make = self._makers[said]
        where = self._places[place]
        at = dataclasses.replace(where, line=line) if line else where
        return Fact(make(self._nodes[subject], self._nodes[object_]), at)

    @cached_property
    def _nodes(self) -> dict[int, FieldId]:
        used = ids(self.held.rows[:, 0], self.held.rows[:, 1])
        query = "SELECT n.id, d.namespace, d.name, n.field FROM node n JOIN dataset d ON d.id = n.dataset WHERE n.id"
        return {0: NOWHERE} | {row[0]: FieldId(*row[1:]) for row in among(self.db, query, used)}

    @cached_property
    def _said(self) -> dict[int, tuple[str, str]]:
        rows = among(self.db, "SELECT id, kind, text FROM said WHERE id", ids(self.held.rows[:, 2]))
        return {number: (kind, text) for number, kind, text in rows}

    @cached_property
    def _makers(self) -> dict[int, Callable[[FieldId, FieldId], Statement]]:
        return {number: _maker(kind, text) for number, (kind, text) in self._said.items()}

    @cached_property
    def _place_texts(self) -> dict[int, str]:
        return dict(among(self.db, "SELECT id, text FROM place WHERE id", ids(self.held.place)))

    @cached_property
    def _places(self) -> dict[int, Evidence]:
        return {number: evidence_of(text, 0) for number, text in self._place_texts.items()}

    @cached_property
    def _node_rank(self) -> np.ndarray[Any, Any]:
        return _ranks(self._nodes)

    @cached_property
    def _said_rank(self) -> np.ndarray[Any, Any]:
        return _ranks({number: text for number, (_, text) in self._said.items()})

    @cached_property
    def _kind_rank(self) -> np.ndarray[Any, Any]:
        return _ranks({number: kind for number, (kind, _) in self._said.items()})

    @cached_property
    def _place_rank(self) -> np.ndarray[Any, Any]:
        return _ranks(self._place_texts)


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
