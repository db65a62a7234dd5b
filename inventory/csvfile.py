"""Tables as CSV that a spreadsheet opens safely, and that reads back as it was.

RFC 4180 with a byte order mark, without which Excel reads Chinese as Latin; every cell quoted, one record a
line.  What a spreadsheet would take for a formula gets a ``'`` in front (OWASP, CSV Injection; ASVS 5.0,
1.2.10), also behind a ``;``, where a spreadsheet that separates by semicolons would begin a cell.  What cannot be
seen is written ``_xHHHH_`` (escaping.spelled).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO

from inventory.escaping import spelled, unspelled
from lineage.errors import InvalidInput

_TRIGGER = "(?=['\" ]*[-=+@\uff1d\uff0b\uff0d\uff20])"
_LIVE = re.compile(f"(?:^|(?<=;)){_TRIGGER}")
_DEFUSED = re.compile(f"(?:^|(?<=;))'{_TRIGGER}")
_LARGEST_CELL = 16_000_000

Row = Mapping[str, str]


@lru_cache(10_000)
def cell(text: str) -> str:
    """A text as the content of a cell that no spreadsheet calculates."""
    return _LIVE.sub("'", spelled(text))


def uncell(content: str) -> str:
    """The text that `cell` wrote."""
    return unspelled(_DEFUSED.sub("", content))


def write(columns: Sequence[str], rows: Iterable[Iterable[object]], out: IO[str]) -> None:
    """Write a heading and rows of as many values: texts, True and False as words, None as an empty cell."""
    out.write("\ufeff")
    table = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(columns)
    for row in rows:
        table.writerow([cell(_text(value)) for value in row])


def _text(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def read(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """(line, column -> text) of every row; columns may stand in any order, and others beside them.

    Raises InvalidInput, which quotes nothing of the file, where it is no UTF-8 CSV or lacks a column.
    """
    csv.field_size_limit(_LARGEST_CELL)
    try:
        with open(path, encoding="utf-8-sig", newline="") as text:
            table = csv.reader(text, strict=True)
            heading = next(table, [])
            _check_heading(heading, columns)
            for values in table:
                if len(values) != len(heading):
                    raise InvalidInput(f"line {table.line_num} has another number of cells than the first row")
                yield table.line_num, dict(zip(heading, map(uncell, values), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise InvalidInput(f"it is not readable as CSV in UTF-8 ({type(problem).__name__})") from None


def _check_heading(heading: Sequence[str], columns: Sequence[str]) -> None:
    missing = [name for name in columns if name not in heading]
    if missing:
        raise InvalidInput(f"its first row does not name the columns {', '.join(missing)}")
    if len(set(heading)) != len(heading):
        raise InvalidInput("its first row names a column twice")
