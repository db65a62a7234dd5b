"""Which recipients does what a field is thought to hold come to, and may it; for many fields at once?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from lineage.judgement import Judgement
from lineage.labels import Labels
from lineage.model import FieldId
from lineage.propagate import transform
from lineage.shares import Share

Reached = Mapping[str | None, bool]
"""Recipient (None: nobody knows who) -> is every share of it authorised?"""


def reached(judgement: Judgement, wanted: Iterable[tuple[FieldId, str]]) -> Mapping[tuple[FieldId, str], Reached]:
    """For each (field, category) the recipients that a share of this category from there comes to.

    Walks up from the crossing flows of a category through the flows that carry it, so that thousands of fields
    cost one walk for each category and recipient.
    """
    index = judgement.graph.index
    by_category: dict[str, list[FieldId]] = defaultdict(list)
    for field, category in wanted:
        by_category[category].append(field)
    found: dict[tuple[FieldId, str], dict[str | None, bool]] = {}
    for category, fields in by_category.items():
        inward = _carrying(judgement.labels, category)
        for recipient, shares in _by_recipient(judgement, category).items():
            starts = {(road, share.authorized) for share in shares for road in _roads_of(judgement, share)}
            every = _upstream(inward, {road for road, _ in starts})
            refused = _upstream(inward, {road for road, authorized in starts if not authorized})
            for field in fields:
                place = index.get(field)
                if place is not None and place in every:
                    found.setdefault((field, category), {})[recipient] = place not in refused
    return found


def _by_recipient(judgement: Judgement, category: str) -> dict[str | None, list[Share]]:
    groups: dict[str | None, list[Share]] = defaultdict(list)
    for share in judgement.shares:
        if share.data_category == category:
            groups[share.recipient].append(share)
    return groups


def _roads_of(judgement: Judgement, share: Share) -> Iterable[int]:
    """The nodes of the roads that a share sets out from: a whole dataset sends what was gathered from its fields."""
    graph = judgement.graph
    if share.flow < 0:
        return (graph.index[share.target],)
    source = int(graph.flow_source[share.flow])
    return (source + len(graph.nodes),) if graph.nodes[source].is_dataset else (source,)


def _carrying(labels: Labels, category: str) -> dict[int, list[int]]:
    """Node of the roads -> the nodes that it gets the category from."""
    roads, alphabet = labels.roads, labels.alphabet
    carries: npt.NDArray[np.bool_] = np.zeros(len(roads.source), dtype=bool)
    masks = alphabet.mask([c == category for c, _ in alphabet.bases])
    for held, sensitive, mask in zip(labels.reach.held, alphabet.sensitive, masks, strict=True):
        carries |= (transform(roads.code, held[roads.source], sensitive) & mask) != 0
    inward: dict[int, list[int]] = defaultdict(list)
    for source, target in zip(roads.source[carries].tolist(), roads.target[carries].tolist(), strict=True):
        inward[target].append(source)
    return inward


def _upstream(inward: Mapping[int, list[int]], starts: set[int]) -> set[int]:
    seen, waiting = set(starts), list(starts)
    while waiting:
        for source in inward.get(waiting.pop(), ()):
            if source not in seen:
                seen.add(source)
                waiting.append(source)
    return seen
