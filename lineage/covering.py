"""Does one entry of an authorization cover what is shared?  A category, a use, the countries of arrival."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from lineage.model import ALL
from lineage.vocabulary import covers, is_for_others, is_sensitive

EEA = frozenset(
    ["AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IS", "IE", "IT"]
    + ["LV", "LI", "LT", "LU", "MT", "NL", "NO", "PL", "PT", "RO", "SK", "SI", "ES", "SE"]
)
_REMEMBERED = 65536
"""So many answers are kept: a check asks the same of a few pairs of keys very often."""


def area(country: str) -> str:
    """The area of law a country belongs to: the EEA is one, every other country (and HK, MO, TW) its own."""
    return "EEA" if country in EEA else country


@lru_cache(_REMEMBERED)
def covers_category(entry: str, category: str) -> bool:
    """Does an authorization's category cover one that is shared?  Sensitive ones must be named, or one above
    that is itself sensitive; ``"*"`` covers the rest."""
    if is_sensitive(category):
        return covers(entry, category) and is_sensitive(entry)
    return entry == ALL or covers(entry, category)


@lru_cache(_REMEMBERED)
def covers_use(entry: str, use: str | None) -> bool:
    """Does an authorization's use cover a share's?  Uses for others' own ends must be named likewise; an
    unknown use is covered by nothing."""
    if use is None:
        return False
    if is_for_others(use):
        return covers(entry, use) and is_for_others(entry)
    return entry == ALL or covers(entry, use)


def covers_country(entries: Sequence[str], country: str | None) -> bool:
    """Is a country among those allowed?  The EEA is one area; HK, MO and TW are each their own."""
    if country is None:
        return False
    if ALL in entries or country in entries:
        return True
    return country in EEA and any(e in EEA or e in ("EEA", "EU") for e in entries)
