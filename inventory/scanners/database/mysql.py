"""What MariaDB's and MySQL's information_schema says of their tables.

It shows a user only the tables they have some right on, and the definition of a view only with SHOW VIEW.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from inventory.scanners.database.catalog import Table, TableColumn, grouped_keys, rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

_KINDS = {"BASE TABLE": "table", "SYSTEM VERSIONED": "table", "VIEW": "view"}
_SCHEMAS = """
    SELECT schema_name FROM information_schema.schemata
    WHERE schema_name NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys') ORDER BY schema_name
"""
_TABLES = """
    SELECT t.table_name, t.table_type, t.table_comment, v.view_definition
    FROM information_schema.tables t LEFT JOIN information_schema.views v
        ON v.table_schema = t.table_schema AND v.table_name = t.table_name
    WHERE t.table_schema = :schema ORDER BY t.table_name
"""
_COLUMNS = """
    SELECT table_name, column_name, data_type, column_comment, is_nullable, generation_expression
    FROM information_schema.columns WHERE table_schema = :schema ORDER BY table_name, ordinal_position
"""
_KEYS = """
    SELECT table_name, referenced_table_schema, referenced_table_name, constraint_name, column_name,
        referenced_column_name
    FROM information_schema.key_column_usage
    WHERE table_schema = :schema AND referenced_table_name IS NOT NULL
    ORDER BY table_name, constraint_name, ordinal_position
"""


class MySQL:
    """MariaDB and MySQL."""

    dialect = "mysql"

    def schemas(self, connection: Connection) -> list[str]:
        return [row[0] for row in rows(connection, _SCHEMAS)]

    def tables(self, connection: Connection, schema: str) -> Iterator[Table]:
        columns: dict[str, list[TableColumn]] = defaultdict(list)
        for table, name, type_, comment, nullable, formula in rows(connection, _COLUMNS, schema=schema):
            columns[table].append(TableColumn(name, type_, comment or "", nullable == "NO", formula or ""))
        keys = grouped_keys(rows(connection, _KEYS, schema=schema))
        for name, type_, comment, definition in rows(connection, _TABLES, schema=schema):
            if kind := _KINDS.get(type_):  # not sequences, not temporary tables
                told = "" if kind == "view" else comment  # a view's is the word VIEW, or an error message
                yield Table(schema, name, kind, told, tuple(columns[name]), keys.get(name, ()), definition or None)
