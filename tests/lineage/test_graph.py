"""The graph is a fold over facts: their order, their repetition and where they are kept change nothing."""

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.graph import LineageGraph
from lineage.model import Batch, Classification, Evidence, Fact, Field, FieldId, Flow, Method, Symlink
from lineage.stores.sqlite import SqliteStore
from tests.lineage.plain_fold import folded
from tests.lineage.worlds import worlds

A, B, C = (FieldId("pg://db.example", "t", name) for name in "abc")
ELSEWHERE = FieldId("hive://m.example", "t")
SAID = Evidence("test", "world", 1)
NOW = datetime(2026, 6, 15, tzinfo=UTC)


def graph_of(*statements):
    return LineageGraph.from_facts(Fact(s, SAID) for s in statements)


def content(graph):
    """Everything a graph says, as plain values."""
    flows = [(graph.flow(i), graph.evidence_of_flow(i)) for i in range(graph.flows)]
    return list(graph.nodes), flows, graph.world.said, graph.world.conflicts


@settings(max_examples=60, deadline=None)
@given(worlds, st.randoms())
def test_order_and_repetition_of_facts_change_nothing(facts, random):
    again = [*facts, *facts[:4]]
    random.shuffle(again)
    assert content(LineageGraph.from_facts(again)) == content(LineageGraph.from_facts(facts))


names = st.builds(
    FieldId, st.sampled_from(["pg://a", "s3://b"]), st.sampled_from("tu'"), st.sampled_from(["p", "q", ""])
)
flows = st.builds(
    Flow, names, names, st.sampled_from(["DIRECT", "DIRECT", "INDIRECT"]), job=st.sampled_from(["j", "k", None])
)
described = st.builds(
    Field, names, st.sampled_from([None, "int"]), st.sampled_from([None, "one", "two"]), position=st.integers(1, 2)
)
categories = st.sampled_from([None, "user.name", "user.behavior"])
classified = st.builds(
    Classification, names, categories, not_personal=st.sampled_from([None, None, "no"]), replaces=categories
)
aliases = st.builds(Symlink, names.map(lambda n: n.dataset), names.map(lambda n: n.dataset))
places = st.builds(
    Evidence, st.sampled_from("ab"), st.sampled_from(["x", 'y"', "y'"]), st.sampled_from([None, 1, 2, 10]),
    st.sampled_from(Method),
)  # fmt: skip
said = st.lists(st.builds(Fact, st.one_of(flows, flows, described, classified, aliases), places), max_size=14)


@settings(max_examples=600, deadline=None)
@given(said)
def test_the_columns_fold_as_the_plain_way_does(facts):
    graph = LineageGraph.from_facts(facts)
    assert (*content(graph), dict(graph.world.fields), dict(graph.world.classifications)) == folded(facts)
    assert set(graph.flow_kind.tolist()) == set(range(len(graph.kinds)))
    for i, node in enumerate(graph.nodes):
        assert graph.index[node] == i
        assert [*graph.fields_of.get(node, ())] == [
            k for k, other in enumerate(graph.nodes) if node.is_dataset and other.field and other.dataset == node
        ]
        for statement in (*graph.world.said,):
            assert graph.world.evidence(statement) == graph.world.said[statement]


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_the_graph_of_a_store_is_the_fold_of_its_facts(facts):
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "facts.db")
        store.record("test", "test", facts, now=NOW)
        assert content(LineageGraph.from_store(store)) == content(LineageGraph.from_facts(facts))
        assert content(LineageGraph.from_facts(store.facts())) == content(LineageGraph.from_facts(facts))
        store.close()


def test_an_entry_holds_from_its_first_day_to_its_last(tmp_path):
    said = Evidence("test", "w", 1, Method.ATTESTED, since=date(2026, 2, 1), until=date(2026, 2, 28))
    store = SqliteStore(tmp_path / "facts.db")
    store.record("manual", "manual", [Fact(Flow(A, B), said)], now=NOW)
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)]
    assert [LineageGraph.from_store(store, day).flows for day in days] == [0, 1, 1, 0]


def test_a_batch_is_as_many_flows(tmp_path):
    store = SqliteStore(tmp_path / "facts.db")
    store.record("test", "test", [Batch([A, B], [B, C], Flow(A, A, job="j"), SAID)], now=NOW)
    graph = LineageGraph.from_store(store)
    assert [graph.flow(i) for i in range(graph.flows)] == [Flow(A, B, job="j"), Flow(B, C, job="j")]


def test_what_differs_about_two_fields_is_two_flows_and_what_is_the_same_is_one():
    masked = Flow(A, B, function="sha256", masking=True)
    graph = LineageGraph.from_facts(
        [Fact(Flow(A, B), SAID), Fact(masked, SAID), Fact(masked, Evidence("test", "other"))]
    )
    told = {graph.flow(i): len(graph.evidence_of_flow(i)) for i in range(graph.flows)}
    assert told == {Flow(A, B): 1, masked: 2}


def test_a_whole_dataset_gives_way_to_the_columns_of_the_same_job():
    coarse, fine = Flow(A.dataset, ELSEWHERE, job="j"), Flow(A, FieldId(*_parts(ELSEWHERE), "a"), job="j")
    indirect = Flow(A.dataset, ELSEWHERE, "INDIRECT", "FILTER", job="j")
    assert _flows(graph_of(coarse, fine, indirect)) == {fine, indirect}
    other_job = Flow(A.dataset, ELSEWHERE, job="k"), Flow(A.dataset, ELSEWHERE)
    assert _flows(graph_of(fine, *other_job)) == {fine, *other_job}


def test_other_names_of_a_dataset_are_followed_in_flows():
    alias = FieldId(*_parts(ELSEWHERE), "a")
    assert _flows(graph_of(Symlink(ELSEWHERE, A.dataset), Flow(alias, B))) == {Flow(A, B)}


@settings(max_examples=50, deadline=None)
@given(worlds)
def test_rows_list_every_flow_of_a_node_once_in_order_of_the_other_end(facts):
    graph = LineageGraph.from_facts(facts)
    for rows, here, there in (
        (graph.outward, graph.flow_source, graph.flow_target),
        (graph.inward, graph.flow_target, graph.flow_source),
    ):
        for node in range(len(graph.nodes)):
            part = slice(rows.first[node], rows.first[node + 1])
            assert set(rows.flow[part].tolist()) == set(np.flatnonzero(here == node).tolist())
            assert rows.end[part].tolist() == sorted(there[rows.flow[part]].tolist())


def _parts(node):
    return node.namespace, node.name


def _flows(graph):
    return {graph.flow(i) for i in range(graph.flows)}
