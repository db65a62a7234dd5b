"""Which fields and flows a drawing shows, and how much it leaves out.

Graphviz is quick up to about 800 fields and takes minutes at 2,000; people give up sooner.  So a drawing stops at
`MOST_FIELDS`: the ways of shares first, those that nobody authorised before the others, then what feeds
them, then the rest.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lineage.carry import Code, codes
from lineage.graph import LineageGraph
from lineage.judgement import Judgement

MOST_FIELDS = 400
MOST_FLOWS = 1200


Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Choice:
    """Positions of nodes and flows of the graph, sorted; and how much that could be drawn is not.

    `idle` counts fields that have no flow which carries anything, `further` ends of flows beyond the limit,
    `flows_left_out` flows that carry something.
    """

    nodes: tuple[int, ...]
    flows: tuple[int, ...]
    idle: int = 0
    further: int = 0
    flows_left_out: int = 0


def choose(judgement: Judgement, most: int = MOST_FIELDS, most_flows: int = MOST_FLOWS) -> Choice:
    """What to draw of a whole graph: at most so many fields and flows."""
    graph = judgement.graph
    moving = _moving(graph)
    chosen: dict[int, None] = {}
    for share in sorted(judgement.shares, key=lambda share: share.authorized):
        way = judgement.places_of(share)
        if len(chosen.keys() | set(way)) <= most:
            chosen |= dict.fromkeys(way)
    room = most - len(chosen)
    chosen |= dict.fromkeys(itertools.islice(_onward(judgement, moving, set(chosen)), room))
    flows = _between(judgement, moving, chosen.keys())[:most_flows]
    ends = {*graph.flow_source[moving].tolist(), *graph.flow_target[moving].tolist()} | chosen.keys()
    idle = sum(not node.is_dataset for i, node in enumerate(graph.nodes) if i not in ends)
    counts = (idle, len(ends) - len(chosen), len(moving) - len(flows))
    return Choice(tuple(sorted(chosen)), tuple(sorted(flows)), *counts)


def around(judgement: Judgement, nodes: Iterable[int]) -> Choice:
    """Some nodes and the flows between them that carry something."""
    chosen = set(nodes)
    flows = _between(judgement, _moving(judgement.graph), chosen)[:MOST_FLOWS]
    return Choice(tuple(sorted(chosen)), tuple(sorted(flows)))


def _moving(graph: LineageGraph) -> Positions:
    """The flows through which anything can pass at all: not joins, group keys, sorts and windows."""
    passing = np.array([codes(kind)[0] is not Code.NOTHING for kind in graph.kinds], dtype=bool)
    return np.flatnonzero(passing[graph.flow_kind]) if graph.flows else np.zeros(0, dtype=np.intp)


def _onward(judgement: Judgement, moving: Positions, start: set[int]) -> Iterator[int]:
    """What feeds the nodes of `start`, nearest first; then all other ends of flows, holders of labels first."""
    graph = judgement.graph
    feeding: dict[int, set[int]] = {}
    for source, target in zip(graph.flow_source[moving].tolist(), graph.flow_target[moving].tolist(), strict=True):
        feeding.setdefault(target, set()).add(source)
    seen, level = set(start), sorted(start)
    while level:
        level = sorted({source for node in level for source in feeding.get(node, ())} - seen)
        seen |= set(level)
        yield from level
    rest = set(feeding).union(*feeding.values()) - seen
    yield from sorted(rest, key=lambda node: (not judgement.labels.rows(node), node))


def _between(judgement: Judgement, moving: Positions, nodes: Collection[int]) -> list[int]:
    """The flows with both ends among `nodes`: first those that share without authority, then other shares."""
    graph = judgement.graph
    rank = {share.flow: 1 for share in judgement.shares}
    rank |= {share.flow: 0 for share in judgement.shares if not share.authorized}
    inside = (f for f in moving.tolist() if graph.flow_source[f] in nodes and graph.flow_target[f] in nodes)
    return sorted(inside, key=lambda flow: (rank.get(flow, 2), flow))
