"""The words that classification knows, read from lexicon.csv and nouns.csv once."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

from lineage.model import Form

_SPLIT = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[\u4e00-\u9fff]+")
_LONGEST_NAME = 300

Words = tuple[str, ...]


@cache
def words(name: str) -> Words:
    """The words of an identifier, lower-case: of snake_case, camelCase and Chinese."""
    return tuple(word.lower() for word in _SPLIT.findall(name[:_LONGEST_NAME]))


def singular(word: str) -> str:
    if not word.endswith("s") or word.endswith("ss"):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-2] if word.endswith("sses") else word[:-1]


@cache
def lexicon(where: str = "") -> dict[Words, tuple[str, Form]]:
    """Phrase -> (category, form): of phrases that count anywhere, or only in tables of the kind `where`."""
    return {
        words(phrase): (row["category"], Form(row["form"]))
        for row in _rows("lexicon.csv")
        if row["where"] == where
        for phrase in row["words"].split(";")
    }


@cache
def nouns(role: str) -> frozenset[str]:
    """The nouns of nouns.csv that have this role in the name of a table or column."""
    (row,) = (row for row in _rows("nouns.csv") if row["role"] == role)
    return frozenset(row["words"].split())


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(files(__package__).joinpath(name).read_text(encoding="utf-8").splitlines()))
