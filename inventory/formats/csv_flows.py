"""Every flow as a table, with all its attributes and the evidence for it; reads back as the same flows.

Cannot say: fields that nothing flows through, classifications, parties, authorizations; an empty text reads back
as one that is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from inventory import csvfile
from inventory.report import Report
from inventory.tabular import FLOW, Texts, flows_told
from lineage.judgement import Judgement

COLUMNS = (
    "source", "target", "from_operator", "to_operator", "carries", "places",
    "source_namespace", "source_dataset", "source_field", "target_namespace", "target_dataset", "target_field",
    *FLOW, "evidence",
)  # fmt: skip


def write(report: Report, out: IO[str]) -> None:
    """Write a heading and the flows in their order; the first six columns are for reading."""
    told = enumerate(flows_told(report.judgement.graph))
    csvfile.write(COLUMNS, (_row(report.judgement, i, texts) for i, texts in told), out)


def _row(judgement: Judgement, i: int, texts: Texts) -> Iterator[object]:
    graph, world = judgement.graph, judgement.world
    ends = graph.nodes[graph.flow_source[i]], graph.nodes[graph.flow_target[i]]
    yield from map(world.ref, ends)
    yield from ("; ".join(world.operators_of(end)) for end in ends)
    yield "; ".join(f"{x.data_category} ({x.data_subject}, {x.form})" for x in judgement.labels.sent(i))
    yield "; ".join(e.place for e in graph.evidence_of_flow(i))
    for end in ends:
        yield from (end.namespace, end.name, end.field)
    yield from (texts.get(name) for name in (*FLOW, "evidence"))
