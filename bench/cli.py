"""How long do the commands take as whole processes, with the start of the interpreter?

    python -m bench.cli [--sizes 100k,1m] [--times 3] [--json]

Seconds of processor and of the clock, the median of some times; modules are compiled before, as an
installation has them; at the `cold` check nothing is kept beside the store yet.  `top` is the most memory it took.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.check import DAY, NOW
from bench.estate import LAYERS, SIZES, Shape, estate, field_id
from bench.problem import graph_of
from lineage.judgement import Judgement
from lineage.queries import who_gets
from lineage.stores import open_store

_SOME = 40
_PROJECT = "version: 1\nname: estate\nstore: store.db\n"


@dataclass(frozen=True)
class Took:
    """One command: what it took, and its exit code."""

    size: str
    command: str
    work: float
    clock: float
    megabytes: float
    code: int

    def __str__(self) -> str:
        return f"| {self.command} | {self.work:.2f} s | {self.clock:.2f} s | {self.megabytes:.0f} MB | {self.code} |"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sizes", default="100k,1m", help=", ".join(SIZES))
    arguments.add_argument("--times", type=int, default=3)
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    for size in chosen.sizes.split(","):
        if not chosen.json:
            print(f"\n### {size}\n\n| | CPU | clock | top | exit |\n|---|---|---|---|---|", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            for took in measure(size, Path(folder), chosen.times):
                print(json.dumps(asdict(took)) if chosen.json else took, flush=True)


def measure(size: str, folder: Path, times: int) -> Iterator[Took]:
    """All commands on an estate of a size, in a folder of its own."""
    fields, flows = SIZES[size]
    (folder / "sharemap.yaml").write_text(_PROJECT, encoding="utf-8")
    _write(folder / "store.db", fields, flows)
    _once(size, folder, "", "check", "--help")  # compiles the modules
    yield _once(size, folder, "check (cold)", "check")
    for name, *command in _commands(fields, _shared(folder)):
        taken = [_once(size, folder, name, *command) for _ in range(times)]
        work, clock = (statistics.median(getattr(t, part) for t in taken) for part in ("work", "clock"))
        yield Took(size, name, work, clock, max(t.megabytes for t in taken), taken[0].code)


def _write(path: Path, fields: int, flows: int) -> None:
    def write() -> None:
        store = open_store(path)
        store.record("estate", "bench", estate(fields, flows), now=datetime.now(UTC))
        store.close()

    _apart(write)


def _shared(folder: Path) -> str:
    """A field of ours that goes to others: of some, the one in the middle by how often."""
    told = folder / "shared"

    def find() -> None:
        judgement = Judgement(graph_of(str(folder / "store.db")), DAY, NOW)
        graph, some = judgement.graph, judgement.shares[:: -(-len(judgement.shares) // _SOME)]
        often = {at: len(who_gets(judgement, [at])) for at in {graph.index[judgement.origin_of(s)] for s in some}}
        middle = sorted(often, key=lambda at: (often[at], at))[len(often) // 2]
        told.write_text(graph.ref(middle), encoding="utf-8")
        print(f"{graph.ref(middle)} goes {often[middle]} times to others", file=sys.stderr, flush=True)

    _apart(find)
    return told.read_text(encoding="utf-8")


def _apart(work: Callable[[], None]) -> None:
    """In a process of its own, so that what this one holds does not count as anybody's."""
    if os.fork() == 0:
        work()
        os._exit(0)
    assert os.wait()[1] == 0


def _commands(fields: int, shared: str) -> Iterator[tuple[str, ...]]:
    shape = Shape(fields, 0)
    first, last = (
        f"{LAYERS[layer]}:{field_id(shape.width * layer + 7, fields).name}#field_7" for layer in (0, len(LAYERS) - 2)
    )
    yield "--help", "--help"
    yield "check", "check"
    yield "who-gets FIELD", "who-gets", shared
    yield "who-gets FIELD (nobody)", "who-gets", first
    yield "trace FIELD", "trace", shared
    yield "trace FIELD --depth 2", "trace", first, "--depth", "2"
    yield "paths FIELD FIELD", "paths", first, last


def _once(size: str, folder: Path, name: str, *command: str) -> Took:
    start = time.perf_counter()
    with open(folder / "out", "wb") as out:
        program = [sys.executable, "-c", "from inventory.cli import main; main()"]
        compiled = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
        process = subprocess.Popen([*program, *command], cwd=folder, stdout=out, stderr=out, env=compiled)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = used.ru_utime + used.ru_stime
    return Took(size, name, seconds, time.perf_counter() - start, used.ru_maxrss / 1e3, process.returncode)


if __name__ == "__main__":
    main()
