"""How the layer of the last check is put into the graph: whole, in one transaction, in the place of the earlier one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from lineage.property_graph import ENTITIES, LAYER, unique
from lineage.stores.neo4j.batch import in_parts

if TYPE_CHECKING:
    from neo4j import ManagedTransaction

_UNIQUE = {label: unique(label) for label in (*LAYER, *ENTITIES)}
_MORE = ("Dataset", "Field")
"""Labels that nodes have beside one of these."""
_TYPES = ("FOUND", "HOLDS", "IN", "OF", "OPERATED_BY", "RECIPIENT", "SAW", "SENDER", "SOURCE", "TARGET", "WITNESS")
_REMOVE = (
    *(f"MATCH (n:{label}) DETACH DELETE n" for label in LAYER),
    "MATCH ()-[r:HOLDS|OPERATED_BY]->() DELETE r",
    "MATCH (:Dataset)-[r:IN]->(:System) DELETE r",
    "MATCH (n:Party) REMOVE n.name, n.country, n.role, n.own",
    "MATCH (n:System) REMOVE n.name, n.country, n.owner, n.encrypted_at_rest, n.ours",
)
Rows = dict[tuple[str, ...], list[Any]]


class Layer(Protocol):
    """What a check derived (lineage/check_layer.py): nodes as (labels, key, properties), relationships as (type,
    start, end, properties), an end being the first label and the key of a node."""

    def nodes(self) -> Iterable[tuple[tuple[str, ...], str, Mapping[str, Any]]]: ...
    def edges(self) -> Iterable[tuple[str, tuple[str, str], tuple[str, str], Mapping[str, Any]]]: ...


def replace_layer(tx: ManagedTransaction, nodes: Rows, edges: Rows) -> None:
    """Take the earlier layer away and write these rows; checks that end at the same time take turns."""
    tx.run("MATCH (s:Store {key: 'store'}) SET s.turn = randomUUID()").consume()  # a change, and so a lock
    for query in _REMOVE:
        tx.run(query).consume()
    for labels, rows in nodes.items():
        in_parts(tx, _node_query(labels), rows)
    for ends, rows in edges.items():
        in_parts(tx, _edge_query(ends), rows)


def rows_of(layer: Layer) -> tuple[Rows, Rows]:
    """The nodes and relationships of a layer, each by the query that writes them.

    Raises KeyError or ValueError for a label or type that is not the model's.
    """
    nodes: Rows = {}
    for labels, key, told in layer.nodes():
        nodes.setdefault(labels, []).append({"key": key, "told": dict(told)})
    edges: Rows = {}
    for type, (start, a), (end, b), told in layer.edges():
        edges.setdefault((type, start, end), []).append([a, b, dict(told)])
    return nodes, edges


def _node_query(labels: tuple[str, ...]) -> str:
    first, *more = labels[0], *(_MORE[_MORE.index(label)] for label in labels[1:])
    node = f"(n:{first} {{{_UNIQUE[first]}: row.key}})"
    if first in LAYER:
        return f"UNWIND $rows AS row CREATE {node} SET n += row.told"
    if first == "Data":
        return f"UNWIND $rows AS row MERGE {node} ON CREATE SET {''.join(f'n:{m}, ' for m in more)}n += row.told"
    return f"UNWIND $rows AS row MERGE {node} SET n += row.told"


def _edge_query(ends: tuple[str, ...]) -> str:
    type, start, end = ends
    return (
        f"UNWIND $rows AS row MATCH (a:{start} {{{_UNIQUE[start]}: row[0]}}) "
        f"MATCH (b:{end} {{{_UNIQUE[end]}: row[1]}}) CREATE (a)-[r:{_TYPES[_TYPES.index(type)]}]->(b) SET r = row[2]"
    )
