"""Is each share authorised, and if not, on what does the nearest authorization fail?"""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.model import (
    Authorization,
    Claim,
    Classification,
    Collection,
    Consent,
    Dataset,
    Evidence,
    Fact,
    FieldId,
    Flow,
    Form,
    Instrument,
    Method,
    Party,
    System,
)
from tests.world import AUTH, TO_AD, world

DAY = ("--as-of", "2026-06-15")
WRONG = [
    ({"sender": "pr"}, ["sender"]),
    ({"data_categories": ["user.name"]}, ["category"]),
    ({"data_categories": ["user.contact"]}, []),
    ({"data_categories": ["*"]}, []),
    ({"data_uses": ["essential"]}, ["data-use"]),
    ({"data_subjects": ["employee"]}, ["subject"]),
    ({"data_subjects": ["*"]}, []),
    ({"form": "hashed"}, ["form"]),
    ({"countries": ["CN"]}, ["country"]),
    ({"countries": ["FR"]}, []),  # the EEA is one area
    ({"role": "processor"}, ["instrument"]),
    ({"legal_basis": None}, ["legal-basis"]),
    ({"legal_basis": "consent", "consent": "ads"}, ["consent"]),
    ({"valid_from": "2026-06-16"}, ["not-yet-valid"]),
    ({"valid_until": "2026-06-15"}, []),
    ({"valid_until": "2026-06-14"}, ["expired"]),
    ({"form": "hashed", "valid_until": "2026-06-14", "sender": "pr"}, ["sender", "form", "expired"]),
]


@pytest.mark.parametrize(("change", "failed"), WRONG)
def test_every_part_must_be_covered(folder, change, failed):
    changed = {k: v for k, v in {**AUTH, **change}.items() if v is not None}
    folder.entries(**world(authorizations=[changed], consents=[{"key": "ads", "kind": "separate"}]))
    (share,) = folder.run("check", "--format", "json", *DAY).json["shares"]
    assert (share["failed"], share["authorized"], share["authorization"]) == (failed, not failed, "A1")


def test_consent_must_gate_every_way(folder):
    by_consent = {**AUTH, "legal_basis": "consent", "consent": "ads"}
    gated, open_ = {**TO_AD, "consent": "ads"}, {"source": "crm:users#email", "target": "crm:copy#e"}
    second = {**gated, "source": "crm:copy#e", "target": "adapi:in#copy"}
    consents = [{"key": "ads", "kind": "separate"}]
    folder.entries(**world(flows=[gated, open_, second], authorizations=[by_consent], consents=consents))
    assert all(s["authorized"] for s in folder.run("check", "--format", "json", *DAY).json["shares"])
    ungated = {k: v for k, v in second.items() if k != "consent"}
    folder.entries(**world(flows=[gated, open_, ungated], authorizations=[by_consent], consents=consents))
    failed = {s["source"]: s["failed"] for s in folder.run("check", "--format", "json", *DAY).json["shares"]}
    assert failed == {"crm:users#email": [], "crm:copy#e": ["consent"]}


def test_what_nobody_operates_is_an_unknown_recipient(folder):
    folder.entries(**world(flows=[{**TO_AD, "target": "drop:in#e"}]))
    told = folder.run("check", "--format", "json", *DAY).json
    assert [(s["recipient"], s["failed"]) for s in told["shares"]] == [(None, ["none"])]
    assert [f["check"] for f in told["findings"] if f["severity"] == "high"] == ["unknown-recipient"]


def test_a_missing_agreement_is_its_own_finding(folder):
    processor = {**AUTH, "recipient": "pr", "role": "processor"}
    folder.entries(**world(flows=[{**TO_AD, "target": "prsys:in#e"}], authorizations=[processor]))
    told = folder.run("check", "--format", "json", *DAY).json
    assert [f["check"] for f in told["findings"]] == ["missing-processing-agreement"]


def test_the_finding_walks_from_the_collection_point(folder):
    point = {"field": "crm:form#mail", "point": "sign-up"}
    first = {"source": "crm:form#mail", "target": "crm:users#email"}
    said = [{**point, "data_category": "user.contact.email", "data_subject": "customer"}]
    said = [{k: v for k, v in s.items() if k != "point"} for s in said]
    folder.entries(**world(flows=[first, TO_AD], authorizations=[], classifications=said, collections=[point]))
    (finding,) = folder.run("check", "--format", "json", *DAY).json["findings"]
    assert [hop["field"] for hop in finding["path"]] == ["crm:form#mail", "crm:users#email", "adapi:in#email"]
    assert "sign-up" in finding["path"][0]["evidence"]
    assert finding["path"][2]["evidence"].startswith("inventory/world.yaml:")


# -- worlds that once came out wrong --------------------------------------------------------------------------

EMAIL_FIELD = FieldId("sharemap://crm", "users", "email")
AT_AD, AT_PR = FieldId("sharemap://adapi", "in", "email"), FieldId("sharemap://prsys", "in", "email")
BASE = (
    Party("us", own=True, country="DE"), Party("ad", country="DE"), Party("pr", country="DE"),
    System("crm", operator="us", country="DE"), System("adapi", operator="ad", country="DE"),
    System("prsys", operator="pr", country="DE"),
)  # fmt: skip
CONTACT = Authorization(
    "A1", "ad", "controller", ("user.contact",), ("marketing",), ("*",), Form.RAW, Instrument("contract"), ("*",),
    date(2026, 1, 1), legal_basis="contract",
)  # fmt: skip


def email(field):
    return Classification(field, "user.contact.email", "customer")


def move(source, target, **more):
    return Flow(source, target, **{"data_use": "marketing", **more})


def judged(*statements, base=BASE):
    said = [Fact(s, Evidence("test", "world", i, Method.ATTESTED)) for i, s in enumerate((*base, *statements), 1)]
    return Judgement(LineageGraph.from_facts(said), date(2026, 6, 15), datetime(2026, 6, 15, tzinfo=UTC))


def verdicts(*statements, base=BASE):
    return [(s.recipient, s.failed) for s in judged(*statements, base=base).shares]


def but(*other):
    """The base, with some of its entries as others say."""
    return tuple({(type(s), s.key): s for s in (*BASE, *other)}.values())


def test_a_recipient_in_no_known_country_is_never_covered():
    world = (email(EMAIL_FIELD), move(EMAIL_FIELD, AT_AD), CONTACT)
    assert verdicts(*world) == [("ad", ())]
    assert verdicts(*world, base=but(Party("ad"))) == [("ad", ("country",))]
    assert verdicts(*world, base=but(System("adapi", operator="ad"))) == [("ad", ("country",))]


def test_what_an_outsider_handed_to_us_is_ours_to_answer_for():
    bought, held = FieldId("sharemap://adapi", "leads", "email"), FieldId("sharemap://crm", "leads", "email")
    judgement = judged(email(bought), move(bought, held), move(held, AT_PR))
    (share,) = judgement.shares
    assert (share.sender, share.recipient) == ("us", "pr")
    assert [hop.action for hop in judgement.witness(share)] == ["received from outside", "SHARED"]
    assert judgement.witness(share)[0].evidence == "world:8"


def test_an_outsiders_own_data_that_never_came_to_us_are_not_ours():
    assert judged(email(AT_AD), move(AT_AD, AT_PR)).shares == ()


def test_a_group_key_that_is_not_our_data_still_tells_who_a_row_is_about():
    spend, total = FieldId("sharemap://crm", "users", "spend"), FieldId("sharemap://adapi", "mart", "total")
    own_key = FieldId("sharemap://adapi", "mart", "email")
    world = (
        Classification(spend, "user.behavior", "customer"), email(own_key), move(spend, AT_AD),
        move(AT_AD, total, subtype="AGGREGATION", function="sum"), Flow(own_key, total, "INDIRECT", "GROUP_BY"),
        move(total, AT_PR),
    )  # fmt: skip
    assert [str(s.form) for s in judged(*world).shares if s.recipient == "pr"] == ["raw"]


def test_a_group_key_of_one_field_counts_for_an_aggregate_of_the_whole_dataset():
    spend, mart = FieldId("sharemap://crm", "users", "spend"), FieldId("sharemap://crm", "mart")
    named = FieldId("sharemap://crm", "mart", "customer")
    world = (
        Classification(spend, "user.behavior", "customer"), email(EMAIL_FIELD),
        move(spend, mart, subtype="AGGREGATION", function="sum"), Flow(EMAIL_FIELD, named, "INDIRECT", "GROUP_BY"),
        move(mart, AT_AD),
    )  # fmt: skip
    assert [str(s.form) for s in judged(*world).shares] == ["raw"]


def test_a_collection_point_of_a_whole_dataset_collects_each_of_its_fields():
    (share,) = judged(email(AT_AD), Collection(AT_AD.dataset, "checkout")).shares
    assert (share.recipient, share.target, share.point) == ("ad", AT_AD, "checkout")


def test_what_is_said_of_a_whole_dataset_is_collected_with_its_field():
    (share,) = judged(email(AT_AD.dataset), Collection(AT_AD, "checkout")).shares
    assert (share.recipient, share.target) == ("ad", AT_AD)


def test_a_collection_point_that_nobody_is_known_to_operate_hands_to_an_unknown_recipient():
    nowhere = FieldId("https://pixel.example", "events", "email")
    assert verdicts(email(nowhere), Collection(nowhere, "checkout")) == [(None, ("none",))]


@pytest.mark.parametrize(("second", "failed"), [("ads", ()), (None, ("consent",))])
def test_a_collection_point_told_twice_is_gated_only_if_both_say_so(second, failed):
    points = Collection(AT_AD, "checkout", consent="ads"), Collection(AT_AD, "checkout", required=True, consent=second)
    by_consent = replace(CONTACT, legal_basis="consent", consent="ads")
    use = Dataset(AT_AD.dataset, data_uses=("marketing",))
    assert verdicts(email(AT_AD), *points, by_consent, use, Consent("ads", "general")) == [("ad", failed)]


def test_columns_known_of_one_target_do_not_hide_a_dataset_that_flows_into_another():
    other = FieldId("sharemap://adapi", "in", "other")
    coarse, fine = move(EMAIL_FIELD.dataset, AT_AD, job="j"), move(EMAIL_FIELD, other, job="j")
    targets = [s.target for s in judged(email(EMAIL_FIELD), coarse, fine).shares]
    assert targets == [AT_AD, other]
    known = replace(fine, target=AT_AD)
    assert [s.coarse for s in judged(email(EMAIL_FIELD), coarse, known).shares] == [False]


CHINA = (Consent("ads", "general"), Consent("both", "separate"), Consent("parents", "guardian"))


@pytest.mark.parametrize(
    ("category", "terms", "failed"),
    [
        ("user.contact.email", {"consent": "ads"}, ("consent",)),  # another handler: separate
        ("user.contact.email", {"consent": "both"}, ()),
        ("user.contact.email", {"consent": "ads", "role": "processor"}, ()),
        ("user.contact.email", {"consent": "ads", "role": "processor", "relation": "publication"}, ("consent",)),
        ("user.health_and_medical", {"consent": "ads", "role": "processor"}, ("consent",)),
        ("user.childrens", {"consent": "both", "role": "processor"}, ("consent",)),
        ("user.childrens", {"consent": "parents", "role": "processor"}, ()),
        ("user.contact.email", {"consent": "nobody-wrote-it-down", "role": "processor"}, ("consent",)),
    ],
)
def test_consent_in_china_is_of_the_kind_the_law_asks_for(category, terms, failed):
    china = but(
        Party("us", own=True, country="CN"), Party("ad", country="CN"), System("crm", operator="us", country="CN"),
        System("adapi", operator="ad", country="CN"),
    )  # fmt: skip
    kind = "processing-agreement" if terms.get("role") == "processor" else "contract"
    allowed = replace(CONTACT, **terms, legal_basis="consent", instrument=Instrument(kind), data_categories=(category,))
    flow = move(EMAIL_FIELD, AT_AD, consent=terms["consent"])
    said = Classification(EMAIL_FIELD, category, "customer")
    assert verdicts(said, flow, allowed, *CHINA, base=china) == [("ad", failed)]


@pytest.mark.parametrize(("begins", "failed"), [("CN", ("consent",)), ("DE", ())])
def test_consent_of_people_in_china_is_judged_by_their_law_wherever_the_data_are_sent_from(begins, failed):
    copy = FieldId("sharemap://wh", "users", "email")
    world = but(System("crm", operator="us", country=begins), System("wh", operator="us", country="DE"))
    by_consent = replace(CONTACT, legal_basis="consent", consent="ads")
    flows = move(EMAIL_FIELD, copy), move(copy, AT_AD, consent="ads")
    assert verdicts(email(EMAIL_FIELD), *flows, by_consent, *CHINA, base=world) == [("ad", failed)]


def test_a_scanned_source_that_somebody_named_is_no_longer_only_ours():
    scanned = System("crm", namespaces=(Claim("pg://db.example"),), ours=True)
    named = System("crm", operator="ad"), System("partner", operator="pr", namespaces=(Claim("pg://db.example"),))
    there = FieldId("pg://db.example", "t", "email")
    source = FieldId("sharemap://wh", "users", "email")
    base = (*BASE[:3], System("wh", operator="us", country="DE"), scanned, *named)
    assert verdicts(email(source), move(source, there), base=base) == [("ad", ("none",)), ("pr", ("none",))]


def test_two_systems_that_claim_a_place_are_both_asked_whom_it_is_about():
    more = System("crm2", operator="us", namespaces=(Claim("sharemap://crm"),), data_subject="employee", country="DE")
    world = but(System("crm", operator="us", country="DE", data_subject="customer"), more)
    said = Classification(EMAIL_FIELD, "user.contact.email")
    assert [s.data_subject for s in judged(said, move(EMAIL_FIELD, AT_AD), base=world).shares] == [
        "customer",
        "employee",
    ]


def test_the_path_begins_at_a_collection_point_that_only_holds_what_flows_back_into_it():
    form = FieldId("sharemap://crm", "form", "mail")
    judgement = judged(
        email(EMAIL_FIELD), Collection(form, "profile"), move(EMAIL_FIELD, form), move(form, EMAIL_FIELD),
        move(EMAIL_FIELD, AT_AD),
    )  # fmt: skip
    assert [hop.field for hop in judgement.witness(judgement.shares[0])] == [
        "crm:form#mail",
        "crm:users#email",
        "adapi:in#email",
    ]


def test_a_whole_dataset_that_flows_in_feeds_the_fields_it_fills():
    first, second = FieldId("sharemap://crm", "a", "email"), FieldId("sharemap://crm", "b", "email")
    judgement = judged(email(first), email(second), move(first.dataset, second.dataset), move(second, AT_AD))
    assert judgement.origin_of(judgement.shares[0]) == first


def test_a_way_out_names_the_sender_where_it_is_another_and_waits_for_what_is_unknown():
    onward = judged(email(EMAIL_FIELD), move(EMAIL_FIELD, AT_AD), move(AT_AD, AT_PR))
    terms = [onward.sharing.verdicts.terms_for(share) for share in onward.shares]
    assert [t.get("sender") for t in terms] == ["ad", None]
    unclear = judged(email(EMAIL_FIELD), move(EMAIL_FIELD, AT_AD, data_use=None))
    assert unclear.sharing.verdicts.terms_for(unclear.shares[0]) is None
