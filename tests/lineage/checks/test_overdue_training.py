"""Trainings are held as often as was promised."""

import pytest

from tests.world import found, world


@pytest.mark.parametrize(("last", "overdue"), [("2026-03-15", False), ("2026-03-14", True), (None, True)])
def test_a_training_is_due_an_interval_after_the_last(folder, last, overdue):
    training = {"key": "t1", "audience": "support", "interval": "P3M", **({"last": last} if last else {})}
    folder.entries(**world(trainings=[training]))
    told = found(folder, "overdue-training")
    assert [f["severity"] for f in told] == ["low"] * overdue
    assert all("support" in f["message"] for f in told)


def test_no_training_at_all_is_one_finding_where_data_is_held(folder):
    folder.entries(**world(trainings=[]))
    assert len(found(folder, "overdue-training")) == 1
