"""What commands have in common: their options, the project they are about, and where reports go."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from inventory.cli import SELDOM
from lineage.errors import InvalidInput

if TYPE_CHECKING:
    from inventory.project import Project
    from inventory.report import Report
    from lineage.judgement import Judgement
    from lineage.stores import FactStore

ENDING = ExitStack()
"""What a command leaves open: it is closed when the command has ended."""

StoreOption = Annotated[
    str | None,
    typer.Option("--store", metavar="URL", envvar="SHAREMAP_STORE", help="Fact store, instead of the project's."),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DAY", help="Judge the facts of this day (default: today, UTC)."),
]
KnownAt = Annotated[
    str | None,
    typer.Option("--known-at", metavar="TIME", help="Judge with what was known then (default: now)."),
]
Format = Annotated[str, typer.Option("--format", "-f", metavar="FORMAT", help="text, json, sarif or github.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here; - is stdout.")]
Indirect = Annotated[bool, typer.Option("--indirect", help="Also follow joins, group keys, sorts and windows.")]


@dataclass
class Session:
    """The project of the working directory with its store and its judgement, each made when first asked for."""

    store_url: str | None = None
    as_of: str | None = None
    known_at: str | None = None

    @cached_property
    def project(self) -> Project:
        from inventory.project import Project

        return Project.find(Path.cwd())

    @cached_property
    def store(self) -> FactStore:
        """It is closed when the command has ended."""
        from lineage.stores import open_store

        store = open_store(self.store_url or self.project.store_url)
        ENDING.callback(store.close)
        return store

    @cached_property
    def judgement(self) -> Judgement:
        from inventory import pipeline
        from inventory.cli.progress import Progress

        gc.set_threshold(SELDOM)
        with Progress() as progress:
            return pipeline.judge(self.project, self.store, self.day, self.moment, progress.show)

    @cached_property
    def report(self) -> Report:
        from inventory import pipeline
        from inventory.cli.progress import Progress

        judgement = self.judgement
        with Progress() as progress:
            return pipeline.report(self.project, self.store, judgement, progress.show)

    @property
    def day(self) -> date | None:
        try:
            return date.fromisoformat(self.as_of) if self.as_of else None
        except ValueError:
            raise InvalidInput(f"--as-of: {self.as_of!r} is no day; write it like 2026-06-15") from None

    @property
    def moment(self) -> datetime | None:
        if not self.known_at:
            return None
        from inventory.moments import moment

        try:
            return moment(self.known_at)
        except ValueError:
            raise InvalidInput(f"--known-at: {self.known_at!r} is no time; write it like 2026-06-15T09:00Z") from None


@contextmanager
def output(path: Path | None, *, binary: bool = False) -> Iterator[IO[Any]]:
    """Where a report goes: stdout, or a file that appears only when it is whole; text, or bytes if `binary`.

    Raises InvalidInput where bytes would go to a terminal.
    """
    if path is None or str(path) == "-":
        if binary:
            yield _bytes_out()
            return
        for stream in (sys.stdout,):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(encoding="utf-8", errors="backslashreplace")
        yield sys.stdout
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        with _opened(part, binary) as out:
            yield out
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _opened(path: Path, binary: bool) -> IO[Any]:
    return open(path, "wb") if binary else open(path, "w", encoding="utf-8", errors="backslashreplace", newline="")


def _bytes_out() -> IO[bytes]:
    from lineage.errors import InvalidInput

    if sys.stdout.isatty():
        raise InvalidInput("this format is not text: name a file for it, -o FILE")
    return sys.stdout.buffer


def say(text: str) -> None:
    """A line for the person at the terminal, on stderr."""
    print(text, file=sys.stderr)
