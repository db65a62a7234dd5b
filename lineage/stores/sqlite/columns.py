"""What do very many facts say?  Flows, fields and classifications as columns, without an object for each."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np

from lineage.codec import KINDS, NAMES, canonical, record, restore
from lineage.columns import COLUMNAR, Evidences, FactColumns, Said, flows_at
from lineage.model import Evidence, FieldId
from lineage.ordering import distinct, order
from lineage.packed import Ints, Nodes, Texts, of_datasets
from lineage.stores.rows import ENDS, NOWHERE
from lineage.stores.rows import evidence as evidence_of
from lineage.stores.sqlite.pages import Rows
from lineage.stores.sqlite.reading import HOLDS, Held, among, ids

_CHANGES = (
    "SELECT DISTINCT CASE WHEN p.day IS NOT NULL THEN p.day WHEN p.attested THEN '' "
    "ELSE substr(f.finished, 1, 10) END, p.until, CASE WHEN NOT p.attested THEN substr(l.finished, 1, 10) END "
    "FROM page g JOIN place p ON p.id = g.place JOIN run f ON f.id = g.first LEFT JOIN run l ON l.id = g.gone "
    "WHERE g.kind IN ('flow', 'field', 'classification')"
)
"""The days on which a page begins or ceases to hold, or after which it does (`reading.HOLDS`)."""
_NEVER = "9999-12-32"
_PAGES = f"{HOLDS} AND g.kind = :kind ORDER BY g.id"


def read_columns(db: sqlite3.Connection, known: str, today: str) -> FactColumns:
    """All flows, fields and classifications that hold on a day by what was known at a moment."""
    asked = {"known": known, "today": today}
    flows, fields, classified = (Held.of(db.execute(_PAGES, {**asked, "kind": NAMES[kind]})) for kind in COLUMNAR)
    nodes, node = _nodes(db, flows.rows[:, 0], flows.rows[:, 1], fields.rows[:, 0], classified.rows[:, 0])
    evidences, (by_flow, by_field, by_class) = _evidences(db, flows, fields, classified)
    kinds, kind = _values(db, "flow", flows.rows[:, 2])
    source, target, kind, by_flow = distinct(node[flows.rows[:, 0]], node[flows.rows[:, 1]], kind, by_flow)
    return FactColumns(
        nodes, source, target, kind, kinds, by_flow, flows_at(source, target, kind), evidences,
        _said(db, "field", fields, node, by_field), _said(db, "classification", classified, node, by_class),
    )  # fmt: skip


def steady(db: sqlite3.Connection, today: str) -> tuple[str, str]:
    """From which day until before which the columns are those of `today`, by what is known now."""
    days = {""}
    for since, until, gone in db.execute(_CHANGES):
        days |= {since, gone or "", _day_after(until) if until else ""}
    return max(day for day in days if day <= today), min((day for day in days if day > today), default=_NEVER)


def _day_after(day: str) -> str:
    return _NEVER if day == date.max.isoformat() else (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _said(db: sqlite3.Connection, kind: str, held: Held, node: Ints, evidence: Ints) -> Said[Any]:
    values, value = _values(db, kind, held.rows[:, 2])
    at, value, evidence = distinct(node[held.rows[:, 0]], value, evidence)
    return Said(at, value, values, evidence)


# -- nodes --------------------------------------------------------------------------------------------


def _nodes(db: sqlite3.Connection, *columns: Rows) -> tuple[Nodes, Ints]:
    """The nodes that occur in some columns of ids, packed, and the position of each by its id."""
    number, dataset, field, names = _all_nodes(db)
    used = np.zeros(1 + int(number.max()), dtype=bool)
    used[ids(*columns)] = True
    here = used[number]
    number, dataset, field = number[here], dataset[here], field[here]
    occurring = set(ids(dataset).tolist())
    rows = [(0, "", ""), *db.execute("SELECT id, namespace, name FROM dataset")]
    datasets = sorted((FieldId(*name), i) for i, *name in rows if i in occurring)
    fields = sorted((names[i], i) for i in ids(field).tolist())
    at, name = _places(i for _, i in datasets)[dataset], _places(i for _, i in fields)[field]
    ordered = order(at, name)
    nodes = Nodes(*of_datasets([d for d, _ in datasets]), Texts.of(n for n, _ in fields), at[ordered], name[ordered])
    return nodes, _places(number[ordered])


def _all_nodes(db: sqlite3.Connection) -> tuple[Rows, Rows, Rows, list[str]]:
    """Every node: its id, that of its dataset, and the position of its field's name in a list of names."""
    numbers, datasets, fields = zip(*((0, 0, ""), *db.execute("SELECT id, dataset, field FROM node")), strict=True)
    names = sorted(set(fields))
    place = {name: i for i, name in enumerate(names)}
    field = np.fromiter(map(place.__getitem__, fields), dtype=np.int32, count=len(fields))
    return np.array(numbers, dtype=np.int32), np.array(datasets, dtype=np.int32), field, names


def _places(listed_ids: Iterable[int]) -> Ints:
    """The position of each id in a list of ids, by the id."""
    listed = np.fromiter(listed_ids, dtype=np.int64)
    places = np.zeros(1 + int(listed.max(initial=0)), dtype=np.int32)
    places[listed] = np.arange(len(listed), dtype=np.int32)
    return places


# -- what is said, and where --------------------------------------------------------------------------


def _values(db: sqlite3.Connection, kind: str, said: Rows) -> tuple[list[Any], Ints]:
    """The distinct statements that column of ids names, their nodes left out, and the code of each row."""
    nowhere = {end: record(NOWHERE) for end in ENDS[kind]}
    texts = dict(among(db, "SELECT id, text FROM said WHERE id", ids(said)))
    values = {number: restore(KINDS[kind], {**json.loads(text), **nowhere}) for number, text in texts.items()}
    distinct = sorted(set(values.values()), key=repr)
    place = {value: code for code, value in enumerate(distinct)}
    codes = np.zeros(1 + max(values, default=0), dtype=np.int32)
    codes[list(values)] = [place[value] for value in values.values()]
    return distinct, codes[said]


def _places_told(texts: Iterable[str]) -> list[tuple[Evidence, str]]:
    """Each place as evidence of no source, the same for all that differ in nothing else, and its source."""
    likes: dict[str, Evidence] = {}
    found = []
    for told in map(json.loads, texts):
        source = told["source"]
        told["source"] = ""
        key = canonical(told)
        if key not in likes:
            likes[key] = evidence_of(key, 0)
        found.append((likes[key], source))
    return found


def _evidences(db: sqlite3.Connection, *held: Held) -> tuple[Evidences, list[Ints]]:
    """All evidence, and its codes for the rows of each."""
    place = np.concatenate([some.place for some in held])
    line = np.concatenate([some.rows[:, 3] for some in held])
    texts = dict(among(db, "SELECT id, text FROM place WHERE id", ids(place)))
    evidences, code = Evidences.of(
        _places_told(texts.values()), _places(texts)[place].astype(np.int64), line.astype(np.int64)
    )
    return evidences, np.split(code, np.cumsum([len(some.place) for some in held])[:-1])
