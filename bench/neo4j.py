"""How fast is the Neo4j store beside the embedded one, on the same invented estate?

    python -m bench.neo4j [--sizes 10000x50000,100000x500000] [--writers 8] [--store URL]

Sizes are fields x flows.  Without a URL a server of its own is started (as the tests do) and ended.  A server that is
named is EMPTIED before each size.  Seconds of processor time (of this process and, where it was started here, the
server) as on a machine with other work the clock says little; the clock beside it.  Ratios are Neo4j's to SQLite's.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bench.estate import estate, field_id
from lineage.check_layer import CheckLayer
from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.model import Batch, FieldId
from lineage.paths import Ways
from lineage.property_graph import data_key
from lineage.queries import who_gets
from lineage.stores import FactStore, open_store
from lineage.stores.neo4j import Neo4jStore

NOW = datetime(2026, 6, 15, tzinfo=UTC)
DAY = date(2026, 6, 15)
_ONWARD = (
    "UNWIND $keys AS key MATCH (:Data {key: key})-[f:FLOWS_TO]->(b:Data) "
    "WHERE f.gone IS NULL AND f.type = 'DIRECT' RETURN DISTINCT b.key"
)
_SHARES = (
    "MATCH (s:Share)-[:RECIPIENT]->(p:Party) WHERE s.data_category STARTS WITH 'user.contact.email' "
    "RETURN p.key, s.data_use, s.form, s.authorized"
)
_EMPTY = "MATCH (n) WITH n LIMIT 5000 DETACH DELETE n RETURN count(n)"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", default="10000x50000,100000x500000")
    arguments.add_argument("--writers", type=int, default=8)
    arguments.add_argument("--store")
    chosen = arguments.parse_args()
    sizes = [tuple(map(int, size.split("x"))) for size in chosen.sizes.split(",")]
    with _server(chosen.store) as (url, process):
        _warm(url)
        for fields, flows in sizes:
            _compare(url, process, fields, flows)
            _many_writers(url, fields, flows, chosen.writers)


def _warm(url: str) -> None:
    """Let a server that has just been started compile what it is about to be measured with."""
    _empty(url)
    store = open_store(url)
    for _ in range(2):
        _record(store, 2_000, 10_000)
        LineageGraph.from_store(store)
    store.close()


@dataclass(frozen=True)
class Spent:
    """Seconds of the clock and of processors: this process's, the server's."""

    clock: float
    client: float
    server: float = 0.0

    @property
    def work(self) -> float:
        return self.client + self.server

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.clock + other.clock, self.client + other.client, self.server + other.server)

    def __str__(self) -> str:
        served = f" + {self.server:.2f}" if self.server else ""
        return f"{self.client:.2f}{served} s ({self.clock:.2f})"


@contextlib.contextmanager
def _server(url: str | None) -> Iterator[tuple[str, int | None]]:
    """The server's address and, where it is started here, the id of its process."""
    if url:
        yield url, None
        return
    from tests.neo4j_server import running

    with running(heap="3g") as server:
        os.environ["SHAREMAP_NEO4J_USER"] = server.user
        os.environ["SHAREMAP_NEO4J_PASSWORD"] = server.password
        yield server.url, server.pid


def _compare(url: str, process: int | None, fields: int, flows: int) -> None:
    _empty(url)
    with tempfile.TemporaryDirectory() as folder:
        embedded, shared = open_store(Path(folder) / "store.db"), open_store(url)
        told = len(_flows_of(fields, flows))
        print(f"\n### {fields:,} fields, {told:,} flows\n\n| | SQLite | Neo4j | ratio |\n|---|---|---|---|")

        def both(act: Callable[[FactStore], object]) -> tuple[Spent, Spent]:
            return _spent(lambda: act(embedded), None), _spent(lambda: act(shared), process)

        first = both(lambda store: _record(store, fields, flows))
        _row("first scan", first)
        print(f"| flows a second | {told / first[0].clock:,.0f} | {told / first[1].clock:,.0f} | |", flush=True)
        _row("rescan, unchanged", both(lambda store: _record(store, fields, flows)))
        _row("load the flows as columns", both(lambda store: store.columns()))
        _row("load all other statements", both(lambda store: list(store.statements())))
        loads = both(lambda store: LineageGraph.from_store(store))
        _row("load for a check", loads)
        judgement = Judgement(LineageGraph.from_store(embedded), DAY, NOW)
        _questions(judgement, shared, fields, loads, process)
        embedded.close()
        shared.close()


def _questions(
    judgement: Judgement, shared: FactStore, fields: int, loads: tuple[Spent, Spent], process: int | None
) -> None:
    """The two questions on the arrays, after a load from either store, and asked of the server directly."""
    assert isinstance(shared, Neo4jStore)
    node = field_id(0, fields)
    at = judgement.graph.index[node]
    gets = _spent(lambda: (judgement.shares, who_gets(judgement, [at])), None)
    trace = _spent(lambda: Ways.of(judgement.graph).journey(at), None)
    _row("load and who-gets", (loads[0] + gets, loads[1] + gets))
    _row("load and trace", (loads[0] + trace, loads[1] + trace))
    layer = CheckLayer(judgement, ())
    size = f"{len(list(layer.nodes())):,} nodes, {len(list(layer.edges())):,} relationships"
    asked: tuple[tuple[str, Callable[[], object]], ...] = (
        (f"show a check ({size})", lambda: shared.project(layer)),
        ("who-gets, asked of what is shown", lambda: shared.server.read(lambda tx: tx.run(_SHARES).values())),
        ("trace, asked level by level", lambda: _walk(shared, node)),
    )
    for what, act in asked:
        print(f"| {what} | | {_spent(act, process)} | |", flush=True)


def _walk(shared: Neo4jStore, node: FieldId) -> int:
    """How many fields a field reaches, by one query for each level."""
    seen = edge = {data_key(node)}
    while edge:
        edge = _onward(shared, sorted(edge)) - seen
        seen = seen | edge
    return len(seen)


def _onward(shared: Neo4jStore, keys: list[str]) -> set[str]:
    return {row[0] for row in shared.server.read(lambda tx: tx.run(_ONWARD, keys=keys).values())}


def _many_writers(url: str, fields: int, flows: int, writers: int) -> None:
    """As many processes, each with a source and an equal part of the estate; nothing may be lost."""
    _empty(url)
    share = (fields // writers, flows // writers)
    wanted = sum(len(_flows_of(*share, seed=n + 1)) for n in range(writers))
    open_store(url).close()
    context = multiprocessing.get_context("spawn")
    start = time.perf_counter()
    with context.Pool(writers) as pool:
        pool.starmap(_write, [(url, *share, n) for n in range(writers)])
    seconds = time.perf_counter() - start
    store = open_store(url)
    found = len(store.columns().source)
    store.close()
    assert found == wanted, f"{found} flows are there, {wanted} were written"
    speed = f"{wanted / seconds:,.0f} a second"
    print(f"| {writers} writers at once, {wanted:,} flows | | {seconds:.1f} s | {speed} |", flush=True)


def _write(url: str, fields: int, flows: int, n: int) -> None:
    store = open_store(url)
    store.record(f"writer-{n}", "bench", estate(fields, flows, n + 1, f"w{n}/"), now=NOW)
    store.close()


def _record(store: FactStore, fields: int, flows: int) -> None:
    store.record("estate", "bench", estate(fields, flows), now=NOW)


def _flows_of(fields: int, flows: int, seed: int = 1) -> list[FieldId]:
    return [end for reading in estate(fields, flows, seed) if isinstance(reading, Batch) for end in reading.targets]


def _empty(url: str) -> None:
    store = open_store(url)
    assert isinstance(store, Neo4jStore)
    while store.server.write(lambda tx: tx.run(_EMPTY).values())[0][0]:
        pass
    store.close()


def _row(what: str, spent: tuple[Spent, Spent]) -> None:
    a, b = spent
    print(f"| {what} | {a} | {b} | {b.work / a.work:.1f} |", flush=True)


def _spent(act: Callable[[], object], process: int | None) -> Spent:
    clock, client, server = time.perf_counter(), time.process_time(), _work_of(process)
    act()
    return Spent(time.perf_counter() - clock, time.process_time() - client, _work_of(process) - server)


def _work_of(process: int | None) -> float:
    """Seconds of processor time that a process has had (Linux: proc(5), utime and stime of its stat)."""
    if process is None:
        return 0.0
    told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
