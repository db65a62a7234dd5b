"""Passes kept beside a store say what spreading says, and nothing once anything they follow from is another."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from lineage import remembered
from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.labels import Labels
from lineage.model import Classification, Fact, Flow, Form, ScopeComplete
from lineage.stores.sqlite import SqliteStore, cache
from tests.lineage import worlds
from tests.lineage.test_live import BASE, FIELDS, SAID, leave

CHAIN = [Flow(a, b) for a, b in pairwise(FIELDS)]
FIRST = Classification(FIELDS[0], "user.contact.email", "customer")


@pytest.fixture(autouse=True)
def _small_passes_are_kept_too(monkeypatch):
    monkeypatch.setattr(remembered, "_LARGE", 1)


@pytest.fixture
def store(tmp_path):
    store = SqliteStore(tmp_path / "store.db")
    yield store
    store.close()


def record(store, *statements):
    facts = [Fact(statement, SAID) for statement in (*BASE, *statements)]
    store.record("s", "test", [*facts, ScopeComplete()], now=datetime.now(UTC))


def judged(store):
    return Judgement(LineageGraph.from_store(store), worlds.DAY, datetime.now(UTC), memory=store)


def told(judgement):
    labels, nodes = judgement.labels, range(len(judgement.graph.nodes))
    unauthorised = [share for share in judgement.shares if not share.authorized]
    levels = [[labels.reach.level(node, label) for label in labels.rows(node)] for node in nodes]
    return [labels.rows(node) for node in nodes], levels, [(s, judgement.witness(s)) for s in unauthorised]


def spread_at(monkeypatch):
    """How often all labels were spread."""
    times = []
    work = Labels.__dict__["_over"].__func__
    monkeypatch.setattr(Labels, "_over", classmethod(lambda cls, *args: times.append(1) or work(cls, *args)))
    return times


def test_what_is_kept_is_what_spreading_says(store, monkeypatch):
    record(store, *CHAIN, FIRST)
    spread = spread_at(monkeypatch)
    fresh = told(judged(store))
    assert fresh[2]
    assert told(judged(store)) == fresh
    assert len(spread) == 1
    assert cache.path_of(store.path, "labels").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "other",
    [
        [*CHAIN[1:], FIRST],
        [*CHAIN, Classification(FIELDS[0], "user.contact.phone_number", "customer")],
        [*CHAIN, Classification(FIELDS[0], "user.contact.email", "employee")],
        [*CHAIN, Classification(FIELDS[0], "user.contact.email", "customer", form=Form.HASHED)],
        [*CHAIN, Classification(FIELDS[1], "user.contact.email", "customer")],
        [*CHAIN[1:], Flow(*FIELDS[:2], subtype="AGGREGATION", function="sum"), FIRST],
        [*CHAIN, Flow(FIELDS[0], FIELDS[2], type="INDIRECT", subtype="GROUP_BY"), FIRST],
    ],
)
def test_what_follows_from_anything_else_is_spread_anew(store, monkeypatch, other):
    record(store, *CHAIN, FIRST)
    told(judged(store))
    record(store, *other)
    spread = spread_at(monkeypatch)
    without = Judgement(LineageGraph.from_store(store), worlds.DAY, datetime.now(UTC))
    assert told(judged(store)) == told(without)
    assert len(spread) == 2


def test_another_authorisation_is_judged_by_the_same_pass(store, monkeypatch):
    record(store, *CHAIN, FIRST)
    told(judged(store))
    record(store, *CHAIN, FIRST, leave("B", Form.RAW))
    spread = spread_at(monkeypatch)
    assert told(judged(store))[2] == []
    assert spread == []


@pytest.mark.parametrize("harm", [b"", b"x" * 5000, None])
def test_a_file_that_is_harmed_is_not_read(store, monkeypatch, harm):
    record(store, *CHAIN, FIRST)
    fresh = told(judged(store))
    path = cache.path_of(store.path, "labels")
    content = path.read_bytes()
    path.write_bytes(harm if harm is not None else content[:-1] + bytes([content[-1] ^ 1]))
    spread = spread_at(monkeypatch)
    assert told(judged(store)) == fresh
    assert len(spread) == 1


def test_few_flows_leave_no_file(store, monkeypatch):
    monkeypatch.setattr(remembered, "_LARGE", 100)
    record(store, *CHAIN, FIRST)
    told(judged(store))
    assert not cache.path_of(store.path, "labels").exists()
