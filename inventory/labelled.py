"""What does a report say as the labelled graph of docs/neo4j.md: the facts of its day, and what the check derives?

Both exports for Neo4j write this graph.  It is that of the Neo4j store less what only a store has: runs, since when
something is seen, what is gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from inventory.report import Report
from lineage.check_layer import CheckLayer, Node, data_node
from lineage.codec import kind_of, record
from lineage.model import Evidence, Fact, FieldId, Flow
from lineage.property_graph import (
    LABELS,
    data_key,
    digest,
    evidence_properties,
    evidence_said,
    exact,
    fact_key,
    fact_properties,
    flow_key,
    flow_properties,
    flow_said,
    links,
    unique,
)
from lineage.spelling import unspelled

Labels = tuple[str, ...]
Properties = Mapping[str, Any]
NOTHING: Properties = MappingProxyType({})


@dataclass(frozen=True)
class LabelledGraph:
    """Nodes by their labels and key, relationships by (type, first label at the start, at the end) and their ends."""

    nodes: dict[Labels, dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    edges: dict[tuple[str, str, str], list[tuple[str, str, Properties]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, node: Node) -> None:
        """A node, or more properties of one that is there."""
        self.nodes[node.labels].setdefault(node.key, {}).update(node.properties)

    def join(self, type: str, start: tuple[str, str], end: tuple[str, str], properties: Properties = NOTHING) -> None:
        self.edges[type, start[0], end[0]].append((start[1], end[1], properties))

    def constraints(self) -> Iterator[str]:
        """The statements that make the key of each label unique, and so quick to find."""
        for label in sorted({labels[0] for labels in self.nodes}):
            yield f"CREATE CONSTRAINT IF NOT EXISTS FOR (n:{label}) REQUIRE n.{unique(label)} IS UNIQUE"

    def settled(self) -> LabelledGraph:
        """The same with everything in order."""
        return LabelledGraph(
            {labels: dict(sorted(self.nodes[labels].items())) for labels in sorted(self.nodes)},
            {ends: sorted(self.edges[ends], key=_order) for ends in sorted(self.edges)},
        )


def labelled(report: Report) -> LabelledGraph:
    """The graph of a report; equal facts, day and moment give an equal one."""
    graph = LabelledGraph()
    seen: set[str] = set()
    for fact in report.facts():
        _add_fact(graph, fact, seen)
    layer = CheckLayer(report.judgement, report.findings)
    for node in layer.nodes():
        graph.add(node)
    for edge in layer.edges():
        graph.join(*edge)
    for known in report.judgement.graph.nodes:
        graph.add(data_node(known))
    _put_fields_in_datasets(graph)
    return graph.settled()


def _add_fact(graph: LabelledGraph, fact: Fact, seen: set[str]) -> None:
    statement, evidence = fact.statement, fact.evidence
    place = _place(graph, evidence)
    at = {"place": place} if evidence.line is None else {"place": place, "line": evidence.line}
    if isinstance(statement, Flow):
        source, target = data_key(statement.source), data_key(statement.target)
        key = flow_key(source, target, digest(flow_said(statement)), place, evidence.line or 0)
        if key not in seen:
            for end in (statement.source, statement.target):
                graph.add(data_node(end))
            graph.join("FLOWS_TO", ("Data", source), ("Data", target), {"key": key, **flow_properties(statement), **at})
    else:
        kind = kind_of(statement)
        key = fact_key(kind, exact(record(statement)), place, evidence.line or 0)
        if key not in seen:
            graph.add(Node(("Fact", LABELS[kind]), key, {"kind": kind, **fact_properties(statement), **at}))
            graph.join("SEEN_IN", ("Fact", key), ("Evidence", place))
            for link in links(statement):
                node = data_node(link.node) if link.node else Node((link.label,), link.key, {"title": link.title})
                graph.add(node)
                graph.join(link.type, ("Fact", key), (link.label, link.key))
    seen.add(key)


def _place(graph: LabelledGraph, evidence: Evidence) -> str:
    key = digest(evidence_said(evidence))
    graph.add(Node(("Evidence",), key, evidence_properties(evidence)))
    return key


def _put_fields_in_datasets(graph: LabelledGraph) -> None:
    for key, told in list(graph.nodes["Data", "Field"].items()):
        dataset = FieldId(unspelled(told["namespace"]), unspelled(told["dataset"]))
        graph.add(data_node(dataset))
        graph.join("IN", ("Data", key), ("Data", data_key(dataset)))


def _order(edge: tuple[str, str, Properties]) -> tuple[str, str, str]:
    return edge[0], edge[1], exact(dict(edge[2]))
