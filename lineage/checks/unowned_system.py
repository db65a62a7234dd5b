"""Which of our systems hold personal data and have nobody who answers for them?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.findings import Finding
from lineage.judgement import Judgement

NAME = "unowned-system"
SEVERITY = "low"
PROMISE = "review"
SUMMARY = "A system of ours holds personal data and names no owner."
HELP = "Enter the team or role that answers for it (owner on the system)."


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each system of ours that holds personal data and has no owner."""
    for system in judgement.holdings.own_systems:
        if not system.owner:
            evidence = judgement.world.evidence(system)
            yield Finding(
                NAME, SEVERITY, f"system {system.key} holds personal data; because no owner is entered", (system.key,),
                source=system.key, ways_out=("enter its owner",), place=evidence[0].place if evidence else None,
            )  # fmt: skip
