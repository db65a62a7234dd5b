"""Sensitive data that rests on consent comes in through a separate consent, by every way."""

import pytest

from tests.world import ACTIVITY, found, world

HEALTH = {"field": "crm:form#health", "data_category": "user.health_and_medical", "data_subject": "customer"}
USE = {**ACTIVITY, "data_categories": ["user.health_and_medical"], "legal_basis": "consent"}


def entries(kind="separate", point_consent="h", **more):
    point = {"field": "crm:form#health", "point": "health form"}
    if point_consent:
        point["consent"] = point_consent
    consents = [{"key": "h", "kind": kind}]
    return world(
        classifications=[HEALTH], activities=[USE], collections=[point], consents=consents, **{"flows": [], **more}
    )


@pytest.mark.parametrize(("kind", "findings"), [("separate", 0), ("general", 1), ("guardian", 1)])
def test_the_consent_of_the_collection_point_must_be_separate(folder, kind, findings):
    folder.entries(**entries(kind))
    assert len(found(folder, "sensitive-without-consent")) == findings


def test_no_consent_at_the_point_is_a_finding(folder):
    folder.entries(**entries(point_consent=None))
    (finding,) = found(folder, "sensitive-without-consent")
    assert "PIPL 28" in finding["message"]
    assert "crm:form#health" in finding["message"]


def test_a_gate_on_the_flow_will_do_and_one_way_round_is_enough_to_fail(folder):
    shop = {"key": "shop", "operator": "us", "country": "DE"}
    gated = {"source": "crm:form#health", "target": "shop:a#h", "consent": "h"}
    round_ = {"source": "crm:form#health", "target": "shop:b#h"}
    for flows, findings in (([gated], 0), ([gated, round_], 1)):
        told = entries(point_consent=None, flows=flows)
        told["systems"] = [*told["systems"], shop]
        told["activities"] = [{**USE, "system": "shop"}]
        folder.entries(**told)
        assert len(found(folder, "sensitive-without-consent")) == findings


def test_childrens_data_asks_for_a_guardian(folder):
    child = {**HEALTH, "data_category": "user.childrens"}
    for kind, findings in (("guardian", 0), ("separate", 1)):
        told = {**entries(kind), "classifications": [child]}
        told["activities"] = [{**USE, "data_categories": ["user.childrens"]}]
        folder.entries(**told)
        assert len(found(folder, "sensitive-without-consent")) == findings


def test_another_basis_asks_for_no_consent(folder):
    folder.entries(**{**entries(point_consent=None), "activities": [{**USE, "legal_basis": "legal-obligation"}]})
    assert not found(folder, "sensitive-without-consent")
