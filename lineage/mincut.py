"""How few flows cut all ways over a terrain, and which ways prove that no fewer do?

Without regard to labels this is Menger's theorem: the fewest edges that cut a start from an end are as many as the
ways between them that share no edge (the flow of most units, one to an edge).  Labels make ways of that kind that carry
nothing; so a cut found that way is always enough, and it is the smallest where its ways all carry.  Where they do not,
the smallest is searched by the ways that carry: the fewest flows that hit all of those known so far are stopped, and
as long as something still arrives, that way is one more to hit (implicit hitting sets).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lineage.errors import InvalidInput
from lineage.ordering import each_once
from lineage.terrain import Terrain

Positions = npt.NDArray[np.int64]
ROUNDS = 200
"""So often the search for a smaller cut may look for one more way before it gives what it has proved."""


@dataclass(frozen=True, slots=True)
class Separation:
    """Flows whose stopping cuts every way, and the least that any such set must have.

    `ways` are edges of the terrain: ways that carry and share no flow, of which every cut stops one each.
    """

    flows: tuple[int, ...]
    at_least: int
    ways: tuple[tuple[int, ...], ...]
    max_flow: int


def separation(terrain: Terrain, unsure: Collection[int] = (), rounds: int = ROUNDS) -> Separation:
    """The fewest flows to stop, as far as that can be proved in so many rounds.

    A way that passes a flow of `unsure` proves nothing (by stopping others it may come to carry something else).
    Raises InvalidInput without the extra `cut`.
    """
    if not len(terrain.arriving) or not any(seed.any() for seed in terrain.seeds):
        return Separation((), 0, (), 0)
    if importlib.util.find_spec("scipy") is None:
        raise InvalidInput("the smallest cut needs the package 'scipy': pip install 'sharemap[cut]'")
    flows, ways, most = _by_flow(terrain)
    told = _disjoint(terrain, (way for way in ways if terrain.carries(way)), unsure)
    if len(told) == len(flows):
        return Separation(flows, len(flows), told, most)
    smaller, least = _by_hitting(terrain, flows, told, frozenset(unsure), rounds)
    return Separation(smaller, max(least, len(told), 1), told, most)


def flows_of(terrain: Terrain, way: Iterable[int]) -> frozenset[int]:
    """The flows that a way passes, without the steps within a dataset."""
    return frozenset(flow for edge in way if (flow := int(terrain.edges.flow[edge])) >= 0)


def _disjoint(
    terrain: Terrain, ways: Iterable[tuple[int, ...]], unsure: Collection[int]
) -> tuple[tuple[int, ...], ...]:
    """Those ways that share no flow with one before them and none with `unsure`."""
    used = set(unsure)
    kept = []
    for way in sorted(ways, key=lambda way: (len(way), way)):
        passed = flows_of(terrain, way)
        if not passed & used:
            used |= passed
            kept.append(way)
    return tuple(kept)


# -- without regard to labels ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Network:
    """Arcs from node to node, each an edge of the terrain or (-1) one that costs nothing; the last two nodes are start
    and end.  A flow by which something banned arrives passes a node of its own, so that it is one arc to both ends."""

    tail: Positions
    head: Positions
    edge: Positions
    free: npt.NDArray[np.bool_]
    nodes: int

    @classmethod
    def of(cls, terrain: Terrain) -> _Network:
        roads, arriving = terrain.edges, terrain.arriving
        between = roads.nodes + np.arange(len(arriving))
        start, end = roads.nodes + len(arriving), roads.nodes + len(arriving) + 1
        head = roads.target.copy()
        head[arriving] = between
        origins = np.flatnonzero(np.logical_or.reduce([seed != 0 for seed in terrain.seeds]))
        nothing = np.full(2 * len(arriving) + len(origins), -1, dtype=np.int64)
        return cls(
            np.concatenate([roads.source, between, between, np.full(len(origins), start)]),
            np.concatenate([head, np.full(len(between), end), roads.target[arriving], origins]),
            np.concatenate([np.arange(len(roads.flow)), nothing]),
            np.concatenate([roads.flow < 0, nothing < 0]),
            end + 1,
        )

    @property
    def capacity(self) -> Any:
        from scipy.sparse import csr_array

        much = int((~self.free).sum()) + 1
        units = np.where(self.free, much, 1).astype(np.int32)
        return csr_array((units, (self.tail, self.head)), shape=(self.nodes, self.nodes), dtype=np.int32)


def _by_flow(terrain: Terrain) -> tuple[tuple[int, ...], list[tuple[int, ...]], int]:
    """(flows of the smallest cut nearest to the end, the ways of the largest flow, its size), labels left aside."""
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    network = _Network.of(terrain)
    capacity = network.capacity
    start, end = network.nodes - 2, network.nodes - 1
    found = maximum_flow(capacity, start, end)
    left = (capacity - found.flow).tocsr()
    left.eliminate_zeros()
    behind = np.zeros(network.nodes, dtype=bool)
    behind[breadth_first_order(left.T.tocsr(), end, return_predecessors=False)] = True
    crossing = ~behind[network.tail] & behind[network.head]
    flows = each_once(terrain.edges.flow[network.edge[crossing & ~network.free]])
    return tuple(flows.tolist()), _unravelled(network, found.flow.tocoo()), int(found.flow_value)


def _unravelled(network: _Network, flow: Any) -> list[tuple[int, ...]]:
    """The ways, as edges of the terrain, that a flow consists of."""
    units = {(int(t), int(h)): int(n) for t, h, n in zip(flow.row, flow.col, flow.data, strict=True) if n > 0}
    onward: dict[int, list[int]] = {}
    for tail, head in sorted(units, reverse=True):
        onward.setdefault(tail, []).append(head)
    passing = np.flatnonzero(np.isin(network.tail, list(onward)))
    edges: dict[tuple[int, int], list[int]] = {}
    for arc in passing[::-1].tolist():
        if network.edge[arc] >= 0:
            edges.setdefault((int(network.tail[arc]), int(network.head[arc])), []).append(arc)
    ways, start, end = [], network.nodes - 2, network.nodes - 1
    while onward.get(start):
        trail, way, at = [start], [], {start: 0}
        while trail[-1] != end:
            node = trail[-1]
            head = onward[node][-1]
            units[node, head] -= 1
            if not units[node, head]:
                onward[node].pop()
            arcs = edges.get((node, head))
            if arcs:
                way.append(int(network.edge[arcs[-1] if network.free[arcs[-1]] else arcs.pop()]))
            if head in at:  # a ring in the flow leads nowhere
                del way[at[head] :]
                while trail[-1] != head:
                    del at[trail.pop()]
            else:
                at[head] = len(way)
                trail.append(head)
        ways.append(tuple(way))
    return ways


# -- by the ways that carry -------------------------------------------------------------------------------


def _by_hitting(
    terrain: Terrain, enough: tuple[int, ...], ways: Iterable[tuple[int, ...]], unsure: frozenset[int], rounds: int
) -> tuple[tuple[int, ...], int]:
    """(the fewest flows that cut, the least that any cut must have), by the ways that still carry."""
    passed = [flows_of(terrain, way) for way in ways]
    least = 0
    for _ in range(rounds):
        stopped = _fewest(passed)
        least = max(least, len(_fewest([way for way in passed if not way & unsure])))
        if len(stopped) >= len(enough):
            return enough, least
        new = [flows_of(terrain, way) for way in _survivors(terrain, stopped)]
        if not new:
            return tuple(sorted(stopped)), least
        passed += new
    return enough, least


def _survivors(terrain: Terrain, stopped: Collection[int]) -> Iterable[tuple[int, ...]]:
    """Ways that carry though some flows are stopped, no two of which share a flow, until there is none."""
    shut = set(stopped)
    while found := [tuple(way.tolist()) for way in terrain.ways(shut)]:
        for way in found:
            if not flows_of(terrain, way) & shut:
                shut |= flows_of(terrain, way)
                yield way


def _fewest(sets: list[frozenset[int]]) -> frozenset[int]:
    """The fewest flows of which each set has one: an integer program."""
    if not sets:
        return frozenset()
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    flows = sorted(set().union(*sets))
    at = {flow: i for i, flow in enumerate(flows)}
    rows = [(row, at[flow]) for row, passed in enumerate(sets) for flow in sorted(passed)]
    hit = csr_array((np.ones(len(rows)), tuple(zip(*rows, strict=True))), shape=(len(sets), len(flows)))
    found = milp(
        np.ones(len(flows)), constraints=LinearConstraint(hit, lb=1), integrality=np.ones(len(flows)),
        bounds=Bounds(0, 1), options={"mip_rel_gap": 0},
    )  # fmt: skip
    return frozenset(flow for flow, chosen in zip(flows, found.x, strict=True) if chosen > 0.5)
