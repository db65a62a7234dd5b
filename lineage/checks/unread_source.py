"""What could not be read, so that nothing here speaks for it?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.findings import Finding
from lineage.judgement import Judgement

NAME = "unread-source"
SEVERITY = "low"
PROMISE = "keep-up"
SUMMARY = "A source, or a place in one, could not be read."
HELP = "Mend what the reason names and scan again; until then findings are incomplete (exit code 3)."


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each gap."""
    for gap in judgement.world.gaps:
        yield Finding(
            NAME, SEVERITY, f"{gap.source} was not read; because {gap.reason}", (gap.source, gap.reason),
            ways_out=("mend it and run: sharemap scan",), place=gap.source,
        )  # fmt: skip
