"""Which flows the lineage facets of an event tell: columnLineage, and the newer lineage facet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inventory.scanners.openlineage.facets import facet
from inventory.scanners.openlineage.names import dataset_id
from inventory.scanners.openlineage.shape import Shape
from inventory.scanners.openlineage.transformation import INDIRECT, Way, older_way, ways
from lineage.model import FieldId, Flow


@dataclass(frozen=True, slots=True)
class Told:
    """Flows, and the datasets for which every input was named (so that no other goes in)."""

    flows: tuple[Flow, ...] = ()
    closed: frozenset[FieldId] = frozenset()


def of_dataset(dataset: FieldId, facets: Mapping[str, Any], job: str | None, shape: Shape) -> Told:
    """What the columnLineage and lineage facets of a dataset tell of what goes into it."""
    told = facet(facets, "columnLineage", shape)
    flows: list[Flow] = []
    for column, entry in _columns(told, shape):
        flows += _inputs(_column(dataset, column), entry.get("inputFields"), older_way(entry, shape), job, shape)
    flows += _inputs(dataset, told.get("dataset"), INDIRECT, job, shape)
    newer = facet(facets, "lineage", shape)
    flows += _entry(dataset, newer, job, shape)
    return Told(tuple(flows), frozenset([dataset] if _names_every_input(newer) else []))


def of_job(facets: Mapping[str, Any], job: str | None, shape: Shape) -> Told:
    """What the lineage facet of a job tells of what goes into its datasets."""
    flows: list[Flow] = []
    closed = set()
    for entry in shape.mappings(facet(facets, "lineage", shape).get("entries"), "lineage.entries"):
        target = dataset_id(entry, shape, "lineage.entries") if entry.get("type") == "DATASET" else None
        if target:
            flows += _entry(target, entry, job, shape)
            closed |= {target} if _names_every_input(entry) else set()
    return Told(tuple(flows), frozenset(closed))


def _names_every_input(told: Mapping[str, Any]) -> bool:
    """An input that is a job leaves open which datasets it brings."""
    inputs = told.get("inputs")
    whole = [i for i in inputs if isinstance(i, dict) and not i.get("field")] if isinstance(inputs, list) else []
    return bool(whole) and all(i.get("type") == "DATASET" for i in whole)


def _entry(target: FieldId, told: Mapping[str, Any], job: str | None, shape: Shape) -> Iterator[Flow]:
    for column, entry in _columns(told, shape):
        yield from _inputs(_column(target, column), entry.get("inputs"), Way(), job, shape)
    for item in shape.mappings(told.get("inputs"), "lineage.inputs"):
        yield from _inputs(target, [item], INDIRECT if item.get("field") else Way(), job, shape)


def _columns(told: Mapping[str, Any], shape: Shape) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for column, entry in shape.mapping(told.get("fields"), "lineage fields").items():
        if name := shape.required(column, "a name in lineage fields"):
            yield name, shape.mapping(entry, "an entry of lineage fields")


def _inputs(target: FieldId, told: Any, otherwise: Way, job: str | None, shape: Shape) -> Iterator[Flow]:
    """The flows of a list of inputs; one that names no field is the whole dataset, one that is a job is none."""
    for item in shape.mappings(told, "lineage inputs"):
        if item.get("type") == "JOB":
            continue
        dataset = dataset_id(item, shape, "a lineage input")
        if dataset is None:
            continue
        source = _column(dataset, shape.text(item.get("field"), "a lineage input.field"))
        for way in ways(item.get("transformations"), otherwise, shape):
            if source != target:
                yield Flow(source, target, *way, job=job)


def _column(dataset: FieldId, column: str) -> FieldId:
    return FieldId(dataset.namespace, dataset.name, column)
