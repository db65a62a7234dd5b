"""What people ask: who gets this, and which field did you mean."""

from datetime import UTC, date, datetime
from fnmatch import fnmatchcase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage import queries
from lineage.errors import InvalidInput
from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.model import Classification, Evidence, Fact, FieldId, Flow, Party, System
from lineage.queries import find, holders, who_gets, who_gets_category
from tests.lineage.worlds import judged, worlds

EMAIL, COPY, NAME = (FieldId("sharemap://crm", t, f) for t, f in [("users", "email"), ("copy", "e"), ("users", "name")])
AT_AD = FieldId("sharemap://adapi", "in", "email")


@pytest.fixture
def shop():
    said = [
        Party("us", own=True, country="DE"), Party("ad", country="DE"), System("crm", operator="us", country="DE"),
        System("adapi", operator="ad", country="DE"), Classification(EMAIL, "user.contact.email", "customer"),
        Classification(NAME, "user.name", "customer"), Flow(EMAIL, COPY), Flow(COPY, AT_AD),
        Flow(NAME, COPY, "INDIRECT", "JOIN"), Flow(COPY, EMAIL),
    ]  # fmt: skip
    facts = [Fact(s, Evidence("test", "world", i)) for i, s in enumerate(said, 1)]
    return Judgement(LineageGraph.from_facts(facts), date(2026, 6, 15), datetime(2026, 6, 15, tzinfo=UTC))


def test_who_gets_follows_what_a_field_holds_and_not_where_arrows_lead(shop):
    graph = shop.graph
    (share,) = who_gets(shop, [graph.index[EMAIL]])
    assert (share.recipient, share.source) == ("ad", COPY)
    assert who_gets(shop, [graph.index[NAME]]) == ()


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_everything_that_is_shared_is_what_somebody_gets(facts):
    judgement = judged(facts)
    everything = who_gets(judgement, range(len(judgement.graph.nodes)))
    assert everything == judgement.shares
    assert who_gets_category(judgement, "user") == judgement.shares


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("crm:users#email", ["crm:users#email"]),
        ("crm:users", ["crm:users#email", "crm:users#name"]),
        ("users#name", ["crm:users#name"]),
        ("*#email", ["adapi:in#email", "crm:users#email"]),
        ("user.contact", ["adapi:in#email", "crm:copy#e", "crm:users#email"]),
    ],
)
def test_a_field_is_found_by_reference_dataset_suffix_pattern_or_category(shop, text, names):
    assert sorted(shop.graph.ref(i) for i in find(shop, text)) == names


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_the_end_of_a_reference_is_enough_where_it_begins_at_a_boundary(facts):
    judgement = judged(facts)
    refs = [judgement.graph.ref(i) for i in range(len(judgement.graph.nodes))]
    ends = {ref[at:] for ref in refs for at in range(len(ref))}
    for end in sorted(ends)[::7]:
        fits = [
            i for i, ref in enumerate(refs)
            if ref.endswith(end) and (end[0] in ":.#/" or ref[: -len(end)][-1:] in ("", *":.#/"))
        ]  # fmt: skip
        assert queries._ending(judgement.graph, end) == fits


@settings(max_examples=60, deadline=None)
@given(worlds, st.data())
def test_a_pattern_fits_the_references_that_it_fits(facts, data):
    graph = judged(facts).graph
    refs = [graph.ref(i) for i in range(len(graph.nodes))]
    ref = data.draw(st.sampled_from(refs)) if refs else "x"
    start, end = sorted((data.draw(st.integers(0, len(ref))), data.draw(st.integers(0, len(ref)))))
    for wild in ("*", "?", "[a-z]", "*[!a]"):
        pattern = ref[:start] + wild + ref[end:]
        assert queries._fitting(graph, pattern) == [i for i, r in enumerate(refs) if fnmatchcase(r, pattern)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#email", "fits 2 fields"),
        ("crm:users#emial", "did you mean 'crm:users#email'"),
        ("m:copy#e", "did you mean 'crm:copy#e'"),
    ],
)
def test_what_fits_nothing_or_too_much_says_what_would_fit(shop, text, message):
    with pytest.raises(InvalidInput, match=message):
        find(shop, text)


def test_what_shares_most_words_is_compared_however_many_others_share_one():
    many = [FieldId("sharemap://crm", f"users_{i}", "email") for i in range(6000)]
    there = FieldId("sharemap://crm", "zz_orders", "phone")
    facts = [Fact(Flow(a, there), Evidence("test", "world", i)) for i, a in enumerate(many, 1)]
    with pytest.raises(InvalidInput, match="did you mean 'sharemap://crm:zz_orders#phone'"):
        find(judged(facts), "sharemap://crm:zz_orders#phony")


def test_holders_of_a_category_hold_it_or_something_below(shop):
    assert {shop.graph.nodes[i] for i in holders(shop, "user")} == {EMAIL, NAME, COPY, AT_AD}
    assert holders(shop, "user.financial") == []
