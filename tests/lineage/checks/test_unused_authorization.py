"""An authorization that covers nothing is a door left open."""

import pytest

from tests.world import AUTH, TO_AD, found, world


@pytest.mark.parametrize(
    ("change", "unused"),
    [
        ({}, True),
        ({"valid_from": "2026-03-17"}, True),  # 90 days ago
        ({"valid_from": "2026-03-18"}, False),
        ({"valid_until": "2026-06-14"}, False),  # over: no door
        ({"valid_until": "2026-06-15"}, True),
    ],
)
def test_one_in_force_for_ninety_days_that_no_share_needs(folder, change, unused):
    folder.entries(**world(flows=[], authorizations=[{**AUTH, **change}]))
    assert len(found(folder, "unused-authorization")) == unused


def test_one_that_covers_a_share_is_used_even_if_another_covers_it_too(folder):
    folder.entries(**world(authorizations=[AUTH, {**AUTH, "key": "A2"}]))
    assert not found(folder, "unused-authorization")


def test_one_that_a_share_fails_on_is_not_called_unused(folder):
    folder.entries(**world(flows=[{**TO_AD, "data_use": "essential"}]))
    assert found(folder, "unauthorized-share")
    assert not found(folder, "unused-authorization")


def test_the_threshold_is_configuration(folder):
    folder.write("sharemap.yaml", "checks: {unused_days: 400}\n")
    folder.entries(**world(flows=[]))
    assert not found(folder, "unused-authorization")
