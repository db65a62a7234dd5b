"""What DuckDB says of the tables in its file (chapter "DuckDB_% Metadata Functions" of its manual)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from inventory.scanners.database.catalog import Table, TableColumn, rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SCHEMAS = """
    SELECT schema_name FROM duckdb_schemas()
    WHERE database_name = current_database() AND schema_name NOT IN ('information_schema', 'pg_catalog') ORDER BY 1
"""
_TABLES = """
    SELECT table_name, 'table', comment, NULL FROM duckdb_tables()
    WHERE database_name = current_database() AND schema_name = :schema AND NOT internal AND NOT temporary
    UNION ALL SELECT view_name, 'view', comment, sql FROM duckdb_views()
    WHERE database_name = current_database() AND schema_name = :schema AND NOT internal AND NOT temporary
    ORDER BY 1
"""
_COLUMNS = """
    SELECT table_name, column_name, data_type, comment, is_nullable FROM duckdb_columns()
    WHERE database_name = current_database() AND schema_name = :schema AND NOT internal
    ORDER BY table_name, column_index
"""


class DuckDB:
    """One file of DuckDB, by the name that is the file's without its ending."""

    dialect = "duckdb"

    def schemas(self, connection: Connection) -> list[str]:
        return [row[0] for row in rows(connection, _SCHEMAS)]

    def tables(self, connection: Connection, schema: str) -> Iterator[Table]:
        columns: dict[str, list[TableColumn]] = defaultdict(list)
        for table, name, type_, comment, nullable in rows(connection, _COLUMNS, schema=schema):
            kind = type_.split("(")[0]  # what stands in brackets may be the labels of an enum
            columns[table].append(TableColumn(name, kind, comment or "", not nullable))
        for name, kind, comment, definition in rows(connection, _TABLES, schema=schema):
            yield Table(schema, name, kind, comment or "", tuple(columns[name]), (), definition)
