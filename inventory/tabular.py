"""Flows and fields as rows of plain texts, and back: what the formats made of texts alone have in common.

A text that is not known is left out; an empty cell and an unknown one are the same.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lineage.codec import canonical, record, restore
from lineage.errors import LineageError
from lineage.model import Evidence, Fact, Field, FieldId, Flow

if TYPE_CHECKING:
    from lineage.graph import LineageGraph

Texts = dict[str, str]
FLOW = {f.name: str(f.type) for f in dataclasses.fields(Flow) if f.name not in ("source", "target")}
"""The attributes of a flow apart from its ends, with their types."""
FIELD = {f.name: str(f.type) for f in dataclasses.fields(Field) if f.name != "field"}
"""The attributes of a field apart from its name, with their types."""
_WORDS = {"TRUE": "true", "FALSE": "false"}
"""How spreadsheets write back what they read as truth values."""


def flow_texts(flow: Flow) -> Texts:
    """The attributes of a flow by name, without those that are not known."""
    return _texts(flow, FLOW)


def field_texts(field: Field) -> Texts:
    """The attributes of a field by name, without those that are not known."""
    return _texts(field, FIELD)


def _texts(statement: Flow | Field, types: Mapping[str, str]) -> Texts:
    """Texts as they are, everything else as its JSON text; without what is not known or empty."""
    told = {name: getattr(statement, name) for name in types}
    known = {name: value for name, value in told.items() if value not in (None, "", ())}
    return {name: v if _is_text(types[name]) else canonical(record(v)) for name, v in known.items()}


def _is_text(kind: str) -> bool:
    return kind.startswith("str")


def evidence_text(evidence: Iterable[Evidence]) -> str:
    """All that speaks for a statement, as the one JSON text of its records."""
    return canonical([record(e) for e in evidence])


def flows_told(graph: LineageGraph) -> Iterator[Texts]:
    """The attributes and the evidence of each flow, in the order of the flows; each kind is worked out once."""
    kinds = [flow_texts(kind) for kind in graph.kinds]
    known: dict[tuple[int, ...], str] = {}
    for kind, at in zip(graph.flow_kind.tolist(), graph.flow_evidence, strict=True):
        if at not in known:
            known[at] = evidence_text(graph.evidences[e] for e in at)
        yield {**kinds[kind], "evidence": known[at]}


def flow_facts(source: FieldId, target: FieldId, texts: Mapping[str, str], place: Evidence) -> list[Fact]:
    """The flow that `flow_texts` wrote, one fact for each piece of evidence; for `place` where there is none.

    Raises LineageError where an attribute or the evidence is not one.
    """
    ends = {"source": record(source), "target": record(target)}
    return _facts(restore(Flow, {**_values(texts, FLOW), **ends}), texts, place)


def field_facts(field: FieldId, texts: Mapping[str, str], place: Evidence) -> list[Fact]:
    """The same for what `field_texts` wrote."""
    return _facts(restore(Field, {**_values(texts, FIELD), "field": record(field)}), texts, place)


def _values(texts: Mapping[str, str], types: Mapping[str, str]) -> dict[str, Any]:
    told = {name: text for name in types if (text := texts.get(name))}
    try:
        return {n: text if _is_text(types[n]) else json.loads(_WORDS.get(text, text)) for n, text in told.items()}
    except (ValueError, RecursionError):
        raise LineageError("an attribute is not what its column says") from None


def _facts(statement: Flow | Field, texts: Mapping[str, str], place: Evidence) -> list[Fact]:
    try:
        records = json.loads(texts.get("evidence") or "[]")
        evidence = [restore(Evidence, r) for r in records]
    except (ValueError, TypeError, RecursionError):
        raise LineageError("evidence is no list of records") from None
    return [Fact(statement, e) for e in evidence or [place]]
