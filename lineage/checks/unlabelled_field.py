"""Which data crosses to another party though nobody looked what it is?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.model import FieldId
from lineage.ordering import each_once

NAME = "unlabelled-field"
SEVERITY = "medium"
PROMISE = "transparent"
SUMMARY = "Fields that nobody classified flow to another party, or are collected there; one finding a dataset."
HELP = "Classify the fields, or say why they are not personal (not_personal: reason)."


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each dataset of ours with unclassified, unlabelled fields that cross."""
    world, graph = judgement.world, judgement.graph
    fields: dict[FieldId, set[str]] = {}
    for i in _sending(judgement):
        node = graph.nodes[i]
        fields.setdefault(node.dataset, set()).add(node.field)
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


def _sending(judgement: Judgement) -> list[int]:
    """Positions of the fields of ours that flow to another party, or to nobody known, and that nobody looked at."""
    world, graph = judgement.world, judgement.graph
    ours = graph.places.that(lambda place: any(map(world.is_own, place.operators)))
    inside = graph.places.that(lambda place: bool(place.operators) and all(map(world.is_own, place.operators)))
    direct = np.array([kind.type == "DIRECT" for kind in graph.kinds], dtype=bool)
    open_ = ours & ~graph.nodes.whole & ~judgement.labels.holding
    open_[world.classifications.told.node] = False
    crossing = open_[graph.flow_source] & ~inside[graph.flow_target] & direct[graph.flow_kind]
    return [int(i) for i in each_once(graph.flow_source[crossing])]


def _crosses(judgement: Judgement, field: FieldId) -> bool:
    """Does a collection point feed another party's system directly with what nobody looked at?"""
    theirs = judgement.world.operators_of(field)
    others = bool(theirs) and not any(map(judgement.world.is_own, theirs))
    return others and field not in judgement.world.classifications and not judgement.label_rows(field)
