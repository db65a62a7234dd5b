"""Is personal data sent from system to system where nobody says that it is encrypted (GDPR art. 32, PIPL art. 51)?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.transit import NO, YES, encrypted

NAME = "unencrypted-in-transit"
SEVERITY = "medium"
PROMISE = "encrypt"
SUMMARY = "Personal data flows between two systems and is not known to be encrypted on the way; one finding a pair."
HELP = """Send it encrypted and say so: encrypted_in_transit: true on the flow, or an entry under connections for the
two systems (from_system, to_system, encrypted). What the flow says counts before the connection. Unknown counts as
not encrypted."""


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each pair of systems with a flow that carries personal data and is not known encrypted."""
    world, graph = judgement.world, judgement.graph
    flows = _open_flows(judgement)
    places = [place.called for place in graph.places.all]
    at, to = (graph.places.of_node[ends[flows]].tolist() for ends in (graph.flow_source, graph.flow_target))
    pairs: dict[tuple[str, str], list[int]] = {}
    for flow, source, target in zip(flows.tolist(), at, to, strict=True):
        if places[source] != places[target]:
            pairs.setdefault((places[source], places[target]), []).append(flow)
    for (source, target), some in sorted(pairs.items()):
        first = next(iter(graph.evidence_of_flow(some[0])), None)
        denied = any(encrypted(judgement.graph, some) == NO)
        known = "it is not encrypted" if denied else "nobody says that it is encrypted"
        yield Finding(
            NAME, SEVERITY,
            f"{source} sends personal data to {target} ({len(some)} flow{'s' * (len(some) > 1)}, the first into "
            f"{world.ref(graph.nodes[graph.flow_target[some[0]]])}); because {known}",
            (source, target), source=source, target=target,
            ways_out=("encrypt the connection and say so: sharemap add connection",),
            place=first.place if first else None,
        )  # fmt: skip


def _open_flows(judgement: Judgement) -> npt.NDArray[np.intp]:
    """The flows between places that carry personal data about single people and are not known to be encrypted."""
    graph = judgement.graph
    at, to = (graph.places.of_node[ends] for ends in (graph.flow_source, graph.flow_target))
    personal = judgement.labels.passing((0, 1, 2))
    moving: npt.NDArray[np.intp] = np.flatnonzero((at != to) & personal)
    some: npt.NDArray[np.intp] = moving[encrypted(judgement.graph, moving) != YES]
    return some
