"""GraphML that any reader of XML and networkx itself can read."""

import io
import random
from xml.etree import ElementTree

import networkx
import pytest
from hypothesis import given, settings

from inventory.formats import graphml
from inventory.graphmlfile import read
from lineage.graph import LineageGraph
from lineage.model import Fact, FieldId, Flow
from tests.exports import NASTY, SAID, shop, worlds, written


@settings(deadline=None)
@given(worlds)
def test_it_is_xml_with_every_node_and_every_parallel_flow_in_any_order_of_facts(facts):
    text = written(graphml, facts)
    root = ElementTree.fromstring(text)
    graph = LineageGraph.from_facts(facts)
    space = "{http://graphml.graphdrawing.org/xmlns}"
    assert len(list(root.iter(space + "node"))) == len(graph.nodes)
    assert len(list(root.iter(space + "edge"))) == graph.flows
    assert written(graphml, random.Random(1).sample(facts, len(facts))) == text


def test_networkx_reads_nodes_with_labels_and_flows_that_differ_only_in_masking():
    a, b = FieldId("sharemap://ours", "users", "email"), FieldId("sharemap://ours", "copy", "email")
    text = written(graphml, [*shop(), Fact(Flow(a, b, masking=True), SAID)])
    graph = networkx.read_graphml(io.BytesIO(text.encode()), force_multigraph=True)
    (node,) = (data for _, data in graph.nodes(data=True) if data["label"] == "ours:copy#email")
    assert (node["namespace"], node["name"], node["field"]) == ("sharemap://ours", "copy", "email")
    assert set(node["data_labels"].split("; ")) == {
        "user.contact.email (customer, raw)",
        "user.contact.email (customer, hashed)",
    }
    assert sorted(data["masking"] for _, _, data in graph.edges(data=True)) == ["false", "false", "true"]


@pytest.mark.parametrize("name", NASTY)
def test_nasty_names_come_back_from_the_file(tmp_path, name):
    path = tmp_path / "g.graphml"
    path.write_text(written(graphml, shop(name)), encoding="utf-8", newline="")
    texts = [texts["field"] for texts in read(path).nodes.values()]
    assert sorted(set(texts)) == sorted({name, "idle"})
