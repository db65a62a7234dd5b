"""What a check answers with; every check is a module here with `SEVERITY`, `PROMISE` and `check`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from lineage.judgement import Hop
from lineage.model import Suppression

SEVERITIES = ("high", "medium", "low")


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
