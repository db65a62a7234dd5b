"""Which events a file holds, and which of its lines could not be read; nothing raises.

Three layouts are met: one event a line (any size of file, read line by line), one event or several one after
the other, and an array of events (both read whole).  A file shows by its ending and its first line which it is.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import Any

MAX_EVENT = 16 * 2**20
"""Bytes one line may have."""
MAX_DOCUMENT = 64 * 2**20
"""Bytes a file may have that is not one event a line (unpacked)."""
_LINES = (".jsonl", ".ndjson")
_ENDINGS = (".json", *_LINES)
_BLANK = re.compile(r"[\s,\ufeff]*")
_NEXT_VALUE = re.compile(r"^\{", re.MULTILINE)
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Event:
    """A JSON object and the line (1-based) on which it begins."""

    line: int
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unread:
    """A line, or everything from it on, that could not be read, and why; the reason quotes nothing."""

    line: int
    reason: str


def read_events(path: Path) -> Iterator[Event | Unread]:
    """The events of a ``.json``, ``.jsonl`` or ``.ndjson`` file, plain or ``.gz``, in the file's order."""
    packed = path.name.lower().endswith(".gz")
    name = path.name.lower().removesuffix(".gz")
    if not name.endswith(_ENDINGS):
        yield Unread(1, f"its name does not end in {', '.join(_ENDINGS)} (or one of these with .gz)")
        return
    last = 1
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            whole = not name.endswith(_LINES) and not _one_a_line(file)
            file.seek(0)
            for found in _values(file) if whole else _lines(file):
                last = found.line
                yield found
    except (OSError, EOFError, zlib.error) as problem:
        yield Unread(last, f"the file cannot be read on from here ({type(problem).__name__})")


def _one_a_line(file: BufferedIOBase) -> bool:
    """Is the first line that is not blank an object by itself?"""
    while line := file.readline(MAX_EVENT):
        if line.strip(b" \t\r\n" + _BOM):
            return isinstance(_parsed(1, line), Event)
    return True


def _lines(file: BufferedIOBase) -> Iterator[Event | Unread]:
    number = 0
    while line := file.readline(MAX_EVENT + 1):
        number += 1
        if len(line) > MAX_EVENT:
            while line and not line.endswith(b"\n"):
                line = file.readline(MAX_EVENT)
            yield Unread(number, f"the event is larger than {MAX_EVENT // 2**20} MiB")
        elif line.strip(b" \t\r\n" + _BOM):
            yield _parsed(number, line)


def _parsed(number: int, line: bytes) -> Event | Unread:
    value = parsed(line, number)
    if isinstance(value, Unread):
        return value
    return Event(number, value) if isinstance(value, dict) else Unread(number, "the line is no JSON object")


def parsed(text: bytes, line: int = 1) -> Any:
    """The JSON value of a text, or Unread (beginning on a line) where it is none."""
    try:
        return _DECODER.decode(text.decode("utf-8-sig").strip())
    except UnicodeDecodeError:
        return Unread(line, "it is not UTF-8 text")
    except (ValueError, RecursionError) as problem:
        return Unread(line, _reason(problem))


def _values(file: BufferedIOBase) -> Iterator[Event | Unread]:
    content = file.read(MAX_DOCUMENT + 1)
    if len(content) > MAX_DOCUMENT:
        yield Unread(1, f"larger than {MAX_DOCUMENT // 2**20} MiB and not one event a line; write it as .jsonl")
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield Unread(1, "the file is not UTF-8 text")
        return
    at, line, counted = _after_blanks(text, 0), 1, 0
    array = text.startswith("[", at)
    at = _after_blanks(text, at + 1) if array else at
    while at < len(text) and not (array and text[at] == "]"):
        line, counted = line + text.count("\n", counted, at), at
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as problem:
            yield Unread(line, _reason(problem))
            following = _NEXT_VALUE.search(text, at + 1)
            end = following.start() if following else len(text)
        else:
            yield Event(line, value) if isinstance(value, dict) else Unread(line, "expected a JSON object")
        at = _after_blanks(text, end)


def _after_blanks(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    assert found is not None
    return found.end()


class _Twice(ValueError):
    """A key that an object has twice: whichever was meant, the other would be lost."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Twice
    return made


_DECODER = json.JSONDecoder(object_pairs_hook=_once)


def _reason(problem: Exception) -> str:
    match problem:
        case _Twice():
            return "an object has the same key twice"
        case RecursionError():
            return "the JSON is nested too deeply"
        case json.JSONDecodeError(msg=message):
            return f"the text is no JSON ({message})"
    return "the text is no JSON"
