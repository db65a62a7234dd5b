"""The only exceptions raised on purpose; every message names the thing and the way out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class LineageError(Exception):
    """Base of everything this program raises on purpose; its text is meant for the user."""


class InvalidInput(LineageError):
    """Something a person wrote (configuration, entry, argument) cannot be used as it is."""


class StoreError(LineageError):
    """The fact store is missing, damaged, locked or of a version this program does not know."""


class Refused(LineageError):
    """The program could go on but must not: publishing over an unauthorised share, for one."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``" (did you mean 'x'?)"`` for the nearest of `known`, or an empty string."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f" (did you mean {near[0]!r}?)" if near else ""
