"""People can ask, and know how soon they are answered."""

from tests.world import KEPT, found, world


def test_there_must_be_a_channel(folder):
    folder.entries(**world(channels=[]))
    (finding,) = found(folder, "missing-channel")
    assert "no channel is entered" in finding["message"]


def test_a_channel_says_how_soon_it_answers(folder):
    slow = {k: v for k, v in KEPT["channels"][0].items() if k != "answers_within"}
    folder.entries(**world(channels=[slow]))
    (finding,) = found(folder, "missing-channel")
    assert "dpo" in finding["message"]


def test_who_holds_nothing_needs_none(folder):
    folder.entries(**world(channels=[], classifications=[]))
    assert not found(folder, "missing-channel")
