"""Reviews are held as often as was promised."""

import pytest

from tests.world import found, world


@pytest.mark.parametrize(
    ("last", "overdue"), [("2025-06-15", False), ("2025-06-14", True), (None, True), ("2026-06-15", False)]
)
def test_a_review_is_due_an_interval_after_the_last(folder, last, overdue):
    review = {"key": "r1", "interval": "P1Y", "scope": ["crm"], **({"last": last} if last else {})}
    folder.entries(**world(reviews=[review]))
    told = found(folder, "overdue-review")
    assert [f["severity"] for f in told] == ["low"] * overdue


def test_no_review_at_all_is_one_finding_where_data_is_held(folder):
    folder.entries(**world(reviews=[]))
    assert len(found(folder, "overdue-review")) == 1
    folder.entries(**world(reviews=[], classifications=[]))
    assert not found(folder, "overdue-review")
