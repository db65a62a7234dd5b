"""What a database says of its tables: values, and the reader for each kind of database.

Only names, types, comments, keys and definitions are asked for: no row, no default, no label of an enum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column; `formula` is the expression of a generated one."""

    name: str
    type: str
    comment: str = ""
    required: bool = False
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """A foreign key: `columns` point at the `referred` ones of another table, in order."""

    columns: tuple[str, ...]
    referred: tuple[str, ...]
    schema: str
    table: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view; `part_of` is the (schema, table) that a partition is a part of."""

    schema: str
    name: str
    kind: str
    comment: str = ""
    columns: tuple[TableColumn, ...] = ()
    keys: tuple[Key, ...] = ()
    definition: str | None = None
    part_of: tuple[str, str] | None = None

    @property
    def is_view(self) -> bool:
        return self.kind.endswith("view")


class Catalog(Protocol):
    """Reads what one kind of database says of itself."""

    dialect: str
    """sqlglot's name of its SQL."""

    def schemas(self, connection: Connection) -> list[str]:
        """The schemas there are, without those of the server itself."""

    def tables(self, connection: Connection, schema: str) -> Iterator[Table]:
        """The tables and views of one schema, by name."""


def catalog_of(connection: Connection) -> Catalog:
    """The reader that knows this database best."""
    from inventory.scanners.database import duckdb, mysql, postgresql, reflected

    match connection.dialect.name, connection.dialect.server_version_info or ():
        case "postgresql", version if version >= (12,):
            return postgresql.PostgreSQL()
        case "mysql" | "mariadb", _:
            return mysql.MySQL()
        case "duckdb", _:
            return duckdb.DuckDB()
        case name, _:
            return reflected.Reflected(name)


def rows(connection: Connection, sql: str, **values: str) -> Sequence[Any]:
    """All rows of a query."""
    from sqlalchemy import text

    return connection.execute(text(sql), values).all()


def grouped_keys(found: Iterable[Any]) -> dict[str, tuple[Key, ...]]:
    """(table, referred schema, referred table, name of the key, column, referred column) -> keys by table."""
    pairs: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for *at, here, there in found:
        pairs[tuple(at)].append((here, there))
    keys: dict[str, tuple[Key, ...]] = {}
    for (table, schema, referred, _), columns in pairs.items():
        key = Key(tuple(here for here, _ in columns), tuple(there for _, there in columns), schema, referred)
        keys[table] = (*keys.get(table, ()), key)
    return keys
