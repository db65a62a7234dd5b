"""Which labels arrive by each flow, of all flows at once?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lineage.labels import Labels
from lineage.propagate import Words, transform


def arriving(labels: Labels) -> Iterator[Words]:
    """One array for each word of the alphabet, one entry a flow: the bits that arrive by it."""
    roads = labels.roads
    moving = np.flatnonzero(roads.flow >= 0)
    for held, sensitive in zip(labels.reach.held, labels.alphabet.sensitive, strict=True):
        words = np.zeros(labels.graph.flows, dtype=np.uint64)
        words[roads.flow[moving]] = transform(roads.code[moving], held[roads.source[moving]], sensitive)
        yield words
