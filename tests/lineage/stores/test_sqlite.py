"""The embedded store: its file, its rows, its rights; the laws of all stores are in test_laws.py."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from lineage.errors import StoreError
from lineage.model import (
    Batch,
    Classification,
    Evidence,
    Fact,
    FieldId,
    Flow,
    Party,
    ScopeComplete,
)
from lineage.packed import Picked
from lineage.stores.sqlite import SqliteStore, schema
from tests.lineage.stores.samples import FIELD, FLOW, SEEN, A, now


@pytest.fixture
def store(tmp_path):
    store = SqliteStore(tmp_path / ".sharemap" / "store.db")
    yield store
    store.close()


def test_a_rescan_that_saw_the_same_writes_one_row(store):
    readings = [FLOW, FIELD, ScopeComplete()]
    store.record("s", "test", readings, now=now())
    before = store._db.total_changes
    run = store.record("s", "test", readings, now=now())
    assert (run.added, run.retired, run.seen) == (0, 0, 2)
    assert store._db.total_changes - before == 1


def test_what_changed_in_one_place_touches_no_other(store):
    places = [Evidence("test", f"t{n}") for n in range(50)]
    facts = [Fact(Classification(A, f"user.name{n}"), place) for place in places for n in range(3)]
    store.record("s", "test", [*facts, ScopeComplete()], now=now())
    moment = now()
    before = store._db.total_changes
    run = store.record("s", "test", [*facts[1:], FLOW, ScopeComplete()], now=now())
    assert (run.seen, run.added, run.retired) == (150, 1, 1)
    assert store._db.total_changes - before < 20
    assert set(store.facts()) == {*facts[1:], FLOW}
    assert set(store.facts(known_at=moment)) == set(facts)


def test_what_is_known_is_of_one_moment_though_another_writes_meanwhile(store, monkeypatch):
    store.record("s", "test", [FLOW, Fact(Party("p"), SEEN)], now=now())
    read = SqliteStore._columns

    def meanwhile(reading, *asked):
        columns = read(reading, *asked)
        other = SqliteStore(store.path)
        other.record("t", "test", [FIELD, Fact(Party("q"), SEEN)], now=now())
        other.close()
        return columns

    monkeypatch.setattr(SqliteStore, "_columns", meanwhile)
    known = store.known(known_at=datetime(9999, 1, 1, tzinfo=UTC))
    assert [fact.statement.key for fact in known.others[Party]] == ["p"]
    assert {f.statement.key for f in store.statements(Party)} == {"p", "q"}


def test_a_line_beyond_all_files_comes_back(store):
    far = Fact(Classification(A, "user.name"), Evidence("test", "t", 2**40))
    store.record("s", "test", [far, FIELD], now=now())
    assert set(store.facts()) == {far, FIELD}


def test_batches_may_pick_from_many_nodes(store):
    nodes = [FieldId("db", f"t{i // 3}", f"c{i % 3}") for i in range(30)]
    picked = [Picked(nodes, np.array(at)) for at in ([0, 5, 5], [7, 8, 8])]
    store.record("s", "test", [Batch(*picked, Flow(A, A, job="j"), SEEN)], now=now())
    flows = {(f.statement.source, f.statement.target) for f in store.facts()}
    assert flows == {(nodes[0], nodes[7]), (nodes[5], nodes[8])}


_WRITER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from lineage.model import *
from lineage.stores.sqlite import SqliteStore
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


_OLD_FACTS = """
    INSERT INTO node VALUES (1, '', '', ''), (2, 'db', 't', 'a'), (3, 'db', 't', 'b');
    INSERT INTO said VALUES (1, '{"function":"sha256"}'), (2, '{"data_category":"user.name"}'), (3, '{"key":"us"}');
    INSERT INTO place VALUES (1, 'etl/a.sql', NULL, NULL, '{"agent":"sql","source":"etl/a.sql"}', 0);
    INSERT INTO fact VALUES (1, 'flow', 2, 3, 1, 1, 3), (2, 'classification', 2, 1, 2, 1, 0),
        (3, 'party', 1, 1, 3, 1, 0);
    INSERT INTO run (id, source, agent, started, finished, seen, added, retired, gaps) VALUES
        (1, 's', 'test', '2026-01-01T00:00:00.000000+00:00', '2026-01-01T00:00:00.000000+00:00', 3, 3, 0, 0),
        (2, 's', 'test', '2026-02-01T00:00:00.000000+00:00', '2026-02-01T00:00:00.000000+00:00', 2, 0, 1, 0);
    INSERT INTO presence VALUES (1, 's', 1, NULL), (2, 's', 1, 2), (3, 's', 1, NULL)
"""


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_store_is_migrated_and_loses_nothing(tmp_path, version):
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as old:
        schema.migrate(old, 0, version)
        for statement in _OLD_FACTS.split(";"):
            old.execute(statement)
    store = SqliteStore(path)
    assert [(run.id, run.source, run.digest) for run in store.runs()] == [(1, "s", None), (2, "s", None)]
    place = Evidence("sql", "etl/a.sql")
    flow = Fact(Flow(A, FieldId("db", "t", "b"), function="sha256"), replace(place, line=3))
    name, us = Fact(Classification(A, "user.name"), place), Fact(Party("us"), place)
    assert list(store.facts()) == [flow, us]
    assert list(store.facts(known_at=datetime(2026, 1, 2, tzinfo=UTC))) == [name, flow, us]
    run = store.record("s", "test", [flow, name, us, ScopeComplete()], now=now(), digest="d")
    assert (run.seen, run.added, run.retired) == (3, 1, 0)
    store.close()


def test_a_file_that_is_no_store_is_refused_by_name(tmp_path):
    (tmp_path / "x.db").write_bytes(b"not a database, " * 100)
    with pytest.raises(StoreError, match=r"x\.db"):
        SqliteStore(tmp_path / "x.db")
