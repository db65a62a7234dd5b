"""Which words an identifier is made of: of snake_case, camelCase, Chinese, and of words run together."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

_SPLIT = re.compile(r"[A-Z]+s?(?![a-z])|[A-Z]?[a-z]+|\d+|[\u3400-\u9fff]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LONGEST_NAME = 120
_SHORTEST_RUN_TOGETHER = 6
_SHORTEST_PART = 3
_SHORT_PARTS = frozenset(("id", "ip", "no", "qq", "wx"))

_NO_ROLES: frozenset[str] = frozenset()

Words = tuple[str, ...]


@lru_cache(maxsize=65536)
def words(name: str) -> Words:
    """The words of an identifier, lower-case; words run together are taken apart where all parts are known."""
    found: list[str] = []
    for word in _SPLIT.findall(name[:_LONGEST_NAME]):
        found += _apart(word.lower())
    return tuple(found)


def is_chinese(text: str) -> bool:
    """Has it a Chinese character?"""
    return not text.isascii() and _CHINESE.search(text) is not None


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """An English noun in the singular, as far as its ending tells."""
    if not word.endswith("s") or word.endswith(("ss", "us", "is")) or len(word) < 4:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]


@cache
def nouns(role: str) -> frozenset[str]:
    """The words of nouns.csv that have this role in the name of a table or column, pinyin of the Chinese ones too."""
    told = _roles()[role]
    return told | {pinyin()[word].replace(" ", "") for word in told if word in pinyin() and len(word) > 1}


@cache
def _roles_by_word() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for role in _roles():
        for word in nouns(role):
            found.setdefault(word, set()).add(role)
    return {word: frozenset(told) for word, told in found.items()}


def roles(word: str) -> frozenset[str]:
    """The roles of a word in nouns.csv, as its pinyin too."""
    return _roles_by_word().get(word, _NO_ROLES)


@cache
def _long() -> dict[str, str]:
    return {row["short"]: row["long"] for row in rows("short.csv")}


@lru_cache(maxsize=65536)
def spelt_out(name: Words) -> Words:
    """The words of a name with those that short.csv knows written in full: ``cust_mob`` is a customer's mobile."""
    return tuple(_long().get(word, word) for word in name)


@cache
def pinyin() -> dict[str, str]:
    """Chinese word -> its syllables with blanks between; tests hold the table to the words of the other tables."""
    return {row["word"]: row["pinyin"] for row in rows("pinyin.csv")}


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one of the tables beside this file."""
    return tuple(csv.DictReader(files(__package__).joinpath(name).read_text(encoding="utf-8").splitlines()))


@cache
def _roles() -> dict[str, frozenset[str]]:
    return {row["role"]: frozenset(row["words"].split()) for row in rows("nouns.csv")}


@cache
def known() -> frozenset[str]:
    """Every word that occurs in a table: what words run together may be made of."""
    phrases = (phrase for row in rows("lexicon.csv") for phrase in row["words"].split(";"))
    single = {word for phrase in phrases for word in _plain(phrase)}
    single |= {"".join(_plain(phrase)) for row in rows("lexicon.csv") for phrase in row["words"].split(";")}
    single |= {syllables.replace(" ", "") for word, syllables in pinyin().items() if len(word) > 1}
    return frozenset(single.union(*_roles().values()))


def _plain(phrase: str) -> Iterable[str]:
    return (word.lower() for word in _SPLIT.findall(phrase))


@lru_cache(maxsize=65536)
def _apart(word: str) -> Words:
    """`word` as the fewest known words it is made of, else as it is."""
    if len(word) < _SHORTEST_RUN_TOGETHER or not word.isascii() or _is_known(word):
        return (word,)
    best: list[Words | None] = [(), *([None] * len(word))]
    for end in range(1, len(word) + 1):
        for start in range(end):
            head, part = best[start], word[start:end]
            if head is None or not _is_part(part):
                continue
            if (so_far := best[end]) is None or len(head) + 1 < len(so_far):
                best[end] = (*head, part)
    return best[-1] or (word,)


def _is_part(part: str) -> bool:
    return part in _SHORT_PARTS or (len(part) >= _SHORTEST_PART and _is_known(part))


def _is_known(word: str) -> bool:
    return word in known() or singular(word) in known()
