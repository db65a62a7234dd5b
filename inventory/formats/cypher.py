"""The labelled graph of docs/neo4j.md as a Cypher script that fills an empty Neo4j, for cypher-shell or any driver.

One statement ends with ``;`` at the end of a line, and no text within a statement has a line break.  Names are
string literals only: labels, types and property names are the model's.  Cannot say: runs and history.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import IO, Any, TypeVar

from inventory.labelled import labelled
from inventory.report import Report
from lineage.property_graph import unique

BATCH = 500
"""Rows in one statement: parsing a longer one takes a server more than linearly longer."""
T = TypeVar("T")


def write(report: Report, out: IO[str]) -> None:
    """Write the constraints, then the nodes, then the relationships, in batches."""
    graph = labelled(report)
    for statement in graph.constraints():
        out.write(f"{statement};\n")
    for labels, nodes in graph.nodes.items():
        found_by = unique(labels[0])
        rows = (literal({found_by: key, **told}) for key, told in nodes.items())
        _write(rows, f"CREATE (n:{':'.join(labels)}) SET n = row", out)
    for (type, start, end), edges in graph.edges.items():
        match = f"MATCH {_at('a', start, 0)}, {_at('b', end, 1)}"
        _write(map(literal, edges), f"{match} CREATE (a)-[r:{type}]->(b) SET r = row[2]", out)


def literal(value: Any) -> str:
    """A value as a Cypher literal; JSON's texts, numbers, truths are Cypher's too, its escapes among them."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {literal(value[name])}' for name in sorted(value))}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(literal, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _at(name: str, label: str, column: int) -> str:
    return f"({name}:{label} {{{unique(label)}: row[{column}]}})"


def _write(rows: Iterable[str], act: str, out: IO[str]) -> None:
    for batch in _batches(rows):
        told = ",\n".join(batch)
        out.write(f"UNWIND [\n{told}\n] AS row {act};\n")


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield batch
