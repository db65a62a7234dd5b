"""Which authorization lets something be shared that nobody shares?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.model import Authorization

NAME = "unused-authorization"
SEVERITY = "low"
PROMISE = "share"
SUMMARY = (
    "An authorization has been in force longer than the threshold (90 days unless configured) and covers no share."
)
HELP = """What is allowed but not done is a door left open, or a flow that no scanner sees. End the authorization
(valid_until), or find the flow it is for."""


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each authorization in force since more than `unused_days` that covers no share."""
    needed = _needed(judgement)
    since = judgement.day - timedelta(days=judgement.settings.unused_days)
    for authorization in judgement.world.authorizations:
        end = authorization.valid_until
        if authorization.valid_from > since or (end is not None and end < judgement.day):
            continue
        if authorization not in needed:
            yield Finding(
                NAME, SEVERITY,
                f"authorization {authorization.key} for {judgement.world.party_name(authorization.recipient)} is in "
                f"force since {authorization.valid_from}; because no share that is known needs it",
                (authorization.key,), recipient=authorization.recipient,
                ways_out=("end it with valid_until", "find the flow it is for, and enter or scan it"),
                place=judgement.world.evidence(authorization)[0].place,
            )  # fmt: skip


def _needed(judgement: Judgement) -> set[Authorization]:
    """The authorizations that cover a share, or that one is held against as the nearest (the fault is another's)."""
    needed = set(judgement.sharing.verdicts.covering(judgement.shares))
    named = {(share.recipient, share.authorization) for share in judgement.shares}
    for recipient in {recipient for recipient, _ in named}:
        needed.update(a for a in judgement.sharing.verdicts.for_recipient(recipient) if (recipient, a.key) in named)
    return needed
