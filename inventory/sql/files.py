"""Many files of SQL, read side by side; what comes out is in the order of the files, on however many processors."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from inventory.sql.lineage import Lineage, column_lineage

_FEW = 64
"""So many files are read sooner than other processes are started."""
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Reader:
    """What `column_lineage` is told of every file beside its text."""

    dialect: str | None = None
    schema: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    default_database: str | None = None
    default_schema: str | None = None
    functions: Mapping[str, str] = field(default_factory=dict)

    def file(self, path: Path) -> Lineage | str:
        """The lineage of a file, or why it cannot be read."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as problem:
            return f"not readable as UTF-8 text ({type(problem).__name__})"
        return column_lineage(
            text, dialect=self.dialect, schema=self.schema, default_database=self.default_database,
            default_schema=self.default_schema, functions=self.functions,
        )  # fmt: skip


def lineages(paths: Sequence[Path], reader: Reader) -> Iterator[Lineage | str]:
    """For each of `paths` its lineage, or why there is none; in their order."""
    workers = min(os.cpu_count() or 1, _AT_ONCE)
    if len(paths) < _FEW or workers < 2:
        yield from map(reader.file, paths)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin, (reader,)) as pool:
        done = 0
        try:
            for found in pool.map(_read, paths, chunksize=16):
                yield found
                done += 1
        except BrokenProcessPool:
            yield from (["reading it ended the process"] * (len(paths) - done))


_reader: Reader


def _begin(reader: Reader) -> None:
    global _reader
    _reader = reader


def _read(path: Path) -> Lineage | str:
    return _reader.file(path)
