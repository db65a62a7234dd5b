"""What the facets of one dataset say about it and its fields.

Read are schema, documentation, datasetType, ownership (teams only), symlinks, tags and lifecycleStateChange; the
lineage facets have their own file.  Everything else may hold values, people's names or credentials and is not
looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from inventory.classification import Column, classify_table
from inventory.project import OwnWords
from inventory.redaction import without_values
from inventory.scanners.openlineage.names import dataset_id
from inventory.scanners.openlineage.shape import Shape
from inventory.scanners.openlineage.tags import Tags
from lineage.model import Classification, Dataset, Field, FieldId, Flow, Form, Method, Statement, Symlink

Said = tuple[Statement, Method]
_KINDS = frozenset(["table", "view", "file", "topic", "stream", "model", "job_output", "directory"])
_TEAMS = frozenset(["team", "group", "organization", "organisation", "department", "application", "service"])
_LONGEST_OWNER = 200
DEEPEST = 50
_LONGEST_TEXT = 2_000


def facet(facets: Mapping[str, Any], name: str, shape: Shape) -> Mapping[str, Any]:
    """One facet; empty where it is absent, or says of itself that it was deleted."""
    told = shape.mapping(facets.get(name), name)
    return {} if told.get("_deleted") is True else told


def about(
    dataset: FieldId, fields: tuple[Field, ...], facets: Mapping[str, Any], tags: Tags, own: OwnWords, shape: Shape
) -> Iterator[Said]:
    """All that a dataset's `facets` say, but lineage; `fields` are those of its schema, `own` the project's words."""
    yield _dataset(dataset, facets, shape), Method.OBSERVED
    yield from ((field, Method.OBSERVED) for field in fields)
    yield from ((flow, Method.OBSERVED) for flow in _parts_of_structures(fields))
    yield from ((guess, Method.INFERRED) for guess in _classified(dataset, fields, own))
    yield from ((link, Method.OBSERVED) for link in symlinks(dataset, facets, shape))
    yield from ((tagged, Method.OBSERVED) for tagged in _tagged(dataset, facets, tags, shape))
    yield from ((renamed, Method.OBSERVED) for renamed in _renamed(dataset, facets, shape))


def _dataset(dataset: FieldId, facets: Mapping[str, Any], shape: Shape) -> Dataset:
    kind = shape.text(facet(facets, "datasetType", shape).get("datasetType"), "datasetType").lower()
    description = shape.text(facet(facets, "documentation", shape).get("description"), "documentation.description")
    owner = ", ".join(sorted(set(_teams(facets, shape)))) or None
    return Dataset(dataset, kind if kind in _KINDS else None, without_values(description) or None, owner=owner)


def _teams(facets: Mapping[str, Any], shape: Shape) -> Iterator[str]:
    """The owners that are no persons; OpenLineage writes them as ``team:data``, ``application:shop``, ``user:…``."""
    for item in shape.mappings(facet(facets, "ownership", shape).get("owners"), "ownership.owners"):
        if name := team(shape.text(item.get("name"), "ownership.owners.name")):
            yield name


def team(name: str) -> str:
    """The name of an owner that says of itself that it is no person, and holds no address; else nothing."""
    kind, colon, rest = name.strip().partition(":")
    is_team = colon and kind.lower() in _TEAMS and rest.strip() and len(rest) <= _LONGEST_OWNER
    return f"{kind.lower()}:{rest.strip()}" if is_team and without_values(rest) == rest else ""


def schema(dataset: FieldId, facets: Mapping[str, Any], shape: Shape) -> Iterator[Field]:
    """The fields of the schema facet in order; parts of a structure follow it, as ``address.street``."""
    fields = _fields(dataset, facet(facets, "schema", shape).get("fields"), "", 0, shape)
    for position, field in enumerate(fields, 1):
        yield replace(field, position=position)


def _fields(dataset: FieldId, told: Any, above: str, depth: int, shape: Shape) -> Iterator[Field]:
    if told and depth == DEEPEST:
        shape.problems.append(f"schema.fields is nested deeper than {DEEPEST}")
        return
    for item in shape.mappings(told, "schema.fields"):
        name = shape.required(item.get("name"), "schema.fields.name")
        if not name:
            continue
        node = FieldId(dataset.namespace, dataset.name, f"{above}{name}")
        kind = shape.text(item.get("type"), "schema.fields.type")[:_LONGEST_TEXT]
        description = without_values(shape.text(item.get("description"), "schema.fields.description"))
        yield Field(node, kind or None, description or None)
        yield from _fields(dataset, item.get("fields"), f"{node.field}.", depth + 1, shape)


def _parts_of_structures(fields: tuple[Field, ...]) -> Iterator[Flow]:
    """A structure holds what its parts hold: events name the one in lineage where labels are on the other."""
    known = {field.field.field: field.field for field in fields}
    for name, node in known.items():
        above = known.get(name.rpartition(".")[0])
        if above:
            yield Flow(node, above, "DIRECT", "IDENTITY")


def _classified(dataset: FieldId, fields: tuple[Field, ...], own: OwnWords) -> Iterator[Classification]:
    """What the names and descriptions of the fields speak for, as for a table of a database."""
    table = dataset.name.replace("/", ".").rsplit(".", 1)[-1]
    columns = [Column(f.field.field, f.type or "", f.description or "") for f in fields]
    for field, verdict in zip(fields, classify_table(table, columns, own=own), strict=True):
        if verdict:
            yield Classification(
                field.field,
                verdict.data_category,
                verdict.data_subject,
                verdict.form,
                verdict.confidence,
                verdict.rules,
            )


def symlinks(dataset: FieldId, facets: Mapping[str, Any], shape: Shape) -> Iterator[Symlink]:
    """The other names of a dataset.

    A name of type TABLE is the one that databases and SQL know too: all others are read as it (as the smallest
    of several).  Without one the name that the event itself uses stays, and the others are read as it.
    """
    names: list[FieldId] = []
    tables: list[FieldId] = []
    for item in shape.mappings(facet(facets, "symlinks", shape).get("identifiers"), "symlinks.identifiers"):
        name = dataset_id(item, shape, "symlinks.identifiers")
        if name:
            kind = shape.text(item.get("type"), "symlinks.identifiers.type").strip().upper()
            (tables if kind == "TABLE" else names).append(name)
    home = min(tables, default=dataset)
    yield from (Symlink(name, home) for name in dict.fromkeys([dataset, *names, *tables]) if name != home)


def _tagged(dataset: FieldId, facets: Mapping[str, Any], tags: Tags, shape: Shape) -> Iterator[Classification]:
    for item in shape.mappings(facet(facets, "tags", shape).get("tags"), "tags.tags"):
        key = shape.text(item.get("key"), "tags.key")
        value = shape.text(item.get("value"), "tags.value")
        field = shape.text(item.get("field"), "tags.field")
        for category in tags.categories(key, value):
            node = FieldId(dataset.namespace, dataset.name, field)
            yield Classification(node, category, form=_form(field), rules=("tag",))


def _form(field: str) -> Form:
    """A tag says what a field is about; that it holds hashes only its name can say."""
    (verdict,) = classify_table("", [Column(field)])
    return verdict.form if verdict else Form.RAW


def _renamed(dataset: FieldId, facets: Mapping[str, Any], shape: Shape) -> Iterator[Flow]:
    """A renamed dataset holds what it held under its previous name."""
    change = facet(facets, "lifecycleStateChange", shape)
    before = change.get("previousIdentifier")
    told = shape.mapping(before, "lifecycleStateChange.previousIdentifier")
    previous = dataset_id(told, shape, "lifecycleStateChange.previousIdentifier") if before is not None else None
    if previous and previous != dataset:
        yield Flow(previous, dataset, "DIRECT", "IDENTITY")
