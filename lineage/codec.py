"""Facts as JSON records and back; the only place that knows wire names."""

from __future__ import annotations

import dataclasses
import json
import re
import types
import typing
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


def kind_of(statement: Statement) -> str:
    """The wire name of a statement's type."""
    return _wire(type(statement))


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
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def record(value: Any) -> Any:
    """A value of the model as JSON-ready data."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: record(held)
            for f in dataclasses.fields(value)
            if (held := getattr(value, f.name)) != f.default or f.default is dataclasses.MISSING
        }
    if isinstance(value, tuple):
        return [record(v) for v in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value


def restore(kind: type, value: Any) -> Any:
    """The value of type `kind` that `record` wrote.

    Raises LineageError where keys are unknown or missing, or a value has the wrong shape.
    """
    if not isinstance(value, dict):
        raise LineageError(f"{_wire(kind)}: expected an object, found {type(value).__name__}")
    hints = _hints(kind)
    for name in value:
        if name not in hints:
            raise LineageError(f"{_wire(kind)}: unknown key {name!r}{did_you_mean(name, hints)}")
    try:
        return kind(**{name: _restored(hints[name], held) for name, held in value.items()})
    except (TypeError, ValueError) as problem:
        raise LineageError(f"{_wire(kind)}: {problem}") from None


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = typing.get_type_hints(kind, vars(model))
    return {f.name: hints[f.name] for f in dataclasses.fields(kind)}


def _restored(hint: Any, value: Any) -> Any:
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        inner = [a for a in typing.get_args(hint) if a is not type(None)]
        return None if value is None else _restored(inner[0], value)
    if origin is tuple:
        if not isinstance(value, list):
            raise TypeError(f"expected a list, found {type(value).__name__}")
        arguments = typing.get_args(hint)
        if arguments[-1] is Ellipsis:
            return tuple(_restored(arguments[0], v) for v in value)
        if len(arguments) != len(value):
            raise TypeError(f"expected {len(arguments)} items, found {len(value)}")
        return tuple(_restored(a, v) for a, v in zip(arguments, value, strict=True))
    if dataclasses.is_dataclass(hint):
        return restore(typing.cast(type, hint), value)
    if hint in (date, datetime):
        return hint.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise TypeError(f"expected {hint.__name__}, found {type(value).__name__}")
    return value
