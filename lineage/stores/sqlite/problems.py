"""What is wrong with the file of a store, and what is the way out?"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from lineage.errors import StoreError

_HEADER = 100
_AGAIN = "restore a copy of it, or move it away and scan again"
_WAYS_OUT = {
    sqlite3.SQLITE_FULL: ("the disk is full", "nothing of this run was kept: free some space and run it again"),
    sqlite3.SQLITE_IOERR: ("it could not be written or read", "nothing of this run was kept: see that the disk has "
                           "space and is in order, and run it again"),
    sqlite3.SQLITE_BUSY: ("another process is writing to it", "try again when that has ended"),
    sqlite3.SQLITE_LOCKED: ("another process is writing to it", "try again when that has ended"),
    sqlite3.SQLITE_CORRUPT: ("the file is damaged", _AGAIN),
    sqlite3.SQLITE_NOTADB: ("the file is no fact store", "give another path, or move it away and scan again"),
    sqlite3.SQLITE_READONLY: ("it may not be written", "check the rights of the file and of its folder"),
    sqlite3.SQLITE_CANTOPEN: ("it cannot be opened", "check the rights of the file and of its folder"),
}  # fmt: skip
_UNKNOWN = ("it cannot be used as a fact store", "check the file and its rights, or move it away and scan again")


def broken(path: Path, problem: Exception) -> StoreError:
    """The error that says what is wrong with the store in a file, and what to do."""
    what, way_out = _WAYS_OUT.get(
        _code(problem),
        ("it cannot be used as a fact store", "check the file and its rights, or move it away and scan again"),
    )
    return StoreError(f"{path}: {what} ({problem}); {way_out}")


def is_locked(problem: sqlite3.Error) -> bool:
    return _code(problem) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _code(problem: Exception) -> int:
    """The primary result code of SQLite, whose lowest eight bits all extended ones share."""
    return getattr(problem, "sqlite_errorcode", 0) & 0xFF


def refuse_truncated(path: Path) -> None:
    """Raise StoreError where the file is shorter than it says itself (SQLite file format, 1.3).

    Where its log still holds changes, these may be what is missing, and SQLite will put them in.
    """
    log = path.with_name(f"{path.name}-wal")
    if not path.is_file() or (log.is_file() and log.stat().st_size):
        return
    with path.open("rb") as file:
        header = file.read(_HEADER)
    if len(header) < _HEADER or not header.startswith(b"SQLite format 3"):
        return
    size = int.from_bytes(header[16:18], "big")
    told = (65_536 if size == 1 else size) * int.from_bytes(header[28:32], "big")
    if path.stat().st_size < told:
        raise StoreError(f"{path}: the file is damaged (it ends after {path.stat().st_size} of {told} bytes); {_AGAIN}")
