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

    def recall(self, digest: bytes, seen: Seen) -> T | None:
        """What came of an equal piece, if that one was no later than `seen`, so that this one adds nothing."""
        before = self.known.get(digest)
        return before[1] if before and before[0] <= seen else None

    def keep(self, digest: bytes, seen: Seen, outcome: T) -> None:
        if len(self.known) >= _MOST:
            self.known.clear()
        self.known[digest] = seen, outcome


def digest(*pieces: Any) -> bytes:
    """A digest of pieces of JSON; equal pieces may have different ones (order of keys), never the other way."""
    try:
        told = marshal.dumps(pieces, 2)
    except ValueError:  # nested deeper than marshal goes
        told = repr(pieces).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=16).digest()
