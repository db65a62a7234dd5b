"""Is it said how long every kind of personal data is kept (GDPR art. 5(1)(e), PIPL art. 19)?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.model import ALL, Retention
from lineage.vocabulary import covers, label

NAME = "missing-retention"
SEVERITY = "medium"
PROMISE = "control"
SUMMARY = "A category is held in systems of ours, and no period or rule says how long and what happens then."
HELP = """Enter under retention a period or the rule that fixes it, and what happens then (after: erase, anonymise or
archive), for the category or one above it; without systems it holds in all of them."""


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each category that some of our systems hold without an end."""
    lacking: dict[str, list[str]] = {}
    for system in judgement.holdings.own_systems:
        for category in judgement.holdings.personal(system.key):
            if not any(_says(r, system.key, category) for r in judgement.world.retentions):
                lacking.setdefault(category, []).append(system.key)
    for category, systems in sorted(lacking.items()):
        yield Finding(
            NAME, SEVERITY,
            f"{label(category)} ({category}) is kept without an end in {', '.join(systems)}; because no retention with "
            "a period or rule, and what happens then, is entered for it",
            (category, *systems), source=systems[0] if len(systems) == 1 else None,
            ways_out=(f"say how long: sharemap add retention, data_categories [{category}]",),
        )  # fmt: skip


def _says(retention: Retention, system: str, category: str) -> bool:
    told = (retention.period or retention.rule) and retention.after and not retention.recipients
    here = not retention.systems or system in retention.systems
    named = not retention.data_categories or any(c == ALL or covers(c, category) for c in retention.data_categories)
    return bool(told) and here and named
