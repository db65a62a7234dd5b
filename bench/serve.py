"""How many events a second does the receiver take, how long does a sender wait, and does the store keep up?

    python -m bench.serve [--events 20000] [--jobs 500] [--senders 8] [--stores sqlite,neo4j]

A real `sharemap serve` in a process of its own; the senders are another one, on kept-open connections, each waiting for
its answer before it sends the next event.  Runs of invented jobs send a START and a COMPLETE: 4 datasets of 12 columns,
12 of them with lineage, about 5 kB.  All but the first run of each job repeat what is known.  Two loads, the same for
every store: one event a request, and batches of 100.  `lag`: from the last answer until the store has everything;
the CPU is the receiver's.  A Neo4j server is started for it as the tests do.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import multiprocessing
import os
import random
import re
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.project import Folder
from tests.receiver import Receiver

_COLUMNS = 12
_BATCH = 100


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--events", type=int, default=20_000)
    arguments.add_argument("--jobs", type=int, default=500)
    arguments.add_argument("--senders", type=int, default=8)
    arguments.add_argument("--stores", default="sqlite,neo4j")
    chosen = arguments.parse_args()
    print(
        "| store | load | events a second | p50 ms | p99 ms | lag s | CPU ms an event |\n|---|---|---|---|---|---|---|"
    )
    for store in chosen.stores.split(","):
        for size in (1, _BATCH):
            with _store(store) as configuration, tempfile.TemporaryDirectory() as folder:
                _measure(store, configuration, Path(folder), size, chosen.events, chosen.jobs, chosen.senders)


@contextlib.contextmanager
def _store(kind: str) -> Iterator[str]:
    """What sharemap.yaml says of the store."""
    if kind == "sqlite":
        yield "{}\n"
        return
    from tests.neo4j_server import running

    with running(heap="1g") as server:
        os.environ["SHAREMAP_NEO4J_USER"] = server.user
        os.environ["SHAREMAP_NEO4J_PASSWORD"] = server.password
        yield f"store: {server.url}\n"


def _measure(store: str, configuration: str, root: Path, size: int, events: int, jobs: int, senders: int) -> None:
    folder = Folder(root)
    folder.write("sharemap.yaml", configuration)
    receiver = Receiver(folder)
    receiver.start()
    assert receiver.process
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        seconds, waits = pool.apply(_send, (receiver.port, size, events, jobs, senders))
    start = time.perf_counter()
    while _gauge(receiver, "sharemap_inbox_events"):
        time.sleep(0.05)
    lag = time.perf_counter() - start
    work = _work_of(receiver.process.pid) * 1000 / events
    assert receiver.stop() == 0
    waits.sort()
    p50, p99 = (waits[int(len(waits) * part)] * 1000 for part in (0.5, 0.99))
    load = "one a request" if size == 1 else f"batches of {size}"
    print(
        f"| {store} | {load} | {events / seconds:,.0f} | {p50:.1f} | {p99:.1f} | {lag:.1f} | {work:.2f} |", flush=True
    )


def _send(port: int, size: int, events: int, jobs: int, senders: int) -> tuple[float, list[float]]:
    """Seconds for all, and for each request."""
    shares = [events // senders + (n < events % senders) for n in range(senders)]
    bodies = [list(_bodies(share, size, jobs, n)) for n, share in enumerate(shares)]
    start = time.perf_counter()
    with ThreadPoolExecutor(senders) as pool:
        waits = list(pool.map(lambda own: _sender(port, size, own), bodies))
    return time.perf_counter() - start, [wait for own in waits for wait in own]


def _sender(port: int, size: int, bodies: list[bytes]) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    path = "/api/v1/lineage" if size == 1 else "/api/v1/lineage/batch"
    waits = []
    for body in bodies:
        start = time.perf_counter()
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        waits.append(time.perf_counter() - start)
        assert response.status in (200, 201), response.status
    return waits


def _bodies(events: int, size: int, jobs: int, sender: int) -> Iterator[bytes]:
    chance = random.Random(sender)
    told: list[dict[str, Any]] = []
    for number in range(0, events, 2):
        told += _run(f"{sender}-{number}", chance.randrange(jobs), number)
    told = told[:events]
    for at in range(0, events, size):
        yield json.dumps(told[at] if size == 1 else told[at : at + size]).encode()


def _run(run: str, job: int, minute: int) -> list[dict[str, Any]]:
    """The START and the COMPLETE of a run."""
    inputs = [_dataset(job * 3 + n) for n in range(3)]
    origins = [{**{k: i[k] for k in ("namespace", "name")}, "field": f"column_{n}"} for n, i in enumerate(inputs * 4)]
    how = [{"type": "DIRECT", "subtype": "TRANSFORMATION", "description": "lower(x)", "masking": False}]
    fields = {f"column_{n}": {"inputFields": [{**origin, "transformations": how}]} for n, origin in enumerate(origins)}
    output = _dataset(1_000_000 + job)
    output["facets"]["columnLineage"] = {"fields": fields}
    event = {
        "producer": "https://bench.example",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": run, "facets": {"environment-properties": {"x": "y" * 500}}},
        "job": {"namespace": "bench", "name": f"job_{job}"},
        "inputs": inputs,
    }
    time = f"2026-03-{minute // 1440 % 28 + 1:02}T{minute // 60 % 24:02}:{minute % 60:02}"
    return [
        {**event, "eventType": "START", "eventTime": f"{time}:00Z", "outputs": []},
        {**event, "eventType": "COMPLETE", "eventTime": f"{time}:30Z", "outputs": [output]},
    ]


def _dataset(number: int) -> dict[str, Any]:
    fields = [{"name": f"column_{n}", "type": "text"} for n in range(_COLUMNS)]
    return {
        "namespace": "postgres://bench.example:5432",
        "name": f"d.public.t{number}",
        "facets": {"schema": {"fields": fields}},
    }


def _gauge(receiver: Receiver, name: str) -> float:
    text = receiver.request("GET", "/metrics").body.decode()
    found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
    assert found
    return float(found[1])


def _work_of(process: int) -> float:
    """Seconds of processor time that a process has had (Linux: proc(5), utime and stime of its stat)."""
    told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
