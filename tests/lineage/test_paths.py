"""Where a field comes from and goes, and by which ways this reaches that: as networkx has it, and as labels allow."""

from collections import deque
from itertools import islice

import networkx as nx
import pytest
from hypothesis import given, settings

from lineage import paths
from lineage.graph import LineageGraph
from lineage.model import Classification, Evidence, Fact, FieldId, Flow, Party, System
from lineage.paths import Ways
from tests.lineage.worlds import judged, worlds

EMAIL, COPY, NAME = (FieldId("sharemap://crm", t, f) for t, f in [("users", "email"), ("copy", "e"), ("users", "name")])
AT_AD = FieldId("sharemap://adapi", "in", "email")
SHOP = judged(
    Fact(said, Evidence("test", "world", line))
    for line, said in enumerate(
        (
            Party("us", own=True, country="DE"), System("crm", operator="us", country="DE"),
            Classification(EMAIL, "user.contact.email", "customer"), Classification(NAME, "user.name", "customer"),
            Flow(EMAIL, COPY), Flow(COPY, AT_AD), Flow(NAME, COPY, "INDIRECT", "JOIN"), Flow(COPY, EMAIL),
        ),
        1,
    )
)  # fmt: skip
in_worlds = settings(max_examples=60, deadline=None)


def at(node):
    return SHOP.graph.index[node]


def names(way):
    return [SHOP.graph.nodes[leg.target].field for leg in way]


def places(journey):
    """Place -> how far it is opened or shown, of a journey."""
    found, waiting = {}, deque([(journey.tree, 0)])
    while waiting:
        branch, far = waiting.popleft()
        if not branch.again:
            assert branch.node not in found or branch.cut, "a place is opened once"
            found.setdefault(branch.node, far)
        waiting += [(inner, far + 1) for inner in branch.onward]
    return found


def test_a_journey_opens_every_place_once_and_says_where_it_is_elsewhere():
    tree = Ways.of(SHOP.graph).journey(at(EMAIL)).tree
    (copy,) = tree.onward
    assert [(SHOP.graph.ref(b.node), b.again) for b in copy.onward] == [
        ("sharemap://adapi:in#email", False),
        ("crm:users#email", True),
    ]
    (cut,) = Ways.of(SHOP.graph).journey(at(EMAIL), depth=1).tree.onward
    assert cut.cut


def test_what_only_decides_on_rows_is_shown_when_asked_for():
    sources = [
        [SHOP.graph.nodes[leg.source] for leg in Ways.of(SHOP.graph, indirect).neighbours(at(COPY), up=True)]
        for indirect in (False, True)
    ]
    assert sources == [[EMAIL], [EMAIL, NAME]]


def test_only_what_carries_a_category_is_a_way_of_it():
    assert Ways.of(SHOP.graph, True).shortest([at(NAME)], [at(AT_AD)])
    assert not Ways.carrying(SHOP.labels, "user.name").shortest([at(NAME)], [at(AT_AD)])
    assert Ways.carrying(SHOP.labels, "user.contact").shortest([at(EMAIL)], [at(AT_AD)])


def fields_only(facts):
    """A graph without whole datasets: they stand for their fields here, and are nodes of their own in networkx."""
    between_fields = (f for f in facts if isinstance(f.statement, Flow) and f.statement.source.field)
    graph = LineageGraph.from_facts(f for f in between_fields if f.statement.target.field)
    return graph, graph.as_networkx_digraph(), Ways.of(graph, indirect=True)


def passed(ways, start):
    return sorted({(start, *(leg.target for leg in way)) for way in ways})


@in_worlds
@given(worlds)
def test_ways_are_those_of_networkx(facts):
    graph, view, ways = fields_only(facts)
    for a, one in enumerate(graph.nodes):
        for b, other in enumerate(graph.nodes):
            if a == b:
                continue
            short = list(nx.all_shortest_paths(view, one, other)) if nx.has_path(view, one, other) else []
            assert passed(ways.shortest([a], [b], 1000), a) == sorted(tuple(map(graph.index.get, way)) for way in short)
            every = ways.further([a], [b], 1000)
            assert passed(every, a) == sorted(
                tuple(map(graph.index.get, way)) for way in nx.all_simple_paths(view, one, other)
            )
            assert [len(way) for way in every] == sorted(len(way) for way in every)
            assert ways.further([a], [b], 2) == every[:2]


@in_worlds
@given(worlds)
def test_ways_are_the_same_where_all_flows_are_looked_at_on_the_way_back(facts):
    graph, _, ways = fields_only(facts)
    with pytest.MonkeyPatch.context() as patch:
        for a in range(len(graph.nodes)):
            for b in range(len(graph.nodes)):
                few = ways.further([a], [b], 1000)
                patch.setattr(paths, "_FEW", -1)
                assert ways.further([a], [b], 1000) == few
                patch.undo()


@in_worlds
@given(worlds)
def test_how_far_places_are_is_what_networkx_says_at_every_depth(facts):
    graph, view, ways = fields_only(facts)
    for start, node in enumerate(graph.nodes):
        for up, around in ((False, view), (True, view.reverse(copy=True))):
            for depth in (1, 2, 9):
                far = {graph.index[n]: d for n, d in nx.single_source_shortest_path_length(around, node, depth).items()}
                steps = ways.distances(start, up=up, depth=depth)
                assert {i: int(d) for i, d in enumerate(steps) if d >= 0} == far
                assert places(ways.journey(start, up=up, depth=depth)) == far


@in_worlds
@given(worlds)
def test_a_short_journey_says_how_many_places_it_does_not_open(facts):
    graph = judged(facts).graph
    ways = Ways.of(graph, indirect=True)
    for start in range(len(graph.nodes)):
        whole, short = ways.journey(start), ways.journey(start, most=2)
        opened = {n for n, far in places(whole).items() if far < 20}
        shown = sum(not b.cut and not b.again for b in _branches(short.tree))
        assert shown + short.unopened == len(opened)


def _branches(tree):
    yield tree
    for inner in tree.onward:
        yield from _branches(inner)


@in_worlds
@given(worlds)
def test_arrays_lead_where_one_step_after_another_leads(facts):
    """Also where whole datasets stand for their fields."""
    judgement = judged(facts)
    for ways in (Ways.of(judgement.graph), Ways.carrying(judgement.labels, "user")):
        for start in range(len(judgement.graph.nodes)):
            for up in (False, True):
                far, level = {start: 0}, [start]
                while level:
                    legs = (leg for node in level for leg in ways.neighbours(node, up=up))
                    ends = {leg.source if up else leg.target for leg in legs} - far.keys()
                    far |= dict.fromkeys(ends, far[level[0]] + 1)
                    level = sorted(ends)
                steps = ways.distances(start, up=up)
                assert {i: int(d) for i, d in enumerate(steps) if d >= 0} == far
                if not up and not ways.carried:
                    for end, length in far.items():
                        if length:
                            assert len(ways.shortest([start], [end], 1)[0]) == length


@in_worlds
@given(worlds)
def test_every_way_that_carries_really_brings_the_category_to_its_end(facts):
    judgement = judged(facts)
    ways, graph = Ways.carrying(judgement.labels, "user"), judgement.graph
    for share in judgement.shares:
        if share.flow < 0:
            continue
        starts = {node for node, label in judgement.labels.origins if label.data_category == share.data_category}
        end = int(graph.flow_target[share.flow])
        found = list(islice(Ways.carrying(judgement.labels, share.data_category)._in_order(starts, [end]), 1))
        assert found or end in starts or not starts, "what is shared came from where it starts"
    for start in range(len(graph.nodes)):
        for end in range(len(graph.nodes)):
            for way in ways.shortest([start], [end], 3) if start != end else ():
                assert judgement.labels.rows(end), way
