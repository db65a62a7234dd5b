"""What is told while it goes on: to a terminal only, and gone when it is done."""

import io
import sys
from pathlib import Path

from inventory import pipeline
from inventory.cli.progress import Progress
from inventory.project import Source


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_is_told_in_one_line_that_goes_again(monkeypatch):
    monkeypatch.setattr(sys, "stderr", out := Terminal())
    with Progress() as progress:
        progress.show("reading the store")
        progress.show("judging: unread-source\x1b[2J", 3, 24)
    assert out.getvalue().split("\r\x1b[K") == ["", "reading the store", "judging: unread-source\\x1b[2J 3/24", ""]


def test_whatever_is_no_terminal_is_told_nothing(monkeypatch):
    monkeypatch.setattr(sys, "stderr", out := io.StringIO())
    with Progress() as progress:
        progress.show("reading the store")
    assert out.getvalue() == ""


def test_a_long_reading_says_how_far_it_is_and_that_it_is_written():
    told = []
    source = Source("shop", "sql", Path())
    readings = list(pipeline._counted(source, range(45_000), lambda *said: told.append(said[0])))
    assert readings == list(range(45_000))
    assert told == ["shop: 20000 readings", "shop: 40000 readings", "shop: writing what 45000 readings told"]
