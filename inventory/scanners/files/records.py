"""The paths of what JSON holds (lines of objects, an array of them, or one): ``address.street``, ``items[].sku``.

An object whose keys are values (people's addresses, numbers, or simply too many) is a map: its keys are not kept,
and what lies below them is told as ``{}``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from inventory.scanners.files.guess import type_of
from inventory.scanners.files.opened import File
from inventory.scanners.files.sample import decoded, first_bytes
from inventory.scanners.files.settings import Settings
from inventory.scanners.files.shape import MOST_FIELDS, Found, Seen, Shape, Unread, like_a_value, storable, wider

_LINES_SAMPLE = 2**24
"""Bytes of a file of one object a line that are looked at."""
_LARGEST = 2**26
"""Bytes that a file of one array or object may have, unpacked."""
_DEEPEST = 20
_MOST_KEYS = 100
"""Keys an object may have that is not a map."""
_MOST_ITEMS = 1000
"""Items of an inner array that are looked at."""
_KEY = "{}"


@dataclass(slots=True)
class _Node:
    """What was seen at one path: types of values, keys of objects, items of arrays."""

    type: str | None = None
    values: list[str] = field(default_factory=list)
    empty: bool = False
    objects: int = 0
    times: int = 0
    keys: dict[str, _Node] = field(default_factory=dict)
    items: _Node | None = None


class _TooDeep(ValueError):
    """The nesting goes below what is looked at."""


def read_records(file: File, settings: Settings) -> Iterator[Found]:
    """The one dataset of a ``.json``, ``.jsonl`` or ``.ndjson`` file."""
    name = file.name.lower().removesuffix(".gz")
    lines = name.endswith((".jsonl", ".ndjson"))
    taken = first_bytes(file, _LINES_SAMPLE if lines else _LARGEST)
    if isinstance(taken, Unread):
        yield taken
        return
    content, cut = taken
    text = decoded(content, cut, settings.encoding)
    if isinstance(text, Unread):
        yield text
        return
    root, sample = _Node(), settings.sample
    problems = list((_lines if lines or cut or _is_lines(text) else _document)(text, root, sample))
    seen = _fields(root, "")
    fields = [next_one for _, next_one in zip(range(MOST_FIELDS + 1), seen, strict=False)]
    if len(fields) > MOST_FIELDS:
        yield Unread(f"it has more than {MOST_FIELDS} paths; the others are left out")
    if fields:
        yield Shape(tuple(fields[:MOST_FIELDS]))
    elif not problems:
        yield Unread("it holds no object", whole=True)
    yield from problems


def values_of(records: Iterable[Any], sample: int) -> dict[str, tuple[str, ...]]:
    """Up to `sample` values at each path of some objects, for what knows its fields by a schema."""
    root = _Node()
    for record in records:
        _added(root, record, None, sample)
    return {seen.name: seen.values for seen in _fields(root, "")}


def _is_lines(text: str) -> bool:
    """Is the first line that is not blank an object by itself, and not the last?"""
    first, _, rest = text.lstrip().partition("\n")
    return (
        first.startswith("{")
        and first.rstrip().endswith("}")
        and bool(rest.strip())
        and isinstance(_parsed(first), dict)
    )


def _document(text: str, root: _Node, sample: int) -> Iterator[Unread]:
    content = _parsed(text)
    if isinstance(content, Unread):
        yield content
    else:
        for record in content if isinstance(content, list) else [content]:
            yield from _added(root, record, None, sample)


def _lines(text: str, root: _Node, sample: int) -> Iterator[Unread]:
    """The objects line by line; the first line that is none is told, the others are read on."""
    told = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        content = _parsed(line)
        found = (
            [Unread(content.reason, number)] if isinstance(content, Unread) else _added(root, content, number, sample)
        )
        for problem in found:
            told += 1
            if told == 1:
                yield problem
    if told > 1:
        yield Unread(f"{told - 1} more lines of it could not be read")


def _parsed(text: str) -> Any:
    """The value of a JSON text, or Unread."""
    try:
        return json.loads(text)
    except RecursionError:
        return Unread("the JSON is nested too deeply", whole=True)
    except json.JSONDecodeError as problem:
        return Unread("the text is no JSON", problem.lineno, whole=True)
    except ValueError:
        return Unread("the text is no JSON", whole=True)


def _added(root: _Node, record: Any, line: int | None, sample: int) -> list[Unread]:
    if not isinstance(record, dict):
        return [Unread("expected an object", line)]
    try:
        _add(root, record, 0, sample)
    except _TooDeep:
        return [Unread(f"objects are nested deeper than {_DEEPEST} levels; what lies below is left out", line)]
    return []


def _add(node: _Node, value: Any, depth: int, sample: int) -> None:
    node.times += 1
    if depth > _DEEPEST:
        raise _TooDeep
    if isinstance(value, dict):
        node.objects += 1
        node.empty = node.empty or not value
        for key, inner in value.items():
            name = _KEY if like_a_value(key) or len(node.keys) > MOST_FIELDS else storable(key) or "''"
            _add(node.keys.setdefault(name, _Node()), inner, depth + 1, sample)
    elif isinstance(value, list):
        node.items = node.items or _Node()
        for inner in value[:_MOST_ITEMS]:
            _add(node.items, inner, depth + 1, sample)
    elif value is not None:
        node.type = wider(node.type, _type(value))
        if len(node.values) < sample:
            node.values.append(str(value))


def _type(value: Any) -> str | None:
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
    kind = type_of(str(value))
    return kind if kind in ("date", "timestamp") else "text"


def _fields(node: _Node, path: str) -> Iterator[Seen]:
    """The paths at and below a node that hold values, in the order in which they were met."""
    keys = {_KEY: _joined(node.keys.values())} if _is_map(node) else node.keys
    for key, inner in keys.items():
        yield from _fields(inner, f"{path}.{key}" if path else key)
    if node.items is not None:
        yield from _fields(node.items, f"{path}[]")
    if path and (node.type or not (keys or node.items)):
        yield Seen(path, node.type or ("object" if node.empty else None), values=tuple(node.values))


def _is_map(node: _Node) -> bool:
    """Too many keys for columns, and they are not the same each time, or all lead to the same kind of object."""
    if len(node.keys) <= _MOST_KEYS:
        return False
    met = sum(inner.times for inner in node.keys.values())
    alike = all(inner.keys for inner in node.keys.values())
    return node.objects == 1 or alike or 2 * met < node.objects * len(node.keys)


def _joined(nodes: Any) -> _Node:
    whole = _Node()
    for node in nodes:
        whole.type = wider(whole.type, node.type)
        whole.values += node.values
        whole.empty = whole.empty or node.empty
        whole.objects += node.objects
        whole.times += node.times
        for key, inner in node.keys.items():
            whole.keys[key] = _joined([whole.keys[key], inner]) if key in whole.keys else inner
        if node.items is not None:
            whole.items = _joined([whole.items, node.items]) if whole.items else node.items
    return whole
