"""Which authorization in use ends soon?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from lineage.findings import Finding
from lineage.judgement import Judgement

NAME = "expiring-authorization"
SEVERITY = "low"
PROMISE = "share"
SUMMARY = "An authorization that shares rest on ends within the threshold (30 days unless configured)."
HELP = "Renew the instrument and the entry's valid_until, or end the flows it covers before that day."


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each authorization in use that ends within `expiring_days`."""
    used = {share.authorization for share in judgement.shares if share.authorized}
    limit = judgement.day + timedelta(days=judgement.settings.expiring_days)
    for authorization in judgement.world.authorizations:
        end = authorization.valid_until
        if authorization.key in used and end is not None and judgement.day <= end <= limit:
            yield Finding(
                NAME, SEVERITY, f"authorization {authorization.key} ends on {end}", (authorization.key, str(end)),
                recipient=authorization.recipient, place=judgement.world.evidence(authorization)[0].place,
                ways_out=("renew it, or end the flows it covers",),
            )  # fmt: skip
