"""Everything known, one fact a line, as canonical JSON that reads back to the same facts and the same graph.

The facts are the records of lineage/codec.py, sorted; `derived` holds what follows from them (labels, shares,
coverage) for readers, and is not read back.  Cannot say: what was known before or after the day asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any

from inventory.report import VERSION, Report, share_record
from lineage.codec import canonical, encode, record


def write(report: Report, out: IO[str]) -> None:
    """Write one JSON object; equal facts, day and moment make equal bytes."""
    judgement = report.judgement
    out.write("{\n")
    for key, value in (
        ("version", VERSION),
        ("command", "export"),
        ("project", report.project),
        ("as_of", judgement.day.isoformat()),
        ("known_at", judgement.known_at.isoformat()),
        ("rule_set", report.rule_set),
    ):
        out.write(f"{canonical(key)}: {canonical(value)},\n")
    _list("facts", sorted(canonical(encode(fact)) for fact in report.facts()), out)
    out.write(f',\n"derived": {{\n"coverage": {canonical(report.coverage)},\n')
    _list("labels", map(canonical, _labels(report)), out)
    out.write(",\n")
    _list("shares", map(canonical, _shares(report)), out)
    out.write("\n}\n}\n")


def _list(key: str, items: Iterable[str], out: IO[str]) -> None:
    out.write(f"{canonical(key)}: [")
    for position, item in enumerate(items):
        out.write((",\n" if position else "\n") + item)
    out.write("\n]")


def _labels(report: Report) -> Iterator[dict[str, Any]]:
    """The fields that hold personal data, with what they hold."""
    graph, labels = report.judgement.graph, report.judgement.labels
    for i, node in enumerate(graph.nodes):
        held = [
            {"data_category": x.data_category, "data_subject": x.data_subject, "form": x.form.value}
            for x in labels.rows(i)
        ]
        if held:
            yield {"field": record(node), "ref": graph.ref(i), "labels": held}


def _shares(report: Report) -> Iterator[dict[str, Any]]:
    report.judgement.prepare(report.judgement.shares)
    for share in report.judgement.shares:
        hops = report.judgement.witness(share)
        path = [{"field": hop.field, "evidence": hop.evidence, "action": hop.action} for hop in hops]
        yield {**share_record(report.judgement, share), "path": path}
