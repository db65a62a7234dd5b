"""Everything that arrived is walked back, flow by flow, to where it started."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings

from lineage.carry import Code, carries
from lineage.propagate import Label
from lineage.ways import way_to, ways_to
from tests.lineage.test_propagate import ALPHABET, SENSITIVE, edges, seeds, spread_from


@settings(max_examples=200, deadline=None)
@given(edges, seeds)
def test_what_arrived_is_walked_back_to_a_seed(told, starts):
    reach = spread_from(told, starts)
    for node in range(5):
        for label in reach.labels(node):
            came = way_to(reach, node, label)
            way = came.way
            assert way[-1] is came
            assert way[0] is came.start
            assert (came.start.node, came.start.label) in starts
            assert len(way) - 1 == reach.level(node, label)
            for before, here in pairwise(way):
                source, target, code = sorted(told)[here.flow]
                assert (before.node, here.node) == (source, target)
                sensitive = before.label.data_category == SENSITIVE
                assert here.label == before.label._replace(
                    form=carries(Code(code), before.label.form, sensitive=sensitive)
                )
            assert (came.node, came.label) == (node, label)


@settings(deadline=None)
@given(edges, seeds)
def test_ways_walked_at_once_are_those_walked_alone_and_share_what_they_have_in_common(told, starts):
    reach = spread_from(told, starts)
    states = [(node, label) for node in range(5) for label in reach.labels(node) if ALPHABET.place(label)[0] == 0]
    nodes, bits = np.array([(node, ALPHABET.place(label)[1]) for node, label in states]).reshape(-1, 2).astype(int).T
    together = ways_to(reach, 0, nodes, bits)
    alone = [way_to(reach, *state) for state in states]
    spelled = [[[(c.node, c.label, c.flow) for c in came.way] for came in some] for some in (together, alone)]
    assert spelled[0] == spelled[1]
    passed = {(c.node, c.label): c for came in together for c in came.way}
    assert all(passed[c.node, c.label] is c for came in together for c in came.way)


def test_what_does_not_arrive_has_no_way():
    reach = spread_from([(0, 1, Code.NOTHING)], [(0, ALPHABET.every[0])])
    with pytest.raises(KeyError):
        way_to(reach, 1, ALPHABET.every[0])
    assert way_to(reach, 0, ALPHABET.every[0]).before is None
    assert isinstance(way_to(reach, 0, ALPHABET.every[0]).label, Label)
