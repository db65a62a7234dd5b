"""Other engines for the same problem, as one would write them with each library: none is made slow on purpose.

networkx and rustworkx condense the graph, pass label sets (Python integers as bit sets) over the components in order,
go round in each until nothing is new, and count the flows of the ways level by level.  DuckDB runs one SQL a level,
scipy one sparse product for each code and level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from bench.problem import Array, Engine, Problem, Spread, arrivals
from lineage.carry import Code

Transform = Callable[[int, int], int]


@dataclass
class Table:
    """[node, label] -> level, -1 where the label did not come."""

    levels: Array

    def held(self, nodes: Array) -> Array:
        return self.levels[nodes] >= 0

    def level(self, nodes: Array, labels: Array) -> Array:
        return self.levels[nodes, labels].astype(np.int64)


def _empty(problem: Problem) -> Array:
    return np.full((problem.nodes, len(problem.labels)), -1, dtype=np.int16)


def networkx(problem: Problem, code: Array, seed_node: Array, seed_label: Array) -> Spread:
    """strongly_connected_components gives the components in reverse topological order."""
    import networkx as nx

    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(problem.nodes))
    graph.add_edges_from(_open(problem, code))
    return _python(problem, code, seed_node, seed_label, reversed(list(nx.strongly_connected_components(graph))))


def rustworkx(problem: Problem, code: Array, seed_node: Array, seed_label: Array) -> Spread:
    """The same, the components by rustworkx."""
    import rustworkx

    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(problem.nodes))
    graph.add_edges_from_no_data(list(_open(problem, code)))
    components = rustworkx.strongly_connected_components(graph)
    return _python(problem, code, seed_node, seed_label, reversed(components))


def _open(problem: Problem, code: Array) -> Iterable[tuple[int, int]]:
    """The flows that let something through."""
    here = code != Code.NOTHING
    return zip(problem.source[here].tolist(), problem.target[here].tolist(), strict=True)


def _python(
    problem: Problem, code: Array, seed_node: Array, seed_label: Array, components: Iterable[Iterable[int]]
) -> Spread:
    outward: list[list[tuple[int, int]]] = [[] for _ in range(problem.nodes)]
    for source, target, c in zip(problem.source.tolist(), problem.target.tolist(), code.tolist(), strict=True):
        if c != Code.NOTHING:
            outward[source].append((target, c))
    passed = _transforms(problem)
    held = [0] * problem.nodes
    for node, label in zip(seed_node.tolist(), seed_label.tolist(), strict=True):
        held[node] |= 1 << label
    seeds = {node: held[node] for node in seed_node.tolist()}
    for component in components:
        inside, waiting = set(component), list(component)
        while waiting:
            node = waiting.pop()
            for target, c in outward[node] if held[node] else ():
                brought = passed(c, held[node]) & ~held[target]
                if brought:
                    held[target] |= brought
                    if target in inside:
                        waiting.append(target)
    return _counted(problem, outward, seeds, held, passed)


def _counted(
    problem: Problem, outward: list[list[tuple[int, int]]], seeds: dict[int, int], held: list[int], passed: Transform
) -> Spread:
    """The level of every state, breadth first; that it ends with what the components gave is checked."""
    table, seen, new, level = _empty(problem), [0] * problem.nodes, seeds, 0
    while new:
        following: dict[int, int] = {}
        for node, bits in new.items():
            seen[node] |= bits
            rest = bits
            while rest:
                low = rest & -rest
                table[node, low.bit_length() - 1] = level
                rest ^= low
        for node, bits in new.items():
            for target, c in outward[node]:
                brought = passed(c, bits) & ~seen[target]
                if brought:
                    following[target] = following.get(target, 0) | brought
        new, level = following, level + 1
    assert seen == held
    return Table(table)


def _transforms(problem: Problem) -> Transform:
    """(code, bit set) -> bit set, by masks and shifts on whole sets."""
    forms = [sum(1 << i for i in range(form, len(problem.labels), 4)) for form in range(4)]
    sensitive = sum(1 << int(i) for i in np.flatnonzero(arrivals(problem)[Code.SENSITIVE].any(axis=1)))

    def passed(code: int, bits: int) -> int:
        if code == Code.IDENTITY:
            return bits
        if code == Code.SENSITIVE:
            return bits & sensitive
        r, h, p, a = (bits & mask for mask in forms)
        if code == Code.HASH:
            return r << 1 | h | p | a
        if code == Code.PSEUDONYM:
            return r << 2 | h << 1 | p | a
        if code == Code.AGGREGATE:
            return r << 3 | h << 2 | p << 1 | a
        return r | h >> 1 | p >> 2 | a

    return passed


def scipy(problem: Problem, code: Array, seed_node: Array, seed_label: Array) -> Spread:
    """A boolean matrix of nodes by labels; each level one product with the flows of each code."""
    from scipy import sparse

    table = arrivals(problem)
    steps = []
    for c in np.unique(code[code != Code.NOTHING]).tolist():
        here = code == c
        ends = (problem.target[here], problem.source[here])
        flows = sparse.csr_matrix((np.ones(here.sum(), dtype=np.int32), ends), shape=(problem.nodes,) * 2)
        steps.append((flows, sparse.csr_matrix(table[c].astype(np.int32))))
    levels = _empty(problem)
    new = sparse.csr_matrix(
        (np.ones(len(seed_node), dtype=np.int32), (seed_node, seed_label)), shape=levels.shape, dtype=np.int32
    )
    level = 0
    while new.nnz:
        row, label = new.nonzero()
        levels[row, label] = level
        row, label = sum(
            (flows @ new @ passing for flows, passing in steps), sparse.csr_matrix(levels.shape, dtype=np.int32)
        ).nonzero()
        fresh = levels[row, label] < 0
        new = sparse.csr_matrix((np.ones(fresh.sum(), dtype=np.int32), (row[fresh], label[fresh])), shape=levels.shape)
        level += 1
    return Table(levels)


def duckdb(problem: Problem, code: Array, seed_node: Array, seed_label: Array) -> Spread:
    """One SQL for each level: what is new meets the flows and the table of what passes, less what was there."""
    import duckdb as duck
    import pyarrow as pa

    db = duck.connect()
    db.execute("SET threads = 2")
    c, before, after = np.nonzero(arrivals(problem))
    flows = pa.table({"source": problem.source, "target": problem.target, "code": code})
    passing = pa.table({"code": c.astype(np.int8), "before": before.astype(np.int16), "after": after.astype(np.int16)})
    seeds = pa.table({"node": seed_node.astype(np.int32), "label": seed_label.astype(np.int16)})
    db.register("flows", flows)
    db.register("passing", passing)
    db.register("seeds", seeds)
    db.execute(f"CREATE TABLE flow AS SELECT * FROM flows WHERE code <> {int(Code.NOTHING)}")
    db.execute("CREATE TABLE pass AS SELECT * FROM passing")
    db.execute("CREATE TABLE held AS SELECT DISTINCT node, label, 0 AS level FROM seeds")
    level = 0
    while True:
        count = db.execute(
            "INSERT INTO held SELECT DISTINCT f.target, p.after, ? FROM held h JOIN flow f ON f.source = h.node "
            "JOIN pass p ON p.code = f.code AND p.before = h.label WHERE h.level = ? AND NOT EXISTS "
            "(SELECT 1 FROM held o WHERE o.node = f.target AND o.label = p.after)",
            (level + 1, level),
        ).fetchone()
        if not count or not count[0]:
            break
        level += 1
    levels = _empty(problem)
    found = db.execute("SELECT node, label, level FROM held").fetchnumpy()
    levels[found["node"], found["label"]] = found["level"]
    return Table(levels)


ENGINES: dict[str, Engine] = {"networkx": networkx, "rustworkx": rustworkx, "duckdb": duckdb, "scipy": scipy}
