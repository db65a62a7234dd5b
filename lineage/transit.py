"""Is what flows encrypted on its way?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from lineage.graph import LineageGraph
from lineage.places import Place, ends_of

UNKNOWN, NO, YES = 0, 1, 2


def encrypted(graph: LineageGraph, flows: npt.NDArray[np.integer[Any]] | Sequence[int]) -> npt.NDArray[np.int8]:
    """UNKNOWN, NO or YES for each of some flows: what its own statement says, else what its systems' connections do."""
    places, at = graph.places.all, np.asarray(flows, dtype=np.intp)
    said = np.array([_answer(kind.encrypted_in_transit) for kind in graph.kinds], dtype=np.int8)[graph.flow_kind[at]]
    source, target = (
        graph.places.of_node[ends[at]].astype(np.int64) for ends in (graph.flow_source, graph.flow_target)
    )
    pairs, which = np.unique(source * len(places) + target, return_inverse=True)
    connected = [_connected(graph.world.connections, *ends_of(places, pair)) for pair in pairs.tolist()]
    return np.where(said != UNKNOWN, said, np.array(connected, dtype=np.int8)[which.reshape(-1)])


def _connected(connections: Mapping[tuple[str, str], bool], at: Place, to: Place) -> int:
    said = [connections.get((a, b)) for a in at.keys for b in to.keys]
    if any(answer is False for answer in said):
        return NO
    return YES if said and all(said) else UNKNOWN


def _answer(said: bool | None) -> int:
    return UNKNOWN if said is None else YES if said else NO
