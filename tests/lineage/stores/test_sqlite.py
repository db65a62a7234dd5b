"""The embedded store: its file, its rows, its rights; the laws of all stores are in test_laws.py."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from lineage.errors import StoreError
from lineage.model import ScopeComplete
from lineage.stores.sqlite import _MIGRATIONS, SqliteStore
from tests.lineage.stores.samples import FIELD, FLOW, now


@pytest.fixture
def store(tmp_path):
    store = SqliteStore(tmp_path / ".sharemap" / "store.db")
    yield store
    store.close()


def test_a_rescan_that_saw_the_same_writes_one_row(store):
    readings = [FLOW, FIELD, ScopeComplete()]
    store.record("s", "test", readings, now=now())
    before = store._db.total_changes
    temp = len(readings) + 2  # rows staged in temporary tables count as changes too
    run = store.record("s", "test", readings, now=now())
    assert (run.added, run.retired, run.seen) == (0, 0, 2)
    tables = ("node", "said", "place", "fact", "presence")
    counts = [store._db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables]
    assert counts == [3, 2, 2, 2, 2]
    assert store._db.total_changes - before <= 1 + 4 * temp


_WRITER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from lineage.model import *
from lineage.stores.sqlite import _MIGRATIONS, SqliteStore
store = SqliteStore(Path(sys.argv[1]))
def readings():
    for i in range(int(sys.argv[3])):
        yield Fact(Classification(FieldId("db", sys.argv[2], f"c{i}"), "user.name"), Evidence("t", sys.argv[2]))
        if i == 100:
            print("under way", flush=True)
            time.sleep(float(sys.argv[4]))
store.record(sys.argv[2], "test", readings(), now=datetime.now(UTC))
"""


def test_a_kill_in_the_middle_leaves_the_last_whole_run(store):
    store.record("s", "test", [FIELD], now=now())
    command = [sys.executable, "-c", _WRITER, str(store.path), "s", "1000", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        time.sleep(0.1)
        os.kill(process.pid, signal.SIGKILL)
    again = SqliteStore(store.path)
    assert set(again.facts()) == {FIELD}
    assert again.record("s", "test", [FLOW], now=now()).added == 1
    again.close()


def test_two_processes_scan_at_once(store):
    command = [sys.executable, "-c", _WRITER, str(store.path)]
    both = [subprocess.Popen([*command, name, "2000", "0.3"], stdout=subprocess.PIPE) for name in ("x", "y")]
    assert [process.wait(60) for process in both] == [0, 0]
    for process in both:
        process.stdout.close()
    assert len(list(store.facts())) == 4000
    assert {run.source for run in store.runs()} == {"x", "y"}


def test_only_the_owner_may_read_the_file(store):
    assert store.path.stat().st_mode & 0o777 == 0o600


def test_a_newer_store_is_refused(store):
    store._db.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer Sharemap"):
        SqliteStore(store.path)


def test_a_store_of_the_first_version_is_migrated_and_loses_nothing(tmp_path):
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as old:
        old.executescript(_MIGRATIONS[0])
        old.execute("INSERT INTO run VALUES (1, 's', 'test', '2026-01-01T00:00', '2026-01-01T00:00', 0, 0, 0, 0)")
        old.execute("PRAGMA user_version = 1")
    store = SqliteStore(path)
    assert [(run.source, run.digest) for run in store.runs()] == [("s", None)]
    assert store.record("s", "test", [FIELD], now=now(), digest="d").digest == "d"
    assert store.last_run("s").digest == "d"
    store.close()


def test_a_file_that_is_no_store_is_refused_by_name(tmp_path):
    (tmp_path / "x.db").write_bytes(b"not a database, " * 100)
    with pytest.raises(StoreError, match=r"x\.db"):
        SqliteStore(tmp_path / "x.db")
