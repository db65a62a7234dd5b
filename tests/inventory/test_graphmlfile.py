"""GraphML from strangers: read as texts, or refused."""

import pytest

from inventory import graphmlfile
from lineage.errors import InvalidInput

HEAD = (
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="d0" for="node" attr.name="name"/>'
    '<graph edgedefault="directed">'
)
TAIL = "</graph></graphml>"


def read(tmp_path, text):
    path = tmp_path / "g.graphml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return graphmlfile.read(path)


def test_nodes_and_edges_have_their_own_texts_and_the_graph_has_others(tmp_path):
    body = (
        '<node id="a"><data key="d0">_x0000_ &lt;</data><data key="unknown">x</data></node><node id="b"/>'
        '<edge source="a" target="b"><data key="d0">e</data></edge><data key="d0">of the graph</data>'
    )
    graph = read(tmp_path, HEAD + body + TAIL)
    assert graph.nodes == {"a": {"name": "\x00 <"}, "b": {}}
    assert graph.edges == [("a", "b", {"name": "e"})]


BOMB = (
    '<!DOCTYPE g [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB + HEAD + '<node id="&c;"/>' + TAIL, "document type"),
        ('<!DOCTYPE g SYSTEM "file:///etc/passwd">' + HEAD + TAIL, "document type"),
        ("Jane Doe", "not well-formed XML"),
        (HEAD, "not well-formed XML"),
        (HEAD + "&undefined;" + TAIL, "not well-formed XML"),
        (b'<?xml version="1.0" encoding="utf-7"?><g/>', "not (well-formed|readable as) XML"),
        ("<html/>", "no directed GraphML graph"),
        (HEAD.replace("directed", "undirected") + TAIL, "not directed"),
        (HEAD + '<graph edgedefault="directed"/>' + TAIL, "more than one graph"),
        (HEAD + '<node id="a"/><node id="a"/>' + TAIL, "a node twice"),
        (HEAD + "<a>" * 100_000, "nested deeper"),
    ],
)
def test_what_is_no_plain_graph_is_refused_without_being_quoted(tmp_path, text, message):
    with pytest.raises(InvalidInput, match=message) as refused:
        read(tmp_path, text)
    assert "Jane" not in str(refused.value)
