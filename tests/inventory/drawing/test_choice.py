"""What a drawing shows when it cannot show everything."""

import itertools

from hypothesis import given, settings

from inventory.drawing.choice import around, choose
from lineage.model import Authorization, Classification, Fact, Field, FieldId, Flow, Form, Instrument, Party, System
from tests.exports import DAY, SAID, report, worlds


def node(system, name):
    return FieldId(f"sharemap://{system}", "t", name)


def chain(system, *names):
    return [Flow(node(system, a), node(system, b)) for a, b in itertools.pairwise(names)]


GOOD = Authorization(
    "A1", "good", "controller", ("user.name",), ("marketing",), ("customer",), Form.RAW, Instrument("contract"),
    ("DE",), DAY, legal_basis="contract",
)  # fmt: skip


def judged():
    """Two ways of three fields out of what is ours: one authorised, one not; and a heap of others."""
    said = [
        Party("us", own=True), Party("good", country="DE"), Party("bad", country="DE"), GOOD,
        System("ours", operator="us"), System("good", operator="good", country="DE"),
        System("bad", operator="bad", country="DE"),
        *chain("ours", "a1", "a2", "a3"), Flow(node("ours", "a3"), node("good", "in"), data_use="marketing"),
        *chain("ours", "z1", "z2", "z3"), Flow(node("ours", "z3"), node("bad", "in"), data_use="marketing"),
        *(Classification(node("ours", name), "user.name", "customer") for name in ("a1", "z1", "m1")),
        *chain("ours", *(f"m{i}" for i in range(1, 9))), Field(node("ours", "idle")),
        Flow(node("ours", "q"), node("ours", "a2"), "INDIRECT", "JOIN"),
    ]  # fmt: skip
    return report([Fact(statement, SAID) for statement in said]).judgement


def names(judgement, choice):
    return {judgement.graph.nodes[i].field for i in choice.nodes}


def test_all_that_something_flows_through_is_drawn_where_there_is_room():
    judgement = judged()
    choice = choose(judgement)
    assert names(judgement, choice) == {"a1", "a2", "a3", "z1", "z2", "z3", "in"} | {f"m{i}" for i in range(1, 9)}
    assert (choice.idle, choice.further, choice.flows_left_out) == (2, 0, 0)  # idle, and q that is only joined


def test_what_nobody_authorised_comes_first_then_the_other_shares_then_the_rest():
    judgement = judged()
    assert names(judgement, choose(judgement, most=4)) == {"z1", "z2", "z3", "in"}
    assert names(judgement, choose(judgement, most=8)) == {"z1", "z2", "z3", "a1", "a2", "a3", "in"}
    choice = choose(judgement, most=9)
    assert names(judgement, choice) == {"z1", "z2", "z3", "a1", "a2", "a3", "in", "m1"}
    assert choice.further == 7


def test_flows_that_share_are_the_last_to_be_left_out():
    judgement = judged()
    choice = choose(judgement, most_flows=1)
    (flow,) = choice.flows
    assert judgement.graph.flow(flow).target == node("bad", "in")
    assert choice.flows_left_out == 12


def test_some_fields_are_drawn_with_the_flows_between_them():
    judgement = judged()
    some = [judgement.graph.index[node("ours", name)] for name in ("a1", "a2", "m1")]
    choice = around(judgement, some)
    assert [judgement.graph.flow(flow) for flow in choice.flows] == chain("ours", "a1", "a2")


def test_of_a_neighbourhood_the_nearest_are_drawn_and_the_others_counted():
    judgement = judged()
    some = [judgement.graph.index[node("ours", name)] for name in ("z1", "z2", "z3", "m1")]
    choice = around(judgement, some, beyond=7, most=2)
    assert names(judgement, choice) == {"z1", "z2"}
    assert (choice.further, choice.flows_left_out) == (9, 0)


@settings(deadline=None)
@given(worlds)
def test_a_drawing_never_has_more_than_its_limit_and_no_flow_without_its_ends(facts):
    judgement = report(facts).judgement
    choice = choose(judgement, most=3, most_flows=2)
    assert len(choice.nodes) <= 3
    assert len(choice.flows) <= 2
    ends = {int(e[f]) for f in choice.flows for e in (judgement.graph.flow_source, judgement.graph.flow_target)}
    assert ends <= set(choice.nodes)
