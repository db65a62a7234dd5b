"""Somebody answers for every system of ours that holds personal data."""

from tests.world import SYSTEMS, found, world


def test_a_system_of_ours_needs_an_owner(folder):
    crm = {k: v for k, v in SYSTEMS[0].items() if k != "owner"}
    folder.entries(**world(systems=[crm, *SYSTEMS[1:]]))
    assert [f["source"] for f in found(folder, "unowned-system")] == ["crm"]


def test_others_and_empty_ones_need_none(folder):
    empty = {"key": "empty", "operator": "us"}
    folder.entries(**world(systems=[*SYSTEMS, empty]))
    assert not found(folder, "unowned-system")
