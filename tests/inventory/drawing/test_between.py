"""How much flows from system to system: counted on the flows that carry, and cut with counts."""

from collections import Counter

from hypothesis import given, settings

from inventory.drawing.between import between
from lineage.model import Classification, Fact, FieldId, Flow, Party, System
from tests.exports import SAID, report, shop
from tests.lineage.worlds import judged
from tests.lineage.worlds import worlds as all_worlds


def told(drawn):
    return [(a.source.told, a.target.told, a.flows, a.categories, a.shares, a.refused) for a in drawn.arrows]


def test_flows_between_systems_are_counted_and_those_within_one_are_not():
    judgement = report([*shop("email"), *shop("mail")]).judgement
    assert told(between(judgement)) == [("ours", "theirs", 2, ("user.contact.email",), 2, 2)]


def test_what_nobody_authorised_is_drawn_first_and_the_others_are_counted():
    facts = [
        *shop("email"),
        *(
            Fact(said, SAID)
            for said in (
                Party("us", "Us", own=True, country="CN"), System("dwh", operator="us"), System("lake", operator="us"),
                Flow(FieldId("sharemap://ours", "users", "email"), FieldId("sharemap://dwh", "t", "m")),
                Flow(FieldId("sharemap://dwh", "t", "m"), FieldId("sharemap://lake", "t", "m")),
                Classification(FieldId("sharemap://dwh", "t", "m"), "user.name", "customer"),
            )
        ),
    ]  # fmt: skip
    drawn = between(report(facts).judgement, most=2)
    assert told(drawn) == [("ours", "theirs", 1, ("user.contact.email",), 1, 1)]
    assert (drawn.places_left_out, drawn.arrows_left_out) == (2, 2)


@settings(max_examples=100, deadline=None)
@given(all_worlds)
def test_every_flow_that_carries_personal_data_elsewhere_is_in_one_arrow(facts):
    judgement = judged(facts)
    graph, world = judgement.graph, judgement.world

    def home(node):
        return tuple(s.key for s in world.systems_of(node)) or node.namespace

    counted = Counter(
        (home(flow.source), home(flow.target))
        for i in range(graph.flows)
        if judgement.labels.sent(i)
        for flow in (graph.flow(i),)
        if home(flow.source) != home(flow.target)
    )
    drawn = between(judgement)
    assert {(a.source.systems or a.source.namespace, a.target.systems or a.target.namespace): a.flows
            for a in drawn.arrows} == counted  # fmt: skip
    assert {place for a in drawn.arrows for place in (a.source, a.target)} == set(drawn.places)
    shares = sum(a.shares for a in drawn.arrows)
    assert shares == sum(s.flow >= 0 and home(s.source) != home(s.target) for s in judgement.shares)
