"""What a check derives as nodes and relationships: whole, each once, and the same for the same judgement."""

import random

from hypothesis import given, settings

from lineage.check_layer import CHECK, CheckLayer
from lineage.judgement import Judgement
from lineage.property_graph import data_key, unique
from tests.exports import checked, nasty_shops, report, shop, worlds


def layer(facts):
    told = checked(facts)
    return told, CheckLayer(told.judgement, told.findings)


def assert_whole(made):
    """Every relationship ends at nodes of the layer, and no node is there twice."""
    keys = [(node.labels[0], node.key) for node in made.nodes()]
    assert len(keys) == len(set(keys))
    for edge in made.edges():
        assert {edge.start, edge.end} <= set(keys), edge


def test_a_share_has_its_ends_its_parties_and_its_category():
    told, made = layer(shop())
    [share] = told.judgement.shares
    [node] = [node for node in made.nodes() if node.labels == ("Share",)]
    ends = {(edge.type, edge.end) for edge in made.edges() if edge.start == ("Share", node.key)}
    assert ends == {
        ("SOURCE", ("Data", data_key(share.source))),
        ("TARGET", ("Data", data_key(share.target))),
        ("SENDER", ("Party", "us")),
        ("RECIPIENT", ("Party", "ad")),
        ("OF", ("Category", "user.contact.email")),
    }
    assert node.properties["authorized"] is False


def test_the_witness_of_a_finding_is_its_path_step_by_step():
    told, made = layer(shop())
    [finding] = [f for f in told.findings if f.check == "unauthorized-share"]
    steps = [e for e in made.edges() if e.type == "WITNESS" and e.start == ("Finding", finding.fingerprint)]
    assert [e.properties["step"] for e in steps] == [1, 2, 3]
    refs = {data_key(node): told.judgement.world.ref(node) for node in told.judgement.graph.nodes}
    assert [refs[e.end[1]] for e in steps] == [hop.field for hop in finding.path]


def test_all_findings_hang_on_the_one_check():
    told, made = layer(shop())
    found = [edge.end[1] for edge in made.edges() if edge.type == "FOUND" and edge.start == CHECK]
    assert found == [finding.fingerprint for finding in told.findings]
    assert unique("Finding") == "fingerprint"


def test_nasty_names_stay_whole():
    assert_whole(layer(list(nasty_shops()))[1])


@settings(deadline=None, max_examples=50)
@given(worlds)
def test_every_relationship_ends_at_nodes_that_are_there(facts):
    judgement: Judgement = report(facts).judgement
    assert_whole(CheckLayer(judgement, ()))


@settings(deadline=None, max_examples=20)
@given(worlds)
def test_the_order_of_facts_changes_nothing(facts):
    one, other = (
        CheckLayer(report(some).judgement, ()) for some in (facts, random.Random(1).sample(facts, len(facts)))
    )
    assert list(one.nodes()) == list(other.nodes())
    assert list(one.edges()) == list(other.edges())
