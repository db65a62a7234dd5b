"""Which statements of a log move data, and which of them are the same but for their literals?"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

LONGEST = 500_000
"""Longer statements are not read: what is so long is nearly always rows."""
_COMMENT = r"--[^\n]*|/\*.*?(?:\*/|\Z)|\#[^\n]*"
_TOKEN = re.compile(
    rf"""(?P<comment>{_COMMENT}) | (?P<space>\s+)
    | (?P<value>(?:\b[ebnxr])?'(?:[^'\\]|\\.|'')*(?:'|\Z) | (?P<tag>\$\w*\$).*?(?:(?P=tag)|\Z)
        | \$\d+ | \? | %s | :\w+ | (?<![\w$])(?:0x[0-9a-f]+|\d+(?:\.\d*)?(?:e[+-]?\d+)?) )
    | (?P<name>"(?:[^"]|"")*" | `(?:[^`]|``)*`)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_SPACES = re.compile(" +")
_LISTS = re.compile(r"\?(?:\s*,\s*\?)+|(?:\(\s*\?\s*\)\s*,\s*)+(?=\(\s*\?\s*\))")
_START = re.compile(rf"(?:\s|\(|;|{_COMMENT})*([a-z]+)", re.IGNORECASE | re.DOTALL)
_PREPARED = re.compile(r"\s*PREPARE\s+\S+\s*(?:\([^)]*\))?\s+AS\s+", re.IGNORECASE)
_WITH_A_QUERY = re.compile(r"\b(?:select|table|from)\b", re.IGNORECASE)
_AS_A_QUERY = re.compile(r"\b(?:select|from|as\s+table)\b", re.IGNORECASE)
_WRITING = re.compile(r"\b(?:insert|update|merge|into)\b", re.IGNORECASE)
_CHANGING_PLACES = re.compile(r"\b(?:rename|swap|exchange)\b", re.IGNORECASE)
_INTO = re.compile(r"\binto\b", re.IGNORECASE)
_ALWAYS = frozenset(["update", "merge", "copy", "unload", "load", "export", "call", "exec", "do"])
_BY_CONTENT = {
    "insert": _WITH_A_QUERY, "replace": _WITH_A_QUERY, "create": _AS_A_QUERY, "with": _WRITING, "select": _INTO,
    "alter": _CHANGING_PLACES, "rename": _CHANGING_PLACES,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Logged:
    """One statement as a log holds it, at a line of it (1-based, where there are lines).

    `database` and `schema` are those it ran in, as far as the log says.  `target` is the dataset that the log says it
    wrote, `sources` those it read, where logs tell them beside the statement.
    """

    text: str = field(repr=False)
    line: int | None = None
    database: str = ""
    schema: str = ""
    target: str = ""
    sources: tuple[str, ...] = ()


def moves_data(text: str) -> bool:
    """May a statement take data from one place to another?  A query that only answers does not, nor do rows sent in."""
    found = _START.match(text)
    verb = found[1].lower() if found else ""
    content = _BY_CONTENT.get(verb)
    return verb in _ALWAYS or (content is not None and content.search(text, found.end() if found else 0) is not None)


def prepared(text: str) -> str:
    """The statement that a PREPARE prepares; any other as it is."""
    return _PREPARED.sub("", text, count=1)


def fingerprint(text: str) -> str:
    """12 hex digits, the same for statements that differ in literals, parameters, comments, spaces and case only."""
    plain = _SPACES.sub(" ", _TOKEN.sub(_without_value, text)).strip(" ;").lower()
    while (shorter := _LISTS.sub(_once, plain)) != plain:
        plain = shorter
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _without_value(found: re.Match[str]) -> str:
    return "?" if found["value"] else found[0] if found["name"] else " " if found["space"] or found["comment"] else ""


def _once(found: re.Match[str]) -> str:
    return "?" if found[0].startswith("?") else ""
