"""Labels travel as the carry rules say: the engine against the slow oracle, on many small worlds."""

from datetime import UTC, date, datetime
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.labels import Labels
from lineage.model import Classification, Evidence, Fact, FieldId, Flow, Method, Party, System
from lineage.ways import way_to
from tests.lineage.oracle_shares import Oracle

SAID = Evidence("test", "world", 1, Method.ATTESTED)
SYSTEMS = ("sharemap://ours", "sharemap://theirs")
FIELDS = [FieldId(s, d, f) for s in SYSTEMS for d in "tu" for f in "pq"]
WHOLES = [FieldId(s, d) for s in SYSTEMS for d in "tu"]
CATEGORIES = ["user.contact.email", "user.behavior", "user.health_and_medical"]
KINDS = [
    {},
    {"subtype": "TRANSFORMATION", "function": "sha256", "masking": True},
    {"subtype": "TRANSFORMATION", "function": "encrypt", "masking": True},
    {"subtype": "TRANSFORMATION", "function": "decrypt"},
    {"subtype": "AGGREGATION", "function": "sum"},
    {"subtype": "AGGREGATION", "function": "max"},
    {"subtype": "AGGREGATION", "masking": True},
    {"type": "INDIRECT", "subtype": "GROUP_BY"},
    {"type": "INDIRECT", "subtype": "FILTER"},
    {"type": "INDIRECT", "subtype": "JOIN"},
]
ends = st.sampled_from(FIELDS * 3 + WHOLES)
flows = st.builds(lambda s, t, k: Flow(s, t, **k), ends, ends, st.sampled_from(KINDS))
worlds = st.tuples(
    st.lists(flows, max_size=9, unique=True),
    st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(CATEGORIES), min_size=1, max_size=3),
)


def facts(world):
    said, labels = world
    yield Fact(Party("us", own=True, country="DE"), SAID)
    yield Fact(Party("them", country="DE"), SAID)
    yield Fact(System("ours", operator="us", country="DE"), SAID)
    yield Fact(System("theirs", operator="them", country="DE"), SAID)
    for flow in said:
        yield Fact(flow, SAID)
    for field, category in labels.items():
        yield Fact(Classification(field, category, "customer"), SAID)


@settings(max_examples=1500, deadline=None)
@given(worlds)
def test_every_field_holds_what_the_oracle_says(world):
    graph = LineageGraph.from_facts(facts(world))
    labels = Labels.of(graph)
    oracle = Oracle(list(facts(world)), date(2026, 6, 15))
    held = {(n, *label[:2], str(label.form)) for n in oracle.fields for label in labels.rows(graph.index[n])}
    assert held == {state for state in oracle.states if state[0].field}


@settings(max_examples=400, deadline=None)
@given(worlds)
def test_every_witness_can_be_walked_and_none_is_longer_than_the_levels_say(world):
    graph = LineageGraph.from_facts(facts(world))
    reach = Labels.of(graph).reach
    for node in range(len(graph.nodes)):
        for label in reach.labels(node):
            start, *steps = way_to(reach, node, label).way
            assert ([start, *steps][-1].node, [start, *steps][-1].label) == (node, label)
            assert all(
                reach.roads.source[here.flow] == before.node
                for before, here in pairwise([start, *steps])
                if here.flow >= 0
            )
            assert all(reach.roads.target[here.flow] == here.node for here in steps if here.flow >= 0)
            assert start.label.data_category == label.data_category
            assert sum(here.flow >= 0 for here in steps) == reach.level(node, label)
            assert reach.has(start.node, start.label)


@settings(max_examples=300, deadline=None)
@given(worlds, st.randoms())
def test_order_and_repetition_of_facts_change_nothing(world, random):
    known = list(facts(world))
    shuffled = known + known[:3]
    random.shuffle(shuffled)
    day, now = date(2026, 6, 15), datetime(2026, 6, 15, tzinfo=UTC)
    one, two = (Judgement(LineageGraph.from_facts(f), day, now).shares for f in (known, shuffled))
    assert one == two


@settings(max_examples=300, deadline=None)
@given(worlds, flows)
def test_one_more_flow_never_loses_a_category(world, extra):
    def categories(w):
        graph = LineageGraph.from_facts(facts(w))
        labels = Labels.of(graph)
        return {(graph.nodes[i], x.data_category) for i in range(len(graph.nodes)) for x in labels.rows(i)}

    # an aggregate that a new key makes personal again keeps its category in a more telling form
    assert categories(world) <= categories(([*world[0], extra], world[1]))
