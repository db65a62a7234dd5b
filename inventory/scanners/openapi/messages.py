"""The messages that an API takes and gives: what clients send to each operation, and what it answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from inventory.scanners.openapi.properties import Direction, Property, Walk
from inventory.scanners.openapi.references import References, about, name_of

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_IN = ("path", "query", "header", "cookie")
_PLACEHOLDER = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Place:
    """One field of a message: its name there, what it is called by itself, and what the document says of it."""

    name: str
    called: str
    said: Property


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to an operation, or what it answers; `table` is what a table of the same would be called."""

    name: str
    table: str
    summary: str
    sent: bool
    operation: str
    places: tuple[Place, ...]
    line: int | None
    cut: str = ""


def messages(references: References) -> Iterator[Message]:
    """Request and response of every operation and webhook, in the order of the document."""
    content = references.document.content
    for section, prefix in (("paths", ""), ("webhooks", "webhook ")):
        paths = content.get(section)
        for path, said in paths.items() if isinstance(paths, dict) else ():
            item = references.resolved(said)
            for method in _METHODS:
                if isinstance(operation := item.get(method), dict):
                    yield from _operation(references, f"{prefix}{method.upper()} {path}", str(path), item, operation)


def schemas(references: References, stem: str) -> Iterator[Message]:
    """A document without operations: the schema that it is, or each that it defines."""
    content = references.document.content
    if any(key in content for key in ("properties", "items", "allOf", "anyOf", "oneOf", "$ref", "type")):
        yield _schema(references, stem, content)
        return
    components = content.get("components")
    inner = components.get("schemas") if isinstance(components, dict) else None
    for group in (inner, content.get("$defs"), content.get("definitions")):
        for name, schema in group.items() if isinstance(group, dict) else ():
            yield _schema(references, str(name), schema)


def _schema(references: References, name: str, schema: Any) -> Message:
    walk = Walk(references)
    walk.properties(schema)
    places = tuple(Place(p.path, p.path, p) for p in walk.found())
    table = name_of(schema) or about(name)
    return Message(name, table, "", False, "", places, references.document.line(schema), walk.cut)


def _operation(
    references: References, operation: str, path: str, item: dict[str, Any], said: dict[str, Any]
) -> Iterator[Message]:
    summary = next((s for key in ("summary", "description") if isinstance(s := said.get(key), str) and s.strip()), "")
    line, table = references.document.line(said), _noun(path)
    walk = Walk(references, Direction.SENT)
    places = list(_parameters(references, path, item.get("parameters"), said.get("parameters")))
    body = references.resolved(said.get("requestBody"))
    table = _content(walk, body, required=body.get("required") is True) or table
    places += [Place(p.path, p.path, p) for p in walk.found()]
    yield Message(operation, table, summary, True, operation, tuple(places), line, walk.cut)
    answers = Walk(references, Direction.GIVEN)
    given: list[Place] = []
    table = _noun(path)
    responses = said.get("responses")
    for response in map(references.resolved, responses.values() if isinstance(responses, dict) else ()):
        table = _content(answers, response, required=True) or table
        headers = response.get("headers")
        given += [
            p
            for name, h in (headers.items() if isinstance(headers, dict) else ())
            for p in _header(references, name, h)
        ]
    given += [Place(p.path, p.path, p) for p in answers.found()]
    yield Message(f"{operation} response", table, summary, False, operation, tuple(given), line, answers.cut)


def _content(walk: Walk, body: dict[str, Any], *, required: bool) -> str:
    """Walk the schemas of every media type; what the first is called."""
    content = body.get("content")
    name = ""
    for media in content.values() if isinstance(content, dict) else ():
        if isinstance(media, dict) and "schema" in media:
            walk.properties(media["schema"], required=required)
            name = name or name_of(media["schema"])
    return name


def _parameters(references: References, path: str, *lists: Any) -> Iterator[Place]:
    """Parameters of the path, then of the operation, which replace those of the same name and place."""
    found: dict[tuple[str, str], Place] = {}
    for parameters in lists:
        for said in parameters if isinstance(parameters, list) else ():
            parameter = references.resolved(said)
            name, where = parameter.get("name"), parameter.get("in")
            if isinstance(name, str) and name and where in _IN:
                found[where, name] = _parameter(references, path, name, str(where), parameter)
    yield from found.values()


def _parameter(references: References, path: str, name: str, where: str, said: dict[str, Any]) -> Place:
    schema = references.resolved(said["schema"]) if "schema" in said else {}
    required = where == "path" or said.get("required") is True
    called = f"{_owner(path, name)}_{name}" if name.lower() == "id" and where == "path" else name
    line = references.document.line(said)
    return Place(f"{where}.{name}", called, Property(name, (said, schema), required, line))


def _header(references: References, name: Any, said: Any) -> Iterator[Place]:
    header = references.resolved(said)
    schema = references.resolved(header["schema"]) if "schema" in header else {}
    line = references.document.line(header)
    yield Place(f"header.{name}", str(name), Property(str(name), (header, schema), False, line))


def _noun(path: str) -> str:
    """What a path is about: the last part that is no parameter and tells something."""
    parts = [about(part) for part in _PLACEHOLDER.sub("", path).split("/")]
    return next((part for part in reversed(parts) if part), "")


def _owner(path: str, parameter: str) -> str:
    """Whose key a parameter is: the part of the path before it."""
    return _noun(path.partition(f"{{{parameter}}}")[0])
