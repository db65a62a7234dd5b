"""A report as a labelled graph: every fact is in it once, and every relationship ends somewhere."""

from hypothesis import given, settings

from inventory.labelled import labelled
from lineage.model import Evidence, Fact, FieldId, Flow
from tests.exports import SAID, report, shop, worlds


@settings(deadline=None, max_examples=50)
@given(worlds)
def test_every_fact_is_there_once_and_nothing_hangs_in_the_air(facts):
    graph = labelled(report(facts))
    flows = sum(isinstance(fact.statement, Flow) for fact in facts)
    told = sum(len(nodes) for labels, nodes in graph.nodes.items() if labels[0] == "Fact")
    assert (sum(len(e) for ends, e in graph.edges.items() if ends[0] == "FLOWS_TO"), told) == (
        flows,
        len(facts) - flows,
    )
    known = {(labels[0], key) for labels, nodes in graph.nodes.items() for key in nodes}
    for (_, start, end), edges in graph.edges.items():
        assert {place for a, b, _ in edges for place in ((start, a), (end, b))} <= known


def test_a_fact_said_twice_in_one_place_is_one():
    assert labelled(report([*shop(), *shop()])) == labelled(report(shop()))


def test_two_places_that_say_the_same_are_two_facts():
    flow = Flow(FieldId("s3://a", "b", "c"), FieldId("s3://a", "b", "d"))
    graph = labelled(report([Fact(flow, SAID), Fact(flow, Evidence("sql", "etl/b.sql", 1))]))
    assert len(graph.edges["FLOWS_TO", "Data", "Data"]) == 2


def test_every_field_lies_in_its_dataset():
    graph = labelled(report(shop()))
    assert len(graph.edges["IN", "Data", "Data"]) == len(graph.nodes["Data", "Field"])
    assert {end for _, end, _ in graph.edges["IN", "Data", "Data"]} <= set(graph.nodes["Data", "Dataset"])
