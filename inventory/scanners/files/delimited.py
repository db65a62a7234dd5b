"""The columns of a CSV or TSV file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from inventory.scanners.files.heading import Said, fields_of
from inventory.scanners.files.opened import File
from inventory.scanners.files.sample import decoded, first_bytes
from inventory.scanners.files.settings import Settings
from inventory.scanners.files.shape import MOST_FIELDS, Found, Shape, Unread

_SAMPLE = 2**20
"""Bytes that are looked at."""
_ROWS = 200
"""Rows that are looked at, where no larger sample is asked for."""
_DELIMITERS = ",;\t|"
_SAID = re.compile(r"sep=([,;\t|])\r?\n")
"""How Excel writes which one it took."""


def read_delimited(file: File, settings: Settings) -> Iterator[Found]:
    """The one table of a file, by its first MiB; separated as said, by tabs in a .tsv, else as its first line shows."""
    taken = first_bytes(file, _SAMPLE)
    if isinstance(taken, Unread):
        yield taken
        return
    content, cut = taken
    text = decoded(content, cut, settings.encoding)
    if isinstance(text, Unread):
        yield text
    elif not text.strip():
        yield Unread(
            f"its first line is longer than {_SAMPLE // 2**20} MiB" if cut else "the file is empty", whole=True
        )
    elif "\0" in text:
        yield Unread("the file is not text; it holds NUL", whole=True)
    else:
        yield from _table(text, cut, file.name.lower(), settings)


def _table(text: str, cut: bool, name: str, settings: Settings) -> Iterator[Found]:
    said = _SAID.match(text)
    lines = text[said.end() if said else 0 :].lstrip("\r\n")
    skipped = text.count("\n", 0, len(text) - len(lines))
    delimiter = (
        settings.delimiter or (said and said[1]) or ("\t" if ".tsv" in name or ".tab" in name else _delimiter(lines))
    )
    rows, broken = _rows(lines, delimiter, cut, max(_ROWS, settings.sample + 1))
    if broken is not None:
        yield Unread("the text is no CSV from here on: a quote is not closed, or a cell is too long", broken + skipped)
    if not rows:
        return
    if max(map(len, rows)) > MOST_FIELDS:
        yield Unread(f"it has more than {MOST_FIELDS} columns", whole=True)
        return
    fields, problem = fields_of(rows, skipped + 1, Said(settings.header, settings.columns, settings.sample))
    yield Shape(tuple(fields))
    if problem:
        yield problem


def _rows(text: str, delimiter: str, cut: bool, most: int) -> tuple[list[list[str]], int | None]:
    """The first rows that are not blank, and the line from which on it is no CSV."""
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    while len(rows) < most:
        line = table.line_num + 1
        try:
            row = next(table)
        except StopIteration:
            break
        except csv.Error:
            return rows, None if cut and rows else line
        if any(cell.strip() for cell in row):
            rows.append(row)
    return rows, None


def _delimiter(text: str) -> str:
    """The one that stands most often in the first line, outside of quotes; a comma where none does."""
    line = "".join(text.split("\n", 1)[0].split('"')[::2])
    return max(_DELIMITERS, key=lambda d: (line.count(d), -_DELIMITERS.index(d)))
