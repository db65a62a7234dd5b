"""What in a description looks like somebody's data or a credential, and so does not go into the store.

People put examples into comments on tables and columns: an address, a telephone number, a token.  What cannot
be told from such a value goes too: a description may lose a word, a person must not lose a number.
"""

from __future__ import annotations

import re

MARK = "…"
_FEWEST_DIGITS = 7
_LONGEST = 1000
_SECRET = r"pass(?:word|wd|phrase)?|pwd|secret|token|api[ _-]?key|access[ _-]?key|密码|口令|密钥|令牌"  # noqa: S105
_ATOM = r"[^\s@＠,，;；:：()（）<>\"'“”]"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[a-z][a-z0-9+.-]*://[^\s/@]*:[^\s@]*@",  # the user and password of a URL
        rf"(?<!{_ATOM}){_ATOM}+[@＠]{_ATOM}+",  # e-mail
        rf"(?:{_SECRET})\s*(?:[=:：]|\bis\b|是|为)\s*\S+",
        r"\b(?:\d{1,3}\.){3}\d{1,3}\b",  # IPv4
        r"\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f:]*\b",  # IPv6, MAC
        r"\b(?=[\w+/=-]*\d)(?=[\w+/=-]*[a-z])[a-z0-9_+/=-]{16,}(?:\.[\w+/=-]+)*",  # tokens, hashes, IBAN, UUID
    )
)
_DAY = re.compile(r"(?:19|20)\d\d-[01]\d-[0-3]\d")
_NUMBER = re.compile(r"[+(（]*\d(?:[\d\s().（）/-]*\d)?[xX]?")


def without_values(text: str) -> str:
    """`text` with a ``…`` for everything that looks like an e-mail, a number of a person, or a secret.

    Longer texts are cut to 1000 characters.  What it returns it would return again as it is.
    """
    while (shorter := _once(text)) != text:
        text = shorter
    return text


def _once(text: str) -> str:
    text = text[: 2 * _LONGEST]  # so that a value at the cut is seen whole
    for pattern in _PATTERNS:
        text = pattern.sub(MARK, text)
    text = _NUMBER.sub(_unless_short, text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + MARK


def is_value(name: str | None) -> bool:
    """Is the name of a column somebody's data?  Some dialects quote texts as others quote names."""
    if name is None or re.fullmatch(r"\w*[^\W\d]\w*", name):
        return False
    return without_values(name) != name


def _unless_short(found: re.Match[str]) -> str:
    """Short numbers and days stay; telephone, card and identity numbers go."""
    rest = _DAY.sub("", found[0])
    return MARK if sum(character.isdigit() for character in rest) >= _FEWEST_DIGITS else found[0]
