"""Which flows does one model make?  Of columns, by its compiled SQL; of whole datasets, where that cannot tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from inventory.naming import located, naming
from inventory.redaction import is_value, without_values
from inventory.scanners.dbt.artifacts import Node
from inventory.sql import Edge, column_lineage
from lineage.model import FieldId, Flow, Gap

_UNNAMED = re.compile(r"_(\d+)")
"""How a column is called that the SQL gives no name: by its place, from 0."""


@dataclass(frozen=True, slots=True)
class Built:
    """A node, the dataset that it is, and its columns with their types, in order."""

    node: Node
    dataset: FieldId
    columns: Mapping[str, str]

    def column(self, name: str) -> FieldId:
        """A column as it is spelled there; one that is not known is folded as the database does."""
        same = [known for known in self.columns if known.casefold() == name.casefold()]
        spelled = name if name in self.columns else same[0] if same else naming(self.dataset.namespace).folded(name)
        return FieldId(self.dataset.namespace, self.dataset.name, spelled if name else "")


def flows(
    model: Built, needed: tuple[Built, ...], dialect: str | None, functions: Mapping[str, str]
) -> Iterator[Flow | Gap]:
    """The flows into `model` from what it needs; a Gap (with its place still to be told) for what cannot be read.

    What the SQL does not tell for sure counts as a flow of the whole dataset, as dbt knows that it is needed.
    """
    job = model.node.id
    if model.node.language != "sql":
        yield Gap("", f"it is a {model.node.language} model, which is not read: all that it needs may be in it")
        yield from (Flow(need.dataset, model.dataset, job=job) for need in needed)
        return
    if model.node.code is None:
        yield Gap("", "its SQL is not compiled: all that it needs may be in it; run dbt compile, or dbt docs generate")
        yield from (Flow(need.dataset, model.dataset, job=job) for need in needed)
        return
    tables = {_dotted(need): dict(need.columns) for need in (*needed, model)}
    found = column_lineage(model.node.code, dialect=dialect, schema=tables, functions=functions)
    columns = _columns_made(model, found.edges)
    told = set()
    unread = [Gap("", without_values(gap.reason)) for gap in found.gaps]
    for edge in found.edges:
        if not edge.source_table or edge.target_table:
            continue
        if any(map(is_value, (edge.source_column, edge.target_column))):
            unread.append(Gap("", "a quoted text stands where a column should"))
            continue
        source = _source(edge.source_table, model, needed)
        told.add(source.dataset)
        column = columns.get(edge.target_column or "", "")
        yield Flow(
            source.column(edge.source_column or ""), model.column(column),
            edge.type, edge.subtype, edge.function, edge.masking, job=job if edge.source_column else None,
        )  # fmt: skip
    yield from dict.fromkeys(unread)
    if unread:
        yield from (Flow(need.dataset, model.dataset, job=job) for need in needed if need.dataset not in told)


def _dotted(built: Built) -> str:
    return ".".join(part for part, _ in built.node.parts)


def _source(table: str, model: Built, needed: tuple[Built, ...]) -> Built:
    """What the SQL calls `table`: something that is needed, else a table or file that somebody named by hand."""
    wanted = table.casefold().split(".")
    fitting = [n for n in (*needed, model) if _dotted(n).casefold().split(".")[-len(wanted) :] == wanted]
    if fitting:
        return fitting[0]
    if (at := located(table)) is not None:
        return Built(model.node, FieldId(*at), {})
    rules = naming(model.dataset.namespace)
    whole = (*model.dataset.name.split(".")[: -len(wanted)], *map(rules.folded, table.split(".")))
    return Built(model.node, FieldId(model.dataset.namespace, ".".join(whole)), {})


def _columns_made(model: Built, edges: Iterable[Edge]) -> dict[str, str]:
    """Output of the SQL -> column of the model: by name, else, where there are as many, by position.

    One that is neither is kept where the columns are not known; else its flows go into the model as a whole.
    """
    made = list(dict.fromkeys(edge.target_column for edge in edges if edge.target_column and not edge.target_table))
    known = {column.casefold() for column in model.columns}
    if not known or all(name.casefold() in known for name in made):
        return {name: name for name in made}
    columns = list(model.columns)
    if len(made) == len(columns):
        return dict(zip(made, columns, strict=True))
    unnamed = {name: int(found[1]) for name in made if (found := _UNNAMED.fullmatch(name))}
    by_position = {name: columns[at] for name, at in unnamed.items() if at < len(columns)}
    return {**by_position, **{name: name for name in made if name.casefold() in known}}
