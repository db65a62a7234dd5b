"""The columns of each sheet of an Excel workbook, hidden sheets too."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, Any

from inventory.scanners.files.heading import Said, fields_of
from inventory.scanners.files.opened import File
from inventory.scanners.files.settings import Settings
from inventory.scanners.files.shape import MOST_FIELDS, Found, Shape, Unread, storable
from lineage.errors import InvalidInput

_LARGEST = 2**28
"""Bytes that a workbook may have, unpacked."""
_ROWS = 200
"""Rows of a sheet that are looked at, where no larger sample is asked for."""


def read_workbook(file: File, settings: Settings) -> Iterator[Found]:
    """One dataset a sheet that holds something; its first row that is not blank may be its heading.

    Nothing is calculated, and no macro or outside link is followed.  Raises InvalidInput where openpyxl is not
    installed.
    """
    try:
        import defusedxml  # type: ignore[import-untyped]  # noqa: F401 - openpyxl reads XML through it
        from openpyxl import load_workbook
    except ModuleNotFoundError:
        raise InvalidInput(f"source {settings.key}: Excel needs openpyxl: pip install 'sharemap[files]'") from None
    try:
        with file.open() as opened, warnings.catch_warnings():
            if _unpacked(opened) > _LARGEST:
                yield Unread(f"unpacked it is larger than {_LARGEST // 2**20} MiB; save its sheets as CSV", whole=True)
                return
            warnings.simplefilter("ignore")
            book = load_workbook(opened, read_only=True, data_only=True, keep_links=False)
            try:
                found = [part for sheet in book.worksheets for part in _sheet(sheet, settings)]
            finally:
                book.close()
    except Exception as problem:  # broken workbooks make openpyxl raise what they like
        yield Unread(f"the file is not readable as an Excel workbook ({type(problem).__name__})", whole=True)
        return
    yield from found or [Unread("no sheet of it holds anything", whole=True)]


def _unpacked(opened: IO[bytes]) -> int:
    """Bytes that are read at most: a member of the archive is never read beyond the size it claims."""
    with zipfile.ZipFile(opened) as archive:
        return sum(member.file_size for member in archive.infolist())


def _sheet(sheet: Any, settings: Settings) -> Iterator[Found]:
    rows: list[list[str]] = []
    first = 0
    most = max(_ROWS, settings.sample + 1)
    for number, cells in enumerate(sheet.iter_rows(max_row=most, values_only=True), 1):
        row = [_text(cell) for cell in cells[:MOST_FIELDS]]
        while row and not row[-1].strip():
            row.pop()
        if row:
            first = first or number
            rows.append(row)
    if rows:
        fields, problem = fields_of(rows, first, Said(settings.header, settings.columns, settings.sample))
        yield Shape(tuple(fields), storable(str(sheet.title)) or "sheet")
        if problem:
            yield problem


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return cell.isoformat(" ", "seconds") if cell.time().isoformat() != "00:00:00" else cell.date().isoformat()
        case date():
            return cell.isoformat()
        case bool():
            return str(cell).lower()
    return str(cell)
