"""Of which type, in coarse words, are the values of a column?  Looked at, and let go."""

from __future__ import annotations

import re

_PATTERNS = (
    ("boolean", re.compile(r"(?:true|false)", re.IGNORECASE)),
    ("integer", re.compile(r"[+-]?\d{1,20}")),
    ("number", re.compile(r"[+-]?(?:\d{1,20}\.\d{0,20}|\.\d{1,20}|\d{1,20}(?:\.\d{0,20})?[eE][+-]?\d{1,4})")),
    ("date", re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日")),
    (
        "timestamp",
        re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}[T ]\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?"),
    ),
)
_NUMBERS = frozenset(("integer", "number"))


def type_of(text: str) -> str | None:
    """The type of one value as text: boolean, integer, number, date, timestamp, text; None of a blank."""
    text = text.strip()
    if not text:
        return None
    kind = next((kind for kind, pattern in _PATTERNS if len(text) <= 60 and pattern.fullmatch(text)), "text")
    if kind in _NUMBERS and len(text) > 1 and text.lstrip("+-")[:1] == "0" and text.lstrip("+-")[1:2].isdigit():
        return "text"  # a number of a phone or an article keeps its leading nought
    return kind
