"""The fewest flows to stop: they clear what was asked, nothing smaller does, and what is claimed is proved."""

from itertools import combinations

from hypothesis import given, settings

from lineage.cut import cut, of_route, of_shares, to_recipient
from lineage.model import (
    Authorization,
    Classification,
    Consent,
    Evidence,
    Fact,
    FieldId,
    Flow,
    Form,
    Instrument,
    Party,
    System,
)
from lineage.stopped import judged_without
from tests.lineage.worlds import DAY, KINDS, judged, randoms, worlds

STARTS, BETWEEN, ENDS = (
    [FieldId(f"sharemap://{system}", "t", name) for name in names]
    for system, names in (("ours", "pq"), ("ours", "abc"), ("theirs", "xy"))
)


def mesh(random):
    """Two starts, three places between, two ends, and a contract that lets the advertiser have hashes, or what people
    consented to: many ways, and which of them are banned depends on what travels."""
    pick, consent = random.choice, random.choice([None, "c"])
    asks = {"legal_basis": "consent", "consent": consent} if consent else {"legal_basis": "contract"}
    agreed = Authorization(
        "A1", "ad", "controller", ("user",), ("*",), ("*",), pick([Form.HASHED, Form.AGGREGATED, Form.RAW]),
        Instrument("contract"), ("*",), DAY, **asks,
    )  # fmt: skip
    said = [
        Party("us", own=True, country="DE"), Party("ad", country="DE"), System("ours", operator="us", country="DE"),
        System("theirs", operator="ad", country="DE"), Consent("c", "separate"), agreed,
        Classification(STARTS[0], "user.contact.email", "customer"),
        Classification(STARTS[1], "user.contact.email", "customer", pick([Form.RAW, Form.HASHED])),
    ]  # fmt: skip
    masks = [{}, {}, {}, *KINDS[1:5], *(KINDS[7:8] if random.random() < 0.3 else ())]
    said += [
        Flow(
            pick(STARTS + BETWEEN), pick(BETWEEN + BETWEEN + ENDS), **pick(masks), data_use="marketing",
            consent=pick([consent, None, None]),
        )
        for _ in range(random.randint(8, 12))
    ]  # fmt: skip
    return [Fact(statement, Evidence("test", "world", line)) for line, statement in enumerate(said, 1)]


def goals(judgement):
    for recipient in sorted({s.recipient for s in judgement.shares if s.recipient and not s.authorized}):
        yield to_recipient(judgement, recipient)
    refused = [share for share in judgement.shares if not share.authorized]
    for share in refused[:2]:
        yield of_shares(judgement, [share])
    for route in [route for route in judgement.transfers if route.mechanism is None][:1]:
        yield of_route(judgement, route)


def fewest(judgement, goal):
    """The size of the smallest cut, by trying them all on the real check."""
    for size in range(judgement.graph.flows + 1):
        for flows in combinations(range(judgement.graph.flows), size):
            if goal.met(judged_without(judgement, flows)):
                return size
    raise AssertionError("without any flow nothing arrives")


def agrees_with_trying_all(facts):
    judgement = judged(facts)
    for goal in goals(judgement):
        found = cut(judgement, goal)
        assert found.cleared
        assert found.at_least <= fewest(judgement, goal) <= len(found.flows)
        passed = [flow for way in found.ways for flow in set(way)]
        assert len(passed) == len(set(passed)), "ways that prove something share no flow"
        assert len(found.ways) <= found.at_least
        yield found


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_a_cut_clears_what_was_asked_and_no_smaller_one_does(facts):
    list(agrees_with_trying_all(facts))


@settings(max_examples=30, deadline=None)
@given(randoms.map(mesh))
def test_where_many_ways_lead_no_smaller_cut_clears_either(facts):
    list(agrees_with_trying_all(facts))


def test_where_labels_part_fewer_flows_do_than_places_tell():
    """Health data come twice and e-mail once into one place; health leaves it banned once, e-mail twice.  By places
    three flows must go; one out (health) and one in (e-mail) are enough, and that no fewer are is proved."""
    (health, also, mail), middle, (one, two, three) = (
        [FieldId(f"sharemap://{system}", "t", name) for name in names]
        for system, names in (("ours", "pqr"), ("ours", "m"), ("theirs", "xyz"))
    )
    agreed = Authorization(
        "A1", "ad", "controller", ("user.health_and_medical",), ("essential",), ("*",), Form.RAW,
        Instrument("contract"), ("*",), DAY, legal_basis="contract",
    )  # fmt: skip
    said = [
        Party("us", own=True, country="DE"), Party("ad", country="DE"), System("ours", operator="us", country="DE"),
        System("theirs", operator="ad", country="DE"), agreed,
        Classification(health, "user.health_and_medical", "customer"),
        Classification(also, "user.health_and_medical", "customer"),
        Classification(mail, "user.contact.email", "customer"),
        *(Flow(start, middle[0]) for start in (health, also, mail)),
        Flow(middle[0], one, "INDIRECT", "FILTER", data_use="marketing"),
        *(Flow(middle[0], end, data_use="essential") for end in (two, three)),
    ]  # fmt: skip
    judgement = judged(Fact(s, Evidence("test", "world", line)) for line, s in enumerate(said, 1))
    found = cut(judgement, to_recipient(judgement, "ad"))
    assert {(flow.source.field, flow.target.field) for flow in map(judgement.graph.flow, found.flows)} == {
        ("m", "x"),
        ("r", "m"),
    }
    assert (found.at_least, found.max_flow, found.exact, found.cleared) == (2, 3, True, True)


def test_what_else_ends_with_the_flows_is_told():
    said = [
        Party("us", own=True, country="DE"), Party("ad", country="DE"), Party("mail", country="DE"),
        System("ours", operator="us", country="DE"), System("theirs", operator="ad", country="DE"),
        System("mailer", operator="mail", country="DE"),
        Authorization(
            "A1", "mail", "controller", ("user",), ("*",), ("*",), Form.RAW, Instrument("contract"), ("*",), DAY,
            legal_basis="contract",
        ),
        Classification(STARTS[0], "user.contact.email", "customer"), Flow(STARTS[0], BETWEEN[0]),
        Flow(BETWEEN[0], FieldId("sharemap://mailer", "t", "to"), data_use="marketing"),
        Flow(BETWEEN[0], ENDS[0]), Flow(BETWEEN[0], ENDS[1]),
    ]  # fmt: skip
    judgement = judged(Fact(s, Evidence("test", "world", line)) for line, s in enumerate(said, 1))
    found = cut(judgement, to_recipient(judgement, "ad"))
    assert len(found.flows) == 1
    assert [(share.recipient, share.authorization) for share in found.lost] == [("mail", "A1")]
