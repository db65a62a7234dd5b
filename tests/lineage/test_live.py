"""After any edits a live graph holds, and shares, what the same graph does when it is run in full."""

import os
from dataclasses import replace
from datetime import date
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.graph import LineageGraph
from lineage.incremental import TooMuch
from lineage.labels import Labels
from lineage.live import Live
from lineage.model import (
    Authorization,
    Classification,
    Evidence,
    Fact,
    Field,
    FieldId,
    Flow,
    Form,
    Instrument,
    Method,
    Party,
    System,
)
from lineage.propagate import Label
from lineage.shares import Shares

SAID = Evidence("test", "world", 1, Method.ATTESTED)
DAY = date(2026, 6, 15)
FIELDS = [FieldId(f"sharemap://{system}", "t", name) for system in ("ours", "theirs") for name in "abcd"]
CATEGORIES = ("user.contact.email", "user.behavior", "user.health_and_medical")
KINDS = [
    {}, {}, {}, {"subtype": "TRANSFORMATION", "function": "sha256", "masking": True},
    {"subtype": "TRANSFORMATION", "function": "decrypt"}, {"subtype": "AGGREGATION", "function": "sum"},
    {"subtype": "AGGREGATION", "function": "sum"}, {"type": "INDIRECT", "subtype": "GROUP_BY"},
    {"type": "INDIRECT", "subtype": "GROUP_BY"}, {"type": "INDIRECT", "subtype": "FILTER"},
]  # fmt: skip
MANY = int(os.environ.get("SHAREMAP_EDIT_SEQUENCES", "150"))
"""So many sequences of edits are tried; thousands where one asks for them."""
BASE = [
    Party("us", own=True, country="DE"), Party("ad", country="DE"), System("ours", operator="us", country="DE"),
    System("theirs", operator="ad", country="DE", data_uses=("marketing",)),
    *(Field(field) for field in FIELDS),
]  # fmt: skip


def leave(key, form=Form.HASHED, category="user.contact", since=date(2026, 1, 1), until=None):
    return Authorization(
        key, "ad", "controller", (category,), ("marketing",), ("*",), form, Instrument("contract"), ("*",),
        since, valid_until=until, legal_basis="contract",
    )  # fmt: skip


LEAVES = [leave("A")]


def graph_of(flows, origins, leaves=LEAVES):
    said = [*BASE, *flows, *leaves, *(Classification(field, category, "customer") for field, category in origins)]
    return LineageGraph.from_facts(Fact(statement, SAID) for statement in said)


def random_flow(random):
    return Flow(random.choice(FIELDS), random.choice(FIELDS), **random.choice(KINDS))


def random_leave(random):
    since = date(2026, random.randint(1, 12), 1)
    until = random.choice([None, date(2026, random.randint(1, 12), 28)])
    return leave(random.choice("ABC"), random.choice([*Form]), random.choice(["user", "user.contact"]), since, until)


def shares_by_flow(graph, labels, day):
    found = {}
    for share in Shares(labels, day).all():
        plain = (share.recipient, share.label, share.data_use, share.authorized, share.authorization, share.failed)
        found.setdefault(graph.flow(share.flow), set()).add(plain)
    return found


@settings(max_examples=MANY, deadline=None)
@given(st.integers(0, 2**32))
def test_what_is_live_is_what_a_full_run_gives(seed):
    random = Random(seed)
    flows = list(dict.fromkeys(random_flow(random) for _ in range(random.randint(2, 14))))
    origins = [(field, category) for field in FIELDS[:4] for category in CATEGORIES if random.random() < 0.3]
    origins += [(FIELDS[3], category) for category in CATEGORIES if (FIELDS[3], category) not in origins]
    leaves, day = LEAVES, DAY
    graph_flows, first_origins = list(flows), list(origins)
    graph = graph_of(flows, origins)
    labels = Labels.of(graph)
    live = Live.of(labels, Shares(labels, DAY))
    number = {graph.flow(i): i for i in range(graph.flows)}
    shared = {flow: live.shares(i) for flow, i in number.items()}
    for _ in range(random.randint(1, 8)):
        gone = [f for f in flows if random.random() < 0.15]
        new = [
            f for f in dict.fromkeys(random_flow(random) for _ in range(random.choice([0, 1, 2]))) if f not in number
        ]
        places = [(field, category) for field in FIELDS[:3] for category in CATEGORIES]
        starting = [o for o in places if o not in origins and random.random() < 0.1]
        ending = [o for o in origins if o in places and random.random() < 0.1]
        first = graph.flows + len(live._new)
        try:
            changed = live.edit(
                [number[f] for f in gone],
                [(graph.index[f.source], graph.index[f.target], f) for f in new],
                [state(labels, graph, o) for o in ending],
                [state(labels, graph, o) for o in starting],
            )
        except TooMuch:
            return
        number |= {flow: first + i for i, flow in enumerate(new)}
        flows = [f for f in flows if f not in gone] + new
        origins = [o for o in origins if o not in ending] + starting
        shared |= {flow: changed[i] for flow, i in number.items() if i in changed}
        if random.random() < 0.4:
            leaves, day = random.choice(
                [(leaves, date(2026, random.randint(1, 12), 15)), ([random_leave(random)], day)]
            )
            judging = Shares(replace(labels, graph=graph_of(graph_flows, first_origins, leaves)), day)
            again = live.judge(judging)
            shared |= {flow: again[i] for flow, i in number.items() if i in again}
        now = graph_of(flows, origins, leaves)
        full = Labels.of(now)
        for i, node in enumerate(now.nodes):
            at = graph.index[node]
            assert live.held(at) == full.rows(i)
            for label in full.rows(i):
                assert live.labels.levels(at)[labels.alphabet.code(label)] == full.reach.level(i, label)
        told = {
            flow: {(s.recipient, s.label, s.data_use, s.authorized, s.authorization, s.failed) for s in shared[flow]}
            for flow in flows
            if shared.get(flow)
        }
        assert told == shares_by_flow(now, full, day)
        assert not any(shared.get(flow) for flow in gone)


def state(labels, graph, origin):
    field, category = origin
    return graph.index[field], labels.alphabet.code(Label(category, "customer", Form.RAW))


def test_beyond_the_budget_it_is_run_in_full():
    chain = [Flow(a, b) for a, b in pairwise(FIELDS)]
    graph = graph_of(chain, [(FIELDS[0], CATEGORIES[0])])
    labels = Labels.of(graph)
    with pytest.raises(TooMuch):
        Live.of(labels, Shares(labels, DAY)).edit([0], budget=2)
