"""What is done to an embedded store while it works: kills, interrupts, full disks, locks, damage."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from lineage.errors import StoreError
from lineage.model import Classification, Evidence, Fact, FieldId, ScopeComplete
from lineage.stores import sqlite
from lineage.stores.sqlite import SqliteStore

SOME = 1_000
_WORKER = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job has it ignored
from tests.lineage.stores.test_harm import SOME, many, now, small_ones_are_kept
from lineage.stores.sqlite import SqliteStore
small_ones_are_kept()
store = SqliteStore(Path(sys.argv[1]))
start = int(sys.argv[2])
for turn in range(start, start + 1000):
    store.record("s", "test", many(turn), now=now())
    print(turn, flush=True)
    assert len(store.columns().classifications.node) == SOME
"""


def now():
    return datetime.now(UTC)


def small_ones_are_kept():
    sqlite._WORTH_KEEPING = 1


def many(turn):
    """A complete reading: as many facts each time, all of them in other words than the last time."""
    for i in range(SOME):
        node = FieldId("db", f"t{i // 20}", f"c{i % 20}")
        yield Fact(Classification(node, "user.name", confidence=turn / 1000), Evidence("test", f"t{i // 20}"))
    yield ScopeComplete()


def said(turn):
    return {fact for fact in many(turn) if isinstance(fact, Fact)}


def holds_run(store, acknowledged):
    """The number of runs in the store, after seeing that the last is whole."""
    runs = store.runs()
    assert len(runs) >= acknowledged
    assert set(store.facts()) == (said(len(runs)) if runs else set())
    assert len(store.columns().classifications.node) == (SOME if runs else 0)
    assert all(run.seen == run.added == SOME for run in runs)
    return len(runs)


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_whatever_ends_a_writer_every_acknowledged_run_is_whole(tmp_path, monkeypatch, blow):
    monkeypatch.setattr(sqlite, "_WORTH_KEEPING", 1)
    moments = random.Random(blow)
    path, done = tmp_path / "store.db", 0
    for _ in range(4):
        command = [sys.executable, "-c", _WORKER, str(path), str(done + 1)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as worker:
            told = worker.stdout.readline()
            time.sleep(moments.random() * 0.3)
            os.kill(worker.pid, blow)
            acknowledged = int((told + worker.stdout.read()).split()[-1])
        store = SqliteStore(path)
        done = holds_run(store, acknowledged)
        store.close()
    assert done >= 4
    assert {p.name for p in tmp_path.iterdir()} - {"store.db", "store.db-wal", "store.db-shm", "store.db-columns"} == {
        p.name for p in tmp_path.glob("*.part")
    }


@pytest.fixture
def store(tmp_path):
    store = SqliteStore(tmp_path / "store.db", patience=0.2)
    store.record("s", "test", many(1), now=now())
    yield store
    store.close()


def test_a_full_disk_is_told_and_nothing_is_lost(store):
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(
        StoreError, match=r"store\.db: the disk is full .*nothing of this run was kept: free some space"
    ):
        store.record("s", "test", many(2), now=now())
    assert set(store.facts()) == said(1)
    store._db.execute("PRAGMA max_page_count = 1000000")
    store.record("s", "test", many(2), now=now())
    assert holds_run(store, 2) == 2


_LIMITED = """
import resource, sys
from pathlib import Path
from tests.lineage.stores.test_harm import many, now
from lineage.errors import StoreError
from lineage.stores.sqlite import SqliteStore
store = SqliteStore(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
try:
    store.record("s", "test", many(2), now=now())
except StoreError as problem:
    print(problem)
"""


def test_a_file_that_may_not_grow_is_told_and_nothing_is_lost(store):
    command = [sys.executable, "-c", _LIMITED, str(store.path)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert "nothing of this run was kept" in told
    assert holds_run(store, 1) == 1


def test_a_locked_store_is_told_and_may_be_read(store):
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"another process is writing to it .*try again"):
        store.record("s", "test", many(2), now=now())
    assert holds_run(store, 1) == 1
    other.execute("ROLLBACK")
    other.close()
    store.record("s", "test", many(2), now=now())
    assert holds_run(store, 2) == 2


def test_readers_see_what_was_there_while_another_writes(store):
    reader = SqliteStore(store.path)
    going = reader.facts()
    first = next(going)
    store.record("s", "test", many(2), now=now())
    assert {first, *going} == said(1)
    assert set(reader.facts()) == said(2)
    reader.close()


@pytest.mark.parametrize("part", [0.3, 0.9])
def test_a_truncated_store_is_refused_and_left_as_it_is(store, part):
    store.close()
    whole = store.path.read_bytes()
    cut = whole[: int(len(whole) * part)]
    store.path.write_bytes(cut)
    with pytest.raises(StoreError, match=r"store\.db: the file is damaged .*restore a copy"):
        SqliteStore(store.path)
    assert store.path.read_bytes() == cut
    store.path.write_bytes(whole)
    again = SqliteStore(store.path)
    assert holds_run(again, 1) == 1
    again.close()


def test_damage_inside_is_told(store):
    store.close()
    whole = store.path.read_bytes()
    store.path.write_bytes(whole[:8192] + b"\xee" * (len(whole) - 8192))
    with pytest.raises(StoreError, match=r"store\.db: the file is damaged"):
        set(SqliteStore(store.path).facts())
