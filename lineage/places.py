"""Whose is each dataset of a graph, and where does it lie?  Worked out once a place, not once a field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from lineage.frontier import blocks, told_apart
from lineage.model import Dataset, FieldId, System
from lineage.packed import Ints, Longs, Nodes
from lineage.world import World

_SQUARED = 46_340
"""The square of a larger number is no int32."""


@dataclass(frozen=True, slots=True)
class Place:
    """Everything that is the same for datasets of the same systems; of no system, for those of one namespace."""

    systems: tuple[System, ...]
    operators: tuple[str, ...]
    namespace: str = ""

    @classmethod
    def of(cls, world: World, node: FieldId) -> Place:
        """The place of a field or dataset, whether or not a graph has it."""
        return cls(world.systems_of(node), world.operators_of(node), node.namespace)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(system.key for system in self.systems)

    @property
    def called(self) -> str:
        """What a place is called: its systems, else its namespace."""
        return ", ".join(self.keys) or self.namespace


@dataclass(frozen=True)
class Places:
    """The places of a graph's datasets; `of_node` gives the position in `all` for each node."""

    world: World
    nodes: Nodes

    @cached_property
    def _found(self) -> tuple[list[Place], Ints]:
        places: dict[tuple[str, ...], int] = {}
        codes = np.empty(len(self.nodes.names), dtype=np.int32)
        renamed = {dataset.namespace for pair in self.world.symlinks.items() for dataset in pair}
        first = np.searchsorted(self.nodes.namespace, np.arange(len(self.nodes.namespaces) + 1)).tolist()
        for namespace, (start, stop) in zip(self.nodes.namespaces, pairwise(first), strict=True):
            alike = namespace not in renamed and self.world.is_claimed_whole(namespace)
            for at in range(start, min(start + 1, stop) if alike else stop):
                systems = self.world.systems_of(self.nodes.datasets[at])
                key = (*(s.key for s in systems), "") if systems else (namespace,)
                codes[at] = places.setdefault(key, len(places))
            if alike:
                codes[start:stop] = codes[start : start + 1]
        return [self._place(key) for key in places], codes

    def _place(self, key: tuple[str, ...]) -> Place:
        if key[-1] or len(key) == 1:
            return Place((), (), key[0])
        systems = tuple(self.world.systems[k] for k in key[:-1])
        return Place(systems, tuple(sorted({op for s in systems for op in self.world.operators[s.key]})))

    @property
    def all(self) -> list[Place]:
        return self._found[0]

    @property
    def of_dataset(self) -> Ints:
        return self._found[1]

    @cached_property
    def of_node(self) -> Ints:
        return self.of_dataset[self.nodes.dataset]

    def at(self, node: int) -> Place:
        """The place of one node."""
        return self.all[int(self.of_dataset[self.nodes.dataset[node]])]

    def joined(self, source: Ints, target: Ints) -> tuple[list[tuple[Place, Place]], Ints]:
        """All pairs of places among those of some flows, by the nodes at their ends, and which is each flow's."""
        every, which = self._coded(source, target)
        return list(map(self._pair, every.tolist())), which

    def _coded(self, source: Ints, target: Ints) -> tuple[Longs, Ints]:
        """The pairs of places among those of some flows as numbers, each once, and which is each flow's."""
        count = len(self.all)
        ends: Ints = self.of_node[source].astype(np.int64 if count > _SQUARED else np.int32)
        ends *= count
        ends += self.of_node[target]
        return told_apart(ends, count * count)

    def _pair(self, code: int) -> tuple[Place, Place]:
        return self.all[code // len(self.all)], self.all[code % len(self.all)]

    def where(self, source: Ints, target: Ints, true: Callable[[Place, Place], bool]) -> Ints:
        """The flows of whose two places something is true: asked once a pair, and of a block of flows at a time, so
        that of many millions no further column is made."""
        asked: dict[int, bool] = {}
        found = [np.zeros(0, dtype=np.int32)]
        for block in blocks(len(source)):
            every, which = self._coded(source[block], target[block])
            for code in every.tolist():
                if code not in asked:
                    asked[code] = true(*self._pair(code))
            answers = np.array([asked[code] for code in every.tolist()], dtype=bool)
            found.append((np.flatnonzero(answers[which]) + block.start).astype(np.int32))
        return np.concatenate(found)

    def that(self, true: Callable[[Place], bool]) -> npt.NDArray[np.bool_]:
        """For each node: is something true of its place?"""
        answers = np.array([true(place) for place in self.all], dtype=bool)
        return answers[self.of_node] if len(answers) else np.zeros(len(self.nodes), dtype=bool)

    @cached_property
    def ours(self) -> npt.NDArray[np.bool_]:
        """For each node: is it with us?  Where nobody is known to operate its system it counts as ours."""
        return self.that(lambda place: not place.operators or any(map(self.world.is_own, place.operators)))

    def coded(
        self, of_place: Callable[[Place], tuple[Any, ...]], of_dataset: Callable[[Dataset], tuple[Any, ...] | None]
    ) -> tuple[list[tuple[Any, ...]], Ints]:
        """What a dataset says of itself, else its place: all answers, and which is each dataset's."""
        answers: dict[tuple[Any, ...], int] = {}
        by_place = [answers.setdefault(of_place(place), len(answers)) for place in self.all]
        codes = np.array(by_place, dtype=np.int32)[self.of_dataset] if by_place else self.of_dataset
        for node, said in self.world.datasets.items():
            own, at = of_dataset(said), self.nodes.datasets.place(node)
            if own is not None and at is not None:
                codes[at] = answers.setdefault(own, len(answers))
        return list(answers), codes


def whole_of(nodes: Nodes) -> npt.NDArray[np.int64]:
    """For each node the node of its whole dataset; itself where that is no node."""
    if not nodes.whole.any():
        return np.arange(len(nodes))
    first = nodes.first[:-1]
    at = np.minimum(first, len(nodes) - 1)
    return np.where(nodes.whole[at][nodes.dataset], first[nodes.dataset], np.arange(len(nodes)))
