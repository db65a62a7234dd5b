"""What PostgreSQL logs: csvlog, the plain log, and exports of pg_stat_statements.

By its manual: chapter "Error Reporting and Logging", and appendix "pg_stat_statements".  Parameters, which stand in
the details of a message, are never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from inventory.scanners.querylog.rows import Unreadable, cells, opened, rows, text_of
from inventory.scanners.querylog.statements import LONGEST, Logged

_DATABASE, _SEVERITY, _MESSAGE, _DETAIL = 2, 11, 13, 14
_FEWEST_COLUMNS = 23
_STATEMENT = re.compile(r"(?:duration: [\d.]+ ms\s+)?(?:statement|execute [^:]*): ", re.DOTALL)
_PLAIN = re.compile(r"^(?P<prefix>\S.*?)\bLOG:\s+(?P<message>.*)", re.DOTALL)
_DATABASE_IN_PREFIX = re.compile(r"\b(?:db|database)=([^\s,\]]+)|\b[\w.-]+@([\w-]+)\b")
_PREPARE = "prepare: "


def csvlog(path: Path) -> Iterator[Logged]:
    """Statements of a csvlog, with the database of each.  Raises Unreadable where the file is none."""
    with opened(path) as lines:
        for line, record in cells(lines):
            if len(record) < _FEWEST_COLUMNS:
                raise Unreadable(f"no csvlog of PostgreSQL: it has fewer than {_FEWEST_COLUMNS} columns", line)
            if record[_SEVERITY] == "LOG":
                yield from _logged(record[_MESSAGE], record[_DETAIL], line, record[_DATABASE])


def plain(path: Path) -> Iterator[Logged]:
    """Statements of the plain log; a line that begins with a tab goes on with the message before it.

    The database is known where log_line_prefix tells it as ``db=%d`` or ``%u@%d``.
    """
    with opened(path) as lines:
        begun, message, first = "", [""], 0
        for number, line in enumerate(lines, 1):
            if line.startswith("\t") and begun:
                message.append(line)
                continue
            yield from _entry(begun, message, first)
            begun, message, first = line, [line], number
        yield from _entry(begun, message, first)


def _entry(begun: str, message: list[str], first: int) -> Iterator[Logged]:
    found = _PLAIN.match("".join(message)) if "LOG:" in begun else None
    if found:
        named = _DATABASE_IN_PREFIX.search(found["prefix"])
        yield from _logged(found["message"], "", first, (named[1] or named[2]) if named else "")


def _logged(message: str, detail: str, line: int, database: str) -> Iterator[Logged]:
    found = _STATEMENT.match(message)
    if found:
        yield Logged(message[found.end() : found.end() + 2 * LONGEST], line, database)
    if detail.startswith(_PREPARE):  # what EXECUTE runs
        yield Logged(detail[len(_PREPARE) :], line, database)


def statistics(path: Path) -> Iterator[Logged]:
    """Statements of an export of pg_stat_statements, best joined with the name of the database: ``datname``."""
    for line, row in rows(path):
        if "query" not in row:
            raise Unreadable("no export of pg_stat_statements: it has no column query", line)
        yield Logged(text_of(row, "query"), line, text_of(row, "datname", "database"))
