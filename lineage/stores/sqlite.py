"""The embedded fact store: one SQLite file, every fact an interval of runs, nothing ever deleted.

Facts lie in columns: two nodes, the dictionary code of everything else the statement says, the code of its
place, a line.  A run stages what it reads in temporary tables and publishes it in one short transaction.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from lineage.codec import KINDS, record, restore
from lineage.errors import StoreError
from lineage.model import Batch, Evidence, Fact, FieldId, Flow, Reading, ScopeComplete, Statement
from lineage.stores import FlowColumns, Run
from lineage.stores.rows import NOWHERE, Row, held, moments, place_of, positions, said_by, time_text, within
from lineage.stores.rows import evidence as evidence_of
from lineage.stores.rows import fact as fact_of
from lineage.stores.rows import row as row_of

_MIGRATIONS = (
    """
    CREATE TABLE node (id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL, field TEXT NOT NULL,
        UNIQUE (namespace, name, field)) STRICT;
    CREATE TABLE said (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE place (id INTEGER PRIMARY KEY, source TEXT NOT NULL, day TEXT, until TEXT, text TEXT NOT NULL UNIQUE,
        attested INTEGER NOT NULL) STRICT;
    CREATE TABLE fact (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject INTEGER NOT NULL, object INTEGER NOT NULL,
        said INTEGER NOT NULL, place INTEGER NOT NULL, line INTEGER NOT NULL,
        UNIQUE (subject, object, said, place, line, kind)) STRICT;
    CREATE TABLE run (id INTEGER PRIMARY KEY, source TEXT NOT NULL, agent TEXT NOT NULL, started TEXT NOT NULL,
        finished TEXT NOT NULL, seen INTEGER NOT NULL, added INTEGER NOT NULL, retired INTEGER NOT NULL,
        gaps INTEGER NOT NULL) STRICT;
    CREATE TABLE presence (fact INTEGER NOT NULL, source TEXT NOT NULL, first INTEGER NOT NULL, gone INTEGER,
        PRIMARY KEY (source, fact, first)) STRICT, WITHOUT ROWID;
    """,
    "ALTER TABLE run ADD COLUMN digest TEXT",
)
_STAGE = """
    CREATE TEMP TABLE IF NOT EXISTS stage (kind TEXT, ns1 TEXT, name1 TEXT, field1 TEXT, ns2 TEXT, name2 TEXT,
        field2 TEXT, said TEXT, place TEXT, line INTEGER);
    CREATE TEMP TABLE IF NOT EXISTS staged_place (text TEXT PRIMARY KEY, source TEXT, day TEXT, until TEXT,
        attested INTEGER);
    CREATE TEMP TABLE IF NOT EXISTS seen (fact INTEGER PRIMARY KEY);
    DELETE FROM stage; DELETE FROM staged_place; DELETE FROM seen;
"""
_CHUNK = 20_000


class SqliteStore:
    """The store in the file `path`; made, with its folder, when it is not there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._make_folder()
            self._db = sqlite3.connect(path, timeout=120, isolation_level=None)
            path.chmod(0o600)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._migrate()
        except (sqlite3.Error, OSError) as problem:
            raise self._broken(problem) from None

    def _make_folder(self) -> None:
        folder = self.path.parent
        if not folder.is_dir():
            folder.mkdir(parents=True)
            if folder.name.startswith("."):
                (folder / ".gitignore").write_text("*\n", encoding="utf-8")

    def _broken(self, problem: Exception) -> StoreError:
        return StoreError(
            f"{self.path}: cannot be used as a fact store ({problem}); "
            "check the file and its rights, or move it away and scan again"
        )

    def _migrate(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > len(_MIGRATIONS):
            raise StoreError(
                f"{self.path}: written by a newer Sharemap (store version {version}, this one knows "
                f"{len(_MIGRATIONS)}); upgrade sharemap"
            )
        if version == len(_MIGRATIONS):
            return
        with self._transaction():
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            for step in _MIGRATIONS[version:]:
                for statement in step.split(";"):
                    self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()

    # -- writing --------------------------------------------------------------------------------------

    def record(
        self, source: str, agent: str, readings: Iterable[Reading], *, now: datetime, digest: str | None = None
    ) -> Run:
        """See FactStore.  Raises StoreError where the file cannot be written."""
        try:
            self._db.executescript(_STAGE)
            scopes: list[ScopeComplete] = []
            self._stage(readings, scopes)
            with self._transaction():
                return self._publish(source, agent, scopes, now, digest)
        except (sqlite3.Error, OSError, UnicodeEncodeError) as problem:
            raise self._broken(problem) from None

    def _stage(self, readings: Iterable[Reading], scopes: list[ScopeComplete]) -> None:
        rows = self._rows(readings, scopes)
        while chunk := list(itertools.islice(rows, _CHUNK)):
            self._db.executemany("INSERT INTO temp.stage VALUES (?,?,?,?,?,?,?,?,?,?)", chunk)

    def _rows(self, readings: Iterable[Reading], scopes: list[ScopeComplete]) -> Iterator[Row]:
        places: dict[Evidence, str] = {}
        for reading in readings:
            match reading:
                case ScopeComplete():
                    scopes.append(reading)
                case Fact(statement, evidence):
                    place = places.get(evidence) or places.setdefault(evidence, self._stage_place(evidence))
                    yield row_of(statement, place, evidence.line or 0)
                case Batch(sources, targets, like, evidence):
                    place = places.get(evidence) or places.setdefault(evidence, self._stage_place(evidence))
                    said = said_by(like, ("source", "target"))
                    for a, b in zip(sources, targets, strict=True):
                        yield Row(
                            "flow", a.namespace, a.name, a.field, b.namespace, b.name, b.field,
                            said, place, evidence.line or 0,
                        )  # fmt: skip

    def _stage_place(self, evidence: Evidence) -> str:
        text = place_of(evidence)
        row = (text, evidence.source, *held(evidence))
        self._db.execute("INSERT OR IGNORE INTO temp.staged_place VALUES (?,?,?,?,?)", row)
        return text

    def _publish(self, source: str, agent: str, scopes: list[ScopeComplete], now: datetime, digest: str | None) -> Run:
        db = self._db
        self._resolve()
        run = db.execute("SELECT coalesce(max(id), 0) + 1 FROM run").fetchone()[0]
        added = db.execute(
            "INSERT INTO presence SELECT s.fact, ?, ?, NULL FROM temp.seen s WHERE NOT EXISTS "
            "(SELECT 1 FROM presence p WHERE p.source = ? AND p.fact = s.fact AND p.gone IS NULL)",
            (source, run, source),
        ).rowcount
        retired = self._retire(source, run, scopes)
        seen = db.execute("SELECT count(*) FROM temp.seen").fetchone()[0]
        gaps = db.execute(
            "SELECT count(*) FROM temp.seen s JOIN fact f ON f.id = s.fact WHERE f.kind = 'gap'"
        ).fetchone()[0]
        told = Run(run, source, agent, now, max(now, datetime.now(UTC)), seen, added, retired, gaps, digest)
        return self._put(told)

    def _put(self, run: Run) -> Run:
        """Write what a run was, and return it as it is read."""
        times = time_text(run.started), time_text(run.finished)
        counts = run.seen, run.added, run.retired, run.gaps, run.digest
        row = (run.id, run.source, run.agent, *times, *counts)
        self._db.execute("INSERT INTO run VALUES (?,?,?,?,?,?,?,?,?,?)", row)
        return _run(row)

    def _resolve(self) -> None:
        """Give all that is staged its ids; they are in `seen` then."""
        db = self._db
        for end in "12":
            db.execute(
                f"INSERT OR IGNORE INTO node (namespace, name, field) SELECT DISTINCT ns{end}, name{end}, field{end} "  # noqa: S608
                "FROM temp.stage ORDER BY 1, 2, 3"
            )
        db.execute("INSERT OR IGNORE INTO said (text) SELECT DISTINCT said FROM temp.stage ORDER BY 1")
        db.execute(
            "INSERT OR IGNORE INTO place (source, day, until, text, attested) "
            "SELECT source, day, until, text, attested FROM temp.staged_place ORDER BY text"
        )
        resolved = (
            "FROM temp.stage t JOIN node a ON (a.namespace, a.name, a.field) = (ns1, name1, field1) "
            "JOIN node b ON (b.namespace, b.name, b.field) = (ns2, name2, field2) "
            "JOIN said s ON s.text = t.said JOIN place p ON p.text = t.place"
        )
        db.execute(
            "INSERT OR IGNORE INTO fact (kind, subject, object, said, place, line) "
            f"SELECT t.kind, a.id, b.id, s.id, p.id, t.line {resolved}"
        )
        db.execute(
            f"INSERT OR IGNORE INTO temp.seen SELECT f.id {resolved} JOIN fact f ON "
            "(f.subject, f.object, f.said, f.place, f.line, f.kind) = (a.id, b.id, s.id, p.id, t.line, t.kind)"
        )

    def _retire(self, source: str, run: int, scopes: list[ScopeComplete]) -> int:
        open_facts = self._db.execute(
            "SELECT p.fact, f.kind, l.source FROM presence p JOIN fact f ON f.id = p.fact JOIN place l "
            "ON l.id = f.place WHERE p.source = ? AND p.gone IS NULL AND p.first < ? "
            "AND p.fact NOT IN (SELECT fact FROM temp.seen)",
            (source, run),
        )
        gone = [
            (run, source, fact)
            for fact, kind, place in open_facts.fetchall()
            if kind == "gap" or any(within(place, s) for s in scopes)
        ]
        self._db.executemany("UPDATE presence SET gone = ? WHERE source = ? AND fact = ? AND gone IS NULL", gone)
        return len(gone)

    def copy(self, run: Run, added: Iterable[Fact], gone: Iterable[Fact]) -> None:
        """See FactStore.  Raises StoreError where the file cannot be written."""
        try:
            with self._transaction():
                if self._db.execute("SELECT 1 FROM run WHERE id = ?", (run.id,)).fetchone():
                    return
                self._see(added)
                self._db.execute("INSERT INTO presence SELECT fact, ?, ?, NULL FROM temp.seen", (run.source, run.id))
                self._see(gone)
                self._db.execute(
                    "UPDATE presence SET gone = ? WHERE source = ? AND fact IN (SELECT fact FROM temp.seen) "
                    "AND gone IS NULL AND first <> ?",
                    (run.id, run.source, run.id),
                )
                self._put(run)
        except (sqlite3.Error, OSError, UnicodeEncodeError) as problem:
            raise self._broken(problem) from None

    def _see(self, facts: Iterable[Fact]) -> None:
        for statement in _STAGE.split(";"):
            self._db.execute(statement)
        self._stage(facts, [])
        self._resolve()

    def changes(self, run: Run) -> tuple[Iterable[Fact], Iterable[Fact]]:
        query = "SELECT fact FROM presence WHERE source = ? AND {} = ?"
        return (
            self._rows_of("1", query.format("first"), (run.source, run.id)) if run.added else (),
            self._rows_of("1", query.format("gone"), (run.source, run.id)) if run.retired else (),
        )

    # -- reading --------------------------------------------------------------------------------------

    def runs(self) -> tuple[Run, ...]:
        return tuple(_run(row) for row in self._read("SELECT * FROM run ORDER BY id"))

    def last_run(self, source: str) -> Run | None:
        rows = list(self._read("SELECT * FROM run WHERE source = ? ORDER BY id DESC LIMIT 1", source))
        return _run(rows[0]) if rows else None

    def facts(self, *, day: date | None = None, known_at: datetime | None = None) -> Iterator[Fact]:
        yield from self._facts("1", day, known_at)

    def statements(
        self, *kinds: type[Statement], day: date | None = None, known_at: datetime | None = None
    ) -> Iterator[Fact]:
        names = ", ".join(f"'{name}'" for name, kind in KINDS.items() if kind in kinds)
        yield from self._facts(f"f.kind IN ({names})" if kinds else "f.kind <> 'flow'", day, known_at)

    def _facts(self, which: str, day: date | None, known_at: datetime | None) -> Iterator[Fact]:
        yield from self._rows_of(which, *_present(day, known_at))

    def _rows_of(self, which: str, condition: str, values: tuple[object, ...]) -> Iterator[Fact]:
        rows = self._read(
            "SELECT DISTINCT f.kind, a.namespace, a.name, a.field, b.namespace, b.name, b.field, "  # noqa: S608
            "s.text, l.text, f.line "
            "FROM fact f JOIN node a ON a.id = f.subject JOIN node b ON b.id = f.object JOIN said s ON s.id = f.said "
            f"JOIN place l ON l.id = f.place WHERE {which} AND f.id IN ({condition}) "
            "ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10",
            *values,
        )
        for row in rows:
            yield fact_of(Row(*row))

    def columns(self, *, day: date | None = None, known_at: datetime | None = None) -> FlowColumns:
        condition, values = _present(day, known_at)
        rows = np.fromiter(
            itertools.chain.from_iterable(
                self._read(
                    "SELECT f.subject, f.object, f.said, f.place, f.line FROM fact f "  # noqa: S608
                    f"WHERE f.kind = 'flow' AND f.id IN ({condition})",
                    *values,
                )
            ),
            dtype=np.int64,
        ).reshape(-1, 5)
        nodes, source, target = self._nodes(rows)
        kinds, kind = self._dictionary("said", rows[:, 2])
        flows = [restore(Flow, {**json.loads(k), "source": record(NOWHERE), "target": record(NOWHERE)}) for k in kinds]
        evidences, evidence = self._evidences(rows)
        order = np.lexsort((evidence, kind, target, source))
        return FlowColumns(nodes, source[order], target[order], kind[order], flows, evidence[order], evidences)

    def _nodes(self, rows: np.ndarray[Any, Any]) -> tuple[list[FieldId], Any, Any]:
        used = np.unique(rows[:, :2])
        named = sorted((FieldId(*row[1:]), row[0]) for row in self._read("SELECT id, namespace, name, field FROM node")
                       if _holds(used, row[0]))  # fmt: skip
        ids = [i for _, i in named]
        return [n for n, _ in named], positions(ids, rows[:, 0]), positions(ids, rows[:, 1])

    def _dictionary(self, table: str, column: np.ndarray[Any, Any]) -> tuple[list[str], Any]:
        used = np.unique(column)
        rows = self._read(f"SELECT text, id FROM {table} ORDER BY text")  # noqa: S608
        named = [(text, i) for text, i in rows if _holds(used, i)]
        return [text for text, _ in named], positions([i for _, i in named], column)

    def _evidences(self, rows: np.ndarray[Any, Any]) -> tuple[list[Evidence], Any]:
        texts, place = self._dictionary("place", rows[:, 3])
        pairs = np.stack([place.astype(np.int64), rows[:, 4]], axis=1)
        unique, codes = np.unique(pairs, axis=0, return_inverse=True)
        evidences = [evidence_of(texts[p], line) for p, line in unique.tolist()]
        return evidences, codes.reshape(-1).astype(np.int32)

    def _read(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._db.execute(query, values)
        except sqlite3.Error as problem:
            raise self._broken(problem) from None


def _holds(used: np.ndarray[Any, Any], i: int) -> bool:
    at = int(np.searchsorted(used, i))
    return at < len(used) and int(used[at]) == i


def _present(day: date | None, known_at: datetime | None) -> tuple[str, tuple[object, ...]]:
    """The query of all facts that hold on a day by what was known at a moment (docs/semantics.md, Time).

    `rows.holds` says the same of one row, and why.
    """
    known, today = moments(day, known_at)
    query = (
        "SELECT p.fact FROM presence p JOIN fact pf ON pf.id = p.fact JOIN place pl ON pl.id = pf.place "
        "JOIN run r1 ON r1.id = p.first LEFT JOIN run r2 ON r2.id = p.gone WHERE r1.finished <= ? "
        "AND CASE WHEN pl.day IS NOT NULL THEN pl.day WHEN pl.attested OR pf.kind = 'gap' THEN '' "
        "ELSE substr(r1.finished, 1, 10) END <= ? "
        "AND (pl.until IS NULL OR pl.until >= ?) "
        "AND (p.gone IS NULL OR r2.finished > ? OR (NOT pl.attested AND pf.kind <> 'gap' "
        "AND substr(r2.finished, 1, 10) > ?))"
    )
    return query, (known, today, today, known, today)


def _run(row: tuple[Any, ...]) -> Run:
    number, source, agent, started, finished, *rest = row
    return Run(number, source, agent, datetime.fromisoformat(started), datetime.fromisoformat(finished), *rest)
