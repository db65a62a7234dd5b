"""How fast is the embedded store, and what does its array file buy?

    python -m bench.store [--sizes 10k,100k,1m] [--json]

Processor seconds (the clock beside them), one estate (bench/estate.py) a size, made before anything is measured.
Ratios are to the load without the array file.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import multiprocessing.synchronize
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench.estate import SIZES, estate, field_id
from lineage.codec import KINDS
from lineage.columns import COLUMNAR
from lineage.graph import LineageGraph
from lineage.model import Batch, Evidence, FieldId, Flow, Reading, ScopeComplete
from lineage.stores.sqlite import SqliteStore
from lineage.stores.sqlite.cache import path_of

_OTHERS = tuple(kind for kind in KINDS.values() if kind not in COLUMNAR)
_TIMES = 5
_EVENT = 200


@dataclass(frozen=True)
class Spent:
    """What was measured: processor seconds and the clock, the median of some times."""

    what: str
    work: float
    clock: float


@dataclass(frozen=True)
class Measured:
    """One size: what there is, and what each step cost."""

    size: str
    facts: int
    megabytes: float
    kept_megabytes: float
    steps: tuple[Spent, ...]

    def __str__(self) -> str:
        load = next(step.work for step in self.steps if step.what.startswith("load without"))
        rows = (
            f"| {step.what} | {_seconds(step.work)} | {_seconds(step.clock)} | {step.work / load:.3f} |"
            for step in self.steps
        )
        head = (
            f"\n### {self.size}: {self.facts:,} facts, {self.megabytes:.0f} MB, arrays {self.kept_megabytes:.0f} MB\n"
        )
        return "\n".join((head, "| | CPU | clock | ratio to a load |", "|---|---|---|---|", *rows))


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.2f} ms"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sizes", default="10k,100k,1m", help=", ".join(SIZES))
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    for size in chosen.sizes.split(","):
        with tempfile.TemporaryDirectory() as folder:
            found = measure(size, Path(folder) / "store.db")
        print(json.dumps(asdict(found)) if chosen.json else found, flush=True)


def measure(size: str, path: Path) -> Measured:
    """All steps of one size, on a store in `path`."""
    fields, flows = SIZES[size]
    readings = list(estate(fields, flows))
    gc.freeze()  # what only this bench holds on to is not the store's to look through
    store = SqliteStore(path)
    first, written = _spent("bulk write", partial(_record, store, readings))
    steps = [written, _spent("rescan, unchanged", partial(_record, store, readings))[1]]
    del readings
    steps += _loads(store)
    node = field_id(0, fields)
    steps += [_median("what is known of a field, array file mapped", lambda: _of_field(store, node))]
    steps += _changes(store, fields, first.finished)
    steps += [_readers(store)]
    megabytes = path.stat().st_size / 1e6, path_of(path).stat().st_size / 1e6 if path_of(path).exists() else 0.0
    store.close()
    return Measured(size, first.seen, *megabytes, tuple(steps))


def _record(store: SqliteStore, readings: list[Reading], source: str = "estate") -> Any:
    return store.record(source, "bench", readings, now=datetime.now(UTC))


def _loads(store: SqliteStore) -> Iterator[Spent]:
    def without() -> None:
        path_of(store.path).unlink(missing_ok=True)
        store.columns()

    yield _spent("load without the array file, and write it", without)[1]
    yield _median("load with the array file", store.columns)
    yield _median("the same, made a graph", lambda: LineageGraph.from_store(store))
    yield _spent("all other statements", lambda: list(store.statements(*_OTHERS)))[1]


def _of_field(store: SqliteStore, node: FieldId) -> int:
    columns = store.columns()
    at = columns.nodes.place(node)
    assert at is not None
    start, end = columns.source.searchsorted((at, at + 1)).tolist()
    return int(end - start)


def _changes(store: SqliteStore, fields: int, moment: datetime) -> Iterator[Spent]:
    """A small event, what a run changed, and what was known before it."""
    like = Flow(field_id(0, fields), field_id(0, fields), job="event")
    evidence = Evidence("events", "jobs/event")

    def event(turn: int) -> list[Reading]:
        ends = [field_id(i * 7 + turn, fields) for i in range(_EVENT)]
        return [Batch(ends, ends[1:] + ends[:1], like, evidence)]

    turns = iter(range(_TIMES))
    yield _median(f"add {_EVENT} flows", lambda: _record(store, event(next(turns)), "events"))
    run = store.runs()[-1]
    yield _median("diff of that run with the one before", lambda: [list(side) for side in store.changes(run)])
    yield _spent("load as of the first run", lambda: store.columns(known_at=moment + timedelta(microseconds=1)))[1]
    yield _spent("retire them", lambda: _record(store, [ScopeComplete()], "events"))[1]


def _readers(store: SqliteStore) -> Spent:
    """Two readers in processes of their own load again and again while small runs are written; the writer's median."""
    store.columns()
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    readers = [context.Process(target=_read_on, args=(store.path, stop)) for _ in range(2)]
    for reader in readers:
        reader.start()
    like = Flow(FieldId("db", "t", "a"), FieldId("db", "t", "b"))
    ends = [FieldId("db", "t", f"c{i}") for i in range(_EVENT)]
    turns = iter(range(1000))

    def write() -> None:
        place = Evidence("events", f"jobs/{next(turns)}")
        _record(store, [Batch(ends, ends[1:] + ends[:1], like, place)], "events")

    spent = _median(f"add {_EVENT} flows while two read", write)
    stop.set()
    for reader in readers:
        reader.join()
        assert reader.exitcode == 0
    return spent


def _read_on(path: Path, stop: multiprocessing.synchronize.Event) -> None:
    store = SqliteStore(path)
    while not stop.is_set():
        store.last_run("estate")
        columns = store.columns()
        assert len(columns.source)
    store.close()


def _median(what: str, act: Callable[[], object]) -> Spent:
    times = [_spent(what, act)[1] for _ in range(_TIMES)]
    return Spent(what, statistics.median(t.work for t in times), statistics.median(t.clock for t in times))


def _spent(what: str, act: Callable[[], Any]) -> tuple[Any, Spent]:
    clock, work = time.perf_counter(), time.process_time()
    found = act()
    return found, Spent(what, time.process_time() - work, time.perf_counter() - clock)


if __name__ == "__main__":
    main()
