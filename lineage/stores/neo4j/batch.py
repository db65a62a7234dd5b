"""What one transaction of a run writes: rows gathered until they are many, then sent as parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from lineage.codec import kind_of, record
from lineage.model import Batch, Evidence, Fact, FieldId, Flow, Gap
from lineage.property_graph import (
    ENTITIES,
    FACT_LINKS,
    LABELS,
    data_key,
    data_properties,
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
)

if TYPE_CHECKING:
    from neo4j import ManagedTransaction

_DATASETS = "UNWIND $rows AS row MERGE (d:Data {key: row.key}) ON CREATE SET d:Dataset, d += row.said"
_FIELDS = (
    "UNWIND $rows AS row MERGE (f:Data {key: row.key}) ON CREATE SET f:Field, f += row.said "
    "WITH f, row MATCH (d:Data {key: row.dataset}) MERGE (f)-[:IN]->(d)"
)
_KINDS = "UNWIND $rows AS row MERGE (k:FlowKind {key: row.key}) ON CREATE SET k += row.said"
_PLACES = "UNWIND $rows AS row MERGE (e:Evidence {key: row.key}) ON CREATE SET e += row.said"
_FLOWS = (
    "UNWIND $rows AS row MATCH (a:Data {key: row[0]}) MATCH (b:Data {key: row[1]}) "
    "WITH a, b, row, $kinds[row[3]] AS kind CREATE (a)-[:FLOWS_TO {key: row[2], source: $source, first: $run, "
    "said: row[3], place: row[4], line: row[5], type: kind.type, subtype: kind.subtype, function: kind.function, "
    "masking: kind.masking, data_use: kind.data_use, encrypted_in_transit: kind.encrypted_in_transit, "
    "consent: kind.consent, trigger: kind.trigger, job: kind.job}]->(b)"
)
_FACTS = {
    label: f"UNWIND $rows AS row CREATE (f:Fact:{label}) SET f = row.told, f.source = $source, f.first = $run "
    "WITH f, row MATCH (e:Evidence {key: row.told.place}) CREATE (f)-[:SEEN_IN]->(e)"
    for label in sorted(set(LABELS.values()))
}
_LINKS = {
    (type, label): f"UNWIND $rows AS row MATCH (f:Fact {{source: $source, key: row[0]}}) WHERE f.first = $run "
    f"MERGE (t:{label} {{key: row[1]}}) ON CREATE SET t.title = row[2] CREATE (f)-[:{type}]->(t)"
    for type in FACT_LINKS
    for label in ENTITIES
}
MOST = 10_000
"""Rows of one statement, and facts of one transaction, at most or little more."""
T = TypeVar("T")
FlowRow = tuple[str, str, str, str, str, int]
"""The keys of both ends, of the flow itself, of its kind and its place, and the line."""
_ATTRIBUTES = attrgetter(
    "type", "subtype", "function", "masking", "data_use", "encrypted_in_transit", "consent", "trigger", "job", "wording"
)


@dataclass
class Rows:
    """The rows of one transaction; `size` is how many of them are facts."""

    data: dict[str, FieldId] = field(default_factory=dict)
    kinds: dict[str, Flow] = field(default_factory=dict)
    places: dict[str, Evidence] = field(default_factory=dict)
    flows: list[FlowRow] = field(default_factory=list)
    facts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    links: dict[tuple[str, str], list[tuple[str, str, str]]] = field(default_factory=dict)
    size: int = 0

    def write(self, tx: ManagedTransaction, source: str, run: int) -> None:
        """Write all rows as those of one run of a source; nodes in the order of their keys, so that writers of the
        same ones wait for each other and do not lock each other out."""
        ends = self.data | {data_key(n.dataset): n.dataset for n in self.data.values() if n.field}
        told = sorted((key, node) for key, node in ends.items())
        in_parts(tx, _DATASETS, [{"key": k, "said": data_properties(n)} for k, n in told if not n.field])
        fields = [{"key": k, "said": data_properties(n), "dataset": data_key(n.dataset)} for k, n in told if n.field]
        in_parts(tx, _FIELDS, fields)
        in_parts(tx, _KINDS, [{"key": k, "said": {"said": flow_said(f)}} for k, f in sorted(self.kinds.items())])
        places = [
            {"key": k, "said": {**evidence_properties(e), "said": evidence_said(e)}}
            for k, e in sorted(self.places.items(), key=lambda item: item[0])
        ]
        in_parts(tx, _PLACES, places)
        readable = {key: flow_properties(flow) for key, flow in self.kinds.items()}
        in_parts(tx, _FLOWS, sorted(self.flows), source=source, run=run, kinds=readable)
        for label, rows in sorted(self.facts.items()):
            in_parts(tx, _FACTS[label], rows, source=source, run=run)
        for kind, ends_of in sorted(self.links.items()):
            in_parts(tx, _LINKS[kind], sorted(ends_of, key=lambda link: link[1]), source=source, run=run)


def in_parts(tx: ManagedTransaction, query: str, rows: Sequence[Any], **parameters: Any) -> None:
    """Run a statement over all rows, so many at once as a server takes well."""
    for part in parts(rows):
        tx.run(query, rows=part, **parameters).consume()


def parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """All rows, `MOST` at once."""
    for start in range(0, len(rows), MOST):
        yield rows[start : start + MOST]


@dataclass
class Cutter:
    """Cuts facts into rows, and knows the keys of what it has met."""

    _data: dict[FieldId, str] = field(default_factory=dict)
    _kinds: dict[Any, str] = field(default_factory=dict)
    _places: dict[Evidence, str] = field(default_factory=dict)

    def flow(self, flow: Flow, evidence: Evidence) -> tuple[str, FlowRow]:
        """The key and the row of a flow."""
        ends = self.data(flow.source), self.data(flow.target)
        return self._flow(*ends, self.kind(flow), self.place(evidence), evidence.line or 0)

    def batch(self, batch: Batch) -> Iterator[tuple[str, FlowRow, FieldId, FieldId]]:
        """The keys, rows and ends of the flows of a batch."""
        said, place, line = self.kind(batch.like), self.place(batch.evidence), batch.evidence.line or 0
        for a, b in zip(batch.sources, batch.targets, strict=True):
            yield (*self._flow(self.data(a), self.data(b), said, place, line), a, b)

    def fact(self, fact: Fact) -> tuple[str, dict[str, Any]]:
        """The key and the properties of a fact that is no flow."""
        kind, said, place = kind_of(fact.statement), exact(record(fact.statement)), self.place(fact.evidence)
        line = fact.evidence.line or 0
        key = fact_key(kind, said, place, line)
        told = {"key": key, "kind": kind, "said": said, "place": place, "line": line}
        return key, told

    def data(self, node: FieldId) -> str:
        return self._data.get(node) or self._data.setdefault(node, data_key(node))

    def kind(self, flow: Flow) -> str:
        told = _ATTRIBUTES(flow)
        return self._kinds.get(told) or self._kinds.setdefault(told, digest(flow_said(flow)))

    def place(self, evidence: Evidence) -> str:
        return self._places.get(evidence) or self._places.setdefault(evidence, digest(evidence_said(evidence)))

    def _flow(self, a: str, b: str, said: str, place: str, line: int) -> tuple[str, FlowRow]:
        key = flow_key(a, b, said, place, line)
        return key, (a, b, key, said, place, line)


def add_flow(rows: Rows, row: FlowRow, flow: Flow, a: FieldId, b: FieldId, evidence: Evidence) -> None:
    """Add a flow from `a` to `b` that is otherwise as `flow` says."""
    rows.data[row[0]], rows.data[row[1]] = a, b
    rows.kinds[row[3]], rows.places[row[4]] = flow, evidence
    rows.flows.append(row)
    rows.size += 1


def add_fact(rows: Rows, told: dict[str, Any], fact: Fact) -> None:
    """Add a fact that is no flow, of which `told` has the key and what is exact."""
    rows.places[told["place"]] = fact.evidence
    properties = {**fact_properties(fact.statement), **told}
    rows.facts.setdefault(LABELS[told["kind"]], []).append({"told": properties})
    for link in links(fact.statement):
        if link.node is not None:
            rows.data[link.key] = link.node
        rows.links.setdefault((link.type, link.label), []).append((told["key"], link.key, link.title))
    rows.size += 1


def is_gap(fact: Fact) -> bool:
    return isinstance(fact.statement, Gap)
