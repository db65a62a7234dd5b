"""Which recipients does what a field is thought to hold come to, and may it; for many fields at once?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from lineage.carry import Code
from lineage.judgement import Judgement
from lineage.labels import Labels
from lineage.model import FieldId
from lineage.propagate import transform
from lineage.share import Share

Reached = Mapping[str | None, bool]
"""Recipient (None: nobody knows who) -> is every share of it authorised?"""


def reached(judgement: Judgement, wanted: Iterable[tuple[FieldId, str]]) -> Mapping[tuple[FieldId, str], Reached]:
    """For each (field, category) the recipients that a share of this category from there comes to.

    Walks up from the crossing flows of a category through the flows that carry it, with all recipients at once, so that
    thousands of fields cost one walk for each category.
    """
    index = judgement.graph.index
    by_category: dict[str, list[FieldId]] = defaultdict(list)
    for field, category in wanted:
        by_category[category].append(field)
    found: dict[tuple[FieldId, str], Reached] = {}
    for category, fields in by_category.items():
        shares = [share for share in judgement.shares if share.data_category == category]
        verdicts = sorted({(s.recipient or "", s.recipient, s.authorized) for s in shares}, key=lambda v: (v[0], v[2]))
        bits = {(recipient, authorized): 1 << i for i, (_, recipient, authorized) in enumerate(verdicts)}
        starts: dict[int, int] = defaultdict(int)
        for share in shares:
            for road in _roads_of(judgement, share):
                starts[road] |= bits[share.recipient, share.authorized]
        held = _upstream(_carrying(judgement.labels, category), starts) if starts else {}
        for field in fields:
            mask = held.get(index.get(field, -1), 0)
            if mask:
                found[field, category] = _verdicts(bits, mask)
    return found


def _verdicts(bits: Mapping[tuple[str | None, bool], int], mask: int) -> Reached:
    told: dict[str | None, bool] = {}
    for (recipient, authorized), bit in bits.items():
        if mask & bit:
            told[recipient] = told.get(recipient, True) and authorized
    return told


def _roads_of(judgement: Judgement, share: Share) -> Iterable[int]:
    """The nodes of the roads that a share sets out from: a whole dataset sends what was gathered from its fields."""
    graph = judgement.graph
    if share.flow < 0:
        return (graph.index[share.target],)
    return (int(judgement.labels.roads.source[share.flow]),)


def _carrying(labels: Labels, category: str) -> dict[int, list[int]]:
    """Node of the roads -> the nodes that it gets the category from."""
    roads, alphabet = labels.roads, labels.alphabet
    sources, targets = (np.concatenate(ends) for ends in zip((roads.source, roads.target), roads.within, strict=True))
    code = np.concatenate([roads.code, np.full(len(roads.within[0]), Code.IDENTITY, dtype=np.int8)])
    carries: npt.NDArray[np.bool_] = np.zeros(len(code), dtype=bool)
    masks = alphabet.mask([c == category for c, _ in alphabet.bases])
    for held, sensitive, mask in zip(labels.reach.held, alphabet.sensitive, masks, strict=True):
        carries |= (transform(code, held[sources], sensitive) & mask) != 0
    inward: dict[int, list[int]] = defaultdict(list)
    for source, target in zip(sources[carries].tolist(), targets[carries].tolist(), strict=True):
        inward[target].append(source)
    return inward


def _upstream(inward: Mapping[int, list[int]], starts: Mapping[int, int]) -> dict[int, int]:
    """Node of the roads -> the bits of all starts that can be reached from it."""
    held = dict(starts)
    waiting = list(starts)
    while waiting:
        node = waiting.pop()
        bits = held[node]
        for source in inward.get(node, ()):
            before = held.get(source, 0)
            if before | bits != before:
                held[source] = before | bits
                waiting.append(source)
    return held
