"""Was the same told before, and not later?  Most events repeat what the last run of their job said."""

from __future__ import annotations

import hashlib
import marshal
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from inventory.scanners.openlineage.ledger import Seen

T = TypeVar("T")
_MOST = 100_000


@dataclass
class Repeats(Generic[T]):
    """What came of pieces of JSON, under their digests; forgets everything when it grows too large."""

    known: dict[bytes, tuple[Seen, T]] = field(default_factory=dict)

    def recall(self, digest: bytes | None, seen: Seen) -> T | None:
        """What came of an equal piece, if that one was no later than `seen`, so that this one adds nothing."""
        before = self.known.get(digest) if digest else None
        return before[1] if before and before[0] <= seen else None

    def keep(self, digest: bytes | None, seen: Seen, outcome: T) -> None:
        if len(self.known) >= _MOST:
            self.known.clear()
        if digest:
            self.known[digest] = seen, outcome


def digest(*pieces: Any) -> bytes | None:
    """A digest of pieces of JSON; None where they are nested too deeply for one.

    Equal pieces may have different ones (the order of keys counts), different pieces never have the same.
    """
    try:
        return hashlib.blake2b(marshal.dumps(pieces, 2), digest_size=16).digest()
    except ValueError:
        return None
