"""Which columns the SQL of a job moves, where its events tell no lineage; all of it or nothing.

A reading that misses something must not stand in for the flows of whole datasets, which miss nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from inventory.sql import Edge, column_lineage
from lineage.model import FieldId, Flow

Names = Mapping[FieldId, frozenset[str]]
Columns = Callable[[FieldId], Mapping[str, str]]
"""The columns of a dataset in order, with their types; empty where they are not known."""
LONGEST_QUERY = 200_000


@dataclass(frozen=True, slots=True)
class Query:
    """The sql facet of a job."""

    text: str
    dialect: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """What others say of that which SQL names: more names of datasets, their columns, what functions keep."""

    names: Names = field(default_factory=dict)
    columns: Columns = lambda dataset: {}
    functions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Tables:
    """The datasets of one run, and what is known of them."""

    inputs: frozenset[FieldId]
    outputs: frozenset[FieldId]
    known: Known

    def schema(self) -> dict[str, Mapping[str, str]]:
        known = ((dataset, self.known.columns(dataset)) for dataset in sorted(self.inputs | self.outputs))
        return {name: columns for dataset, columns in known if columns for name in sorted(self._names(dataset))}

    def dataset(self, table: str, among: Iterable[FieldId]) -> FieldId | None:
        """The one dataset whose name is, or ends with, the table as the SQL writes it."""
        wanted = _segments(table)
        fitting = {d for d in among if any(_segments(name)[-len(wanted) :] == wanted for name in self._names(d))}
        return fitting.pop() if len(fitting) == 1 else None

    def _names(self, dataset: FieldId) -> frozenset[str]:
        return self.known.names.get(dataset, frozenset()) | {dataset.name}


def flows_of(query: Query, tables: Tables, job: str | None) -> tuple[Flow, ...]:
    """The flows into the outputs, if every column of the SQL has its place and every input its use; else none."""
    if not tables.outputs or len(query.text) > LONGEST_QUERY:
        return ()
    found = column_lineage(query.text, dialect=query.dialect, schema=tables.schema(), functions=tables.known.functions)
    flows = [_flow(edge, tables, job) for edge in found.edges]
    if found.gaps or not all(flows):
        return ()
    known = tuple(dict.fromkeys(flow for flow in flows if flow))
    return known if _complete(known, tables) else ()


def _flow(edge: Edge, tables: Tables, job: str | None) -> Flow | None:
    source = tables.dataset(edge.source_table, tables.inputs | tables.outputs)
    only = next(iter(tables.outputs)) if len(tables.outputs) == 1 else None
    target = tables.dataset(edge.target_table, tables.outputs) if edge.target_table else only
    if not source or not target or (edge.type == "DIRECT" and not (edge.source_column and edge.target_column)):
        return None
    return Flow(
        FieldId(source.namespace, source.name, edge.source_column or ""),
        FieldId(target.namespace, target.name, edge.target_column or ""),
        edge.type, edge.subtype, edge.function, edge.masking, job=job,
    )  # fmt: skip


def _complete(flows: Iterable[Flow], tables: Tables) -> bool:
    used = {flow.source.dataset for flow in flows}
    fed = {flow.target.dataset for flow in flows if flow.type == "DIRECT"}
    return tables.inputs <= used and tables.outputs <= fed


def _segments(name: str) -> tuple[str, ...]:
    return tuple(part for part in name.casefold().replace("/", ".").split(".") if part)
