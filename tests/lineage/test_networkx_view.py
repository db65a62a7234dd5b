"""The networkx view answers as a graph that networkx built for itself would, and cannot be changed."""

import copy
import doctest
import itertools
import pickle
import tracemalloc
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.graph import LineageGraph
from lineage.model import Evidence, Fact, Field, FieldId, Flow

NODES = [FieldId("pg://db.example", name, field) for name in ("t", "u") for field in ("p", "q", "")]
KINDS = [{}, {"function": "sha256", "masking": True}, {"type": "INDIRECT", "subtype": "JOIN", "consent": "ads"}]
flows = st.lists(st.builds(lambda a, b, k: Flow(a, b, **k), *map(st.sampled_from, (NODES, NODES, KINDS))), max_size=10)
SAID = Evidence("sql", "etl/users.sql", 14)


def graph_of(flows):
    alone = [Fact(Field(node), SAID) for node in NODES[:2]]
    return LineageGraph.from_facts([*alone, *(Fact(flow, SAID) for flow in flows)])


def real(graph, kind):
    """The graph that networkx builds for itself when it is told every flow."""
    built = kind()
    built.add_nodes_from((node, {"ref": graph.ref(i)}) for i, node in enumerate(graph.nodes))
    together = {}
    for i in range(graph.flows):
        flow = graph.flow(i)
        told = {
            "flow": i, "type": flow.type, "subtype": flow.subtype, "function": flow.function, "masking": flow.masking,
            "data_use": flow.data_use, "consent": flow.consent, "encrypted_in_transit": flow.encrypted_in_transit,
            "evidence": ("etl/users.sql:14",),
        }  # fmt: skip
        together.setdefault((flow.source, flow.target), []).append(told)
        if kind is nx.MultiDiGraph:
            built.add_edge(flow.source, flow.target, key=i, **told)
    if kind is nx.DiGraph:
        built.add_edges_from((a, b, {"flows": tuple(told)}) for (a, b), told in together.items())
    return built


VIEWS = [(LineageGraph.as_networkx, nx.MultiDiGraph), (LineageGraph.as_networkx_digraph, nx.DiGraph)]


def holds_for_both_views(law):
    """On many small graphs, of the multigraph and the simple one."""

    @pytest.mark.parametrize(("shown", "kind"), VIEWS, ids=["multigraph", "digraph"])
    def test(shown, kind):
        @settings(max_examples=80, deadline=None)
        @given(flows)
        def on(flows):
            graph = graph_of(flows)
            law(shown(graph), real(graph, kind))

        on()

    return test


@holds_for_both_views
def test_it_is_the_same_graph(view, truth):
    assert type(view) is type(truth)
    assert nx.utils.graphs_equal(view, truth)
    assert list(view.edges(data=True)) == list(truth.edges(data=True))
    assert (view.order(), view.size()) == (truth.order(), truth.size())
    assert dict(view.degree()) == dict(truth.degree())
    for node in truth:
        assert node in view
        assert view.nodes[node] == truth.nodes[node]
        assert dict(view.pred[node]) == dict(truth.pred[node])
        assert list(view.in_edges(node)) == list(truth.in_edges(node))
    assert FieldId("pg://db.example", "elsewhere", "p") not in view


@holds_for_both_views
def test_algorithms_find_the_same_in_it(view, truth):
    for node in truth:
        assert nx.descendants(view, node) == nx.descendants(truth, node)
        assert nx.ancestors(view, node) == nx.ancestors(truth, node)
        assert nx.single_source_shortest_path(view, node) == nx.single_source_shortest_path(truth, node)
        assert nx.single_source_dijkstra_path_length(view, node) == nx.single_source_dijkstra_path_length(truth, node)
    for one, other in [(NODES[0], NODES[1]), (NODES[1], NODES[0])]:
        assert list(nx.all_simple_paths(view, one, other)) == list(nx.all_simple_paths(truth, one, other))
        assert nx.has_path(view, one, other) == nx.has_path(truth, one, other)
    assert list(nx.weakly_connected_components(view)) == list(nx.weakly_connected_components(truth))
    assert list(nx.strongly_connected_components(view)) == list(nx.strongly_connected_components(truth))
    assert nx.degree_centrality(view) == nx.degree_centrality(truth)
    assert nx.betweenness_centrality(view) == nx.betweenness_centrality(truth)
    assert sorted(nx.simple_cycles(view)) == sorted(nx.simple_cycles(truth))
    assert nx.is_directed_acyclic_graph(view) == nx.is_directed_acyclic_graph(truth)
    if nx.is_directed_acyclic_graph(truth):
        assert list(nx.topological_sort(view)) == list(nx.topological_sort(truth))
        assert list(nx.topological_generations(view)) == list(nx.topological_generations(truth))
    assert nx.is_isomorphic(view, truth)


@holds_for_both_views
def test_ways_cuts_and_orders_are_the_same_in_it(view, truth):
    same = [
        lambda graph, a: list(nx.bfs_edges(graph, a)), lambda graph, a: list(nx.dfs_edges(graph, a)),
        lambda graph, a: nx.immediate_dominators(graph, a), lambda graph, a: nx.closeness_centrality(graph),
        lambda graph, a: set(nx.transitive_closure(graph).edges()), lambda graph, a: list(nx.find_cycle(graph, a)),
        lambda graph, a: nx.dag_longest_path(graph), lambda graph, a: nx.reciprocity(nx.DiGraph(graph)),
        lambda graph, a: sorted(nx.attracting_components(graph), key=repr),
        lambda graph, a: nx.node_connectivity(graph), lambda graph, a: nx.lowest_common_ancestor(graph, a, NODES[1]),
        *(lambda graph, a, b=b: list(nx.all_shortest_paths(graph, a, b)) for b in NODES[1:4]),
        *(lambda graph, a, b=b: nx.minimum_edge_cut(nx.DiGraph(graph), a, b) for b in NODES[1:4]),
    ]  # fmt: skip
    for number, asked in enumerate(same):
        assert _answer(asked, view) == _answer(asked, truth), number


def _answer(asked, graph):
    """What an algorithm answers, or the error it raises (no path, no cycle, not made for multigraphs)."""
    try:
        return asked(graph, NODES[0])
    except (nx.NetworkXException, NotImplementedError) as problem:
        return type(problem), str(problem)


def test_a_view_takes_no_memory_however_large_the_graph():
    many = [FieldId("pg://db.example", f"t{i}", "p") for i in range(5000)]
    graph = graph_of([Flow(a, b) for a, b in itertools.pairwise(many)])
    assert nx.number_of_edges(graph.as_networkx()) == 4999  # what the graph itself works out once is there
    tracemalloc.start()
    views = [graph.as_networkx(), graph.as_networkx_digraph()]
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [view.order() for view in views] == [5002, 5002]
    assert taken < 100_000


@holds_for_both_views
def test_graphs_made_of_it_are_the_same(view, truth):
    equal = nx.utils.graphs_equal
    assert equal(view.subgraph(NODES[:3]), truth.subgraph(NODES[:3]))
    assert equal(view.edge_subgraph(list(view.edges)[:2]), truth.edge_subgraph(list(truth.edges)[:2]))
    assert equal(view.reverse(), truth.reverse())
    assert equal(view.reverse(copy=False), truth.reverse(copy=False))
    assert equal(view.to_undirected(), truth.to_undirected())
    assert equal(nx.condensation(view), nx.condensation(truth))
    assert equal(nx.DiGraph(view), nx.DiGraph(truth))


@pytest.mark.parametrize(("shown", "kind"), VIEWS, ids=["multigraph", "digraph"])
def test_nothing_changes_it(shown, kind):
    a, b = NODES[0], NODES[1]
    graph = graph_of([Flow(a, b)])
    view = shown(graph)
    changes = [
        lambda: view.add_node("x"), lambda: view.add_nodes_from("x"), lambda: view.add_edge(a, b),
        lambda: view.add_edges_from([(b, a)]), lambda: view.add_weighted_edges_from([(b, a, 1)]),
        lambda: view.remove_node(a), lambda: view.remove_nodes_from([a]), lambda: view.remove_edge(a, b),
        lambda: view.remove_edges_from([(a, b)]), lambda: view.update(edges=[(b, a)]), view.clear, view.clear_edges,
        lambda: nx.add_path(view, [b, a]), lambda: nx.set_node_attributes(view, 1, "seen"),
        lambda: view.nodes[a].__setitem__("seen", 1), lambda: view._adj[a].__delitem__(b),
        lambda: next(iter(view.edges(data=True)))[2].__setitem__("masking", True),
    ]  # fmt: skip
    for change in changes:
        with pytest.raises(nx.NetworkXError):
            change()
    assert nx.utils.graphs_equal(view, real(graph, kind))


@pytest.mark.parametrize("shown", [shown for shown, _ in VIEWS], ids=["multigraph", "digraph"])
def test_a_copy_is_an_ordinary_graph_and_leaves_the_view_alone(shown):
    a, b = NODES[0], NODES[1]
    view = shown(graph_of([Flow(a, b)]))
    for mine in (view.copy(), type(view)(view)):
        assert nx.utils.graphs_equal(mine, view)
        mine.add_edge(b, a)
        mine.nodes[a]["seen"] = True
    assert not view.has_edge(b, a)


@pytest.mark.parametrize("shown", [shown for shown, _ in VIEWS], ids=["multigraph", "digraph"])
def test_deepcopied_or_pickled_it_is_still_a_view(shown):
    view = shown(graph_of([Flow(NODES[0], NODES[1])]))
    for again in (copy.deepcopy(view), pickle.loads(pickle.dumps(view))):
        assert nx.utils.graphs_equal(again, view)
        assert nx.is_frozen(again)
    assert copy.deepcopy(view)._adj is view._adj


def test_parallel_flows_stay_apart_and_tell_their_evidence():
    plain = Flow(NODES[0], NODES[1], data_use="essential")
    hashed = replace(plain, function="sha256", masking=True)
    view = graph_of([plain, hashed]).as_networkx()
    assert sorted(data["function"] or "" for _, _, data in view.edges(data=True)) == ["", "sha256"]
    assert {data["evidence"] for *_, data in view.edges(data=True)} == {("etl/users.sql:14",)}


def test_the_worked_examples_of_the_docs_come_out_as_printed():
    page = Path(__file__).parents[2] / "docs" / "networkx.md"
    failed, tried = doctest.testfile(str(page), module_relative=False)
    assert tried
    assert not failed
