"""Packed names and columns hold what was put in, in its order, and find it again."""

from dataclasses import replace

from hypothesis import given
from hypothesis import settings as kept
from hypothesis import strategies as st

from lineage.columns import FactColumns
from lineage.model import Evidence, Fact, FieldId, Flow, Method
from lineage.packed import Nodes, Texts

words = st.sampled_from(["", "a", "b'", "é", "\ud800", "z"])
nodes = st.builds(FieldId, words, words, words)
places = st.builds(Evidence, words, words, st.sampled_from([None, 1, 2, 10, 100]), st.sampled_from(Method))


@given(st.lists(st.text()))
def test_texts_are_given_back_as_they_were(texts):
    packed = Texts.of(texts)
    assert list(packed) == texts == packed[:]


@given(st.sets(st.text(st.characters(exclude_categories=()))), st.text(st.characters(exclude_categories=())))
def test_ordered_texts_are_found_by_their_bytes(texts, other):
    known = sorted(texts)
    packed = Texts.of(known)
    assert [packed.place(text) for text in known] == list(range(len(known)))
    assert packed.place(other) == (known.index(other) if other in texts else None)
    assert all(packed.place(text, at + 1) is None is packed.place(text, 0, at) for at, text in enumerate(known))


@kept(deadline=None)
@given(st.lists(nodes), st.lists(nodes))
def test_nodes_are_in_order_and_more_can_join_them(some, more):
    packed = Nodes.of(some)
    assert list(packed) == sorted(set(some))
    assert [packed.place(node) for node in packed] == list(range(len(packed)))
    both, at = packed.joined(more)
    assert list(both) == sorted({*some, *more})
    assert [both[i] for i in at] == list(packed)


@kept(deadline=None)
@given(st.lists(st.builds(Fact, st.builds(Flow, nodes, nodes, function=st.sampled_from([None, "f"])), places)))
def test_columns_say_what_the_facts_said(facts):
    columns = FactColumns.of(facts)
    rows = zip(columns.source, columns.target, columns.kind, columns.evidence, strict=True)
    said = [
        Fact(replace(columns.kinds[k], source=columns.nodes[s], target=columns.nodes[t]), columns.evidences[e])
        for s, t, k, e in rows
    ]
    assert len(said) == len(set(said))
    assert set(said) == set(facts)
    assert list(columns.evidences) == sorted({fact.evidence for fact in facts}, key=repr)
