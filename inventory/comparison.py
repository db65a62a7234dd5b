"""What does one side of a comparison say: now, an earlier run or moment, another store, or other entries?"""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from inventory import pipeline
from inventory.moments import moment
from inventory.project import Project, redacted
from inventory.report import Report
from lineage.difference import Difference, difference
from lineage.errors import InvalidInput
from lineage.judgement import Judgement
from lineage.stores import FactStore, open_store
from lineage.stores.sqlite import SqliteStore
from lineage.stores.sync import sync

NOW = "now"


@dataclass(frozen=True)
class Side:
    """One side, judged: `name` says to a reader which it is."""

    name: str
    report: Report


@dataclass(frozen=True)
class Comparison:
    before: Side
    after: Side
    difference: Difference


def compare(project: Project, store: FactStore, before: str, after: str = NOW, day: date | None = None) -> Comparison:
    """What is different `after` from `before`; both are judged on one day (today), but a side that is a day on that.

    Nothing of it is written anywhere; only the project's own entries are read first where a side is `now`.  Raises
    InvalidInput for what is neither now, nor the number of a run, a day or time, a store, or a folder of entries.
    """
    day = day or datetime.now(UTC).date()
    one, two = (_side(project, store, text, day) for text in (before, after))
    shares = one.report.judgement.shares, two.report.judgement.shares
    return Comparison(one, two, difference(shares, (one.report.findings, two.report.findings)))


def _side(project: Project, store: FactStore, text: str, day: date) -> Side:
    if text == NOW:
        return Side(NOW, pipeline.report(project, store, pipeline.judge(project, store, day)))
    if text.isdecimal():
        return _run(project, store, int(text), day)
    known = _moment(text)
    if known is not None:
        on = date.fromisoformat(text) if len(text) == 10 else day
        return Side(f"what was known on {text}", pipeline.report(project, store, _judged(project, store, on, known)))
    if "://" not in text and Path(text).is_dir():
        return _entries(project, store, Path(text), day)
    path = text.removeprefix("sqlite:///")
    if "://" in path or Path(path).is_file():
        with contextlib.closing(open_store(text)) as other:
            return Side(f"store {redacted(text)}", pipeline.report(project, other, _judged(project, other, day)))
    raise InvalidInput(
        f"{text!r} is nothing to compare with: give 'now', the number of a run, a day (2026-06-15) or time, the path "
        "or URL of a store, or a folder of entries"
    )


def _run(project: Project, store: FactStore, number: int, day: date) -> Side:
    runs = {run.id: run for run in store.runs()}
    if number not in runs:
        known = f"{min(runs)} to {max(runs)}" if runs else "none"
        raise InvalidInput(f"the store has no run {number}; it has {known}")
    run = runs[number]
    name = f"run {number} (of {run.source}, {run.finished.isoformat(timespec='minutes')})"
    return Side(name, pipeline.report(project, store, _judged(project, store, day, run.finished)))


def _moment(text: str) -> datetime | None:
    try:
        return moment(text)
    except ValueError:
        return None


def _judged(project: Project, store: FactStore, day: date, known_at: datetime | None = None) -> Judgement:
    """The judgement of a store as it is: that a moment is given keeps the project's entries out of it."""
    return pipeline.judge(project, store, day, known_at or datetime.now(UTC))


def _entries(project: Project, store: FactStore, folder: Path, day: date) -> Side:
    """What would be, were these the entries: read into a copy of the store that is thrown away."""
    there = folder.resolve()
    other = replace(project, root=there.parent, inventory=there)
    with tempfile.TemporaryDirectory() as scratch, contextlib.closing(_copy(store, Path(scratch))) as copy:
        copy.record(pipeline.MANUAL, pipeline.MANUAL, pipeline.entries(other, copy), now=datetime.now(UTC))
        return Side(f"entries in {folder}", pipeline.report(project, copy, _judged(project, copy, day)))


def _copy(store: FactStore, scratch: Path) -> FactStore:
    path = scratch / "store.db"
    if isinstance(store, SqliteStore):
        with (
            contextlib.closing(sqlite3.connect(store.path)) as start,
            contextlib.closing(sqlite3.connect(path)) as end,
        ):
            start.backup(end)
        return open_store(path)
    copied = open_store(path)
    sync(store, copied)
    return copied
