"""The whole graph as GraphML, parallel flows and all their attributes kept; reads back as the same graph.

Every value is a text; what XML cannot hold is written ``_xHHHH_`` (escaping.spelled).  Cannot say: parties,
authorizations and the other entries; labels are written for reading and are not read back.
"""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, Any

from inventory.escaping import spelled
from inventory.report import Report
from inventory.tabular import evidence_text, field_texts, flows_told
from lineage.judgement import Judgement
from lineage.model import Evidence, Field, FieldId
from lineage.queries import describe

if TYPE_CHECKING:
    import networkx as nx


def write(report: Report, out: IO[str]) -> None:
    """Write one directed GraphML graph: node ids are positions, edge ids those of the flows."""
    from networkx.readwrite.graphml import GraphMLWriter

    writer = GraphMLWriter(encoding="utf-8", prettyprint=True)
    writer.add_graph_element(_graph(report))
    content = io.BytesIO()
    writer.dump(content)
    out.write(content.getvalue().decode("utf-8"))
    out.write("\n")


def _graph(report: Report) -> nx.MultiDiGraph[Any]:
    import networkx

    judgement = report.judgement
    lineage = judgement.graph
    graph: nx.MultiDiGraph[Any] = networkx.MultiDiGraph()
    graph.graph.update(_safe({"project": report.project, "as_of": judgement.day.isoformat()}))
    known = _field_evidence(judgement)
    for i, node in enumerate(lineage.nodes):
        graph.add_node(f"n{i}", **_safe(_node(judgement, node, known.get(node, []))))
    for i, told in enumerate(flows_told(lineage)):
        graph.add_edge(f"n{lineage.flow_source[i]}", f"n{lineage.flow_target[i]}", key=f"e{i}", **_safe(told))
    return graph


def _node(judgement: Judgement, node: FieldId, evidence: list[Evidence]) -> dict[str, str]:
    world = judgement.world
    told = {
        "label": world.ref(node),
        "namespace": node.namespace,
        "name": node.name,
        "field": node.field,
        "system": "; ".join(system.key for system in world.systems_of(node)),
        "operator": "; ".join(world.operators_of(node)),
        "data_labels": "; ".join(describe(judgement, node)),
    }
    if node in world.fields:
        told |= field_texts(world.fields[node]) | {"evidence": evidence_text(evidence)}
    return told


def _field_evidence(judgement: Judgement) -> dict[FieldId, list[Evidence]]:
    """All that speaks for a field's being there, once each, in the order of the statements."""
    known: dict[FieldId, dict[Evidence, None]] = {}
    for statement, evidence in judgement.world.said.items():
        if isinstance(statement, Field):
            known.setdefault(statement.field, {}).update(dict.fromkeys(evidence))
    return {field: list(evidence) for field, evidence in known.items()}


def _safe(told: dict[str, str]) -> dict[str, str]:
    return {name: spelled(text) for name, text in told.items()}
