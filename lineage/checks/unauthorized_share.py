"""Does personal data reach another party that no valid authorization lets have it?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.telling import finding_of, lacks_only_agreement

NAME = "unauthorized-share"
SEVERITY = "high"
PROMISE = "share"
SUMMARY = "Personal data reaches another party without an authorization that covers it."
HELP = """Every flow that hands personal data to another party is held against the authorizations entered for that
party: sender, category, purpose, subject, form, countries, instrument, legal basis, consent and dates must all be
covered by one of them on the day. Medium where the only trace is of whole datasets."""


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each unauthorised share of a known recipient, but those that a check of their own reports."""
    for share in judgement.shares:
        if not share.authorized and share.recipient and not lacks_only_agreement(judgement, share):
            yield finding_of(judgement, share, NAME, "medium" if share.coarse else SEVERITY)
