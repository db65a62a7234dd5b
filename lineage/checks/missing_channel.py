"""Can people ask, and do they know how soon they are answered (GDPR art. 12-13, PIPL art. 17, 50)?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.findings import Finding
from lineage.judgement import Judgement

NAME = "missing-channel"
SEVERITY = "medium"
PROMISE = "answer"
SUMMARY = "Personal data is held and no channel for questions is entered, or one does not say how soon it answers."
HELP = """Enter a channel people can ask through (channels: key, kind, address, answers_within, languages). GDPR art.
12(3) allows a month; PIPL art. 50 asks for a convenient way and a prompt answer."""


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding where there is no channel though data is held, and for each that promises no time."""
    channels = judgement.world.channels
    if not channels and judgement.holdings.own_systems:
        yield Finding(
            NAME, SEVERITY, "personal data is held and people cannot ask about it; because no channel is entered",
            ("none",), ways_out=("enter one: sharemap add channel",),
        )  # fmt: skip
    for channel in channels:
        if not channel.answers_within:
            yield Finding(
                NAME, SEVERITY, f"channel {channel.key} promises no time; because answers_within is not entered",
                (channel.key,), ways_out=("enter answers_within, like P15D",),
                place=judgement.world.evidence(channel)[0].place,
            )  # fmt: skip
