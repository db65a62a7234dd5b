"""A YAML or JSON document as plain values, with the line on which each object in it begins."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from json import decoder, scanner
from pathlib import Path
from typing import Any

from inventory.yamlfile import load
from lineage.errors import InvalidInput

_LARGEST = 50_000_000
_LARGEST_YAML = 5_000_000


@dataclass(frozen=True, slots=True)
class Document:
    """The content of one file; `lines` maps the id of an object in it to its 1-based line."""

    content: Any
    lines: dict[int, int] = field(repr=False)

    def line(self, value: Any) -> int | None:
        """The line on which an object of the document begins."""
        return self.lines.get(id(value))


def read_document(path: Path, place: str) -> Document:
    """Read a ``.json`` file as JSON, any other as YAML; nothing it names is opened.

    Raises InvalidInput for what is neither, too large or deep, or uses anchors, aliases or tags of YAML.
    """
    try:
        size = path.stat().st_size
    except OSError as problem:
        raise InvalidInput(f"{place}: cannot be read ({type(problem).__name__})") from None
    if path.suffix.lower() == ".json":
        if size > _LARGEST:
            raise InvalidInput(f"{place}: larger than {_LARGEST // 1_000_000} MB")
        return _json(path, place)
    if size > _LARGEST_YAML:
        raise InvalidInput(f"{place}: larger than {_LARGEST_YAML // 1_000_000} MB; save it as JSON")
    found = load(path, place)
    lines: dict[int, int] = {}
    _note_lines(found.content, (), found.line, lines)
    return Document(found.content, lines)


def _note_lines(value: Any, at: tuple[str | int, ...], line: Callable[..., int], lines: dict[int, int]) -> None:
    if isinstance(value, dict):
        lines[id(value)] = line(at)
        for key, inner in value.items():
            _note_lines(inner, (*at, key), line, lines)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            _note_lines(inner, (*at, i), line, lines)


def _json(path: Path, place: str) -> Document:
    try:
        text = path.read_text(encoding="utf-8-sig")
        reader = _LineDecoder(text)
        return Document(reader.decode(text), reader.lines)
    except (OSError, UnicodeDecodeError) as problem:
        raise InvalidInput(f"{place}: cannot be read as UTF-8 text ({type(problem).__name__})") from None
    except json.JSONDecodeError as problem:
        raise InvalidInput(f"{place}:{problem.lineno}: not JSON ({problem.msg})") from None
    except RecursionError:
        raise InvalidInput(f"{place}: nested too deeply") from None
    except ValueError:
        raise InvalidInput(f"{place}: not JSON") from None


class _LineDecoder(json.JSONDecoder):
    """The decoder of the standard library, which notes where objects begin."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.lines: dict[int, int] = {}
        self._text, self._at, self._line = text, 0, 1
        self.parse_object = self._object
        self.scan_once = scanner.py_make_scanner(self)  # type: ignore[attr-defined]

    def _object(self, start: tuple[str, int], *rest: Any) -> tuple[Any, int]:
        self._line += self._text.count("\n", self._at, start[1])
        self._at = start[1]
        line = self._line
        value, end = decoder.JSONObject(start, *rest)  # type: ignore[attr-defined]
        self.lines[id(value)] = line
        return value, end
