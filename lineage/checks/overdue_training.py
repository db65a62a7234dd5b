"""Are the people who handle personal data trained as often as was promised (GDPR art. 39(1)(b), PIPL art. 51(4))?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.spans import after

NAME = "overdue-training"
SEVERITY = "low"
PROMISE = "review"
SUMMARY = "A training is past its interval, or personal data is held and no training is on record."
HELP = """Hold the training and enter its day (last), or enter one: key, audience, interval. A training that was never
held is overdue at once."""


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each training that is past its interval; one where there is none though data is held."""
    trainings = judgement.world.trainings
    for training in trainings:
        due = after(training.last, training.interval) if training.last else None
        if due is None or due < judgement.day:
            told = f"was due on {due}" if due else "was never held"
            yield Finding(
                NAME, SEVERITY,
                f"training {training.key} for {training.audience} {told}; because its interval is {training.interval}",
                (training.key,), ways_out=("hold it and enter its day",),
                place=judgement.world.evidence(training)[0].place,
            )  # fmt: skip
    if not trainings and judgement.holdings.own_systems:
        yield Finding(
            NAME, SEVERITY, "personal data is held and nobody is trained for it; because no training is entered",
            ("none",), ways_out=("enter one: sharemap add training",),
        )  # fmt: skip
