"""The words for personal data, its uses and its people: fideslang keys, plain labels, DPV concepts, the law's
sensitive categories.  The words are tables beside this file; tests hold their keys to those of fideslang.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from lineage.errors import InvalidInput, did_you_mean

LANGUAGES = ("zh-Hans", "en")


@dataclass(frozen=True, slots=True)
class Term:
    """One key: what people call it in each language, and the nearest concept of the Data Privacy Vocabulary."""

    key: str
    labels: Mapping[str, str]
    iri: str | None

    @property
    def parent(self) -> str | None:
        return self.key.rpartition(".")[0] or None


def _read(name: str) -> dict[str, Term]:
    text = files(__package__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    terms: dict[str, Term] = {}
    for row in csv.DictReader(text.splitlines()):
        parent = terms.get(row["key"].rpartition(".")[0])
        iri = row["dpv"] or (parent.iri if parent else None)
        terms[row["key"]] = Term(row["key"], {lang: row[lang] for lang in LANGUAGES}, iri)
    return terms


CATEGORIES: dict[str, Term] = _read("categories")
USES: dict[str, Term] = _read("uses")
SUBJECTS: dict[str, Term] = _read("subjects")
_KINDS = {"data category": CATEGORIES, "data use": USES, "data subject": SUBJECTS}
_EVERYTHING = {"en": "Everything", "zh-Hans": "全部"}

SENSITIVE: dict[str, tuple[str, ...]] = {
    "user.authorization.biometric": ("PIPL 28", "GDPR 9"),
    "user.biometric": ("PIPL 28", "GDPR 9"),
    "user.childrens": ("PIPL 28",),
    "user.criminal_history": ("GB/T 45574", "GDPR 10"),
    "user.demographic.political_opinion": ("GDPR 9",),
    "user.demographic.race_ethnicity": ("GDPR 9",),
    "user.demographic.religious_belief": ("PIPL 28", "GDPR 9"),
    "user.demographic.sexual_orientation": ("GB/T 45574", "GDPR 9"),
    "user.financial": ("PIPL 28",),
    "user.government_id": ("GB/T 45574",),
    "user.health_and_medical": ("PIPL 28", "GDPR 9"),
    "user.location.precise": ("PIPL 28",),
}
"""Sensitive categories and the article or standard that makes them so (PIPL art. 28 with GB/T 45574, GDPR art. 9)."""

_IDENTIFYING = (
    "user.name", "user.contact", "user.unique_id", "user.government_id", "user.account", "user.device",
    "user.biometric",
)  # fmt: skip
_REMEMBERED = 4096
"""So many answers are kept: a check asks the same of a few keys a million times."""
_FOR_OTHERS = ("third_party_sharing", "train_ai_system")


def covers(parent: str, child: str) -> bool:
    """Is `child` the key `parent` itself or one below it?"""
    return parent == child or child.startswith(parent + ".")


def is_personal(category: str) -> bool:
    return covers("user", category)


@lru_cache(_REMEMBERED)
def is_sensitive(category: str) -> bool:
    """Is the category one that PIPL or GDPR calls sensitive, or below one?"""
    return any(covers(key, category) for key in SENSITIVE)


def sensitive_sources(category: str) -> tuple[str, ...]:
    """The articles that make a category sensitive; empty where none does."""
    return next((sources for key, sources in SENSITIVE.items() if covers(key, category)), ())


@lru_cache(_REMEMBERED)
def is_identifying(category: str) -> bool:
    """Does a value of this category tell who somebody is?"""
    return any(covers(key, category) for key in _IDENTIFYING)


def is_for_others(use: str) -> bool:
    """Is it a use for others' own ends (``*.third_party*``, ``third_party_sharing*``, ``train_ai_system``)?"""
    return use.startswith(_FOR_OTHERS) or ".third_party" in use


def label(key: str, language: str = "en") -> str:
    """What people call a category, use or subject; an unlisted one is called as its nearest listed parent."""
    if key == "*":
        return _EVERYTHING[language]
    while key:
        for terms in _KINDS.values():
            if key in terms:
                return terms[key].labels[language]
        key = key.rpartition(".")[0]
    return {"en": "Other data", "zh-Hans": "其他信息"}[language]


def check_key(kind: str, key: str) -> None:
    """Raise InvalidInput with the nearest key unless `key` is a known ``data category``, ``use`` or ``subject``."""
    if key not in _KINDS[kind]:
        raise InvalidInput(f"unknown {kind} {key!r}{did_you_mean(key, _KINDS[kind])}")


def add_categories(own: Iterable[tuple[str, Mapping[str, str]]]) -> None:
    """Make a project's own categories known; each must lie below an existing one.

    Raises InvalidInput where its parent is unknown or a label is missing.
    """
    for key, labels in own:
        parent = key.rpartition(".")[0]
        if parent not in CATEGORIES:
            raise InvalidInput(
                f"category {key!r}: no category {parent!r} to stand under{did_you_mean(parent, CATEGORIES)}"
            )
        missing = [lang for lang in LANGUAGES if not labels.get(lang)]
        if missing:
            raise InvalidInput(f"category {key!r} has no label in {', '.join(missing)}")
        CATEGORIES[key] = Term(key, dict(labels), CATEGORIES[parent].iri)
