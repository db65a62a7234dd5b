"""Facts as JSON records and back; the only place that knows wire names."""

from __future__ import annotations

import dataclasses
import json
import re
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any

from lineage import model
from lineage.errors import LineageError, did_you_mean
from lineage.model import Evidence, Fact, Statement


def _wire(kind: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


KINDS: dict[str, type] = {_wire(kind): kind for kind in typing.get_args(Statement)}
"""Wire name -> statement type."""
NAMES: dict[type, str] = {kind: name for name, kind in KINDS.items()}
"""Statement type -> wire name."""


def kind_of(statement: Statement) -> str:
    """The wire name of a statement's type."""
    return NAMES[type(statement)]


def encode(fact: Fact) -> dict[str, Any]:
    """``{"kind", "statement", "evidence"}``, JSON-ready; what is at its default is left out."""
    return {
        "kind": kind_of(fact.statement),
        "statement": record(fact.statement),
        "evidence": record(fact.evidence),
    }


def decode(value: dict[str, Any]) -> Fact:
    """The fact of a record.

    Raises LineageError for an unknown kind or key and for a value of the wrong shape.
    """
    if not isinstance(value, dict) or set(value) != {"kind", "statement", "evidence"}:
        raise LineageError("a fact record has the keys kind, statement and evidence, and no others")
    kind = KINDS.get(value["kind"])
    if kind is None:
        raise LineageError(f"unknown kind of fact {value['kind']!r}{did_you_mean(str(value['kind']), KINDS)}")
    return Fact(restore(kind, value["statement"]), restore(Evidence, value["evidence"]))


def canonical(value: Any) -> str:
    """The one JSON text of a record: sorted keys, no blanks, UTF-8 as it is."""
    return _CANONICAL(value)


_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def record(value: Any) -> Any:
    """A value of the model as JSON-ready data."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        told = {}
        for name, default in _defaults(type(value)):
            held = getattr(value, name)
            if held is not default and held != default:
                told[name] = held if type(held) in _PLAIN else record(held)
        return told
    if isinstance(value, tuple):
        return [record(v) for v in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value


_PLAIN = (str, int, bool, float)


@cache
def _defaults(kind: type) -> tuple[tuple[str, Any], ...]:
    return tuple((f.name, f.default) for f in dataclasses.fields(kind))


def restore(kind: type, value: Any) -> Any:
    """The value of type `kind` that `record` wrote.

    Raises LineageError where keys are unknown or missing, or a value has the wrong shape.
    """
    if not isinstance(value, dict):
        raise LineageError(f"{_wire(kind)}: expected an object, found {type(value).__name__}")
    readers = _readers(kind)
    if not value.keys() <= readers.keys():
        name = next(name for name in value if name not in readers)
        raise LineageError(f"{_wire(kind)}: unknown key {name!r}{did_you_mean(name, readers)}")
    try:
        return kind(**{name: readers[name](held) for name, held in value.items()})
    except (TypeError, ValueError) as problem:
        raise LineageError(f"{_wire(kind)}: {problem}") from None


Reader = Callable[[Any], Any]


@cache
def _readers(kind: type) -> dict[str, Reader]:
    """How each attribute of a type is read from JSON, worked out once a type."""
    hints = typing.get_type_hints(kind, vars(model))
    return {f.name: _reader(hints[f.name]) for f in dataclasses.fields(kind)}


def _reader(hint: Any) -> Reader:
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        inner = next(_reader(a) for a in typing.get_args(hint) if a is not type(None))
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        return _tuple_reader(typing.get_args(hint))
    if dataclasses.is_dataclass(hint):
        return lambda value: restore(typing.cast(type, hint), value)
    if hint in (date, datetime):
        return typing.cast(Reader, hint.fromisoformat)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return _plain_reader(hint)


def _tuple_reader(arguments: tuple[Any, ...]) -> Reader:
    many = arguments[-1] is Ellipsis
    readers = [_reader(a) for a in (arguments[:1] if many else arguments)]

    def read(value: Any) -> Any:
        if not isinstance(value, list):
            raise TypeError(f"expected a list, found {type(value).__name__}")
        if many:
            return tuple(map(readers[0], value))
        if len(readers) != len(value):
            raise TypeError(f"expected {len(readers)} items, found {len(value)}")
        return tuple(reader(v) for reader, v in zip(readers, value, strict=True))

    return read


def _plain_reader(hint: type) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is hint:
            return value
        if hint is float and type(value) is int:
            return float(value)
        raise TypeError(f"expected {hint.__name__}, found {type(value).__name__}")

    return read
