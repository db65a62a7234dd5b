"""Bits spread as the table of carry.py says, to the last bit, and every arrival can be walked back."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.carry import FORMS, Code, carries
from lineage.propagate import Alphabet, Label, Roads, spread, transform

BASES = tuple(sorted((c, str(i)) for i in range(9) for c in ("user.contact.email", "user.health_and_medical")))
ALPHABET = Alphabet(BASES)
LABELS = [Label(c, s, form) for c, s in BASES for form in FORMS]
labels = st.sampled_from(LABELS)
SENSITIVE = "user.health_and_medical"
NODES = 200
"""So many that one state is looked up by another way than all of those of the first five nodes, which have edges."""


def bits(held):
    words = [0] * ALPHABET.words
    for label in held:
        word, bit = ALPHABET.place(label)
        words[word] |= 1 << bit
    return words


@given(st.sets(labels))
def test_an_alphabet_of_more_than_one_word_spells_every_label(held):
    assert ALPHABET.words == 2
    assert list(ALPHABET.labels(bits(held))) == sorted(held, key=lambda label: LABELS.index(label))


@given(st.sets(labels), st.sampled_from(list(Code)))
def test_whole_words_are_transformed_as_single_labels_are(held, code):
    words = zip(bits(held), ALPHABET.sensitive, strict=True)
    got = [int(transform(np.array([code], np.int8), np.array([w], np.uint64), s)[0]) for w, s in words]
    sent = ((label, carries(code, label.form, sensitive=label.data_category == SENSITIVE)) for label in held)
    assert set(ALPHABET.labels(got)) == {label._replace(form=form) for label, form in sent if form}


edges = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from(list(Code))), max_size=9)
seeds = st.lists(st.tuples(st.integers(0, 4), labels), min_size=1, max_size=3)


def roads_of(told):
    told = sorted(told)
    source, target, code = (np.array([t[i] for t in told], dtype=np.int32) for i in range(3))
    return Roads(NODES, source, target, code.astype(np.int8), (source[:0], target[:0]))


def seeds_of(starts):
    arrays = [np.zeros(NODES, dtype=np.uint64) for _ in range(ALPHABET.words)]
    for node, label in starts:
        word, bit = ALPHABET.place(label)
        arrays[word][node] |= np.uint64(1 << bit)
    return arrays


def spread_from(told, starts):
    return spread(roads_of(told), ALPHABET, seeds_of(starts))


@settings(max_examples=200, deadline=None)
@given(edges, seeds)
def test_levels_count_the_flows_of_a_shortest_way(told, starts):
    known = dict.fromkeys(starts, 0)
    while True:
        further = {
            (target, label._replace(form=form)): level + 1
            for (node, label), level in known.items()
            for source, target, code in told
            if source == node and (form := carries(code, label.form, sensitive=label.data_category == SENSITIVE))
        }
        shorter = {state: level for state, level in further.items() if level < known.get(state, 99)}
        if not shorter:
            break
        known |= {state: min(shorter[state], known.get(state, 99)) for state in shorter}
    reach = spread_from(told, starts)
    assert {(node, label) for node in range(5) for label in reach.labels(node)} == set(known)
    assert all(reach.level(node, label) == level for (node, label), level in known.items())
    every = [(node, label) for node in range(5) for label in LABELS]
    assert reach.levels_of(every) == [known.get(state, -1) for state in every]


@given(edges, seeds, seeds)
def test_spreading_distributes_over_union(told, some, others):
    whole, one, two = (spread_from(told, starts) for starts in (some + others, some, others))
    for word in range(ALPHABET.words):
        assert (whole.held[word] == one.held[word] | two.held[word]).all()


@given(edges, st.lists(st.integers(0, NODES - 1), max_size=5))
def test_edges_looked_for_among_all_are_those_in_order(told, nodes):
    roads = roads_of(told)
    roads = replace(roads, within=(roads.source[::-1], roads.target[::-1]))
    wanted = np.array(nodes, dtype=np.int32)
    for within in (False, True):
        asked = [[part.tolist() for part in roads.into(wanted, within=within)] for _ in range(30)]
        assert all(again == asked[0] for again in asked)
    assert "inward" in roads.__dict__, "no longer looked for among all"
