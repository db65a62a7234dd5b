"""An authorization that shares rest on is renewed in time."""

import pytest

from tests.world import AUTH, found, world


@pytest.mark.parametrize(
    ("until", "found_"),
    [("2026-06-15", True), ("2026-07-15", True), ("2026-07-16", False), ("2026-06-14", False), (None, False)],
)
def test_one_that_ends_within_thirty_days(folder, until, found_):
    allowed = {**AUTH, **({"valid_until": until} if until else {})}
    folder.entries(**world(authorizations=[allowed]))
    assert len(found(folder, "expiring-authorization")) == found_


def test_one_that_nothing_rests_on_may_end(folder):
    folder.entries(**world(flows=[], authorizations=[{**AUTH, "valid_until": "2026-06-20"}]))
    assert not found(folder, "expiring-authorization")


def test_the_threshold_is_configuration(folder):
    folder.write("sharemap.yaml", "checks: {expiring_days: 5}\n")
    folder.entries(**world(authorizations=[{**AUTH, "valid_until": "2026-06-25"}]))
    assert not found(folder, "expiring-authorization")
