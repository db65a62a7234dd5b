"""Some rows of a table, looked at and forgotten: what the database scanner may ask for under `sample`.

Reads only, at most the rows asked for, no value longer than it must be, and never longer than a few seconds.  What is
read is given to classification and to nothing else.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from inventory.refusals import reason
from inventory.scanners.database.catalog import Table
from inventory.scanners.database.connection import Unreachable

if TYPE_CHECKING:
    from sqlalchemy import Connection, FromClause

SECONDS = 10
_LONGEST = 300
_LONGEST_JSON = 20_000
_UNREAD = re.compile(r"bytea|blob|binary|image|geo|point|polygon|vector|bool|bit\b", re.IGNORECASE)
_JSON = re.compile(r"jsonb?\b", re.IGNORECASE)
_KEY = re.compile(r"[^\W\d][\w-]{0,63}")
_DEEPEST = 4
_MOST_PATHS = 200
_RAREST = 0.1
"""A key that fewer of the documents have may be somebody's, as in ``{"alice": ...}``, and no name of a field."""
_SEED = 7
"""The same blocks each time, so that a table that has not changed looks the same."""
_TIMEOUTS = {
    "postgresql": f"SET statement_timeout = '{SECONDS}s'",
    "mariadb": f"SET SESSION max_statement_time = {SECONDS}",
    "mysql": f"SET SESSION max_execution_time = {SECONDS * 1000}",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """The values of each column, and of each path into columns of JSON as (column, path); shown by nobody."""

    values: Mapping[str, list[str]] = field(repr=False)
    paths: Mapping[tuple[str, str], list[str]] = field(repr=False)


def limit_time(connection: Connection) -> None:
    """Let no statement of this session run longer than a few seconds.  Raises Unreachable where that fails."""
    name = connection.dialect.name
    if name == "mysql" and getattr(connection.dialect, "is_mariadb", False):
        name = "mariadb"
    if statement := _TIMEOUTS.get(name):
        try:
            connection.exec_driver_sql(statement)
        except Exception as problem:  # drivers raise what they like
            raise Unreachable(f"no time limit can be set, so nothing is sampled: {reason(problem)}") from None


def sample(connection: Connection, table: Table, rows: int) -> Sample:
    """At most `rows` rows of a table.  Raises Unreachable where they may not, or cannot in time, be read."""
    wanted = [c.name for c in table.columns if not _UNREAD.search(c.type)]
    if not wanted or table.kind in ("view", "foreign table"):  # what they cost nobody can bound
        return Sample({}, {})
    nested = {c.name for c in table.columns if _JSON.search(c.type)}
    try:
        found = _rows(connection, table, wanted, nested, rows)
    except Exception as problem:
        raise Unreachable(f"its rows cannot be sampled: {reason(problem)}") from None
    values: dict[str, list[str]] = {}
    paths: dict[tuple[str, str], list[str]] = {}
    for at, name in enumerate(wanted):
        held = [str(row[at]) for row in found if row[at] is not None and not isinstance(row[at], bytes)]
        documents = _documents(held)
        if documents is None:
            values[name] = [text[:_LONGEST] for text in held]
        else:
            paths |= {(name, path): told for path, told in _paths(documents)}
    return Sample(values, paths)


def _rows(connection: Connection, table: Table, wanted: Sequence[str], nested: set[str], rows: int) -> Sequence[Any]:
    from sqlalchemy import String, cast, column, select
    from sqlalchemy import table as named

    schema = None if connection.dialect.name == "sqlite" and table.schema == "main" else table.schema
    clause = named(table.name, *(column(name) for name in wanted), schema=schema)
    for source in _sources(connection, table, clause, rows):
        told = [cast(source.c[name], String(_LONGEST_JSON if name in nested else 2 * _LONGEST)) for name in wanted]
        with _deadline(connection):
            found = connection.execute(select(*told).select_from(source).limit(rows)).all()
        if found:
            return found
    return ()


def _sources(connection: Connection, table: Table, clause: Any, rows: int) -> Iterator[FromClause]:
    """Where to read from: on PostgreSQL blocks of a large table chosen by chance, which LIMIT alone would not do."""
    if connection.dialect.name == "postgresql" and table.kind in ("table", "materialized view"):
        from sqlalchemy import func, literal, tablesample, text

        sql = text(
            "SELECT c.reltuples FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = :schema AND c.relname = :table AND c.relkind IN ('r', 'm')"
        )
        size = connection.execute(sql, {"schema": table.schema, "table": table.name}).scalar() or 0
        if size > 10 * rows:
            share = 400.0 * rows / size
            for percent in (share, 10 * share):  # the few blocks may all be empty
                yield tablesample(clause, func.system(min(100.0, percent)), seed=literal(_SEED))
    yield clause


class _deadline:  # noqa: N801 - reads as a verb where it is used
    """SQLite has no timeout of its own: it asks from time to time whether to go on."""

    def __init__(self, connection: Connection) -> None:
        driver = connection.connection.dbapi_connection if connection.dialect.name == "sqlite" else None
        self._handler = getattr(driver, "set_progress_handler", None)

    def __enter__(self) -> None:
        if self._handler:
            end = time.monotonic() + SECONDS
            self._handler(lambda: time.monotonic() > end, 100_000)

    def __exit__(self, *_: object) -> None:
        if self._handler:
            self._handler(None, 0)


# -- JSON ----------------------------------------------------------------------------------------------


def _documents(values: Sequence[str]) -> list[Any] | None:
    """The values as JSON objects, if most of them are such."""
    if not values or sum(v.lstrip()[:1] in ("{", "[") for v in values) < 0.8 * len(values):
        return None
    found = []
    for value in values:
        try:
            found.append(json.loads(value))
        except (ValueError, RecursionError):
            continue
    whole = [document for document in found if isinstance(document, (dict, list))]
    return whole if len(whole) >= 0.5 * len(values) else None


def _paths(documents: Sequence[Any]) -> list[tuple[str, list[str]]]:
    """(path, its values) of the scalars in the documents: paths that many of them have, by name."""
    values: dict[str, list[str]] = defaultdict(list)
    having: Counter[str] = Counter()
    for document in documents:
        told = list(_scalars(document, ()))
        for path, value in told:
            values[path].append(value[:_LONGEST])
        having.update({path for path, _ in told})
    fewest = max(2, _RAREST * len(documents))
    usual = sorted(path for path, count in having.items() if count >= fewest)
    return [(path, values[path]) for path in usual[:_MOST_PATHS]]


def _scalars(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    match value:
        case dict() if len(path) < _DEEPEST:
            for key, inner in value.items():
                if _KEY.fullmatch(key):
                    yield from _scalars(inner, (*path, key))
        case list():
            for inner in value[:20]:
                yield from _scalars(inner, path)
        case str() | int() | float() if path and not isinstance(value, bool):
            yield ".".join(path), str(value)
        case _:
            return
