"""How a finding tells its path: where it begins, what happened at each place, and who says so."""

from datetime import UTC, date, datetime

import pytest

from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.model import Classification, Collection, Evidence, Fact, FieldId, Flow, Form, Party, System

CRM = "sharemap://crm"
FORM, EMAIL, HASH = FieldId(CRM, "form", "mail"), FieldId(CRM, "users", "email"), FieldId(CRM, "export", "hash")
AT_AD = FieldId("sharemap://adapi", "in", "id")
BASE = (
    Party("us", own=True, country="DE"), Party("ad", country="DE"), System("crm", operator="us", country="DE"),
    System("adapi", operator="ad", country="DE"),
)  # fmt: skip


def judged(*statements):
    said = [Fact(s, Evidence("test", "base.yaml", i)) for i, s in enumerate(BASE, 1)]
    said += [Fact(s, Evidence("test", "world.yaml", i)) for i, s in enumerate(statements, 1)]
    return Judgement(LineageGraph.from_facts(said), date(2026, 6, 15), datetime(2026, 6, 15, tzinfo=UTC))


def email(field, form=Form.RAW):
    return Classification(field, "user.contact.email", "customer", form)


def told(judgement, share):
    return [(hop.action, hop.field, hop.evidence) for hop in judgement.witness(share)]


def test_every_hop_names_what_was_done_and_the_place_that_says_so():
    judgement = judged(
        email(FORM), Collection(FORM, "sign-up"), Flow(FORM, EMAIL), Flow(EMAIL, HASH, function="sha256", masking=True),
        Flow(HASH, AT_AD),
    )  # fmt: skip
    (share,) = judgement.shares
    assert told(judgement, share) == [
        ("collected", "crm:form#mail", "sign-up (world.yaml:2)"),
        ("copied", "crm:users#email", "world.yaml:3"),
        ("sha256(email)", "crm:export#hash", "world.yaml:4"),
        ("SHARED", "adapi:in#id", "world.yaml:5"),
    ]
    assert judgement.origin_of(share) == FORM
    assert [judgement.graph.nodes[i] for i in judgement.places_of(share)] == [FORM, EMAIL, HASH, AT_AD]


def test_a_path_through_a_whole_dataset_says_which_of_its_fields_it_was():
    judgement = judged(email(EMAIL), Flow(EMAIL.dataset, AT_AD))
    (share,) = judgement.shares
    assert told(judgement, share) == [
        ("collection unknown", "crm:users#email", "world.yaml:1"),
        ("within", "crm:users", "part of the dataset"),
        ("SHARED", "adapi:in#id", "world.yaml:2"),
    ]


def test_a_collection_point_is_preferred_to_a_nearer_start():
    judgement = judged(email(FORM), Collection(FORM, "sign-up"), email(EMAIL), Flow(FORM, EMAIL), Flow(EMAIL, AT_AD))
    assert judgement.origin_of(judgement.shares[0]) == FORM


def test_a_start_that_nothing_feeds_is_preferred_to_a_nearer_one():
    judgement = judged(email(FORM), email(EMAIL), Flow(FORM, EMAIL), Flow(EMAIL, AT_AD))
    assert judgement.origin_of(judgement.shares[0]) == FORM
    other = Classification(FORM, "user.name", "customer")
    judgement = judged(other, email(EMAIL), Flow(FORM, EMAIL), Flow(EMAIL, AT_AD))
    assert [judgement.origin_of(s) for s in judgement.shares if s.data_category != "user.name"] == [EMAIL]


def test_where_all_starts_feed_each_other_the_nearest_is_taken():
    judgement = judged(email(FORM), email(EMAIL), Flow(FORM, EMAIL), Flow(EMAIL, FORM), Flow(EMAIL, AT_AD))
    assert judgement.origin_of(judgement.shares[0]) == EMAIL


@pytest.mark.parametrize("form", [Form.RAW, Form.HASHED])
def test_each_form_that_crosses_has_a_path_of_its_own(form):
    judgement = judged(
        email(EMAIL), Flow(EMAIL, HASH, function="sha256", masking=True), Flow(HASH, AT_AD), Flow(EMAIL, HASH)
    )
    (share,) = (s for s in judgement.shares if s.form is form)
    assert judgement.witness(share)[1].evidence == f"world.yaml:{2 if form is Form.HASHED else 4}"


def test_a_field_that_is_not_in_the_graph_holds_nothing():
    assert judged(email(EMAIL)).label_rows(FieldId("nowhere", "t", "f")) == ()
