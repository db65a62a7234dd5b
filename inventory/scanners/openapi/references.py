"""What a ``$ref`` stands for, as long as it stays in the document; nothing else is opened, and no ring is followed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from inventory.scanners.openapi.document import Document

_LONGEST_CHAIN = 20
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
_OF_PROGRAMS = """
api base body collection create created data detail details dto entity form full get in info input item list model
new object out output page paginated partial patch payload post public put read record request response result schema
summary type update updated upsert v view write
"""
_SIGNING = "account auth in login me my profile register registration sign signin signup up"
_PROGRAM_WORDS, _SIGNING_WORDS = frozenset(_OF_PROGRAMS.split()), frozenset(_SIGNING.split())


@dataclass
class References:
    """Follows the references of one document; `problems` maps the line of each that leads nowhere to why."""

    document: Document
    problems: dict[int | None, str] = field(default_factory=dict)

    def resolved(self, value: Any) -> dict[str, Any]:
        """The object that `value` is or refers to; an empty one, and a problem, where there is none."""
        first = value
        for _ in range(_LONGEST_CHAIN):
            if not isinstance(value, dict):
                return self._nowhere(first, "a reference leads to what is no object") if value is not first else {}
            reference = value.get("$ref")
            if not isinstance(reference, str):
                return value
            if not reference.startswith("#"):
                return self._nowhere(first, "a reference leads out of the document; bundle it into one file")
            value = self._at(reference[1:])
            if value is None:
                return self._nowhere(first, "a reference leads to nothing in the document")
        return self._nowhere(first, "references lead in a ring")

    def _at(self, pointer: str) -> Any:
        """The value at a JSON pointer (RFC 6901); None where there is none."""
        value = self.document.content
        for part in unquote(pointer).split("/")[1:]:
            part = part.replace("~1", "/").replace("~0", "~")
            if isinstance(value, dict):
                value = value.get(part)
            elif isinstance(value, list) and part.isascii() and part.isdigit() and len(part) < 7:
                value = value[int(part)] if int(part) < len(value) else None
            else:
                return None
        return value

    def _nowhere(self, at: Any, reason: str) -> dict[str, Any]:
        self.problems.setdefault(self.document.line(at), reason)
        return {}


def about(name: str) -> str:
    """A name without the words for what a schema or path is to the program: ``CreateUserRequest`` is about a user.

    Who signs in or up is a user too.
    """
    words = [word.lower() for word in _WORD.findall(name)]
    while words and words[-1] in _PROGRAM_WORDS:
        words.pop()
    while words and words[0] in _PROGRAM_WORDS:
        words.pop(0)
    return "user" if words and set(words) <= _SIGNING_WORDS else "_".join(words)


def name_of(value: Any) -> str:
    """What a schema is about: the last part of the reference to it, of its items if it is a list; else nothing."""
    for _ in range(5):
        if not isinstance(value, dict):
            return ""
        if isinstance(reference := value.get("$ref"), str):
            return about(unquote(reference).rsplit("/", 1)[-1])
        if isinstance(title := value.get("title"), str) and title:
            return about(title)
        value = value.get("items")
    return ""
