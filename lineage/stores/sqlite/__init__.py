"""The embedded fact store: one SQLite file, every fact an interval of runs, nothing ever deleted.

How facts lie in it is told in docs/decisions/pages-of-facts.md.  A run is read to its end first, and then published
in one transaction; readers go on seeing what was there before.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from lineage.codec import KINDS, NAMES
from lineage.columns import COLUMNAR, FactColumns, Known
from lineage.errors import StoreError
from lineage.model import Fact, Flow, Reading, Statement
from lineage.stores import Run
from lineage.stores.rows import moments, time_text
from lineage.stores.sqlite import arrayfile, cache, schema
from lineage.stores.sqlite.arrayfile import Arrays
from lineage.stores.sqlite.columns import read_columns, steady
from lineage.stores.sqlite.problems import broken, is_locked, refuse_truncated
from lineage.stores.sqlite.reading import FIRST_SEEN, GONE, HOLDS, Facts, Held
from lineage.stores.sqlite.staging import Staged
from lineage.stores.sqlite.writing import Publishing

PATIENCE = 120.0
"""For how many seconds a writer waits for another."""
_A_MOMENT = 0.25
_LARGEST_LOG = 2**26
_WORTH_KEEPING = 20_000
"""Facts from which on a store's columns are kept in a file."""


class SqliteStore:
    """The store in the file `path`; made, with its folder, when it is not there."""

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        self.path = path
        self._patience = patience
        try:
            self._make_folder()
            refuse_truncated(path)
            self._db = sqlite3.connect(path, timeout=_A_MOMENT, isolation_level=None)
            if path.stat().st_mode & 0o777 != 0o600:
                path.chmod(0o600)
            self._patiently("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(f"PRAGMA journal_size_limit={_LARGEST_LOG}")
            self._migrate()
        except (sqlite3.Error, OSError) as problem:
            raise broken(self.path, problem) from None

    def _make_folder(self) -> None:
        folder = self.path.parent
        if not folder.is_dir():
            folder.mkdir(parents=True)
            if folder.name.startswith("."):
                (folder / ".gitignore").write_text("*\n", encoding="utf-8")

    def _migrate(self) -> None:
        version = self._version()
        if version > schema.VERSION:
            raise StoreError(
                f"{self.path}: written by a newer Sharemap (store version {version}, this one knows "
                f"{schema.VERSION}); upgrade sharemap"
            )
        if version < schema.VERSION:
            with self._transaction():
                schema.migrate(self._db, self._version())

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    @contextmanager
    def _transaction(self, kind: str = "IMMEDIATE") -> Iterator[None]:
        self._patiently(f"BEGIN {kind}")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # SQLite has ended it itself where the disk is full
                self._db.execute("ROLLBACK")
            raise

    def _patiently(self, statement: str) -> None:
        """Try for as long as another process writes, a moment at a time, so that Ctrl-C is heard in between."""
        end = time.monotonic() + self._patience
        while True:
            try:
                self._db.execute(statement)
                return
            except sqlite3.OperationalError as problem:
                if not is_locked(problem) or time.monotonic() > end:
                    raise

    def close(self) -> None:
        self._db.close()

    # -- writing --------------------------------------------------------------------------------------

    def record(
        self, source: str, agent: str, readings: Iterable[Reading], *, now: datetime, digest: str | None = None
    ) -> Run:
        """See FactStore.  Raises StoreError where the file cannot be written."""
        staged = Staged().read(readings)
        try:
            with self._transaction():
                number = self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM run").fetchone()[0]
                published = Publishing(self._db, source, number)
                published.publish(staged)
                counts = published.seen, published.added, published.retired, published.gaps
                run = Run(number, source, agent, now, max(now, datetime.now(UTC)), *counts, digest)
                return self._write_run(run)
        except (sqlite3.Error, OSError, UnicodeEncodeError) as problem:
            raise broken(self.path, problem) from None

    def _write_run(self, run: Run) -> Run:
        times = time_text(run.started), time_text(run.finished)
        row = (run.id, run.source, run.agent, *times, run.seen, run.added, run.retired, run.gaps, run.digest)
        self._db.execute("INSERT INTO run VALUES (?,?,?,?,?,?,?,?,?,?)", row)
        return _run(row)

    def copy(self, run: Run, added: Iterable[Fact], gone: Iterable[Fact]) -> None:
        """See FactStore.  Raises StoreError where the file cannot be written."""
        new, lost = Staged().read(added), Staged().read(gone)
        try:
            with self._transaction():
                if not self._db.execute("SELECT 1 FROM run WHERE id = ?", (run.id,)).fetchone():
                    Publishing(self._db, run.source, run.id).copy(new, lost)
                    self._write_run(run)
        except (sqlite3.Error, OSError, UnicodeEncodeError) as problem:
            raise broken(self.path, problem) from None

    def changes(self, run: Run) -> tuple[Iterable[Fact], Iterable[Fact]]:
        asked: dict[str, str | int] = {"source": run.source, "run": run.id}
        return (
            self._facts(FIRST_SEEN, asked) if run.added else (),
            self._facts(GONE, asked) if run.retired else (),
        )

    # -- reading --------------------------------------------------------------------------------------

    def runs(self) -> tuple[Run, ...]:
        return tuple(_run(row) for row in self._read("SELECT * FROM run ORDER BY id"))

    def last_run(self, source: str) -> Run | None:
        rows = list(self._read("SELECT * FROM run WHERE source = ? ORDER BY id DESC LIMIT 1", (source,)))
        return _run(rows[0]) if rows else None

    def facts(self, *, day: date | None = None, known_at: datetime | None = None) -> Iterator[Fact]:
        return self._facts(HOLDS, _asked(day, known_at))

    def statements(
        self, *kinds: type[Statement], day: date | None = None, known_at: datetime | None = None
    ) -> Iterator[Fact]:
        return self._facts(_of_kinds(kinds or NAMES.keys() - {Flow}), _asked(day, known_at))

    def _facts(self, pages: str, values: Mapping[str, str | int]) -> Iterator[Fact]:
        with self._snapshot():
            held = self._held(pages, values)
        yield from held

    def _held(self, pages: str, values: Mapping[str, str | int]) -> Facts:
        return Facts.read(self._db, Held.of(self._db.execute(pages, values)))

    def columns(self, *, day: date | None = None, known_at: datetime | None = None) -> FactColumns:
        with self._snapshot():
            return self._columns(*moments(day, known_at))

    def known(self, *, day: date | None = None, known_at: datetime | None = None) -> Known:
        asked = _asked(day, known_at)
        with self._snapshot():
            columns = self._columns(asked["known"], asked["today"])
            others = self._held(_of_kinds(kind for kind in KINDS.values() if kind not in COLUMNAR), asked)
        return Known(columns, {KINDS[name]: facts for name, facts in others.by_kind().items()})

    @contextmanager
    def _snapshot(self) -> Iterator[None]:
        """What is read meanwhile is of one moment of the store."""
        try:
            with self._transaction("DEFERRED"):
                yield
        except sqlite3.Error as problem:
            raise broken(self.path, problem) from None

    def _columns(self, known: str, today: str) -> FactColumns:
        """What is kept of what is known now, where it fits; else what the pages say."""
        token, last = self._db.execute("SELECT token, (SELECT max(finished) FROM run) FROM state").fetchone()
        if known < (last or ""):
            return read_columns(self._db, known, today)
        path = cache.path_of(self.path)
        kept = cache.load(path, token, today)
        if kept is not None:
            return kept
        columns = read_columns(self._db, known, today)
        if sum(map(len, (columns.source, columns.fields.node, columns.classifications.node))) >= _WORTH_KEEPING:
            cache.save(path, columns, cache.Fits(token, *steady(self._db, today)))
        return columns

    def recall(self, name: str, digest: str) -> Arrays | None:
        """Arrays that lie beside the store under a name, where they are whole and of this digest."""
        return arrayfile.load(cache.path_of(self.path, name), lambda of: of["digest"] == digest)

    def keep(self, name: str, digest: str, arrays: Arrays) -> None:
        """Put arrays beside the store, in the place of those of that name; where that cannot be, nothing changes."""
        arrayfile.save(cache.path_of(self.path, name), arrays, {"digest": digest})

    def _read(self, query: str, values: tuple[object, ...] = ()) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._db.execute(query, values)
        except sqlite3.Error as problem:
            raise broken(self.path, problem) from None


def _asked(day: date | None, known_at: datetime | None) -> dict[str, str]:
    known, today = moments(day, known_at)
    return {"known": known, "today": today}


def _of_kinds(kinds: Iterable[type[Statement]]) -> str:
    """The pages that hold, of some kinds of statements."""
    names = ", ".join(f"'{NAMES[kind]}'" for kind in kinds)
    return f"{HOLDS} AND g.kind IN ({names})"


def _run(row: tuple[Any, ...]) -> Run:
    number, source, agent, started, finished, *rest = row
    return Run(number, source, agent, datetime.fromisoformat(started), datetime.fromisoformat(finished), *rest)
