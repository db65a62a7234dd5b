"""Does personal data leave for a place that nobody is known to operate?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.telling import finding_of

NAME = "unknown-recipient"
SEVERITY = "high"
PROMISE = "share"
SUMMARY = "Personal data flows to a place whose operator is not known."
HELP = "Enter the system that the place belongs to, with its operator; then the share can be judged."


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each share whose recipient is unknown."""
    for share in judgement.shares:
        if share.recipient is None:
            yield finding_of(judgement, share, NAME, SEVERITY)
