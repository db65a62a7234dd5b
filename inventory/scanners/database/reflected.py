"""What SQLAlchemy can tell of the tables of any other database: SQLite and all that have a dialect."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from inventory.scanners.database.catalog import Key, Table, TableColumn

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.engine.reflection import Inspector

_SYSTEM = ("information_schema", "pg_catalog", "sys", "temp")


class Reflected:
    """A database of the dialect `name`, read by SQLAlchemy's inspector."""

    def __init__(self, name: str) -> None:
        self.dialect = {"postgresql": "postgres", "mssql": "tsql"}.get(name, name)

    def schemas(self, connection: Connection) -> list[str]:
        from sqlalchemy import inspect

        return sorted(n for n in inspect(connection).get_schema_names() if n.lower() not in _SYSTEM)

    def tables(self, connection: Connection, schema: str) -> Iterator[Table]:
        from sqlalchemy import inspect

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLAlchemy warns of types it does not know, naming columns
            found = list(_tables(inspect(connection), schema))
        yield from found


def _tables(inspector: Inspector, schema: str) -> Iterator[Table]:
    from sqlalchemy.engine.reflection import ObjectKind

    columns = inspector.get_multi_columns(schema=schema, kind=ObjectKind.ANY)
    comments = _optional(inspector, "get_multi_table_comment", schema=schema, kind=ObjectKind.ANY)
    keys = _optional(inspector, "get_multi_foreign_keys", schema=schema, kind=ObjectKind.TABLE)
    views = set(inspector.get_view_names(schema))
    for at in sorted(columns, key=lambda key: key[1]):
        name = at[1]
        yield Table(
            schema, name, "view" if name in views else "table", (comments.get(at) or {}).get("text") or "",
            tuple(_column(column) for column in columns[at]),
            tuple(_key(key, schema) for key in keys.get(at, ())),
            inspector.get_view_definition(name, schema) if name in views else None,
        )  # fmt: skip


def _column(told: Any) -> TableColumn:
    type_ = str(told["type"]).split("(")[0]  # what stands in brackets may be the labels of an enum
    formula = (told.get("computed") or {}).get("sqltext") or ""
    return TableColumn(told["name"], type_, told.get("comment") or "", not told["nullable"], formula)


def _key(told: Any, schema: str) -> Key:
    home = told.get("referred_schema") or schema
    return Key(tuple(told["constrained_columns"]), tuple(told["referred_columns"]), home, told["referred_table"])


def _optional(inspector: Inspector, method: str, **arguments: Any) -> Mapping[Any, Any]:
    """What not every database can tell; nothing where it cannot."""
    try:
        found: Mapping[Any, Any] = getattr(inspector, method)(**arguments)
    except NotImplementedError:
        return {}
    return found
