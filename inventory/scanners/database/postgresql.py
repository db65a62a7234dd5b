"""What PostgreSQL's catalog says of its tables (chapter "System Catalogs" of its manual; version 12 or later).

The catalog shows every user all tables and views, whether or not they may read the rows.  Views that an extension
brought, pg_stat_statements for one, tell of the server and are left out as the catalog's own are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from inventory.scanners.database.catalog import Table, TableColumn, grouped_keys, rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

_KINDS = {"r": "table", "p": "table", "f": "foreign table", "v": "view", "m": "materialized view"}
_SCHEMAS = r"""
    SELECT nspname::text FROM pg_catalog.pg_namespace
    WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema' ORDER BY 1
"""
_WHOSE = """
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        AND n.nspname = :schema AND c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relpersistence <> 't'
        AND (c.relkind <> 'v' OR NOT EXISTS (
            SELECT 1 FROM pg_catalog.pg_depend x
            WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e'))
"""
_TABLES = f"""
    SELECT c.relname::text, c.relkind::text, pg_catalog.obj_description(c.oid, 'pg_class'),
        CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END,
        rn.nspname::text, r.relname::text
    {_WHOSE}
    LEFT JOIN pg_catalog.pg_class r ON c.relispartition AND r.oid = pg_catalog.pg_partition_root(c.oid)
    LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
    ORDER BY c.relname
"""
_COLUMNS = f"""
    SELECT c.relname::text, a.attname::text, pg_catalog.format_type(a.atttypid, NULL),
        pg_catalog.col_description(c.oid, a.attnum), a.attnotnull,
        CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END
    {_WHOSE}
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    ORDER BY c.relname, a.attnum
"""
_KEYS = f"""
    SELECT c.relname::text, rn.nspname::text, r.relname::text, k.conname::text, a.attname::text, ra.attname::text
    {_WHOSE}
    JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f'
    CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS pair (here, there, position)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = pair.here
    JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
    JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
    JOIN pg_catalog.pg_attribute ra ON ra.attrelid = r.oid AND ra.attnum = pair.there
    ORDER BY c.relname, k.conname, pair.position
"""


class PostgreSQL:
    """PostgreSQL and what speaks its catalog."""

    dialect = "postgres"

    def schemas(self, connection: Connection) -> list[str]:
        return [row[0] for row in rows(connection, _SCHEMAS)]

    def tables(self, connection: Connection, schema: str) -> Iterator[Table]:
        columns: dict[str, list[TableColumn]] = defaultdict(list)
        for table, name, type_, comment, required, formula in rows(connection, _COLUMNS, schema=schema):
            columns[table].append(TableColumn(name, type_, comment or "", required, formula or ""))
        keys = grouped_keys(rows(connection, _KEYS, schema=schema))
        for name, kind, comment, definition, root_schema, root in rows(connection, _TABLES, schema=schema):
            yield Table(
                schema, name, _KINDS[kind], comment or "", tuple(columns[name]), keys.get(name, ()), definition,
                (root_schema, root) if root else None,
            )  # fmt: skip
