"""How long does a live graph take for a changed dataset, beside a full run of the same?

    python -m bench.check --fields 100000 --flows 500000 --only product --store estate.db
    python -m bench.live --store estate.db [--edits 100] [--seed 1] [--json]

An edit takes away the flows into the fields of one dataset, up to 200, and puts as many of the same kinds in their
place, from sources near those; every fifth lets a label start at some field too, or end.  Milliseconds of processor
an edit: the median, nine of ten, the most; `full` is labels and shares run in full, in milliseconds too.
Where an edit is refused, a full run is due.  After all edits every tenth field must hold what a full run of the
edited graph gives, or the benchmark fails.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import time
from random import Random

import numpy as np

from bench.check import DAY
from bench.problem import graph_of
from inventory.cli import SELDOM
from lineage.frontier import rows_of
from lineage.graph import FlowEvidence, LineageGraph
from lineage.incremental import State, TooMuch
from lineage.keys import settled
from lineage.labels import Labels, roads_of
from lineage.live import Live, NewFlow
from lineage.ordering import order
from lineage.origins import Origins
from lineage.propagate import spread
from lineage.shares import Shares

_MOST = 200


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--store", required=True)
    arguments.add_argument("--edits", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    gc.set_threshold(SELDOM)  # as the command line has it for a judgement
    graph = graph_of(chosen.store)
    took = measured(graph, chosen.edits, Random(chosen.seed))
    print(json.dumps(took) if chosen.json else "\n".join(f"{name:10} {value:10,.1f}" for name, value in took.items()))


def measured(graph: LineageGraph, edits: int, random: Random) -> dict[str, float]:
    """Everything the benchmark prints, by name."""
    start = time.process_time()
    labels = Labels.of(graph)
    shares = Shares(labels, DAY)
    shares.all()
    full = time.process_time() - start
    start = time.process_time()
    live = Live.of(labels, shares)
    begun = time.process_time() - start
    edited, times, refused, flows = Edited(graph, random), [], 0, 0
    for number in range(edits):
        gone, new = edited.dataset()
        starts, ends = edited.label(live) if number % 5 == 4 else ([], [])
        start = time.process_time()
        try:
            live.edit(gone, new, ends, starts)
        except TooMuch:
            refused += 1
            live = Live.of(labels, shares)
            edited = Edited(graph, random)
            continue
        times.append((time.process_time() - start) * 1e3)
        flows += len(gone)
        edited.accept(gone, new)
    _compare(live, edited, labels)
    nine = sorted(times)[len(times) * 9 // 10]
    return {
        "median": statistics.median(times), "nine of ten": nine, "most": max(times), "refused": refused,
        "flows": flows / max(1, len(times)), "full": full * 1e3, "begin": begun * 1e3,
    }  # fmt: skip


class Edited:
    """Edits of a graph, and which flows it has after them."""

    def __init__(self, graph: LineageGraph, random: Random) -> None:
        self.graph, self.random = graph, random
        self.added: list[NewFlow] = []
        self.gone: set[int] = set()

    def dataset(self) -> tuple[list[int], list[NewFlow]]:
        """Flows that go (positions), and those that come in their place, for a dataset that has some."""
        graph = self.graph
        while True:
            at = self.random.randrange(len(graph.nodes.names))
            rows = rows_of(graph.inward.first, np.asarray(graph.nodes.fields_in(at)))
            gone = [flow for flow in graph.inward.flow[rows].tolist() if flow not in self.gone][:_MOST]
            if gone:
                return gone, list(dict.fromkeys(self._other(flow) for flow in gone))

    def _other(self, flow: int) -> NewFlow:
        graph = self.graph
        source = int(graph.flow_source[flow])
        near = source + self.random.randrange(-40, 40)
        other = min(max(near, 0), len(graph.nodes) - 1)
        return other, int(graph.flow_target[flow]), graph.kinds[int(graph.flow_kind[flow])]

    def label(self, live: Live) -> tuple[list[State], list[State]]:
        """A label that starts somewhere, or one that ends."""
        origins = sorted(live.labels.origins)
        at = self.random.choice(origins)
        if self.random.random() < 0.5:
            return [], [at]
        return [(self.random.randrange(len(self.graph.nodes)), at[1])], []

    def accept(self, gone: list[int], new: list[NewFlow]) -> None:
        self.gone |= set(gone)
        self.added += new

    def graph_now(self) -> LineageGraph:
        """The graph with all edits, as if it had been read so."""
        graph = self.graph
        kinds = list(graph.kinds)
        number = {kind: i for i, kind in enumerate(kinds)}
        left = np.array([flow not in self.gone for flow in range(graph.flows)], dtype=bool)
        new = np.array([(s, t, number[kind]) for s, t, kind in self.added], dtype=np.int32).reshape(-1, 3).T
        held = graph.flow_source, graph.flow_target, graph.flow_kind
        ends = [np.concatenate([old[left], more]) for old, more in zip(held, new, strict=True)]
        at = order(*ends)
        evidence = FlowEvidence(np.zeros(len(at) + 1, dtype=np.int32), np.zeros(0, dtype=np.int32))
        source, target, kind = (end[at] for end in ends)
        return LineageGraph(graph.nodes, source, target, kind, kinds, evidence, graph.evidences, graph.world)


def _compare(live: Live, edited: Edited, labels: Labels) -> None:
    """Raise AssertionError where a live graph and a full run of the edited one differ."""
    alphabet, states = labels.alphabet, np.array(sorted(live.labels.origins), dtype=np.int32).reshape(-1, 2)
    own, now = Origins.of(alphabet, states[:, 0], states[:, 1]), edited.graph_now()
    roads = settled(now, roads_of(now), own)
    full = spread(roads, alphabet, own.seeds(roads.nodes))
    for node in range(0, len(now.nodes), 10):
        assert live.held(node) == full.labels(node), now.ref(node)


if __name__ == "__main__":
    main()
