"""What did spreading the labels of just this graph give the last time?

A pass over a large graph is kept as arrays of numbers, under a digest of everything that it follows from: flows and
what these let through, where labels start, whose the places are, and the program that spreads them.  What was kept
under another digest is not read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from lineage.carry import codes
from lineage.graph import LineageGraph
from lineage.origins import Sources
from lineage.propagate import STAGES, Alphabet, Reach, Roads

Arrays = Mapping[str, npt.NDArray[Any]]
_SPREADING = ("carry", "frontier", "keys", "labels", "ordering", "origins", "places", "propagate", "remembered")
"""The modules of which a pass is made."""
_LARGE = 100_000
"""So many flows are quicker read than spread."""


@runtime_checkable
class Memory(Protocol):
    """Keeps arrays by name; of each name those of one digest."""

    def recall(self, name: str, digest: str) -> Arrays | None:
        """What was kept under a name, where it is whole and of this digest; None otherwise."""

    def keep(self, name: str, digest: str, arrays: Arrays) -> None:
        """Keep arrays in the place of those that had the name; where that cannot be, nothing changes."""


@dataclass(frozen=True)
class Remembered:
    """The pass over one graph that is kept; without a memory none is."""

    memory: Memory | None = None
    digest: str = ""

    @classmethod
    def of(cls, memory: Memory | None, graph: LineageGraph, sources: Sources) -> Remembered:
        """Without a memory for a graph of so few flows, or a program whose text cannot be read."""
        if memory is None or graph.flows < _LARGE:
            return cls()
        try:
            return cls(memory, _digest(graph, sources))
        except OSError:
            return cls()

    def recall(self, name: str, roads: Roads, alphabet: Alphabet) -> Reach | None:
        """A pass over roads, as it was kept."""
        kept = self.memory.recall(name, self.digest) if self.memory else None
        if kept is None:
            return None
        same = np.array_equal(kept["code"], roads.code)
        return _reach(roads if same else roads.recoded(kept["code"]), alphabet, kept)

    def keep(self, name: str, reach: Reach) -> None:
        if self.memory:
            self.memory.keep(name, self.digest, _arrays(reach))


def _digest(graph: LineageGraph, sources: Sources) -> str:
    """Of everything that a pass over a graph follows from."""
    meant = [[*map(int, codes(kind)), kind.type, kind.subtype] for kind in graph.kinds]
    said = hashlib.sha256(json.dumps([meant, sources.own.alphabet.bases]).encode())
    for module in _SPREADING:
        said.update(Path(__file__).with_name(f"{module}.py").read_bytes())
    arrays = [graph.flow_source, graph.flow_target, graph.flow_kind, graph.nodes.dataset, graph.nodes.whole]
    arrays += [graph.places.ours, sources.own.node, sources.own.label, sources.foreign.node, sources.foreign.label]
    for array in arrays:
        said.update(f"{array.dtype.str} {len(array)}".encode())
        said.update(np.ascontiguousarray(array).data)
    return said.hexdigest()


def _arrays(reach: Reach) -> Arrays:
    found: dict[str, npt.NDArray[Any]] = {"code": reach.roads.code}
    for word, levels in enumerate(reach.levels):
        stages = [stage for level in levels for stage in level]
        found[f"{word}.held"] = reach.held[word]
        found[f"{word}.length"] = np.array([len(nodes) for nodes, _ in stages], dtype=np.int64)
        found[f"{word}.node"] = np.concatenate([np.zeros(0, dtype=np.int32), *(nodes for nodes, _ in stages)])
        found[f"{word}.bits"] = np.concatenate([np.zeros(0, dtype=np.uint64), *(bits for _, bits in stages)])
    return found


def _reach(roads: Roads, alphabet: Alphabet, arrays: Arrays) -> Reach:
    every_level = []
    for word in range(alphabet.words):
        ends = np.cumsum(arrays[f"{word}.length"]).tolist()
        spans = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
        stages = [(arrays[f"{word}.node"][span], arrays[f"{word}.bits"][span]) for span in spans]
        every_level.append([stages[at : at + STAGES] for at in range(0, len(stages), STAGES)])
    return Reach(roads, alphabet, [arrays[f"{word}.held"] for word in range(alphabet.words)], every_level)
