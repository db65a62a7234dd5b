"""YAML that people write, read safely, with the line of every key."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent

from lineage.errors import InvalidInput

_LARGEST = 20_000_000
_DEEPEST = 40
_CORE_TAGS = frozenset(
    f"tag:yaml.org,2002:{t}" for t in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp")
)


@dataclass(frozen=True)
class Document:
    """A file's content as plain dicts and lists; `lines` maps a path of keys to its 1-based line."""

    path: str
    content: Any
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)

    def line(self, at: tuple[str | int, ...]) -> int:
        """The line of a key, else of the nearest key above it."""
        while at and at not in self.lines:
            at = at[:-1]
        return self.lines.get(at, 1)


def load(path: Path, shown: str) -> Document:
    """Read one file; `shown` is what errors call it.

    Raises InvalidInput for what is not UTF-8 YAML 1.2, too large or deep, repeats a key, or uses aliases or
    tags (which could expand without end or make objects).
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise InvalidInput(f"{shown}: larger than {_LARGEST // 1_000_000} MB; split it into several files")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise InvalidInput(f"{shown}: cannot be read as UTF-8 text ({type(problem).__name__})") from None
    try:
        _refuse_tricks(text, shown)
        content = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as problem:
        mark = problem.problem_mark
        where = f":{mark.line + 1}" if mark else ""
        said = (problem.problem or "not YAML").splitlines()[0][:120]
        raise InvalidInput(f"{shown}{where}: {said}") from None
    except (YAMLError, ValueError, RecursionError) as problem:
        raise InvalidInput(f"{shown}: not YAML ({type(problem).__name__})") from None
    lines: dict[tuple[str | int, ...], int] = {}
    try:
        return Document(shown, _plain(content, (), lines), lines)
    except UnicodeError:
        raise InvalidInput(
            f"{shown}: a text holds half a character (a lone \\uD800 to \\uDFFF); write it whole"
        ) from None


def _refuse_tricks(text: str, shown: str) -> None:
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise InvalidInput(f"{shown}:{line}: anchors and aliases are not allowed; write the value out")
        if getattr(event, "tag", None) and str(event.tag) not in _CORE_TAGS:
            raise InvalidInput(f"{shown}:{line}: tags are not allowed")
        depth += type(event).__name__.endswith("StartEvent") - type(event).__name__.endswith("EndEvent")
        if depth > _DEEPEST:
            raise InvalidInput(f"{shown}:{line}: nested deeper than {_DEEPEST} levels")


def _plain(value: Any, at: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]) -> Any:
    if isinstance(value, CommentedMap):
        plain = {}
        for key in value:
            name = key if isinstance(key, str) else str(key)
            lines[(*at, name)] = value.lc.key(key)[0] + 1
            plain[name] = _plain(value[key], (*at, name), lines)
        return plain
    if isinstance(value, CommentedSeq):
        items = []
        for i, item in enumerate(value):
            lines[(*at, i)] = value.lc.item(i)[0] + 1
            items.append(_plain(item, (*at, i), lines))
        return items
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):  # JSON writes characters beyond the first 65,536 as two halves
        return value.encode("utf-16", "surrogatepass").decode("utf-16")
    for kind in (int, float):
        if isinstance(value, kind):
            return kind(value)
    return value
