"""The rows of an exported history: CSV with a heading, JSON lines, or a JSON array; `.gz` of each."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from inventory.scanners.querylog.statements import LONGEST

Row = Mapping[str, Any]
_LARGEST_ARRAY = 256_000_000
_LARGEST_CELL = 64_000_000


class Unreadable(Exception):
    """A file, from a line on, cannot be read; its text is a reason that quotes nothing."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


def opened(path: Path) -> IO[str]:
    """A log as text; bytes that are no UTF-8 are read as what stands for the unreadable."""
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path), "utf-8", "replace", newline="")
    return open(path, encoding="utf-8-sig", errors="replace", newline="")


def cells(lines: IO[str]) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV, each with the line it begins at.  Raises Unreadable where it is none."""
    csv.field_size_limit(_LARGEST_CELL)
    table = csv.reader(line.replace("\0", "") for line in lines)
    first = 1
    try:
        for record in table:
            yield first, record
            first = table.line_num + 1
    except csv.Error as problem:
        raise Unreadable(f"not readable as CSV ({type(problem).__name__})", first) from None


def rows(path: Path) -> Iterator[tuple[int, Row]]:
    """(line, column in small letters -> value) of each row.  Raises Unreadable where a file is of no such kind."""
    with opened(path) as lines:
        if Path(path.name.removesuffix(".gz")).suffix.lower() == ".csv":
            yield from _csv(lines)
        else:
            yield from _json(lines)


def _csv(lines: IO[str]) -> Iterator[tuple[int, Row]]:
    table = cells(lines)
    _, heading = next(table, (1, []))
    names = [name.strip().lower() for name in heading]
    for line, record in table:
        yield line, dict(zip(names, record, strict=False))


def _json(lines: IO[str]) -> Iterator[tuple[int, Row]]:
    start = lines.read(1)
    while start and start.isspace():
        start = lines.read(1)
    if start == "[":
        text = start + lines.read(_LARGEST_ARRAY)
        if len(text) > _LARGEST_ARRAY:
            raise Unreadable(f"an array of more than {_LARGEST_ARRAY // 1_000_000} MB; write one row a line")
        for told in _parsed(text, None):
            if isinstance(told, dict):
                yield 1, _lowered(told)
        return
    for number, line in enumerate(lines, 1):
        line = start + line if number == 1 else line
        if line.strip():
            told = _parsed(line, number)
            if not isinstance(told, dict):
                raise Unreadable("a row is no object", number)
            yield number, _lowered(told)


def _lowered(told: Mapping[str, Any]) -> Row:
    return {name.lower(): value for name, value in told.items()}


def _parsed(text: str, line: int | None) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("no JSON", line) from None


def text_of(row: Row, *names: str) -> str:
    """The first of these columns that holds a text; cut off far above what is read of a statement."""
    return next((v[: 2 * LONGEST] for name in names if isinstance(v := row.get(name), str) and v), "")


def nested(row: Row, name: str) -> Any:
    """A column that holds lists and objects: as they are, or as their JSON text."""
    value = row.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value else None
    except (ValueError, RecursionError):
        return None
