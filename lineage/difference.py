"""What is different between two judgements: shares that are new, gone, or judged otherwise, and findings?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lineage.findings import SEVERITIES, Finding
from lineage.share import Share

Verdict = tuple[bool, str | None, tuple[str, ...], bool]


class Changed(NamedTuple):
    """A share that was and is, judged otherwise (or by a finer trace) than before."""

    before: Share
    after: Share


class Altered(NamedTuple):
    """A finding that stands on both sides and weighs otherwise: its severity, or whether it is suppressed."""

    before: Finding
    after: Finding

    @property
    def worse(self) -> bool:
        was, now = ((f.suppressed is None, -SEVERITIES.index(f.severity)) for f in (self.before, self.after))
        return now > was


@dataclass(frozen=True)
class Difference:
    """Shares and findings of the second of two judgements beside the first, each in the order they have there."""

    new_shares: tuple[Share, ...]
    gone_shares: tuple[Share, ...]
    changed_shares: tuple[Changed, ...]
    new_findings: tuple[Finding, ...]
    gone_findings: tuple[Finding, ...]
    altered_findings: tuple[Altered, ...]

    def __bool__(self) -> bool:
        return any(
            (
                self.new_shares, self.gone_shares, self.changed_shares,
                self.new_findings, self.gone_findings, self.altered_findings,
            )
        )  # fmt: skip


def difference(
    shares: tuple[Iterable[Share], Iterable[Share]], findings: tuple[Iterable[Finding], Iterable[Finding]]
) -> Difference:
    """What is different in the second of each pair.

    A share is the same on both sides if its tuple and its two ends are; of parallel flows that differ in their verdict
    the worst counts.  A finding is the same if its fingerprint is.
    """
    old, new = map(_by_tuple, shares)
    was, now = ({finding.fingerprint: finding for finding in side} for side in findings)
    both = [(old[key], new[key]) for key in new if key in old]
    weighed = [Altered(was[key], now[key]) for key in now if key in was]
    return Difference(
        tuple(share for key, share in new.items() if key not in old),
        tuple(share for key, share in old.items() if key not in new),
        tuple(Changed(a, b) for a, b in both if _verdict(a) != _verdict(b)),
        tuple(finding for key, finding in now.items() if key not in was),
        tuple(finding for key, finding in was.items() if key not in now),
        tuple(pair for pair in weighed if _weight(pair.before) != _weight(pair.after)),
    )


def _by_tuple(shares: Iterable[Share]) -> Mapping[Share, Share]:
    """What is shared -> the share of it that is judged worst."""
    worst: dict[Share, Share] = {}
    for share in shares:
        what = share._replace(flow=min(share.flow, 0), coarse=False, authorized=False, authorization=None, failed=())
        worst[what] = min(worst.get(what, share), share, key=_verdict_order)
    return worst


def _verdict(share: Share) -> Verdict:
    return share.authorized, share.authorization, share.failed, share.coarse


def _verdict_order(share: Share) -> tuple[object, ...]:
    """Refused before authorised, failing in more before in less, known by column before known by dataset."""
    return share.authorized, -len(share.failed), share.failed, share.authorization or "", share.coarse


def _weight(finding: Finding) -> tuple[str, bool]:
    return finding.severity, finding.suppressed is None
