"""Is what flows encrypted on its way?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from lineage.frontier import blocks
from lineage.graph import LineageGraph
from lineage.places import Place

UNKNOWN, NO, YES = 0, 1, 2


def encrypted(graph: LineageGraph, flows: npt.NDArray[np.integer[Any]] | Sequence[int]) -> npt.NDArray[np.int8]:
    """UNKNOWN, NO or YES for each of some flows: what its own statement says, else what its systems' connections do."""
    at = flows if isinstance(flows, np.ndarray) else np.asarray(flows, dtype=np.intp)
    told = np.array([_answer(kind.encrypted_in_transit) for kind in graph.kinds], dtype=np.int8)
    answers = np.empty(len(at), dtype=np.int8)
    for block in blocks(len(at)):
        some = at[block]
        pairs, which = graph.places.joined(graph.flow_source[some], graph.flow_target[some])
        connected = np.array([_connected(graph.world.connections, *pair) for pair in pairs], dtype=np.int8)
        said = told[graph.flow_kind[some]]
        answers[block] = np.where(said != UNKNOWN, said, connected[which])
    return answers


def _connected(connections: Mapping[tuple[str, str], bool], at: Place, to: Place) -> int:
    said = [connections.get((a, b)) for a in at.keys for b in to.keys]
    if any(answer is False for answer in said):
        return NO
    return YES if said and all(said) else UNKNOWN


def _answer(said: bool | None) -> int:
    return UNKNOWN if said is None else YES if said else NO
