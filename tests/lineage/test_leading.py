"""What leads on to a label is all that comes there, and no more: a pass over that part says what one over all says."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.carry import Code
from lineage.leading import Cone, before
from lineage.propagate import spread, transform
from tests.lineage.test_propagate import ALPHABET, NODES, edges, labels, roads_of, seeds, seeds_of

within = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=4)
states = st.lists(st.tuples(st.integers(0, 4), labels), min_size=1, max_size=30)


def roads(told, inside):
    ends = np.array(inside, dtype=np.int32).reshape(-1, 2)
    return replace(roads_of(told), within=(ends[:, 0], ends[:, 1]))


def cone_of(whole, asked):
    """What leads to some states, of those that a pass holds."""
    bits = [wanted & held for wanted, held in zip(seeds_of(asked), whole.held, strict=True)]
    return Cone.to(whole, np.arange(NODES), bits)


@settings(max_examples=400, deadline=None)
@given(edges, within, seeds, states)
def test_a_pass_over_what_leads_there_says_when_each_state_came(told, inside, starts, asked):
    whole = spread(roads(told, inside), ALPHABET, seeds_of(starts))
    cone = cone_of(whole, asked)
    seeded = [(seed[cone.node] & some) for seed, some in zip(seeds_of(starts), cone.states, strict=True)]
    part = spread(cone.roads, ALPHABET, seeded)
    for node, label in asked:
        (here,) = cone.place(np.array([node])).tolist()
        came = part.level(here, label) if here >= 0 else None
        assert came == whole.level(node, label)
    for mine, states_ in zip(part.held, cone.states, strict=True):
        assert (states_ & ~mine == 0).all(), "whatever leads there comes from a start"


@settings(max_examples=200, deadline=None)
@given(edges, within, seeds, states)
def test_only_what_leads_there_is_part_of_it(told, inside, starts, asked):
    whole = spread(roads(told, inside), ALPHABET, seeds_of(starts))
    cone = cone_of(whole, asked)
    known = sorted(told)
    for flow, source, target, code in zip(
        cone.flow, cone.roads.source, cone.roads.target, cone.roads.code, strict=True
    ):
        assert known[flow] == (cone.node[source], cone.node[target], code)
    wanted = {(node, label) for node, label in asked if whole.has(node, label)}
    leads = {
        (int(cone.node[i]), label)
        for i in range(len(cone.node))
        for label in ALPHABET.labels([int(s[i]) for s in cone.states])
    }
    assert wanted <= leads
    for node, label in leads - wanted:
        seed = spread(roads(told, inside), ALPHABET, seeds_of([(node, label)]))
        assert any(seed.has(*state) for state in wanted), "it goes on to one that is asked for"


@given(st.sets(labels), st.sampled_from(list(Code)))
def test_before_is_all_of_which_something_arrives(held, code):
    every = seeds_of([(0, label) for label in held])
    for word, sensitive in enumerate(ALPHABET.sensitive):
        arrived = every[word][:1]
        came = int(before(np.array([code], np.int8), arrived, sensitive)[0])
        for bit in range(64 if word == 0 else 8):
            one = transform(np.array([code], np.int8), np.array([1 << bit], np.uint64), sensitive)[0]
            assert bool(came >> bit & 1) == bool(one & arrived[0])
