"""What was acknowledged and is not in the store yet, and what must be remembered of runs: one file, always synced.

`add` returns when the events are on the disk.  Events leave in the transaction that writes what came of them, after
the store has it: whenever the process dies, what is not in the store is read again.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from lineage.errors import StoreError

_VERSION = 1
_TABLES = """
    CREATE TABLE event (id INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL) STRICT;
    CREATE TABLE memory (kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID;
"""
Changes = Mapping[tuple[str, str], str | None]
"""(kind, key) -> what is remembered, None for no longer anything."""


class Inbox:
    """The inbox in a file; one process at a time.  Its methods may be called by any thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            path.touch(0o600)
            self._db = sqlite3.connect(path, timeout=1, isolation_level=None, check_same_thread=False)
            for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
                self._db.execute(f"PRAGMA {pragma}")
            self._make()
            self.waiting: int = self._db.execute("SELECT count(*) FROM event").fetchone()[0]
        except sqlite3.OperationalError as problem:
            if "locked" in str(problem):
                raise StoreError(f"{path}: another `sharemap serve` has it; stop that one first") from None
            raise self._broken(problem) from None
        except (sqlite3.Error, OSError) as problem:
            raise self._broken(problem) from None

    def _make(self) -> None:
        with self._transaction() as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > _VERSION:
                raise StoreError(f"{self.path}: written by a newer Sharemap; upgrade sharemap")
            if version < _VERSION:
                for statement in _TABLES.split(";"):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {_VERSION}")

    def _broken(self, problem: Exception) -> StoreError:
        return StoreError(
            f"{self.path}: cannot be used as an inbox ({type(problem).__name__}); check the disk and rights"
        )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def add(self, bodies: Sequence[bytes]) -> None:
        """Keep events, in order; they are on the disk when this returns.  Raises StoreError where that fails."""
        try:
            with self._transaction() as db:
                db.executemany("INSERT INTO event (body) VALUES (?)", [(body,) for body in bodies])
        except sqlite3.Error as problem:
            raise self._broken(problem) from None
        with self._lock:
            self.waiting += len(bodies)

    def after(self, last: int, most: int) -> list[tuple[int, bytes]]:
        """At most so many events that came after the one of that number, oldest first."""
        with self._lock:
            query = "SELECT id, body FROM event WHERE id > ? ORDER BY id LIMIT ?"
            return self._db.execute(query, (last, most)).fetchall()

    def settle(self, last: int, changes: Changes) -> int:
        """Let go of the events up to that number, which the store has now, and remember what came of them; returns
        how many events those were.
        """
        try:
            with self._transaction() as db:
                told = [(*key, value) for key, value in changes.items() if value is not None]
                db.executemany("INSERT OR REPLACE INTO memory VALUES (?, ?, ?)", told)
                gone = [key for key, value in changes.items() if value is None]
                db.executemany("DELETE FROM memory WHERE kind = ? AND key = ?", gone)
                settled: int = db.execute("DELETE FROM event WHERE id <= ?", (last,)).rowcount
        except sqlite3.Error as problem:
            raise self._broken(problem) from None
        with self._lock:
            self.waiting -= settled
        return settled

    def remembered(self) -> list[tuple[str, str, str]]:
        """Everything that is remembered: (kind, key, value)."""
        with self._lock:
            return self._db.execute("SELECT kind, key, value FROM memory ORDER BY kind, key").fetchall()

    def close(self) -> None:
        with self._lock:
            self._db.close()
