"""What warehouses keep of the queries they ran: Snowflake's QUERY_HISTORY, BigQuery's INFORMATION_SCHEMA.JOBS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from inventory.scanners.querylog.rows import Unreadable, nested, rows, text_of
from inventory.scanners.querylog.statements import Logged


def snowflake(path: Path) -> Iterator[Logged]:
    """Statements of an export of QUERY_HISTORY that succeeded, with their database and schema.

    https://docs.snowflake.com/en/sql-reference/account-usage/query_history
    """
    for line, row in rows(path):
        if "query_text" not in row:
            raise Unreadable("no QUERY_HISTORY: it has no column query_text", line)
        if text_of(row, "execution_status").upper() in ("", "SUCCESS"):
            yield Logged(text_of(row, "query_text"), line, text_of(row, "database_name"), text_of(row, "schema_name"))


def bigquery(path: Path) -> Iterator[Logged]:
    """Statements of an export of INFORMATION_SCHEMA.JOBS that succeeded, with what they read and wrote.

    https://cloud.google.com/bigquery/docs/information-schema-jobs.  Results that nobody named a table for lie in
    datasets whose name begins with ``_``, and count as answers.
    """
    for line, row in rows(path):
        if "query" not in row:
            raise Unreadable("no INFORMATION_SCHEMA.JOBS: it has no column query", line)
        if nested(row, "error_result"):
            continue
        read = tuple(sorted(filter(None, map(_table, _list(nested(row, "referenced_tables"))))))
        target, project = _table(nested(row, "destination_table")), text_of(row, "project_id")
        yield Logged(text_of(row, "query"), line, project, "", target, read)


def _table(told: Any) -> str:
    """``project.dataset.table``; nothing for the place of an answer."""
    if not isinstance(told, Mapping):
        return ""
    parts = [told.get(name) for name in ("project_id", "dataset_id", "table_id")]
    if not all(isinstance(part, str) and part for part in parts) or str(parts[1]).startswith("_"):
        return ""
    return ".".join(map(str, parts)).partition("$")[0]  # $20260101 is a partition of it


def _list(told: Any) -> list[Any]:
    return told if isinstance(told, list) else []
