"""What each phrase says: lexicon.csv, its pinyin, and the words a project adds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from inventory.classification.words import is_chinese, nouns, pinyin, rows
from inventory.project import OwnWords
from lineage.model import Form

NOTHING = "none"
"""The category of phrases that hold nothing personal: what looks like it, and is not."""
_SHORTEST_INITIALS = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """What a phrase says, and the phrase as a rule may name it."""

    category: str
    form: Form
    phrase: str
    own: bool = False
    """Did the project say so?  Then it holds in every table."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases without blanks, by the kind of table they count in; those under ``""`` count everywhere.

    `initials` are first letters of the syllables of Chinese phrases (``sjh``), with the kinds of table they count in;
    of the phrases of two signs only those that nouns.csv calls `initialled`: two letters say too much.
    """

    phrases: Mapping[str, Mapping[str, Entry]]
    initials: Mapping[str, Mapping[str, Entry]]
    known: frozenset[str]
    """Every phrase, whatever the kind of table."""

    def get(self, where: str, phrase: str) -> Entry | None:
        """What `phrase` says in tables of the kind `where`."""
        told = self.phrases.get(where)
        return told.get(phrase) if told is not None else None


@lru_cache(maxsize=16)
def lexicon(own: OwnWords) -> Lexicon:
    """The built-in lexicon with a project's own words, which win."""
    phrases: dict[str, dict[str, Entry]] = defaultdict(dict)
    initials: dict[str, dict[str, Entry]] = defaultdict(dict)
    for row in rows("lexicon.csv"):
        for phrase in row["words"].split(";"):
            entry = Entry(row["category"], Form(row["form"]), phrase)
            _add(phrases[row["where"]], phrase, entry)
            syllables = pinyin().get(phrase, "").split()
            if phrase in nouns("uninitialled"):
                continue  # others of the same letters are commoner
            if len(syllables) >= _SHORTEST_INITIALS or phrase in nouns("initialled"):
                initials["".join(s[0] for s in syllables)].setdefault(row["where"], _sounding(entry))
    for category, told in (*own.words, (NOTHING, own.vetoes)):
        for phrase in told:
            phrases[""][joined(phrase)] = Entry(category, Form.RAW, phrase, own=True)
    known = frozenset(phrase for told in phrases.values() for phrase in told)
    return Lexicon({where: dict(told) for where, told in phrases.items()}, dict(initials), known)


def joined(phrase: str) -> str:
    """A phrase as it is looked up: lower-case, without blanks and signs between its words."""
    return "".join(sign for sign in phrase.lower() if sign.isalnum())


def _add(phrases: dict[str, Entry], phrase: str, entry: Entry) -> None:
    phrases[joined(phrase)] = entry
    if is_chinese(phrase) and len(phrase) > 1 and (sound := pinyin().get(phrase)):
        phrases.setdefault(joined(sound), _sounding(entry))


def _sounding(entry: Entry) -> Entry:
    return Entry(entry.category, entry.form, f"pinyin {entry.phrase}")
