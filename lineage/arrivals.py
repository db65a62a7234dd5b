"""Which labels arrive by each flow, of all flows at once?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.labels import Labels
from lineage.propagate import Words, transform


def arriving(labels: Labels) -> Iterator[Words]:
    """One array for each word of the alphabet, one entry a flow: the bits that arrive by it."""
    roads = labels.roads
    for held, sensitive in zip(labels.reach.held, labels.alphabet.sensitive, strict=True):
        yield transform(roads.code, held[roads.source], sensitive)
