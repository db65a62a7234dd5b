"""Every copy is in the plan once, after all that feeds it; who got it is told; what nobody can delete is said."""

import networkx as nx
from hypothesis import given, settings

from lineage.erasure import of_category, of_fields, of_subject
from lineage.model import (
    ALL,
    Classification,
    Dataset,
    ErasureRoute,
    Evidence,
    Fact,
    FieldId,
    Flow,
    Form,
    Party,
    Retention,
    System,
)
from lineage.queries import who_gets
from lineage.vocabulary import covers
from tests.lineage.worlds import judged, worlds


def table(system, name, field=""):
    return FieldId(f"sharemap://{system}", name, field)


def shop(*more):
    """Users are copied into a mart and back, shown by a view, and sent to an advertiser and to nobody known."""
    said = [
        Party("us", own=True), Party("ad", contact="privacy@ad.example"), System("shop", operator="us"),
        System("adapi", operator="ad"),
        Classification(table("shop", "db.users", "mail"), "user.contact.email", "customer"),
        Flow(table("shop", "db.users", "mail"), table("shop", "db.mart", "mail")),
        Flow(table("shop", "db.mart", "mail"), table("shop", "db.users", "mail")),
        Flow(table("shop", "db.mart", "mail"), table("shop", "seen", "mail")),
        Flow(table("shop", "seen", "mail"), table("adapi", "in", "mail")),
        Flow(table("shop", "seen", "mail"), table("drop", "in", "mail")),
        Flow(table("shop", "seen", "mail"), table("shop", "sums", "n"), subtype="AGGREGATION", function="count"),
        Dataset(table("shop", "seen"), "VIEW"), ErasureRoute(table("shop", "db"), "by id"),
        ErasureRoute(table("shop", "db.mart"), "rebuild"), Retention("tax", ("user",), ("shop",), rule="tax law"),
        *more,
    ]  # fmt: skip
    return judged(Fact(s, Evidence("test", "world", line)) for line, s in enumerate(said, 1))


def order(plan):
    return [[[copy.dataset.name for copy in ring] for ring in stage.rings] for stage in plan.stages]


def test_upstream_comes_first_and_what_feeds_itself_is_one_step():
    plan = of_category(shop(), "user.contact")
    assert order(plan) == [[["db.mart", "db.users"]], [["seen"]], [["in"], ["in"]]]
    mart, users, seen, *_ = plan.copies
    assert (mart.route.method, users.route.method) == ("rebuild", "by id"), "the longest name it lies below"
    assert not seen.stored
    assert [r.key for r in users.keep] == ["tax"]
    assert [node.name for node in plan.aggregates] == ["sums"]
    assert {share.recipient for share in plan.shares} == {"ad", None}


def test_a_copy_that_nobody_can_delete_is_told():
    assert [copy.dataset for copy in of_subject(shop(), "customer").stuck] == [table("drop", "in")]
    bare = shop(Flow(table("shop", "db.users", "mail"), table("shop", "loose", "mail")))
    stuck = of_subject(bare, "customer").stuck
    assert {copy.dataset for copy in stuck} == {table("drop", "in"), table("shop", "loose")}
    assert of_subject(shop(), "employee").copies == ()
    assert of_subject(shop(), "customer", "user.name").copies == ()


def test_of_a_field_it_plans_what_came_of_it():
    judgement = shop()
    at = judgement.graph.index[table("shop", "seen", "mail")]
    plan = of_fields(judgement, [at], who_gets(judgement, [at]))
    assert order(plan) == [[["seen"]], [["in"], ["in"]]]


def holders(judgement, chosen):
    about = {
        node for node in judgement.graph.nodes
        if any(chosen(held) and held.form is not Form.AGGREGATED for held in judgement.label_rows(node))
    }  # fmt: skip
    return {node for node in about if node.field}, {node.dataset for node in about}


@settings(max_examples=150, deadline=None)
@given(worlds)
def test_every_copy_is_in_the_plan_once_and_after_all_that_feeds_it(facts):
    judgement = judged(facts)
    for plan, chosen in (
        (of_category(judgement, "user"), lambda held: covers("user", held.data_category)),
        (of_subject(judgement, "customer"), lambda held: held.data_subject in ("customer", ALL)),
    ):
        fields, datasets = holders(judgement, chosen)
        copies = plan.copies
        assert sorted(copy.dataset for copy in copies) == sorted(datasets)
        assert {field for copy in copies for field in copy.fields} == fields
        assert set(plan.shares) == {share for share in judgement.shares if chosen(share.label)}
        turn = {copy.dataset: stage.number for stage in plan.stages for copy in stage.copies}
        ring = {copy.dataset: ring for stage in plan.stages for ring in stage.rings for copy in ring}
        fed = nx.DiGraph()
        for flow in range(judgement.graph.flows):
            sent = [held for held in judgement.labels.sent(flow) if chosen(held) and held.form is not Form.AGGREGATED]
            ends = judgement.graph.flow(flow).source.dataset, judgement.graph.flow(flow).target.dataset
            if sent and ends[0] in turn and ends[1] in turn:
                fed.add_edge(*ends)
                assert turn[ends[0]] < turn[ends[1]] or ring[ends[0]] is ring[ends[1]]
        for group in ring.values():
            places = {copy.dataset for copy in group}
            assert len(group) == 1 or nx.is_strongly_connected(fed.subgraph(places)), "only what feeds itself is a ring"
