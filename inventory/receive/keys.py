"""Who may send events?  Keys by name; only their digests are kept.

A key is 256 random bits, so that one round of SHA-256 is enough: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from lineage.errors import InvalidInput, did_you_mean

_PREFIX = "smk_"
_FRESH = 1.0


@dataclass(frozen=True, slots=True)
class Key:
    """A key that was given out: its name, the hex SHA-256 of the key, and the day it was made (ISO)."""

    name: str
    digest: str
    made: str


@dataclass
class Keys:
    """The keys in a file; what other processes change in it is seen within a second."""

    path: Path
    _known: tuple[Key, ...] = ()
    _read: float = field(default=float("-inf"))

    def all(self) -> tuple[Key, ...]:
        """By name.  Raises InvalidInput where the file is damaged."""
        try:
            told = json.loads(self.path.read_text(encoding="utf-8"))
            return tuple(sorted((Key(**item) for item in told), key=lambda key: key.name))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError):
            raise InvalidInput(f"{self.path}: cannot be read as keys; remove it and make new ones") from None

    def add(self, name: str) -> str:
        """Make a key and return it: this is the only time it can be seen.  Raises InvalidInput if the name is taken."""
        keys = self.all()
        if any(key.name == name for key in keys):
            raise InvalidInput(f"there is a key {name!r} already; remove it first, or choose another name")
        if not name.strip() or len(name) > 100 or not name.isprintable():
            raise InvalidInput("a key needs a name of at most 100 characters that can be seen")
        secret = _PREFIX + secrets.token_urlsafe(32)
        self._write((*keys, Key(name, _digest(secret), datetime.now(UTC).date().isoformat())))
        return secret

    def remove(self, name: str) -> None:
        """Raises InvalidInput if there is none of that name."""
        keys = self.all()
        if all(key.name != name for key in keys):
            raise InvalidInput(f"there is no key {name!r}{did_you_mean(name, [key.name for key in keys])}")
        self._write(tuple(key for key in keys if key.name != name))

    def admits(self, secret: str, now: float) -> bool:
        """Is it one of the keys?  As long for every answer; `now` is a monotonic time in seconds."""
        if now - self._read > _FRESH:
            self._known, self._read = self.all(), now
        digest = _digest(secret)
        return sum(hmac.compare_digest(key.digest, digest) for key in self._known) > 0

    def _write(self, keys: tuple[Key, ...]) -> None:
        part = self.path.with_name(self.path.name + ".part")
        told = [{"name": key.name, "digest": key.digest, "made": key.made} for key in keys]
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(told, file, indent=1)
        part.replace(self.path)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
