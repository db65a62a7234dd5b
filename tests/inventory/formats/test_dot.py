"""DOT that Graphviz reads; what it shows is tested in drawing/test_picture.py."""

import re

from inventory.drawing import engine
from inventory.formats import dot
from tests.exports import NASTY, shop, written


def test_graphviz_reads_it_whatever_things_are_called_and_node_names_are_our_own():
    facts = [fact for name in NASTY for fact in shop(name, party=name)]
    source = written(dot, facts)
    ends = {end for pair in re.findall(r"^\s*(\S+) -> (\S+) \[", source, re.M) for end in pair}
    assert all(re.fullmatch(r"[nc]\d+", end) for end in ends)
    assert len(ends) == 4 * len(NASTY)
    assert "=<" not in re.sub(r'"(\\.|[^"\\])*"', "", source)
    assert engine.svg(source).count('class="edge"') == 3 * len(NASTY)


def test_nothing_known_is_a_drawing_too():
    assert "Shares: 0 authorised" in written(dot, [])
