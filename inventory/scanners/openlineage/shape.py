"""Is a piece of an event what the specification says it is?  What is not is left out and remembered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LONGEST_NAME = 20_000
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass
class Shape:
    """Reads pieces of one event; `problems` says what was wrong, in words of the specification only."""

    problems: list[str] = field(default_factory=list)

    def mapping(self, value: Any, what: str) -> Mapping[str, Any]:
        """An object; empty where it is absent or is none."""
        if value is None or isinstance(value, dict):
            return value or {}
        self.problems.append(f"{what} is no object")
        return {}

    def items(self, value: Any, what: str) -> Sequence[Any]:
        """A list; empty where it is absent or is none."""
        if value is None or isinstance(value, list):
            return value or ()
        self.problems.append(f"{what} is no list")
        return ()

    def mappings(self, value: Any, what: str) -> Iterator[Mapping[str, Any]]:
        """The objects of a list."""
        for item in self.items(value, what):
            if isinstance(item, dict):
                yield item
            else:
                self.problems.append(f"{what} holds what is no object")

    def text(self, value: Any, what: str) -> str:
        """A text that can be stored; empty where it is absent or is none."""
        if value is None or isinstance(value, str):
            return _LONE_SURROGATE.sub("\ufffd", value or "")
        self.problems.append(f"{what} is no text")
        return ""

    def required(self, value: Any, what: str) -> str:
        """A name that must be there; empty where it is not, or is longer than any name."""
        if value is None or value == "":
            self.problems.append(f"{what} is missing")
        text = self.text(value, what)
        if len(text) > LONGEST_NAME:
            self.problems.append(f"{what} is longer than {LONGEST_NAME} characters")
            return ""
        return text
