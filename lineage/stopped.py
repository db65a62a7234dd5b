"""What would be left of a graph, and of its judgement, if some flows were stopped?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from lineage.graph import LineageGraph
from lineage.judgement import Judgement


def without(graph: LineageGraph, flows: Collection[int]) -> LineageGraph:
    """The graph less the flows at these positions; its nodes and all else that is said stay.

    A flow is stopped as such: what the fold left out because it was known better does not come back for it.
    """
    keep = np.ones(graph.flows, dtype=bool)
    keep[list(flows)] = False
    return replace(
        graph,
        flow_source=graph.flow_source[keep],
        flow_target=graph.flow_target[keep],
        flow_kind=graph.flow_kind[keep],
        flow_evidence=graph.flow_evidence.of(np.flatnonzero(keep)),
    )


def judged_without(judgement: Judgement, flows: Collection[int]) -> Judgement:
    """The same day judged again without these flows."""
    return replace(judgement, graph=without(judgement.graph, flows))
