"""The properties of a JSON Schema (2020-12, and the dialect of OpenAPI 3.0) as flat paths: ``address.street``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from inventory.scanners.openapi.references import References

MOST_FIELDS = 2000
_MOST_STEPS = 50_000
_DEEPEST = 12
_JOINED = ("allOf", "anyOf", "oneOf")
_ALSO = ("if", "then", "else")
_KEY = "{}"


class Direction(Enum):
    """Which way the data go: what is read-only is never sent, what is write-only never given back."""

    SENT = "readOnly"
    GIVEN = "writeOnly"


@dataclass(frozen=True, slots=True)
class Property:
    """One place for a value: its path, what its schemas say of it, and the line of the first."""

    path: str
    schemas: tuple[dict[str, Any], ...]
    required: bool
    line: int | None

    def text(self, key: str) -> str:
        """The first text that one of the schemas has under a key; empty where none has."""
        return next((v for s in self.schemas if isinstance(v := s.get(key), str) and v), "")

    def said(self, key: str) -> Any:
        """The first value that one of the schemas has under a key; None where none has."""
        return next((s[key] for s in self.schemas if key in s), None)

    @property
    def type(self) -> str:
        """``string``, ``integer`` ...; of several the first that is not null."""
        for schema in self.schemas:
            kinds = schema.get("type")
            named = [k for k in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(k, str) and k != "null"]
            if named:
                return named[0]
        return ""


@dataclass
class Walk:
    """One walk over the schemas of a dataset; `cut` says what was left out, if anything was."""

    references: References
    direction: Direction | None = None
    cut: str = ""
    _steps: int = 0
    _found: dict[str, Property] = field(default_factory=dict)

    def properties(self, schema: Any, path: str = "", *, required: bool = True) -> None:
        """Add the places for values below a schema, each path once."""
        self._walk(schema, path, required, ())

    def found(self) -> list[Property]:
        """All that was found, in the order of the document."""
        return list(self._found.values())

    def _walk(self, said: Any, path: str, required: bool, above: tuple[int, ...]) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS or len(self._found) >= MOST_FIELDS:
            self.cut = "its schemas are too many, so not all fields are told"
            return
        schemas = list(self._all_of(said, above))
        if self.direction and any(s.get(self.direction.value) is True for s in schemas):
            return
        seen = (*above, *map(id, schemas))
        inner = 0
        if path.count(".") + path.count("[]") < _DEEPEST:
            for schema in schemas:
                inner += self._below(schema, path, required, seen)
        elif any(s.get("properties") or s.get("items") for s in schemas):
            self.cut = f"its schemas are nested deeper than {_DEEPEST} levels"
        if path and not inner:
            self._add(path, tuple(schemas), required, said)

    def _add(self, path: str, schemas: tuple[dict[str, Any], ...], required: bool, said: Any) -> None:
        line = self.references.document.line(said)
        known = self._found.get(path)
        if known:
            self._found[path] = Property(path, known.schemas + schemas, known.required and required, known.line)
        else:
            self._found[path] = Property(path, schemas, required, line)

    def _all_of(self, said: Any, above: tuple[int, ...]) -> Iterator[dict[str, Any]]:
        """A schema with those that it refers to and joins; what stands above it already is a ring and left out."""
        waiting, met = [said], set(above)
        while waiting:
            schema = waiting.pop(0)
            if not isinstance(schema, dict) or id(schema) in met:
                continue
            met.add(id(schema))
            self._steps += 1
            if self._steps > _MOST_STEPS:
                return
            if "$ref" in schema:
                waiting.insert(0, self.references.resolved(schema))
            yield schema
            for key in _JOINED:
                waiting += schema[key] if isinstance(schema.get(key), list) else []
            waiting += [schema[key] for key in _ALSO if key in schema]
            waiting += list(_values(schema.get("dependentSchemas")))

    def _below(self, schema: dict[str, Any], path: str, required: bool, seen: tuple[int, ...]) -> int:
        """Walk what lies below one schema; how many places it opens."""
        needed = schema.get("required")
        needed = set(filter(lambda n: isinstance(n, str), needed)) if isinstance(needed, list) else set()
        inner = 0
        properties = schema.get("properties")
        for name, value in properties.items() if isinstance(properties, dict) else ():
            inner += 1
            here = _KEY if like_a_value(str(name)) else str(name) or "''"
            self._walk(value, f"{path}.{here}" if path else here, required and name in needed, seen)
        maps = [schema.get("additionalProperties"), *_values(schema.get("patternProperties"))]
        for value in maps:
            if isinstance(value, dict) and value:
                inner += 1
                self._walk(value, f"{path}.{_KEY}" if path else _KEY, False, seen)
        for value in [schema.get("items"), *_listed(schema.get("prefixItems"))]:
            if isinstance(value, dict):
                inner += 1
                self._walk(value, f"{path}[]", required, seen)
        return inner


def like_a_value(name: str) -> bool:
    """Does a name look like an address or a long number of somebody?"""
    return "@" in name or len(name) > 200 or sum(c.isdigit() for c in name) >= 7


def _values(said: Any) -> list[Any]:
    return list(said.values()) if isinstance(said, dict) else []


def _listed(said: Any) -> list[Any]:
    return said if isinstance(said, list) else []
