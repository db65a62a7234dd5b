"""What is collected must be declared by an activity of the system that collects it."""

import pytest

from tests.world import ACTIVITY, EMAIL, found, world

POINT = {"field": "crm:users#email", "point": "sign-up form"}


@pytest.mark.parametrize(
    ("change", "declared"),
    [
        ({}, True),
        ({"system": None}, True),
        ({"data_categories": ["*"]}, True),
        ({"data_categories": ["user.name"]}, False),
        ({"data_categories": []}, False),
        ({"system": "adapi"}, False),
    ],
)
def test_an_activity_of_the_system_must_name_the_category(folder, change, declared):
    activity = {k: v for k, v in {**ACTIVITY, **change}.items() if v is not None}
    folder.entries(**world(activities=[activity], collections=[POINT]))
    told = found(folder, "undeclared-collection")
    assert [f["source"] for f in told] == ([] if declared else ["crm:users#email"])


def test_a_sensitive_category_must_be_named_itself(folder):
    health = {**EMAIL, "data_category": "user.health_and_medical"}
    everything = {**ACTIVITY, "data_categories": ["*"]}
    folder.entries(**world(activities=[everything], collections=[POINT], classifications=[health]))
    assert len(found(folder, "undeclared-collection")) == 1


def test_what_is_not_collected_needs_no_declaration(folder):
    folder.entries(**world(activities=[]))
    assert not found(folder, "undeclared-collection")
