"""The map of systems as DOT."""

from inventory.formats import dot_systems
from tests.exports import shop, written


def test_it_is_one_directed_graph_that_says_it_is_an_aggregate():
    text = written(dot_systems, shop())
    assert text.startswith("digraph systems {")
    assert "AGGREGATE of systems" in text
