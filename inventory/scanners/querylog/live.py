"""What pg_stat_statements of a running PostgreSQL holds, read in one query over a connection that can only read."""

from __future__ import annotations

from collections.abc import Iterator

from inventory.project import expanded
from inventory.refusals import SECONDS, reason
from inventory.scanners.querylog.statements import Logged
from lineage.errors import InvalidInput

_WHERE = """
    SELECT n.nspname FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = 'pg_stat_statements'
"""
_STATEMENTS = """
    SELECT DISTINCT d.datname::text, s.query FROM {}.pg_stat_statements s
    JOIN pg_catalog.pg_database d ON d.oid = s.dbid ORDER BY 1, 2
"""
_HIDDEN = "<insufficient privilege>"
_SESSION = "-c default_transaction_read_only=on -c statement_timeout=60s"


class Unreachable(Exception):
    """The statistics cannot be read; its text is a reason that may be shown."""


def statements(source: str, url: str) -> Iterator[Logged]:
    """The statements of every database of the server.

    Raises InvalidInput where the driver is not installed, Unreachable for everything else that fails.
    """
    try:
        import psycopg
        from psycopg import sql
    except ModuleNotFoundError:
        raise InvalidInput(
            f"source {source}: the driver psycopg is not installed: pip install 'sharemap[postgres]'"
        ) from None
    try:
        with psycopg.connect(
            _libpq(expanded(url)), autocommit=True, connect_timeout=SECONDS, options=_SESSION
        ) as connection:
            found = connection.execute(_WHERE).fetchone()
            if found is None:
                raise Unreachable(
                    "pg_stat_statements is not there: CREATE EXTENSION pg_stat_statements in this database"
                )
            held = connection.execute(sql.SQL(_STATEMENTS).format(sql.Identifier(found[0]))).fetchall()
    except psycopg.Error as problem:
        raise Unreachable(reason(problem)) from None
    yield from (Logged(query, None, database) for database, query in held if query != _HIDDEN)
    if any(query == _HIDDEN for _, query in held):
        raise Unreachable("it hides what other users ran: GRANT pg_read_all_stats to this one")


def _libpq(url: str) -> str:
    """A URL as the driver itself takes it, whichever SQLAlchemy would choose."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql{separator}{rest}" if scheme.split("+")[0] in ("postgresql", "postgres") else url


def namespace(source: str, url: str) -> str:
    """OpenLineage's name of the server.  Raises InvalidInput where `url` is none of PostgreSQL."""
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
    except ModuleNotFoundError:
        raise InvalidInput(
            f"source {source}: the driver psycopg is not installed: pip install 'sharemap[postgres]'"
        ) from None
    text = _libpq(expanded(url))
    try:
        told = conninfo_to_dict(text) if text.startswith("postgresql://") else {"port": "none"}
        host, port = (
            str(told.get(name) or usual).split(",")[0] for name, usual in (("host", "localhost"), ("port", "5432"))
        )
    except psycopg.Error:
        port = "none"
    if not port.isdigit():
        raise InvalidInput(
            f"source {source}: url: expected that of a PostgreSQL, like postgresql://user:password@host/database"
        )
    return f"postgres://{'localhost' if host.startswith('/') else host}:{port}"
