"""What every store keeps: one suite of laws for the embedded one and for a real Neo4j."""

from datetime import UTC, date, datetime, timedelta

import pytest

from lineage.errors import InvalidInput
from lineage.model import (
    Batch,
    Classification,
    Evidence,
    Fact,
    FieldId,
    Flow,
    Gap,
    Method,
    Party,
    ScopeComplete,
)
from lineage.stores.sqlite import SqliteStore
from lineage.stores.sync import sync
from tests.lineage.stores.samples import FIELD, FLOW, SEEN, A, B, now


def test_what_was_recorded_comes_back(store):
    store.record("s", "test", [FLOW, FIELD, FLOW], now=now())
    assert set(store.facts()) == {FLOW, FIELD}
    assert set(store.statements()) == {FIELD}


def test_columns_are_the_same_flows(store):
    many = [FieldId("db", "t", f"c{i}") for i in range(50)]
    store.record("s", "test", [Batch(many, many[1:] + many[:1], Flow(A, A, job="j"), SEEN), FLOW], now=now())
    columns = store.columns()
    flows = {
        (columns.nodes[s], columns.nodes[t], columns.kinds[k].job, columns.evidences[e])
        for s, t, k, e in zip(columns.source, columns.target, columns.kind, columns.evidence, strict=True)
    }
    told = [f for f in store.facts() if isinstance(f.statement, Flow)]
    assert flows == {(f.statement.source, f.statement.target, f.statement.job, f.evidence) for f in told}
    assert len(flows) == 51
    assert list(columns.nodes) == sorted(columns.nodes)


def test_all_that_is_known_is_the_columns_and_the_rest_by_kind(store):
    party = Fact(Party("p"), SEEN)
    store.record("s", "test", [FLOW, FIELD, party], now=now())
    known = store.known()
    assert {kind: list(facts) for kind, facts in known.others.items()} == {Party: [party]}
    assert list(known.others[Party]) == [party], "they may be looked through again"
    assert list(known.columns.nodes) == list(store.columns().nodes)
    assert known.columns.first.tolist() == [0, 1]


def test_what_is_known_now_is_all_that_was_recorded_whatever_the_clock_says(store):
    store.record("s", "test", [FLOW, Fact(Party("p"), SEEN)], now=now() + timedelta(hours=1))
    known = store.known()
    assert len(known.columns.source) == len(list(known.others[Party])) == 1


def test_only_a_complete_reading_retires(store):
    store.record("s", "test", [FLOW, FIELD], now=now())
    store.record("s", "test", [FIELD], now=now())
    assert set(store.facts()) == {FLOW, FIELD}
    store.record("s", "test", [FIELD, ScopeComplete("shop")], now=now())
    assert set(store.facts()) == {FLOW, FIELD}
    store.record("s", "test", [FIELD, ScopeComplete(unread=("etl",))], now=now())
    assert set(store.facts()) == {FLOW, FIELD}
    run = store.record("s", "test", [FIELD, ScopeComplete()], now=now())
    assert run.retired == 1
    assert set(store.facts()) == {FIELD}


def test_one_source_does_not_retire_anothers(store):
    store.record("s", "test", [FIELD], now=now())
    store.record("other", "test", [FIELD], now=now())
    store.record("s", "test", [ScopeComplete()], now=now())
    assert set(store.facts()) == {FIELD}


def test_what_is_gone_was_known_before(store):
    store.record("s", "test", [FIELD, ScopeComplete()], now=now())
    moment = now()
    store.record("s", "test", [ScopeComplete()], now=now())
    assert list(store.facts()) == []
    assert list(store.facts(known_at=moment)) == [FIELD]
    assert list(store.facts(known_at=moment - timedelta(days=1))) == []


def test_the_day_chooses_what_held(store):
    attested = Evidence("manual", "w.yaml", 1, Method.ATTESTED)
    ended = Evidence("manual", "w.yaml", 2, Method.ATTESTED, since=date(2025, 1, 1), until=date(2025, 6, 30))
    ever, then = Fact(Party("ever"), attested), Fact(Party("then"), ended)
    dated = Fact(Party("dated"), Evidence("events", "e", time=datetime(2025, 3, 1, tzinfo=UTC)))
    store.record("s", "test", [ever, then, dated, FIELD], now=now())
    assert set(store.facts(day=date(2024, 12, 31))) == {ever}
    assert set(store.facts(day=date(2025, 1, 1))) == {ever, then}
    assert set(store.facts(day=date(2025, 6, 30))) == {ever, then, dated}
    assert set(store.facts(day=date(2025, 7, 1))) == {ever, dated}
    assert set(store.facts()) == {ever, dated, FIELD}


def test_gaps_are_those_of_the_last_run(store):
    gap = Fact(Gap("shop/t", "permission denied"), SEEN)
    assert store.record("s", "test", [gap], now=now()).gaps == 1
    store.record("s", "test", [FIELD], now=now())
    assert set(store.facts()) == {FIELD}


def test_a_gap_speaks_for_no_day(store):
    gap = Fact(Gap("shop/t", "permission denied"), SEEN)
    store.record("s", "test", [gap], now=now())
    assert set(store.facts(day=date(2020, 1, 1))) == {gap}
    store.record("s", "test", [FIELD], now=now())
    assert set(store.facts(day=date(2020, 1, 1))) == set()


def test_a_reading_that_fails_leaves_the_last_whole_run(store):
    store.record("s", "test", [FIELD], now=now())

    def broken():
        yield FLOW
        raise RuntimeError("the scanner broke")

    with pytest.raises(RuntimeError):
        store.record("s", "test", broken(), now=now())
    assert set(store.facts()) == {FIELD}
    assert len(store.runs()) == 1


def test_statements_of_chosen_kinds_are_those_among_all(store):
    facts = [FLOW, FIELD, Fact(Gap("shop", "away"), SEEN), Fact(Party("us"), SEEN)]
    store.record("shop", "database", facts, now=now())
    assert {type(f.statement) for f in store.statements(Classification, Gap)} == {Classification, Gap}
    assert list(store.statements(Gap)) == [f for f in store.statements() if isinstance(f.statement, Gap)]


def test_runs_are_told_with_all_that_was_said_of_them(store):
    first = store.record("s", "database", [FIELD, ScopeComplete()], now=now(), digest="d1")
    other = store.record("o", "sql", [FLOW], now=now())
    last = store.record("s", "database", [ScopeComplete()], now=now(), digest="d2")
    assert store.runs() == (first, other, last)
    assert [store.last_run(name) for name in ("s", "o", "x")] == [last, other, None]
    assert (last.seen, last.added, last.retired, last.gaps) == (0, 0, 1, 0)


def test_facts_come_in_one_order_whoever_wrote_them(store):
    facts = [FLOW, FIELD, Fact(Gap("shop", "away"), SEEN), Fact(Party("us"), SEEN), Fact(Party("ad"), SEEN)]
    store.record("s", "test", reversed(facts), now=now())
    assert list(store.facts()) == [facts[1], FLOW, facts[2], facts[4], facts[3]]


def test_what_was_gone_and_came_back_has_two_intervals(store):
    moments = []
    for readings in ([FIELD, FLOW], [], [FLOW]):
        store.record("s", "test", [*readings, ScopeComplete()], now=now())
        moments.append(now())
    assert [set(store.facts(known_at=m)) for m in moments] == [{FIELD, FLOW}, set(), {FLOW}]


HOSTILE = (
    "'; MATCH (n) DETACH DELETE n //", '"', "`", "\\", "\x00", "a\x00b", "\u202e", "_x0041_", "😀", "行", "{", "$",
    "MATCH", "null", " ", "\n", "x" * 40_000, "y" * 9_000 + "1", "y" * 9_000 + "2", "…",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_come_back_as_they_were(store, name):
    node = FieldId(name, name, name)
    evidence = Evidence(name, name, 1, by=name, note=name)
    facts = {
        Fact(Flow(node, B, function=name, job=name, trigger=name), evidence),
        Fact(Flow(B, node.dataset, consent=name), evidence),
        Fact(Classification(node, name, name, rules=(name,)), evidence),
        Fact(Party(name, name, aliases=(name,), wording=((name, name),)), evidence),
        Fact(Gap(name, name), evidence),
    }
    run = store.record(name, name, facts, now=now())
    assert set(store.facts()) == facts
    assert store.runs() == (run,)
    assert store.last_run(name) == run


def test_a_store_copied_into_another_answers_alike_for_every_day_and_moment(store, tmp_path):
    copy, back = (SqliteStore(tmp_path / name) for name in ("copy.db", "back.db"))
    history(store)
    assert sync(store, copy) == len(store.runs()) == 5
    assert sync(store, copy) == 0
    assert sync(copy, back) == 5
    for other in (copy, back):
        assert other.runs() == store.runs()
        assert answers(other, store) == answers(store, store)
    store.record("s", "test", [FIELD], now=now())
    assert sync(store, copy) == 1
    copy.record("s", "test", [FLOW], now=now())
    with pytest.raises(InvalidInput, match="a run of its own"):
        sync(copy, back) and sync(store, copy)
    copy.close()
    back.close()


def test_a_copy_into_this_store_answers_alike(store, tmp_path):
    original = SqliteStore(tmp_path / "original.db")
    history(original)
    assert sync(original, store) == 5
    assert store.runs() == original.runs()
    assert answers(store, original) == answers(original, original)
    assert sync(original, store) == 0
    run = store.record("s", "test", [FIELD], now=now())
    assert run.id == 6
    original.close()


def test_a_copy_that_was_cut_short_goes_on_where_it_was(store, tmp_path):
    original = SqliteStore(tmp_path / "original.db")
    history(original)

    def cut(run, done, all):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync(original, store, cut)
    assert len(store.runs()) == 2
    assert sync(original, store) == 3
    assert answers(store, original) == answers(original, original)
    original.close()


def history(store):
    """Five runs of two sources: a thing seen twice, gone, come back, taken back, and a gap."""
    attested = Fact(Party("us"), Evidence("manual", "w.yaml", 1, Method.ATTESTED, until=date(2030, 1, 1)))
    gap = Fact(Gap("shop/t", "denied"), SEEN)
    store.record("s", "test", [FIELD, FLOW, attested, ScopeComplete()], now=now(), digest="1")
    store.record("o", "test", [FIELD, gap], now=now())
    store.record("s", "test", [FLOW, ScopeComplete()], now=now())
    store.record("o", "test", [attested], now=now(), digest="2")
    store.record("s", "test", [FIELD, ScopeComplete("shop")], now=now())


def answers(store, timed):
    """All facts on days of interest by what was known after each run of `timed`."""
    moments = [run.finished for run in timed.runs()]
    days = [moments[0].date() - timedelta(days=1), moments[0].date(), date(2030, 1, 2)]
    return {(day, m): list(store.facts(day=day, known_at=m)) for day in days for m in (None, *moments)}
