"""How fast and how large is a check, beside other engines on one graph?   python -m bench.check --fields N --flows M

Every engine runs in a process of its own, so that peaks are its own; all must give the same findings, or the benchmark
fails.  Engines of which nothing is heard for `--patience` seconds are stopped and left out.  What each line means is in
docs/performance.md.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import pickle
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from bench import peers, reference
from bench.estate import estate
from bench.problem import Problem, digest, graph_of, solve
from inventory.cli import SELDOM

DAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 15, tzinfo=UTC)
PARTS = ("load", "propagate", "findings", "witnesses")
ORDER = ("product", "reference", "scipy", "duckdb", "rustworkx", "networkx")
MOST = {"networkx": 100_000, "rustworkx": 1_000_000, "scipy": 1_000_000, "duckdb": 1_000_000}
"""Fields up to which an engine is tried: beyond, it does not finish on the machine of docs/performance.md."""
MODULES = {
    "product": ("inventory.pipeline", "lineage.stores.sqlite"), "networkx": ("networkx",), "rustworkx": ("rustworkx",),
    "scipy": ("scipy.sparse",), "duckdb": ("duckdb", "pyarrow"),
}  # fmt: skip
"""What an engine imports, before its time is taken."""


class Clock:
    """CPU seconds of this process by part."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}
        self._last = time.process_time()

    def __call__(self, part: str) -> None:
        now = time.process_time()
        self.parts[part] = round(now - self._last, 3)
        self._last = now


def product(store: str, clock: Clock) -> dict[str, Any]:
    """The product as it checks a store, and its whole check with every finding told."""
    from inventory import pipeline
    from lineage.judgement import Judgement

    judgement = Judgement(graph_of(store), DAY, NOW)
    clock("load")
    judgement.labels  # noqa: B018
    clock("propagate")
    unauthorised = [share for share in judgement.shares if not share.authorized]
    clock("findings")
    lengths = [len(judgement.witness(share)) - 1 for share in unauthorised]
    clock("witnesses")
    findings = pipeline.check(judgement)
    clock("all other checks")
    code = judgement.labels.alphabet.code
    rows = sorted([s.flow, code(s.label), n] for s, n in zip(unauthorised, lengths, strict=True))
    return {"rows": rows, "told": len(findings)}


def other(engine: str, problem: str, clock: Clock) -> dict[str, Any]:
    """Another engine on the arrays of the same graph."""
    with open(problem, "rb") as file:
        given: Problem = pickle.load(file)
    clock("load")
    return {"rows": digest(solve(given, {**peers.ENGINES, "reference": reference.spread}[engine], clock))}


def _run(arguments: argparse.Namespace) -> None:
    gc.set_threshold(SELDOM)  # as the command line has it for a judgement, and for every engine
    for module in MODULES.get(arguments.engine, ()):
        import_module(module)
    clock = Clock()
    made = (
        product(arguments.store, clock)
        if arguments.engine == "product"
        else other(arguments.engine, arguments.problem, clock)
    )
    rows = json.dumps(made.pop("rows"))
    print(
        json.dumps(
            {
                "engine": arguments.engine,
                "cpu": clock.parts,
                "peak": _peak(),
                "findings": rows.count("]") - 1,
                "digest": hashlib.sha256(rows.encode()).hexdigest()[:16],
                **made,
            }
        )
    )


def _peak() -> int:
    """The most memory that this process ever had, in MB; `ru_maxrss` would count what its parent had at the start."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def _started(engine: str, store: Path, problem: Path, patience: int) -> dict[str, Any] | None:
    command = [
        sys.executable,
        "-m",
        "bench.check",
        "--engine",
        engine,
        "--store",
        str(store),
        "--problem",
        str(problem),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=patience, check=True)
    except subprocess.TimeoutExpired:
        print(f"{engine}: not finished in {patience} s, left out", file=sys.stderr)
        return None
    except subprocess.CalledProcessError as problem_:
        raise SystemExit(f"{engine} failed:\n{problem_.stderr}") from None
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def bound(problem: Problem) -> float:
    """Seconds to read the flows once (source, target, code) and the words of both ends, at the speed of a large copy
    measured now: no engine that looks at every flow can be quicker."""
    block = np.ones(16_000_000, dtype=np.uint64)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        block.copy()
        times.append(time.perf_counter() - start)
    speed = 2 * block.nbytes / sorted(times)[2]
    words = -(-len(problem.labels) // 64)
    return (len(problem.source) * 9 + problem.nodes * 16 * words) / speed


def _prepared(arguments: argparse.Namespace, folder: Path) -> tuple[Path, Path, float]:
    from lineage.judgement import Judgement
    from lineage.stores import open_store

    path = Path(arguments.store) if arguments.store else folder / "facts.db"
    if not path.exists():
        store = open_store(path)
        made = estate(arguments.fields, arguments.flows, labels=arguments.labels)
        store.record("bench", "bench", made, now=NOW)
        store.columns()
        store.close()
    problem = Problem.of(Judgement(graph_of(str(path)), DAY, NOW))
    file = folder / "problem.pickle"
    file.write_bytes(pickle.dumps(problem, protocol=5))
    return path, file, bound(problem)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fields", type=int, default=100_000)
    parser.add_argument("--flows", type=int, default=500_000)
    parser.add_argument("--labels", type=int, default=40, help="(category, subject) pairs; each has four forms")
    parser.add_argument("--rounds", type=int, default=3, help="medians of so many runs")
    parser.add_argument("--only", help="engines, separated by commas")
    parser.add_argument("--patience", type=int, default=900)
    parser.add_argument("--store", help="a store that was made before, so that it need not be made again")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    parser.add_argument("--problem", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.engine:
        return _run(arguments)
    wanted = arguments.only.split(",") if arguments.only else [e for e in ORDER if _fits(e, arguments.fields)]
    with tempfile.TemporaryDirectory() as name:
        store, problem, least = _prepared(arguments, Path(name))
        runs: dict[str, list[dict[str, Any]]] = {engine: [] for engine in wanted}
        for engine in _turns(wanted, arguments.rounds):
            if run := _started(engine, store, problem, arguments.patience):
                runs[engine].append(run)
        results = [_median(some) for some in runs.values() if some]
    if len({result["digest"] for result in results}) > 1:
        raise SystemExit(f"the engines do not agree: {[(r['engine'], r['findings'], r['digest']) for r in results]}")
    print(json.dumps({"bound": least, "engines": results}) if arguments.json else _table(results, least))


def _fits(engine: str, fields: int) -> bool:
    there = engine in ("product", "reference") or find_spec(engine) is not None
    return there and fields <= MOST.get(engine, fields)


def _turns(engines: list[str], rounds: int) -> list[str]:
    """Who runs when: the quick ones in each round, the others once, between the rounds.  A machine is not always as
    fast, and what is compared should meet the same of it."""
    quick = [engine for engine in engines if engine in ("product", "reference")]
    others = [engine for engine in engines if engine not in quick]
    between = [others[number::rounds] for number in range(rounds)]
    return [engine for some in between for engine in (*quick, *some)]


def _median(runs: list[dict[str, Any]]) -> dict[str, Any]:
    cpu = {part: sorted(run["cpu"][part] for run in runs)[len(runs) // 2] for part in runs[0]["cpu"]}
    return {**runs[0], "cpu": cpu, "peak": sorted(run["peak"] for run in runs)[len(runs) // 2]}


def _table(results: list[dict[str, Any]], least: float) -> str:
    base = next((sum(r["cpu"][p] for p in PARTS) for r in results if r["engine"] == "reference"), None)
    lines = [
        f"{'engine':10}{''.join(f'{part:>11}' for part in PARTS)}{'sum':>9}{'ratio':>8}{'peak MB':>9}{'findings':>10}"
    ]
    for r in results:
        total = sum(r["cpu"][part] for part in PARTS)
        ratio = f"{total / base:8.2f}" if base else ""
        parts = "".join(f"{r['cpu'][part]:11.2f}" for part in PARTS)
        lines.append(f"{r['engine']:10}{parts}{total:9.2f}{ratio}{r['peak']:9}{r['findings']:10}")
    for r in results:
        if "told" in r:
            lines.append(f"product, all other checks: {r['cpu']['all other checks']:.2f} s, {r['told']} findings told")
    lines.append(f"bound by memory, one pass over all flows: {least * 1000:.1f} ms")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
