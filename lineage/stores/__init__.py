"""Where facts are kept: what every store offers, and how one is opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from lineage.columns import FactColumns, Known
from lineage.errors import InvalidInput
from lineage.model import Fact, Reading, Statement

NEO4J = ("neo4j", "neo4j+s", "bolt", "bolt+s")
"""Schemes of the URL of a store in Neo4j: with routing or to one server; +s for a protected connection."""


@dataclass(frozen=True, slots=True)
class Run:
    """One whole reading of one source: how many facts it saw, added, retired, and gaps it left.

    `digest` is what the reader said its input was, so that nobody need read the same again.
    """

    id: int
    source: str
    agent: str
    started: datetime
    finished: datetime
    seen: int
    added: int
    retired: int
    gaps: int
    digest: str | None = None


class FactStore(Protocol):
    """A set of facts with their history.

    `day` and `known_at` choose what held that day (UTC, default today) by what was known then (default now).
    """

    def record(
        self, source: str, agent: str, readings: Iterable[Reading], *, now: datetime, digest: str | None = None
    ) -> Run:
        """Write one run of a source: all of it, or nothing if reading or writing fails."""

    def runs(self) -> tuple[Run, ...]:
        """All runs, oldest first."""

    def last_run(self, source: str) -> Run | None:
        """The newest run of a source."""

    def statements(
        self, *kinds: type[Statement], day: date | None = None, known_at: datetime | None = None
    ) -> Iterator[Fact]:
        """All facts but flows; with `kinds` only facts whose statement is of one of them."""

    def columns(self, *, day: date | None = None, known_at: datetime | None = None) -> FactColumns:
        """All flows, fields and classifications, without an object for each."""

    def known(self, *, day: date | None = None, known_at: datetime | None = None) -> Known:
        """The columns and all other facts, as of one moment of the store."""

    def facts(self, *, day: date | None = None, known_at: datetime | None = None) -> Iterator[Fact]:
        """All facts."""

    def changes(self, run: Run) -> tuple[Iterable[Fact], Iterable[Fact]]:
        """What a run of this store was the first of its source to see, and what it saw no longer."""

    def copy(self, run: Run, added: Iterable[Fact], gone: Iterable[Fact]) -> None:
        """Write a run of another store as it is: all of it, or nothing; not again where it is here already."""

    def close(self) -> None:
        """Let go of the store's files and connections."""


@runtime_checkable
class ShowsChecks(Protocol):
    """A store that people look into by other ways than this program: it shows them what the last check derived."""

    def project(self, layer: Any) -> None:
        """Put a check's layer (lineage/check_layer.py) in the place of the last one; it is never read back."""


def open_store(url: str | Path) -> FactStore:
    """Open the store a URL or path names: a path or ``sqlite:///PATH`` is the embedded one, ``neo4j://HOST`` (also
    neo4j+s, bolt, bolt+s) a shared one.

    Raises InvalidInput for a scheme no store is known for, StoreError where it cannot be opened.
    """
    text = str(url)
    scheme, separator, rest = text.partition("://")
    if separator and scheme in NEO4J:
        from lineage.stores.neo4j import Neo4jStore

        return Neo4jStore(text)
    if separator and scheme != "sqlite":
        raise InvalidInput(f"no store for {scheme}://; use a path, sqlite:///PATH or neo4j://HOST")
    from lineage.stores.sqlite import SqliteStore

    return SqliteStore(Path(rest.removeprefix("/") if separator else text))
