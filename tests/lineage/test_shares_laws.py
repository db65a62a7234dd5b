"""What must hold of shares and verdicts in every world: the engine against the slow oracle, and the laws."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings

from lineage.model import Authorization, Fact, Flow, Form, Instrument
from tests.lineage.oracle import ORDER, sent
from tests.lineage.oracle_shares import Handed, Oracle
from tests.lineage.worlds import DAY, judged, randoms, smallest, terms, worlds

END = date(2026, 6, 14)


def in_worlds(count, *more):
    return lambda law: settings(max_examples=count, deadline=None)(given(worlds, *more)(law))


def handed(oracle, judgement, share):
    """A share of the engine as the oracle would put it."""
    names = [key and oracle.party(key) for key in (share.sender, share.recipient)]
    flow = judgement.graph.flow(share.flow) if share.flow >= 0 else None
    return Handed(
        *names, share.data_category, share.data_subject, str(share.form), share.data_use, frozenset(share.countries),
        share.source, share.target, flow, share.point, share.coarse, share.authorization, share.failed,
    )  # fmt: skip


def what(share):
    """A share without its verdict, and without its place in one graph."""
    return share._replace(flow=min(share.flow, 0), authorized=False, authorization=None, failed=())


def unauthorised(judgement):
    return {what(share) for share in judgement.shares if not share.authorized}


def added(facts, *statements):
    return (*facts, *(Fact(s, replace(facts[0].evidence, line=900 + i)) for i, s in enumerate(statements)))


def disagreement(facts):
    judgement, oracle = judged(facts), Oracle(facts, DAY)
    return {handed(oracle, judgement, share) for share in judgement.shares} ^ oracle.shares()


@in_worlds(1200)
def test_every_share_and_verdict_is_what_the_oracle_says(facts):
    if disagreement(facts):
        facts = smallest(facts, disagreement)
        pytest.fail("\n".join(map(repr, [*(f.statement for f in facts), *disagreement(facts)])))
    assert all(share.authorized == (not share.failed) for share in judged(facts).shares)


@in_worlds(200, randoms)
def test_one_more_flow_loses_no_label(facts, random):
    """A new group key may make an aggregate personal, so the label may come in a more telling form."""
    facts = [f for f in facts if not (isinstance(f.statement, Flow) and f.statement.job)]
    before = judged(facts)
    after = judged(added(facts, Flow(random.choice(before.graph.nodes), random.choice(before.graph.nodes))))
    for node in before.graph.nodes:
        for label in before.label_rows(node):
            as_telling = [label._replace(form=Form(form)) for form in ORDER[: ORDER.index(label.form) + 1]]
            assert set(as_telling) & set(after.label_rows(node))


@in_worlds(200, randoms.map(terms))
def test_one_more_authorization_adds_no_unauthorised_share(facts, terms):
    more = Authorization("A9", **terms)
    before, after = judged(facts), judged(added(facts, more))
    assert unauthorised(after) <= unauthorised(before)
    assert {what(share) for share in after.shares} == {what(share) for share in before.shares}


@in_worlds(200, randoms.map(terms))
def test_an_expired_authorization_hides_nothing(facts, terms):
    over = Authorization("A0a", **{**terms, "valid_from": date(2026, 1, 1), "valid_until": END})
    assert unauthorised(judged(added(facts, over))) == unauthorised(judged(facts))


@in_worlds(200, randoms)
def test_order_and_repetition_of_facts_change_nothing(facts, random):
    again = [*facts, *facts[:5]]
    random.shuffle(again)
    assert judged(again).shares == judged(facts).shares


@in_worlds(400)
def test_a_witness_can_be_walked_and_none_is_shorter(facts):
    judgement, oracle = judged(facts), Oracle(facts, DAY)
    for share in judgement.shares:
        if share.flow >= 0:
            starts, steps = oracle.shortest(judgement.graph.flow(share.flow), (*share.label[:2], str(share.form)))
            assert _walked(judgement, oracle, share, starts) == steps


def _walked(judgement, oracle, share, starts):
    """Walk a witness hop by hop with all labels it may carry; give back over how many flows it went."""
    nodes = {judgement.world.ref(node): node for node in judgement.graph.nodes}
    flows = {f.evidence.place: f.statement for f in oracle.facts if isinstance(f.statement, Flow)}
    first, *hops = judgement.witness(share)
    at, by = nodes[first.field], [flows.get(hop.evidence) for hop in hops]
    here = {state for state in starts if state[0] == at}
    for hop, flow in zip(hops, by, strict=True):
        before, at = at, nodes[hop.field]
        if flow:
            assert at == flow.target
            here = {(at, *label) for label in sent(flow, here, oracle.keyed)}
        else:
            assert hop.action == "within"
            assert before.dataset == at.dataset
            here = {(at, *label) for _, *label in here}
        assert here, "a label is carried this far"
    assert (share.target, *share.label[:2], str(share.form)) in here
    assert not any(one is None and two is None for one, two in pairwise(by)), "from one field to another of a dataset"
    return sum(flow is not None for flow in by)


@in_worlds(200)
def test_ways_out_really_clear(facts):
    judgement = judged(facts)
    for share in judgement.shares:
        if share.authorized:
            continue
        terms = judgement.sharing.verdicts.terms_for(share)
        if terms:
            signed = Authorization(
                "A9", role="controller", instrument=Instrument("contract"), legal_basis="contract",
                valid_from=DAY, **terms,
            )  # fmt: skip
            assert what(share) not in unauthorised(judged(added(facts, signed)))
        if share.flow >= 0:
            cut = judgement.graph.flow(share.flow)
            left = judged([f for f in facts if f.statement != cut])
            assert not [s for s in left.shares if s.flow >= 0 and left.graph.flow(s.flow) == cut]
