"""Was the impact assessed where the law asks for it (PIPL art. 55-56, GDPR art. 35)?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from lineage.covering import area
from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.model import ALL, Assessment
from lineage.vocabulary import covers, is_sensitive

NAME = "missing-impact-assessment"
SEVERITY = "medium"
PROMISE = "share"
SUMMARY = "Sensitive data is processed, or personal data handed on, and no impact assessment in force covers it."
HELP = """PIPL art. 55 asks for an assessment before sensitive data is processed and before personal data is entrusted,
provided or sent abroad; GDPR art. 35 where sensitive data is processed or handed on. An assessment of the same law must
cover the recipient and the categories on the day; one without recipients or categories covers all of them."""

_LAWS = {"CN": "pipl", "EEA": "gdpr"}


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each law and recipient, and each law and sensitive category of ours, that is not covered."""
    for (law, recipient), categories in sorted(_handed(judgement).items()):
        missing = [c for c in sorted(categories) if not _assessed(judgement, law, recipient, c)]
        if missing:
            name = judgement.world.party_name(recipient)
            yield _finding(law, f"{', '.join(missing)} is handed to {name}", (law, recipient), recipient)
    for (law, category), systems in sorted(_processed(judgement).items()):
        if not _assessed(judgement, law, None, category):
            where = ", ".join(sorted(systems))
            yield _finding(law, f"{category}, which is sensitive, is processed in {where}", (law, "", category), None)


def _handed(judgement: Judgement) -> Mapping[tuple[str, str], set[str]]:
    """(law, recipient) -> the categories that it gets and the law wants assessed."""
    handed: dict[tuple[str, str], set[str]] = {}
    for share in judgement.shares:
        for country in judgement.sharing.verdicts.consents.sent_from(share) if share.recipient is not None else ():
            law = _LAWS.get(area(country))
            if law == "pipl" or (law and is_sensitive(share.data_category)):
                handed.setdefault((law, share.recipient or ""), set()).add(share.data_category)
    return handed


def _processed(judgement: Judgement) -> Mapping[tuple[str, str], set[str]]:
    """(law, sensitive category) -> the systems of ours that hold it."""
    processed: dict[tuple[str, str], set[str]] = {}
    for system in judgement.holdings.own_systems:
        laws = {law for c in judgement.holdings.countries(system.key) if (law := _LAWS.get(area(c)))}
        for category in judgement.holdings.personal(system.key):
            for law in laws if is_sensitive(category) else ():
                processed.setdefault((law, category), set()).add(system.key)
    return processed


def _assessed(judgement: Judgement, law: str, recipient: str | None, category: str) -> bool:
    head = judgement.world.head
    return any(
        a.law == law
        and _in_force(a, judgement.day)
        and (recipient is None or not a.recipients or recipient in {head(r) for r in a.recipients})
        and (not a.data_categories or any(c == ALL or covers(c, category) for c in a.data_categories))
        for a in judgement.world.assessments
    )


def _in_force(assessment: Assessment, day: date) -> bool:
    return assessment.done <= day and (assessment.valid_until is None or day <= assessment.valid_until)


def _finding(law: str, what: str, identity: tuple[str, ...], recipient: str | None) -> Finding:
    return Finding(
        NAME, SEVERITY, f"{what}; because no assessment under {law.upper()} in force covers it", identity,
        recipient=recipient,
        ways_out=("assess it and enter the assessment: sharemap add assessment", "do without this data"),
    )  # fmt: skip
