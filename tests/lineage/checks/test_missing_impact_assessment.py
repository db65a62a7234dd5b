"""The impact is assessed where PIPL art. 55 or GDPR art. 35 asks for it."""

import pytest

from tests.world import AUTH, EMAIL, PARTIES, SYSTEMS, found, world

DONE = {"key": "PIA", "law": "pipl", "done": "2026-02-01"}


def in_china(**more):
    parties = [{**party, "country": "CN"} for party in PARTIES]
    systems = [{**system, "country": "CN"} for system in SYSTEMS]
    return world(parties=parties, systems=systems, authorizations=[{**AUTH, "countries": ["CN"]}], **more)


@pytest.mark.parametrize(
    ("assessment", "covered"),
    [
        ({}, True),
        ({"covers": {"recipients": ["ad"], "data_categories": ["user.contact"]}}, True),
        ({"covers": {"recipients": ["pr"]}}, False),
        ({"covers": {"data_categories": ["user.name"]}}, False),
        ({"law": "gdpr"}, False),
        ({"done": "2026-06-16"}, False),
        ({"valid_until": "2026-06-14"}, False),
    ],
)
def test_handing_on_from_china_must_be_assessed(folder, assessment, covered):
    folder.entries(**in_china(assessments=[{**DONE, **assessment}]))
    told = found(folder, "missing-impact-assessment")
    assert [f["recipient"] for f in told] == ([] if covered else ["ad"])


def test_in_europe_only_sensitive_data_asks_for_it(folder):
    folder.entries(**world())
    assert not found(folder, "missing-impact-assessment")
    folder.entries(**world(classifications=[{**EMAIL, "data_category": "user.health_and_medical"}]))
    told = found(folder, "missing-impact-assessment")
    assert [f["recipient"] for f in told] == [None, "ad"]
    assert "processed in crm" in told[0]["message"]


def test_sensitive_data_that_stays_here_must_be_assessed(folder):
    health = [{**EMAIL, "data_category": "user.health_and_medical"}]
    folder.entries(**in_china(flows=[], classifications=health))
    assert len(found(folder, "missing-impact-assessment")) == 1
    folder.entries(**in_china(flows=[], classifications=health, assessments=[DONE]))
    assert not found(folder, "missing-impact-assessment")
