"""What people ask: who gets this, where does it go, how does this reach that, and which field did you mean."""

from datetime import UTC, date, datetime

import networkx as nx
import pytest
from hypothesis import given, settings

from lineage.errors import InvalidInput
from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.model import Classification, Evidence, Fact, FieldId, Flow, Party, System
from lineage.queries import Ways, find, holders, who_gets
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


def test_a_journey_opens_every_place_once_and_says_where_it_was_before(shop):
    ways = Ways(shop.graph)
    journey = ways.journey(shop.graph.index[EMAIL])
    (copy,) = journey.onward
    assert [(shop.graph.ref(b.node), b.again) for b in copy.onward] == [
        ("adapi:in#email", False),
        ("crm:users#email", True),
    ]
    (cut,) = ways.journey(shop.graph.index[EMAIL], depth=1).onward
    assert cut.cut


def test_what_only_decides_on_rows_is_shown_when_asked_for(shop):
    at = shop.graph.index[COPY]
    sources = [
        [shop.graph.nodes[leg.source] for leg in Ways(shop.graph, i).neighbours(at, up=True)] for i in (False, True)
    ]
    assert sources == [[EMAIL], [EMAIL, NAME]]


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_shortest_ways_are_those_of_networkx(facts):
    """A whole dataset stands for its fields here and is a node of its own there, so fields only."""
    between_fields = (f for f in facts if isinstance(f.statement, Flow) and f.statement.source.field)
    graph = LineageGraph.from_facts(f for f in between_fields if f.statement.target.field)
    view, ways = graph.as_networkx_digraph(), Ways(graph, indirect=True)
    for a, one in enumerate(graph.nodes):
        for b, other in enumerate(graph.nodes):
            if a != b:
                found = [[a, *(leg.target for leg in way)] for way in ways.shortest([a], [b], most=1000)]
                truth = list(nx.all_shortest_paths(view, one, other)) if nx.has_path(view, one, other) else []
                assert sorted({tuple(graph.nodes[n] for n in way) for way in found}) == sorted(map(tuple, truth))


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_everything_that_is_shared_is_what_somebody_gets(facts):
    judgement = judged(facts)
    everything = who_gets(judgement, range(len(judgement.graph.nodes)))
    assert everything == judgement.shares


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


@pytest.mark.parametrize(
    ("text", "message"), [("#email", "fits 2 fields"), ("crm:users#emial", "did you mean 'crm:users#email'")]
)
def test_what_fits_nothing_or_too_much_says_what_would_fit(shop, text, message):
    with pytest.raises(InvalidInput, match=message):
        find(shop, text)


def test_holders_of_a_category_hold_it_or_something_below(shop):
    assert {shop.graph.nodes[i] for i in holders(shop, "user")} == {EMAIL, NAME, COPY, AT_AD}
    assert holders(shop, "user.financial") == []
