"""Is personal data sent from system to system where nobody says that it is encrypted (GDPR art. 32, PIPL art. 51)?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from lineage.findings import Finding
from lineage.frontier import blocks
from lineage.judgement import Judgement
from lineage.transit import NO, YES, encrypted

NAME = "unencrypted-in-transit"
SEVERITY = "medium"
PROMISE = "encrypt"
SUMMARY = "Personal data flows between two systems and is not known to be encrypted on the way; one finding a pair."
HELP = """Send it encrypted and say so: encrypted_in_transit: true on the flow, or an entry under connections for the
two systems (from_system, to_system, encrypted). What the flow says counts before the connection. Unknown counts as
not encrypted."""


class Open(NamedTuple):
    """Flows of one pair of systems: their number, the first of them, and how many are said not to be encrypted."""

    number: int
    first: int
    denied: int


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each pair of systems with a flow that carries personal data and is not known encrypted."""
    world, graph = judgement.world, judgement.graph
    for (source, target), (count, first, denied) in sorted(_open_pairs(judgement).items()):
        seen = next(iter(graph.evidence_of_flow(first)), None)
        known = "it is not encrypted" if denied else "nobody says that it is encrypted"
        yield Finding(
            NAME, SEVERITY,
            f"{source} sends personal data to {target} ({count} flow{'s' * (count > 1)}, the first into "
            f"{world.ref(graph.nodes[graph.flow_target[first]])}); because {known}",
            (source, target), source=source, target=target,
            ways_out=("encrypt the connection and say so: sharemap add connection",),
            place=seen.place if seen else None,
        )  # fmt: skip


def _open_pairs(judgement: Judgement) -> dict[tuple[str, str], Open]:
    """What systems send one another that is personal data about single people and not known to be encrypted."""
    graph, personal = judgement.graph, judgement.labels.passing((0, 1, 2))
    found: dict[tuple[str, str], Open] = {}
    for block in blocks(graph.flows):
        flows = np.flatnonzero(personal[block]) + block.start
        answers = encrypted(graph, flows)
        flows, denied = flows[answers != YES], answers[answers != YES] == NO
        pairs, which = graph.places.joined(graph.flow_source[flows], graph.flow_target[flows])
        counts, noes = np.bincount(which, minlength=len(pairs)), np.bincount(which[denied], minlength=len(pairs))
        firsts = flows[np.unique(which, return_index=True)[1]]
        for (at, to), *told in zip(pairs, counts.tolist(), firsts.tolist(), noes.tolist(), strict=True):
            if at.called != to.called:
                count, first, no = told
                known = found.get((at.called, to.called), Open(0, first, 0))
                found[at.called, to.called] = Open(known.number + count, min(known.first, first), known.denied + no)
    return found
