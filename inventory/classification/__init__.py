"""Which data category a column holds, judged by its name, its comment and the table it stands in.

The words are tables: lexicon.csv of phrases in English, Chinese and pinyin, nouns.csv of what the names of tables
are made of.  A phrase with a `where` counts only as the whole name of a column in a table of that kind; any other
counts wherever it stands in a name, the longest first, unless a veto (flags, counts, times, templates) speaks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inventory.classification.tables import Kinds, kinds_of, points_at_person, without_owner
from inventory.classification.words import Words, lexicon, nouns, words
from lineage.model import Form

_OF_THINGS_TOO = ("user.contact.address.city", "user.contact.address.state", "user.contact.address", "user.name")
_OF_COMPANIES_TOO = ("user.contact.address", "user.contact.phone_number", "user.contact.fax_number")
_BY_OWNER = ("user.contact.address", "user.name")
_MEASURES = re.compile(r"(big|small|tiny|medium)?int|serial|numeric|decimal|real|float|double|date|time|year")
_OTHER_ADDRESSES = ("链接", "图片", "页面", "网址", "下载", "接口")
_LONGEST_COMMENT = 24


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is seen: its name, type, comment, and the column its foreign key points at."""

    name: str
    type: str = ""
    comment: str = ""
    values: Sequence[str] | None = None
    references: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a column holds, how sure that is (0 to 1), and the rules that fired."""

    data_category: str
    confidence: float
    rules: tuple[str, ...]
    data_subject: str | None = None
    form: Form = Form.RAW


def classify_table(table: str, columns: Sequence[Column], *, comment: str = "") -> list[Verdict | None]:
    """One verdict for each column, in order; None where nothing speaks for personal data."""
    kinds = kinds_of(table, comment, [(c.name, c.references) for c in columns])
    return [_column(column, kinds) for column in columns]


def _column(column: Column, kinds: Kinds) -> Verdict | None:
    if column.type.lower().startswith(("bool", "bit")):
        return None
    return _in_its_place(column, kinds) or _key(column, kinds) or _anywhere(column, kinds)


def _in_its_place(column: Column, kinds: Kinds) -> Verdict | None:
    """A name that tells something only in a table of some kind: ``state`` of an address, ``number`` of a card."""
    name = words(column.name)
    bare = without_owner(name, kinds.own)
    for where in kinds.where:
        for phrase in dict.fromkeys((name, bare)):
            if (hit := lexicon(where).get(phrase)) and not _measures(column, hit[0]):
                return _verdict(hit, f"{where}:{' '.join(phrase)}", 0.6 if where in ("person", "text") else 0.8)
    if kinds.person and bare != name and set(name[: -len(bare)]) & nouns("whose"):
        hit = lexicon("address").get(bare)
        if hit and hit[0].startswith(_BY_OWNER):
            return _verdict(hit, f"whose:{' '.join(name)}", 0.7)
    return None


def _measures(column: Column, category: str) -> bool:
    """Text that people write is neither a number nor a time."""
    return category.startswith("user.content") and bool(_MEASURES.match(column.type.lower()))


def _key(column: Column, kinds: Kinds) -> Verdict | None:
    """A key of a person is a pseudonym of that person."""
    name = words(column.name)
    if column.references and points_at_person((), column.references):
        return Verdict("user.unique_id.pseudonymous", 0.6, ("foreign-key:person",))
    if points_at_person(name, None) or (name == ("id",) and "human" in kinds.where and not kinds.keyed):
        return Verdict("user.unique_id.pseudonymous", 0.6, ("key:person",))
    return None


def _anywhere(column: Column, kinds: Kinds) -> Verdict | None:
    """A name, or else a comment, that tells wherever it stands."""
    name = words(column.name)
    if set(name) & nouns("veto"):
        return None
    found = _longest(name)
    if found:
        hit, phrase = found
        key = name[-1] == "id" and phrase[-1] != "id"  # address_id is no address
        if key or _of_something_else(hit[0], kinds):
            return None
        return _verdict(hit, f"name:{' '.join(phrase)}", 0.9 if kinds.person else 0.7)
    return _commented(column.comment) if kinds.person or not (kinds.thing or kinds.organisation) else None


def _of_something_else(category: str, kinds: Kinds) -> bool:
    """Things have names and places too, companies also telephones."""
    if kinds.person:
        return False
    if kinds.organisation:
        return category in _OF_THINGS_TOO or category.startswith(_OF_COMPANIES_TOO)
    return kinds.thing and category in _OF_THINGS_TOO


def _commented(comment: str) -> Verdict | None:
    if len(comment) > _LONGEST_COMMENT or any(word in comment for word in _OTHER_ADDRESSES):
        return None
    hits = [
        (phrase, hit)
        for (phrase, *more), hit in lexicon().items()
        if not more and not phrase.isascii() and phrase in comment
    ]
    if not hits:
        return None
    phrase, hit = max(hits, key=lambda found: (len(found[0]), found[0]))
    return _verdict(hit, f"comment:{phrase}", 0.6)


def _longest(name: Words) -> tuple[tuple[str, Form], Words] | None:
    """The longest run of words in a name that the lexicon knows, the last of several."""
    known = lexicon()
    for size in range(min(4, len(name)), 0, -1):
        for start in range(len(name) - size, -1, -1):
            run = name[start : start + size]
            if run in known:
                return known[run], run
    return None


def _verdict(hit: tuple[str, Form], rule: str, confidence: float) -> Verdict:
    category, form = hit
    return Verdict(category, confidence, (rule,), None, form)
