"""A check as a person reads it at a terminal."""

import io

from inventory.formats import text
from tests.exports import checked, nasty_shops, shop


def written(facts):
    out = io.StringIO()
    text.write(checked(facts), out)
    return out.getvalue()


def test_a_finding_has_its_path_its_reason_and_its_ways_out():
    shown = written(shop())
    start = shown.index("unauthorized-share  high  F-")
    finding = shown[start : shown.index("\n\n", start)]
    assert "1 collected" in finding
    assert "ours:copy#email" in finding
    assert "theirs:in#email" in finding
    assert "ways out" in finding


def test_every_promise_has_a_line_and_the_coverage_is_told():
    shown = written(shop())
    assert "share only what was authorised" in shown
    assert "4 fields, 3 holding personal data, 2 flows, 1 shares" in shown
    assert "INCOMPLETE" not in shown
    assert "INCOMPLETE" in written([])


def test_no_name_steers_the_terminal_or_begins_a_line_of_its_own():
    shown = written(nasty_shops())
    assert not set("\x1b\r\x00\t\u202e\x85") & set(shown)
    assert max(map(len, shown.splitlines())) < 2000
    assert "not read  " in shown
