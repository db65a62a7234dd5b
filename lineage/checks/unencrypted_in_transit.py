"""Is personal data sent from system to system where nobody says that it is encrypted (GDPR art. 32, PIPL art. 51)?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.model import Form

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
    pairs: dict[tuple[str, str], list[int]] = {}
    for i in range(graph.flows):
        ends = _system(judgement, int(graph.flow_source[i])), _system(judgement, int(graph.flow_target[i]))
        if ends[0] == ends[1] or judgement.encrypted_in_transit(i) is True:
            continue
        if any(row.form is not Form.AGGREGATED for row in judgement.labels.sent(i)):
            pairs.setdefault(ends, []).append(i)
    for (source, target), flows in sorted(pairs.items()):
        first = next(iter(graph.evidence_of_flow(flows[0])), None)
        denied = any(judgement.encrypted_in_transit(i) is False for i in flows)
        known = "it is not encrypted" if denied else "nobody says that it is encrypted"
        yield Finding(
            NAME, SEVERITY,
            f"{source} sends personal data to {target} ({len(flows)} flow{'s' * (len(flows) > 1)}, the first into "
            f"{world.ref(graph.nodes[graph.flow_target[flows[0]]])}); because {known}",
            (source, target), source=source, target=target,
            ways_out=("encrypt the connection and say so: sharemap add connection",),
            place=first.place if first else None,
        )  # fmt: skip


def _system(judgement: Judgement, node: int) -> str:
    """What a node's system is called; its namespace where no system claims it."""
    at = judgement.graph.nodes[node]
    return ", ".join(s.key for s in judgement.world.systems_of(at)) or at.namespace
