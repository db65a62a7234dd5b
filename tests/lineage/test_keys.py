"""Who is told of, asked by two labels alone, is what all labels say when they are spread until nothing changes."""

from itertools import pairwise
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.carry import Code, codes
from lineage.graph import LineageGraph
from lineage.keys import Telling, keyed_nodes, settled, settling
from lineage.labels import roads_of
from lineage.model import Classification, Evidence, Fact, Field, FieldId, Flow, Form, System
from lineage.origins import sources_of
from lineage.propagate import spread
from lineage.vocabulary import is_identifying
from tests.lineage import worlds

SAID = Evidence("test", "world", 1)
WHOLES = [FieldId("sharemap://ours", table) for table in "tu"]
FIELDS = [FieldId("sharemap://ours", table, name) for table in "tu" for name in "abcd"]
CATEGORIES = ("user.contact.email", "user.biometric", "user.behavior", "user.health_and_medical")
KINDS = [
    {}, {}, {"subtype": "TRANSFORMATION", "function": "sha256", "masking": True},
    {"subtype": "TRANSFORMATION", "function": "decrypt"}, {"subtype": "AGGREGATION", "function": "sum"},
    {"subtype": "AGGREGATION", "function": "count", "masking": True}, {"type": "INDIRECT", "subtype": "GROUP_BY"},
    {"type": "INDIRECT", "subtype": "GROUP_BY"}, {"type": "INDIRECT", "subtype": "FILTER"},
]  # fmt: skip


def graph_of(*statements):
    said = [System("ours", country="DE"), *(Field(field) for field in FIELDS), *statements]
    return LineageGraph.from_facts(Fact(statement, SAID) for statement in said)


def by_all_labels(graph, roads, origins):
    """The same by passes over all labels, each from the start: as plain as can be."""
    while True:
        reach = spread(roads, origins.alphabet, origins.seeds(roads.nodes))
        identifying = [is_identifying(category) for category, _ in origins.alphabet.bases]
        telling = np.zeros(roads.nodes, dtype=np.uint64)
        for held, mask in zip(reach.held, origins.alphabet.mask(identifying, forms=(0, 1, 2)), strict=True):
            telling |= held & mask
        about_one = keyed_nodes(graph, roads, telling)[graph.flow_target]
        code = [
            int(codes(graph.kinds[kind])[1]) if plain == Code.AGGREGATE and one else plain
            for kind, plain, one in zip(graph.flow_kind.tolist(), roads.code.tolist(), about_one.tolist(), strict=True)
        ]
        if code == roads.code.tolist():
            return code
        roads = roads.recoded(np.array(code, dtype=np.int8))


def random_graph(random):
    ends = FIELDS * 3 + WHOLES
    flows = {
        Flow(random.choice(ends), random.choice(ends), **random.choice(KINDS)) for _ in range(random.randint(1, 16))
    }
    said = {
        Classification(random.choice(FIELDS), random.choice(CATEGORIES), "customer", form=random.choice([*Form]))
        for _ in range(random.randint(0, 4))
    }
    return graph_of(*flows, *said)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_two_labels_say_what_all_of_them_do(seed):
    graph = random_graph(Random(seed))
    _, sources = sources_of(graph)
    roads, origins = roads_of(graph), sources.own
    told = by_all_labels(graph, roads, origins)
    assert settled(graph, roads, origins).code.tolist() == told
    *_, last = settling(graph, roads, origins)
    assert last.roads.code.tolist() == told


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_of_any_world_too(seed):
    graph = LineageGraph.from_facts(worlds.world(Random(seed)))
    _, sources = sources_of(graph)
    origins = sources.own.joined(sources.foreign)
    assert settled(graph, roads_of(graph), origins).code.tolist() == by_all_labels(graph, roads_of(graph), origins)


def test_a_key_may_be_told_of_by_an_aggregate_that_a_key_turned():
    """An e-mail address groups a sum that keeps one person's biometric data, which in turn group another."""
    a, b, c, d, e, f = FIELDS[:6]
    turns = [(a, c, "GROUP_BY"), (b, c, None), (c, e, "GROUP_BY"), (d, e, None), (e, f, None)]
    flows = [
        Flow(s, t, type="INDIRECT", subtype=key) if key else Flow(s, t, subtype="AGGREGATION", function="sum")
        for s, t, key in turns
    ]
    graph = graph_of(*flows, Classification(a, "user.contact.email"), Classification(b, "user.biometric"))
    _, sources = sources_of(graph)
    passes = list(settling(graph, roads_of(graph), sources.own))
    assert len(passes) == 3
    left = [int((reach.roads.code == Code.AGGREGATE).sum()) for reach in passes]
    assert left == [3, 2, 1]
    assert all(before > after for before, after in pairwise(left))
    assert settled(graph, roads_of(graph), sources.own).code.tolist() == passes[-1].roads.code.tolist()


def test_what_stands_for_a_label_has_its_form_and_is_as_sensitive():
    alphabet = sources_of(random_graph(Random(1)))[0]
    telling = Telling.of(alphabet)
    for label, code in zip(alphabet.every, telling.stands.tolist(), strict=True):
        if not is_identifying(label.data_category) or label.form is Form.AGGREGATED:
            assert code == -1
        else:
            assert telling.alphabet.every[code].form is label.form
            word = alphabet.place(label)[0]
            mine = int(alphabet.sensitive[word]) >> alphabet.place(label)[1] & 1
            assert int(telling.alphabet.sensitive[0]) >> code & 1 == mine
