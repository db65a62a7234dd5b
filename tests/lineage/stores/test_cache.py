"""The columns kept beside a store: read where they fit, never where they do not."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from lineage.graph import LineageGraph
from lineage.model import Batch, Classification, Evidence, Fact, Field, FieldId, Flow, Method, ScopeComplete
from lineage.packed import Picked
from lineage.stores import sqlite
from lineage.stores.sqlite import SqliteStore, cache

NODES = [FieldId("db", f"t{i // 5}", f"c{i % 5}") for i in range(40)]
LIKE = Flow(NODES[0], NODES[0], job="j", wording=(("en", "copied"), ("zh-Hans", "复制")))
TODAY = datetime.now(UTC).date()


@pytest.fixture(autouse=True)
def _small_stores_are_kept_too(monkeypatch):
    monkeypatch.setattr(sqlite, "_WORTH_KEEPING", 1)


@pytest.fixture
def store(tmp_path):
    store = SqliteStore(tmp_path / ".sharemap" / "store.db")
    record(store, *readings())
    yield store
    store.close()


def readings():
    yield Batch(Picked(NODES, np.arange(39)), Picked(NODES, np.arange(1, 40)), LIKE, Evidence("sql", "a.sql", 3))
    for line, node in enumerate(NODES, 1):
        yield Fact(Field(node, "text", position=line), Evidence("db", "t", line))
    yield Fact(Classification(NODES[0], "user.name", confidence=0.5), Evidence("db", "t", method=Method.INFERRED))
    until = Evidence("manual", "w.yaml", method=Method.ATTESTED, until=TODAY + timedelta(days=3))
    yield Fact(Classification(NODES[1], "user.contact.email"), until)


def record(store, *told):
    return store.record("s", "test", told, now=datetime.now(UTC))


def said(store, **asked):
    """All that the columns say, as facts."""
    columns = store.columns(**asked)
    rows = zip(columns.source, columns.target, columns.kind, columns.evidence, strict=True)
    found = {
        Fact(replace(columns.kinds[k], source=columns.nodes[s], target=columns.nodes[t]), columns.evidences[e])
        for s, t, k, e in rows
    }
    for told in (columns.fields, columns.classifications):
        for node, value, evidence in zip(told.node, told.value, told.evidence, strict=True):
            found.add(Fact(replace(told.values[value], field=columns.nodes[node]), columns.evidences[evidence]))
    return found


def kept(store):
    return cache.path_of(store.path)


def spy(monkeypatch):
    """How often columns were worked out."""
    times = []
    work = sqlite.read_columns
    monkeypatch.setattr(sqlite, "read_columns", lambda *args: times.append(1) or work(*args))
    return times


def test_what_is_kept_is_what_the_store_says(store, monkeypatch):
    worked = spy(monkeypatch)
    assert said(store) == said(store) == set(store.facts())
    assert len(worked) == 1
    assert kept(store).stat().st_mode & 0o777 == 0o600


def test_a_graph_of_what_is_kept_is_the_same_graph(store):
    graph, again = LineageGraph.from_store(store), LineageGraph.from_store(store)
    assert list(graph.nodes) == list(again.nodes)
    assert [graph.flow(i) for i in range(graph.flows)] == [again.flow(i) for i in range(again.flows)]


def test_a_store_that_moved_on_is_read_anew_and_an_unchanged_rescan_is_not_moving_on(store, monkeypatch):
    worked = spy(monkeypatch)
    said(store)
    record(store, *readings(), ScopeComplete())
    said(store)
    assert len(worked) == 1
    new = Fact(Field(FieldId("db", "t", "new")), Evidence("db", "t"))
    record(store, new)
    assert new in said(store)
    record(store, ScopeComplete())
    assert said(store) == set()
    assert len(worked) == 3


def test_what_another_process_wrote_is_seen(store):
    said(store)
    other = SqliteStore(store.path)
    new = Fact(Field(FieldId("db", "t", "new")), Evidence("db", "t"))
    record(other, new)
    other.close()
    assert new in said(store)


def test_every_day_and_moment_has_its_own_answer(store):
    first = store.runs()[0].finished
    said(store)
    for day in (date(2020, 1, 1), TODAY - timedelta(days=1), TODAY + timedelta(days=3), TODAY + timedelta(days=4)):
        for moment in (None, first - timedelta(seconds=1), first):
            for _ in range(2):
                told = set(store.facts(day=day, known_at=moment))
                assert said(store, day=day, known_at=moment) == told


@pytest.mark.parametrize("size", [0, 1, 30, 5000, 8192, 12_000, -1])
def test_a_truncated_file_is_not_trusted(store, monkeypatch, size):
    everything = said(store)
    whole = kept(store).read_bytes()
    kept(store).write_bytes(whole[:size])
    worked = spy(monkeypatch)
    assert said(store) == everything
    assert len(worked) == 1
    assert kept(store).read_bytes() == whole


def test_no_changed_byte_is_trusted(store, monkeypatch):
    everything = said(store)
    whole = kept(store).read_bytes()
    for at in [*range(0, 3000, 97), *range(8192, len(whole), 331)]:
        kept(store).write_bytes(whole[:at] + bytes((whole[at] ^ 0x20,)) + whole[at + 1 :])
        assert said(store) == everything


def test_the_file_of_another_store_is_not_trusted(store, tmp_path):
    other = SqliteStore(tmp_path / "other.db")
    record(other, Fact(Field(NODES[0], "int"), Evidence("db", "t")))
    said(other)
    said(store)
    kept(other).write_bytes(kept(store).read_bytes())
    assert said(other) == set(other.facts())
    other.close()


def test_where_nothing_can_be_written_the_store_is_read(store, monkeypatch):
    def refused(*_):
        raise PermissionError("read-only file system")

    monkeypatch.setattr(os, "open", refused)
    assert said(store) == set(store.facts())
    assert sorted(p.name for p in store.path.parent.iterdir() if "columns" in p.name) == []


def test_what_a_killed_writer_left_is_swept_away(store):
    part = kept(store).with_name(f"{kept(store).name}.abc.part")
    part.write_bytes(b"half")
    os.utime(part, (0, 0))
    said(store)
    assert not part.exists()
