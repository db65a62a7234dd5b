"""Which fields and flows a drawing shows, and how much it leaves out.

Graphviz is quick up to about 800 fields and takes minutes at 2,000; people give up sooner.  So a drawing stops at
`MOST_FIELDS`: the ways of shares first, those that nobody authorised before the others, then what feeds
them, then the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lineage.carry import Code, codes
from lineage.frontier import rows_of
from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.ordering import each_once

MOST_FIELDS = 400
MOST_FLOWS = 1200
_TRIED = 5 * MOST_FIELDS
"""So many shares are looked at for ways that still fit."""


Positions = npt.NDArray[np.intp]
Marks = npt.NDArray[np.bool_]


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
    chosen = _shared(judgement, most)
    ends = np.zeros(len(graph.nodes), dtype=bool)
    ends[graph.flow_source[moving]] = ends[graph.flow_target[moving]] = True
    for level in _onward(judgement, moving, ends, chosen):
        chosen |= dict.fromkeys(level[: most - len(chosen)].tolist())
        if len(chosen) == most:
            break
    inside = _inside(graph, moving, chosen)
    flows = _ranked(judgement, inside)[:most_flows]
    ends[list(chosen)] = True
    idle = sum(not graph.nodes[i].is_dataset for i in np.flatnonzero(~ends).tolist())
    counts = (idle, int(ends.sum()) - len(chosen), len(moving) - len(flows))
    return Choice(tuple(sorted(chosen)), tuple(sorted(flows)), *counts)


def around(judgement: Judgement, nodes: Iterable[int], beyond: int = 0, most: int = MOST_FIELDS) -> Choice:
    """Some nodes, of which the first count most, and the flows between them that carry something.

    `beyond` is how many more there are that were not even named.
    """
    named = list(dict.fromkeys(nodes))
    chosen = dict.fromkeys(named[:most])
    inside = _inside(judgement.graph, _moving(judgement.graph), chosen)
    flows = _ranked(judgement, inside)[:MOST_FLOWS]
    counts = (0, beyond + len(named) - len(chosen), len(inside) - len(flows))
    return Choice(tuple(sorted(chosen)), tuple(sorted(flows)), *counts)


def _shared(judgement: Judgement, most: int) -> dict[int, None]:
    """The ways of shares, those first that nobody authorised, as far as they fit."""
    chosen: dict[int, None] = {}
    tried = sorted(judgement.shares, key=lambda share: share.authorized)[:_TRIED]
    judgement.prepare(tried)
    for share in tried:
        way = judgement.places_of(share)
        if len(chosen.keys() | set(way)) <= most:
            chosen |= dict.fromkeys(way)
    return chosen


def _moving(graph: LineageGraph) -> Positions:
    """The flows through which anything can pass at all: not joins, group keys, sorts and windows."""
    passing = np.array([codes(kind)[0] is not Code.NOTHING for kind in graph.kinds], dtype=bool)
    return np.flatnonzero(passing[graph.flow_kind]) if graph.flows else np.zeros(0, dtype=np.intp)


def _onward(judgement: Judgement, moving: Positions, ends: Marks, start: Iterable[int]) -> Iterator[Positions]:
    """What feeds the nodes of `start`, nearest first; then all other `ends` of flows, holders of labels first."""
    graph = judgement.graph
    passing = np.zeros(graph.flows, dtype=bool)
    passing[moving] = True
    seen = np.zeros(len(graph.nodes), dtype=bool)
    level = np.array(sorted(start), dtype=np.intp)
    seen[level] = True
    while len(level):
        rows = rows_of(graph.inward.first, level)
        level = each_once(graph.inward.end[rows][passing[graph.inward.flow[rows]]]).astype(np.intp)
        level = level[~seen[level]]
        seen[level] = True
        yield level
    rest = np.flatnonzero(ends & ~seen)
    held = np.zeros(len(rest), dtype=bool)
    for words in judgement.labels.reach.held:
        held |= words[rest] != 0
    yield rest[held]
    yield rest[~held]


def _inside(graph: LineageGraph, moving: Positions, nodes: Iterable[int]) -> Positions:
    """The flows with both ends among `nodes`."""
    chosen = np.zeros(len(graph.nodes), dtype=bool)
    chosen[list(nodes)] = True
    return moving[chosen[graph.flow_source[moving]] & chosen[graph.flow_target[moving]]]


def _ranked(judgement: Judgement, flows: Positions) -> list[int]:
    """First the flows that share without authority, then other shares, then the rest."""
    rank = {share.flow: 1 for share in judgement.shares}
    rank |= {share.flow: 0 for share in judgement.shares if not share.authorized}
    return sorted(flows.tolist(), key=lambda flow: (rank.get(flow, 2), flow))
