"""What do a project's manifest.json and catalog.json say?  As values, whatever version of dbt wrote them.

The manifests of dbt Core 1.3 to 1.11 (v7 to v12) and of Fusion (v20) are alike in all that is read here
(https://docs.getdbt.com/reference/artifacts/manifest-json).  Their text is not trusted: what is not of the kind
it should be counts as absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

VERSIONS = ("v7", "v8", "v9", "v10", "v11", "v12", "v20")
_VERSION = re.compile(r"/manifest/(v\d+)\b")
_RELATIONS = {"model": "model", "seed": "seed", "snapshot": "snapshot", "source": "source"}
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LARGEST = 1_000_000_000


class Unreadable(Exception):
    """A file cannot be read; its text is a reason that may be shown."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Tags, and meta by dotted key: what people of the project say of something."""

    tags: tuple[str, ...] = ()
    meta: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `quoted` says that its name is written as it is."""

    name: str
    type: str = ""
    description: str = ""
    quoted: bool = False
    marks: Marks = Marks()


@dataclass(frozen=True, slots=True)
class Node:
    """A model, seed, snapshot or source.

    `parts` are database, schema and identifier, with which of them are quoted; `relation` is false for what is only
    written into others (ephemeral models); `code` is the compiled SQL, `hooks` is what runs before and after it;
    `location` is where an external model is written to.
    """

    id: str
    kind: str
    place: str
    parts: tuple[tuple[str, bool], ...]
    relation: bool = True
    description: str = ""
    columns: tuple[Column, ...] = ()
    marks: Marks = Marks()
    needs: tuple[str, ...] = ()
    language: str = "sql"
    code: str | None = field(default=None, repr=False)
    hooks: tuple[str, ...] = field(default=(), repr=False)
    location: str = ""


@dataclass(frozen=True, slots=True)
class Exposure:
    """A use outside of dbt, such as a dashboard."""

    id: str
    name: str
    place: str
    url: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    project: str
    adapter: str
    nodes: Mapping[str, Node]
    operations: tuple[tuple[str, str], ...]
    """(place, SQL) of what runs at the start and end of a run."""
    exposures: tuple[Exposure, ...]
    needs: Mapping[str, tuple[str, ...]]
    """What metrics and other things that are no relations are made of."""

    def behind(self, needs: tuple[str, ...]) -> tuple[Node, ...]:
        """The relations that these names stand for, through ephemeral models, metrics and semantic models."""
        found: dict[str, Node] = {}
        seen: set[str] = set()
        waiting = list(needs)
        while waiting:
            name = waiting.pop()
            node = self.nodes.get(name)
            if name in seen:
                continue
            seen.add(name)
            if node is not None and node.relation:
                found[name] = node
            else:
                waiting += node.needs if node is not None else self.needs.get(name, ())
        return tuple(found[name] for name in sorted(found))


@dataclass(frozen=True, slots=True)
class Relation:
    """What the database answered of one node: its parts as they are spelled there, and its columns in order."""

    parts: tuple[str, ...]
    kind: str
    comment: str
    columns: tuple[Column, ...]


def read_manifest(path: Path) -> Manifest:
    """The manifest of a project.  Raises Unreadable where it is none, or of a version nobody knows."""
    content = _json(path)
    metadata = _mapping(content.get("metadata"))
    found = _VERSION.search(_text(metadata.get("dbt_schema_version")))
    if found is None:
        raise Unreadable("it is no manifest of dbt: it does not say of which version it is")
    if found[1] not in VERSIONS:
        raise Unreadable(f"manifests of version {found[1]} are not known, only {', '.join(VERSIONS)}")
    said = [*_mapping(content.get("nodes")).items(), *_mapping(content.get("sources")).items()]
    nodes = {_text(name): node for name, told in said if (node := _node(_text(name), _mapping(told)))}
    others = (_mapping(content.get(kind)) for kind in ("metrics", "semantic_models", "saved_queries"))
    return Manifest(
        _text(metadata.get("project_name")) or next(iter(sorted(name.split(".")[1] for name in nodes)), "dbt"),
        _text(metadata.get("adapter_type")).lower(),
        nodes,
        tuple(_operations(_mapping(told) for _, told in said)),
        tuple(_exposures(_mapping(content.get("exposures")))),
        {_text(name): _needs(_mapping(told)) for group in others for name, told in group.items()},
    )


def read_catalog(path: Path) -> Mapping[str, Relation]:
    """Unique id -> what the database answered.  Raises Unreadable where the file is no catalog."""
    content = _json(path)
    said = {**_mapping(content.get("sources")), **_mapping(content.get("nodes"))}
    if not isinstance(content.get("nodes"), dict):
        raise Unreadable("it is no catalog of dbt: it has no nodes")
    return {_text(name): _relation(_mapping(told)) for name, told in said.items()}


def _json(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            raise Unreadable(f"it is larger than {_LARGEST // 1_000_000} MB")
        return _mapping(json.loads(path.read_bytes()))
    except OSError as problem:
        raise Unreadable("there is no such file" if not path.exists() else type(problem).__name__) from None
    except (ValueError, RecursionError):
        raise Unreadable("it is no JSON") from None


def _node(name: str, told: Mapping[str, Any]) -> Node | None:
    kind = _RELATIONS.get(_text(told.get("resource_type")))
    if kind is None:
        return None
    config, code = _mapping(told.get("config")), told.get("compiled_code")
    return Node(
        name, kind, _place(told, name), tuple(_parts(told)),
        relation=_text(config.get("materialized")) != "ephemeral",
        description=_text(told.get("description")),
        columns=tuple(_columns(told.get("columns"))),
        marks=_marks(told),
        needs=_needs(told),
        language=_text(told.get("language")) or "sql",
        code=_text(code) or None,
        hooks=tuple(_hooks(config)),
        location=_text(config.get("location")) if _text(config.get("materialized")) == "external" else "",
    )  # fmt: skip


def _hooks(config: Mapping[str, Any]) -> Iterator[str]:
    for name in ("pre-hook", "post-hook", "pre_hook", "post_hook"):
        for hook in _listed(config.get(name)):
            yield _text(hook) or _text(_mapping(hook).get("sql"))


def _operations(said: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for told in said:
        if _text(told.get("resource_type")) == "operation":
            yield _place(told, _text(told.get("name"))), _text(told.get("raw_code"))


def _parts(told: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    name = _text(told.get("identifier")) or _text(told.get("alias")) or _text(told.get("name"))
    written = _text(told.get("relation_name"))
    for part in (_text(told.get("database")), _text(told.get("schema")), name):
        if part:
            yield part, any(f"{a}{part}{b}" in written for a, b in ('""', "``", "[]"))


def _place(told: Mapping[str, Any], name: str) -> str:
    path = _text(told.get("original_file_path")).replace("\\", "/")
    return "/".join(filter(None, (_text(told.get("package_name")), path))) or name


def _needs(told: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(_text(name) for name in _items(_mapping(told.get("depends_on")).get("nodes")))


def _columns(told: Any) -> Iterator[Column]:
    """The columns of a node: by name, or, as some versions of Fusion write them, as a list."""
    for column in map(_mapping, told.values() if isinstance(told, dict) else _items(told)):
        if name := _text(column.get("name")):
            described, quoted = _text(column.get("description")), column.get("quote") is True
            yield Column(name, _text(column.get("data_type")), described, quoted, _marks(column))


def _marks(told: Mapping[str, Any]) -> Marks:
    """Tags and meta, beside the thing (before 1.10) or in its config (since)."""
    places = (told, _mapping(told.get("config")))
    tags = {_text(tag) for place in places for tag in _listed(place.get("tags"))}
    meta = {pair for place in places for pair in _flat(_mapping(place.get("meta")), "", 0)}
    return Marks(tuple(sorted(tags - {""})), tuple(sorted(meta)))


def _flat(meta: Mapping[str, Any], above: str, depth: int) -> Iterator[tuple[str, str]]:
    """Meta as (dotted key, value): ``{pii: {kind: [email, name]}}`` has two of ``pii.kind``."""
    for key, value in meta.items():
        at = f"{above}{_text(key)}"
        if isinstance(value, dict) and depth < 10:
            yield from _flat(value, f"{at}.", depth + 1)
        for item in _listed(value):
            if isinstance(item, bool | int | float):
                yield at, str(item).lower()
            elif isinstance(item, str):
                yield at, _text(item)


def _exposures(said: Mapping[str, Any]) -> Iterator[Exposure]:
    for name, told in sorted((_text(name), _mapping(told)) for name, told in said.items()):
        own = _text(told.get("name")) or name
        yield Exposure(name, own, _place(told, name), _text(told.get("url")), _needs(told))


def _relation(told: Mapping[str, Any]) -> Relation:
    about = _mapping(told.get("metadata"))
    columns = [_mapping(column) for column in _mapping(told.get("columns")).values()]
    ordered = sorted(columns, key=lambda c: (_number(c.get("index")), _text(c.get("name"))))
    return Relation(
        tuple(part for name in ("database", "schema", "name") if (part := _text(about.get(name)))),
        _text(about.get("type")),
        _text(about.get("comment")),
        tuple(
            Column(name, _text(c.get("type")), _text(c.get("comment")), quoted=True)
            for c in ordered
            if (name := _text(c.get("name")))
        ),
    )


def with_catalog(node: Node, relation: Relation | None) -> Node:
    """A node as the database knows it: its spelling of names, its columns, its comments where dbt has none."""
    if relation is None:
        return node
    said = {column.name.casefold(): column for column in node.columns}
    columns = []
    for column in relation.columns:
        told = said.pop(column.name.casefold(), Column(column.name))
        columns.append(replace(column, description=told.description or column.description, marks=told.marks))
    spelled = relation.parts if len(relation.parts) == len(node.parts) else tuple(part for part, _ in node.parts)
    return replace(
        node,
        parts=tuple((part, True) for part in spelled),
        description=node.description or relation.comment,
        columns=(*columns, *said.values()),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return _LONE_SURROGATE.sub("\ufffd", value) if isinstance(value, str) else ""


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
