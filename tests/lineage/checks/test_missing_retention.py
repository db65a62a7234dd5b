"""Every kind of data has an end, and it is said what happens then."""

import pytest

from tests.world import found, world

FULL = {"key": "r", "data_categories": ["user.contact"], "period": "P1Y", "after": "erase"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, True),
        ({"period": None, "rule": "as long as the account"}, True),
        ({"data_categories": []}, True),  # for everything in its systems
        ({"systems": ["crm"]}, True),
        ({"systems": ["adapi"]}, False),
        ({"data_categories": ["user.name"]}, False),
        ({"after": None}, False),
        ({"recipients": ["ad"]}, False),  # says how long they keep it, not we
    ],
)
def test_a_period_or_rule_and_what_happens_then(folder, change, told):
    entry = {k: v for k, v in {**FULL, **change}.items() if v is not None}
    folder.entries(**world(retention=[entry]))
    findings = found(folder, "missing-retention")
    assert [f["source"] for f in findings] == ([] if told else ["crm"])
    assert all("user.contact.email" in f["message"] for f in findings)
