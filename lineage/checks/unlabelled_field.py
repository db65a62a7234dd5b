"""Which data crosses to another party though nobody looked what it is?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.model import FieldId

NAME = "unlabelled-field"
SEVERITY = "medium"
PROMISE = "transparent"
SUMMARY = "Fields that nobody classified flow to another party, or are collected there; one finding a dataset."
HELP = "Classify the fields, or say why they are not personal (not_personal: reason)."


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each dataset of ours with unclassified, unlabelled fields that cross."""
    world, graph = judgement.world, judgement.graph
    fields: dict[FieldId, set[str]] = {}
    for i in range(graph.flows):
        flow = graph.flow(i)
        ours = any(world.is_own(op) for op in world.operators_of(flow.source))
        theirs = world.operators_of(flow.target)
        inside = bool(theirs) and all(map(world.is_own, theirs))
        if not ours or inside or flow.type != "DIRECT" or flow.source.is_dataset:
            continue
        if flow.source not in world.classifications and not judgement.label_rows(flow.source):
            fields.setdefault(flow.source.dataset, set()).add(flow.source.field)
    for collection in world.collections:
        if not collection.field.is_dataset and _crosses(judgement, collection.field):
            fields.setdefault(collection.field.dataset, set()).add(collection.field.field)
    for dataset, names in sorted(fields.items()):
        ref = world.ref(dataset)
        message = f"{ref} sends unclassified fields to others: {', '.join(sorted(names))}"
        yield Finding(
            NAME, SEVERITY, message, (ref,), source=ref,
            ways_out=("classify them under classifications, or enter not_personal with the reason",),
        )  # fmt: skip


def _crosses(judgement: Judgement, field: FieldId) -> bool:
    """Does a collection point feed another party's system directly with what nobody looked at?"""
    theirs = judgement.world.operators_of(field)
    others = bool(theirs) and not any(map(judgement.world.is_own, theirs))
    return others and field not in judgement.world.classifications and not judgement.label_rows(field)
