"""Does a processor get data without a processing agreement (GDPR art. 28, PIPL art. 21)?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.telling import finding_of, lacks_only_agreement

NAME = "missing-processing-agreement"
SEVERITY = "high"
PROMISE = "share"
SUMMARY = "A processor gets personal data, and its authorization names no processing agreement."
HELP = "Give the authorization an instrument of kind processing-agreement with its reference, or correct the role."


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each share that lacks nothing but the agreement."""
    for share in judgement.shares:
        if lacks_only_agreement(judgement, share):
            yield finding_of(judgement, share, NAME, SEVERITY)
