"""Do the entries of an authorization cover what is shared?  A category, a use, the countries of arrival."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from lineage.model import ALL
from lineage.vocabulary import is_for_others, is_sensitive

EEA = frozenset(
    ["AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IS", "IE", "IT"]
    + ["LV", "LI", "LT", "LU", "MT", "NL", "NO", "PL", "PT", "RO", "SK", "SI", "ES", "SE"]
)
_REMEMBERED = 65536
"""So many answers are kept: a check asks of a few keys very often."""


def area(country: str) -> str:
    """The area of law a country belongs to: the EEA is one, every other country (and HK, MO, TW) its own."""
    return "EEA" if country in EEA else country


def covers_category(entries: Iterable[str], category: str) -> bool:
    """Does one of an authorization's categories cover one that is shared?  Sensitive ones must be named, or one above
    that is itself sensitive; ``"*"`` covers the rest."""
    return not covering_category(category).isdisjoint(entries)


def covers_use(entries: Iterable[str], use: str | None) -> bool:
    """Does one of an authorization's uses cover a share's?  Uses for others' own ends must be named likewise; an
    unknown use is covered by nothing."""
    return not covering_use(use).isdisjoint(entries)


@lru_cache(_REMEMBERED)
def covering_category(category: str) -> frozenset[str]:
    """All entries that cover a category."""
    over = _over(category)
    return frozenset(filter(is_sensitive, over) if is_sensitive(category) else (*over, ALL))


@lru_cache(_REMEMBERED)
def covering_use(use: str | None) -> frozenset[str]:
    """All entries that cover a use; none covers an unknown one."""
    if use is None:
        return frozenset()
    over = _over(use)
    return frozenset(filter(is_for_others, over) if is_for_others(use) else (*over, ALL))


def _over(key: str) -> tuple[str, ...]:
    """A key of the vocabulary and all above it."""
    parts = key.split(".")
    return tuple(".".join(parts[: i + 1]) for i in range(len(parts)))


def covers_country(entries: Sequence[str], country: str | None) -> bool:
    """Is a country among those allowed?  The EEA is one area; HK, MO and TW are each their own."""
    if country is None:
        return False
    if ALL in entries or country in entries:
        return True
    return country in EEA and any(e in EEA or e in ("EEA", "EU") for e in entries)
