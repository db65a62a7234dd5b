"""What MySQL and MariaDB write into their general query log (chapter of that name in both manuals)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from inventory.scanners.querylog.rows import opened
from inventory.scanners.querylog.statements import Logged

_EVENT = re.compile(
    r"(?:\d{6}\s+\d{1,2}:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)|\t)\t?\s*(?P<session>\d+) "
    r"(?P<command>[A-Z][A-Za-z]+(?: [A-Za-z]+)?)(?:\t(?P<rest>.*))?$",
    re.DOTALL,
)
"""Date and time where they changed since the event before, the session, a command of the protocol, its argument."""
_USE = re.compile(r"\s*USE\s+`?([^`;\s]+)`?\s*;?\s*$", re.IGNORECASE)
_CONNECTED = re.compile(r"\S+ on (\S*)")


def general(path: Path) -> Iterator[Logged]:
    """Statements of a general log, with the database that their session was in.

    A statement goes on over the lines until one begins the next event.
    """
    databases: dict[str, str] = {}
    with opened(path) as lines:
        session, command, told, first = "", "", [""], 0
        for number, line in enumerate(lines, 1):
            found = _EVENT.match(line)
            if found is None:
                told.append(line)
                continue
            yield from _logged(session, command, "".join(told), first, databases)
            session, command, told, first = found["session"], found["command"], [found["rest"] or ""], number
        yield from _logged(session, command, "".join(told), first, databases)


def _logged(session: str, command: str, told: str, line: int, databases: dict[str, str]) -> Iterator[Logged]:
    match command:
        case "Connect" | "Change user":
            found = _CONNECTED.match(told)
            databases[session] = found[1] if found else ""
        case "Init DB":
            databases[session] = told.strip()
        case "Query" | "Execute":
            used = _USE.match(told)
            if used:
                databases[session] = used[1]
            else:
                yield Logged(told, line, databases.get(session, ""))
