"""Where do two sources say different things about the same party, system or dataset?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.findings import Finding
from lineage.judgement import Judgement

NAME = "conflicting-statements"
SEVERITY = "low"
PROMISE = "keep-up"
SUMMARY = "Two statements disagree on a plain attribute; the one that is trusted more was believed."
HELP = """Attested statements are believed before observed and inferred ones, then newer before older. Correct the one
that is wrong, so that nobody has to guess."""


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each attribute on which statements disagree."""
    for conflict in judgement.world.conflicts:
        said = " but ".join(f"{v} ({p})" for v, p in zip(conflict.values, conflict.places, strict=True))
        yield Finding(
            NAME, SEVERITY, f"{conflict.attribute} of {conflict.subject} is {said}; because the statements disagree",
            (conflict.subject, conflict.attribute, *conflict.values),
            ways_out=("correct the one that is wrong",), place=conflict.places[-1],
        )  # fmt: skip
