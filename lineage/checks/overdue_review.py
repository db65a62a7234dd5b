"""Is the processing reviewed as often as was promised (GDPR art. 24, PIPL art. 54)?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.spans import after

NAME = "overdue-review"
SEVERITY = "low"
PROMISE = "review"
SUMMARY = "A review is past its interval, or personal data is held and no review is on record."
HELP = """Hold the review and enter its day (last), or enter one: key, scope, interval. An interval counts from the day
of the last review; a review that was never held is overdue at once."""


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each review that is past its interval; one where there is none though data is held."""
    reviews = judgement.world.reviews
    for review in reviews:
        due = after(review.last, review.interval) if review.last else None
        if due is None or due < judgement.day:
            told = f"was due on {due}" if due else "was never held"
            scope = f" of {', '.join(review.scope)}" if review.scope else ""
            yield Finding(
                NAME, SEVERITY, f"review {review.key}{scope} {told}; because its interval is {review.interval}",
                (review.key,), ways_out=("hold it and enter its day and outcome",),
                place=judgement.world.evidence(review)[0].place,
            )  # fmt: skip
    if not reviews and judgement.holdings.own_systems:
        yield Finding(
            NAME, SEVERITY, "personal data is held and nobody reviews how; because no review is entered", ("none",),
            ways_out=("enter one: sharemap add review",),
        )  # fmt: skip
