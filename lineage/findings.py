"""What a check answers with, and the promises that checks keep watch over."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from lineage.hops import Hop
from lineage.model import Suppression

SEVERITIES = ("high", "medium", "low")
PROMISES = {
    "collect": "collect only what is needed and agreed to",
    "encrypt": "store and send it encrypted",
    "transparent": "show people how their data is handled",
    "review": "train staff, review and supervise",
    "share": "share only what was authorised",
    "control": "give people control, and a way to delete",
    "answer": "answer people's questions",
    "keep-up": "keep up with change",
}
"""What a company promises, in the order it is told; every check keeps watch over one of them."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A check as others tell of it: its name, usual severity, promise, one sentence, and the help."""

    name: str
    severity: str
    promise: str
    summary: str
    help: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect.  `source`, `target` are printed references; `place` is where to mend it, where that is known.

    `identity` is what makes it the same finding tomorrow: its fingerprint is a digest of check and identity.
    """

    check: str
    severity: str
    message: str
    identity: tuple[str, ...]
    source: str | None = None
    target: str | None = None
    recipient: str | None = None
    path: tuple[Hop, ...] = ()
    ways_out: tuple[str, ...] = ()
    place: str | None = None
    suppressed: Suppression | None = None

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that stay the same as long as the defect does."""
        text = "\x1f".join((self.check, *self.identity))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
