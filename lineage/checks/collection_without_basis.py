"""Does a processing activity name the legal basis it rests on (GDPR art. 6, PIPL art. 13)?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.vocabulary import label

NAME = "collection-without-basis"
SEVERITY = "high"
PROMISE = "collect"
SUMMARY = "A processing activity names no legal basis."
HELP = """Every activity needs one of the bases of GDPR art. 6(1) or PIPL art. 13(1); without one nothing of what it
collects may be collected. Give the activity a legal_basis, or end it."""


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each activity without a legal basis."""
    for activity in judgement.world.activities:
        if activity.legal_basis is None:
            yield Finding(
                NAME, SEVERITY,
                f"activity {activity.key} ({label(activity.data_use)}) rests on nothing; because it has no legal basis",
                (activity.key,), source=activity.system,
                ways_out=(f"give activity {activity.key} a legal_basis", "end the activity and what it collects"),
                place=judgement.world.evidence(activity)[0].place,
            )  # fmt: skip
