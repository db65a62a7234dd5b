"""How facts are told as a property graph: keys, labels, relationship types and readable properties.

The model is docs/decisions/neo4j-model.md; the Neo4j store and the exports for Neo4j both tell facts this way.
Labels and types come from this module, none from data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, NamedTuple, assert_never

from lineage.codec import KINDS, kind_of, record
from lineage.model import (
    Activity,
    Assessment,
    Authorization,
    Channel,
    Classification,
    Collection,
    Connection,
    Consent,
    Control,
    Dataset,
    ErasureRoute,
    Evidence,
    Field,
    FieldId,
    Flow,
    Gap,
    Party,
    Publication,
    Retention,
    Review,
    Statement,
    Suppression,
    Symlink,
    System,
    Training,
)
from lineage.spelling import spelled

DESCRIPTION = "Description"
"""The label of a fact about a party, system, dataset or field, which have the label of their kind themselves."""
LABELS: dict[str, str] = {
    wire: DESCRIPTION if kind in (Party, System, Dataset, Field) else kind.__name__
    for wire, kind in KINDS.items()
    if kind is not Flow
}
"""Wire name of a statement's kind -> the label that its facts have beside `Fact`."""
ENTITIES = ("Category", "Data", "Party", "System")
"""Labels of the nodes that facts are linked to; each has a unique `key`."""
FACT_LINKS = ("ABOUT", "COVERS", "OF", "RECIPIENT", "SENDER")
"""Types of the relationships from a fact to an entity."""
LAYER = ("Check", "Finding", "Share")
"""Labels of the nodes that belong to a check alone."""
_LONGEST = 200
_TAKEN = {"key", "kind", "source", "first", "gone", "said", "place", "line", "title"}


class Link(NamedTuple):
    """From a fact to the entity `label` of that `key`; for `Data` the node is given."""

    type: str
    label: str
    key: str
    title: str
    node: FieldId | None = None


def unique(label: str) -> str:
    """The property by which a node is found among those of a label; no two of them have the same."""
    return "fingerprint" if label == "Finding" else "key"


def exact(value: Any) -> str:
    """The JSON text of a record, in ASCII: sorted keys, no blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def digest(*parts: str) -> str:
    """40 hex digits of a SHA-256 over texts."""
    return hashlib.sha256("\n".join(parts).encode("ascii")).hexdigest()[:40]


def data_key(node: FieldId) -> str:
    """The key of a field's or dataset's node."""
    return digest(exact((node.namespace, node.name, node.field)))


def short(text: str) -> str:
    """A text as a key or title that an index can hold: past 200 characters its beginning and a digest."""
    told = spelled(text)
    if len(told) <= _LONGEST and "…" not in told:
        return told
    return f"{told[: _LONGEST - 41]}…{digest(exact(text))}"


def data_properties(node: FieldId) -> dict[str, str]:
    """The properties of a field's or dataset's node but its key; `spelling.unspelled` reads them back."""
    told = {"namespace": spelled(node.namespace), "dataset": spelled(node.name)}
    if node.field:
        told["field"] = spelled(node.field)
    return {**told, "title": short(f"{node.name}#{node.field}" if node.field else node.name)}


def flow_said(flow: Flow) -> str:
    """All that a flow says but its ends, as JSON."""
    told = record(flow)
    del told["source"], told["target"]
    return exact(told)


def flow_key(source: str, target: str, said: str, place: str, line: int) -> str:
    """The key of a flow, of the keys of its ends, its kind and its place, and the line (0 without)."""
    return digest("flow", source, target, said, place, str(line))


def flow_properties(flow: Flow) -> dict[str, Any]:
    """What a flow says, readable, without its ends."""
    told = {f.name: getattr(flow, f.name) for f in fields(flow) if f.name not in ("source", "target", "wording")}
    return {name: _plain(value) for name, value in told.items() if value is not None}


def fact_key(kind: str, said: str, place: str, line: int) -> str:
    """The key of a fact that is no flow: of its kind, its `said`, the key of its place, and the line (0 without)."""
    return digest(kind, said, place, str(line))


def fact_properties(statement: Statement) -> dict[str, Any]:
    """What a statement says, readable: its plain values by their names, and a title.

    A name that all facts have has the kind before it: ``consent_kind``, ``gap_source``.
    """
    kind = kind_of(statement)
    told: dict[str, Any] = {}
    for f in fields(statement):
        value = _plain(getattr(statement, f.name))
        if value is not None and value != []:
            told[f"{kind}_{f.name}" if f.name in _TAKEN else f.name] = value
    return {**told, "title": short(_title(statement))}


def evidence_said(evidence: Evidence) -> str:
    """A place without its line, as JSON."""
    told = record(evidence)
    told.pop("line", None)
    return exact(told)


def evidence_properties(evidence: Evidence) -> dict[str, Any]:
    """A place, readable, without its line."""
    told = {f.name: _plain(getattr(evidence, f.name)) for f in fields(evidence) if f.name != "line"}
    return {**{name: value for name, value in told.items() if value is not None}, "title": short(evidence.source)}


def links(statement: Statement) -> Iterator[Link]:
    """What a statement that is no flow is linked to."""
    match statement:
        case Party(key=key):
            yield _to("ABOUT", "Party", key)
        case System(key=key):
            yield _to("ABOUT", "System", key)
        case Dataset(dataset=node) | ErasureRoute(dataset=node) | Field(field=node) | Collection(field=node):
            yield _about(node)
        case Symlink(alias=alias, dataset=node):
            yield _about(alias)
            yield _about(node)
        case Classification(field=node, data_category=category):
            yield _about(node)
            if category:
                yield _to("OF", "Category", category)
        case Connection(from_system=a, to_system=b):
            yield from (_to("ABOUT", "System", key) for key in sorted({a, b}))
        case Authorization():
            yield from (_to("COVERS", "Category", key) for key in sorted(set(statement.data_categories)))
            yield _to("RECIPIENT", "Party", statement.recipient)
            if statement.sender:
                yield _to("SENDER", "Party", statement.sender)
        case Activity():
            yield from (_to("COVERS", "Category", key) for key in sorted(set(statement.data_categories)))
            if statement.system:
                yield _to("ABOUT", "System", statement.system)
        case Retention() | Assessment():
            yield from (_to("COVERS", "Category", key) for key in sorted(set(statement.data_categories)))
            yield from (_to("RECIPIENT", "Party", key) for key in sorted(set(statement.recipients)))
            if isinstance(statement, Retention):
                yield from (_to("ABOUT", "System", key) for key in sorted(set(statement.systems)))
        case Control(systems=systems) | Review(scope=systems):
            yield from (_to("ABOUT", "System", key) for key in sorted(set(systems)))
        case Consent() | Training() | Channel() | Suppression() | Publication() | Gap() | Flow():
            return
        case _:
            assert_never(statement)


def _about(node: FieldId) -> Link:
    return Link("ABOUT", "Data", data_key(node), "", node)


def _to(type: str, label: str, key: str) -> Link:
    return Link(type, label, short(key), short(key))


def _title(statement: Statement) -> str:
    match statement:
        case Field(field=node) | Classification(field=node) | Collection(field=node):
            return f"{node.name}#{node.field}"
        case Dataset(dataset=node) | ErasureRoute(dataset=node) | Symlink(alias=node):
            return node.name
        case Gap(source=name) | Suppression(finding=name):
            return name
        case Connection(from_system=a, to_system=b):
            return f"{a} -> {b}"
        case Flow():
            return ""
        case _:
            return statement.key


def _plain(value: Any) -> Any:
    """A value as a property holds it: a text, number, truth, or list of texts; None for what has no such form."""
    told = record(value)
    if isinstance(told, str):
        return spelled(told)
    if isinstance(told, list):
        return [spelled(v) for v in told] if all(isinstance(v, str) for v in told) else None
    if isinstance(told, dict):
        return spelled(told["kind"]) if "kind" in told else None
    return told
