"""What personal data does each system and each dataset hold, and which systems are ours?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lineage.labels import Labels
from lineage.model import FieldId, Form, System
from lineage.ordering import each_once
from lineage.origins import expanded
from lineage.propagate import Label, Words
from lineage.world import World


@dataclass(frozen=True)
class Holdings:
    """The labels of one graph, gathered by where they lie."""

    labels: Labels

    @property
    def world(self) -> World:
        return self.labels.graph.world

    @cached_property
    def by_dataset(self) -> Mapping[FieldId, frozenset[Label]]:
        """Dataset -> the labels that any of its fields holds; datasets that hold none are left out."""
        datasets = self.labels.graph.nodes.datasets
        filled = np.logical_or.reduce([np.zeros(len(datasets), dtype=bool), *(bits != 0 for bits in self._bits)])
        some = np.flatnonzero(filled)
        rows = zip(*(bits[some].tolist() for bits in self._bits), strict=True)
        return {datasets[i]: self._spelled(words) for i, words in zip(some.tolist(), rows, strict=True)}

    def about_people(self) -> Iterator[tuple[int, FieldId, list[str]]]:
        """Every dataset that holds data about single people (aggregates left out): its position, the dataset, and the
        categories, sorted."""
        graph, alphabet = self.labels.graph, self.labels.alphabet
        masks = alphabet.mask([True] * len(alphabet.bases), (0, 1, 2))
        dataset, label = expanded([bits & mask for bits, mask in zip(self._bits, masks, strict=True)])
        categories = sorted({row.data_category for row in alphabet.every})
        of_label = np.array([categories.index(row.data_category) for row in alphabet.every], dtype=np.int64)
        pairs = each_once(dataset.astype(np.int64) << 32 | of_label[label])
        holding, first = np.unique(pairs >> 32, return_index=True)
        names = [categories[i] for i in (pairs & 0xFFFFFFFF).tolist()]
        first = np.append(first, len(names))
        for at, start, end in zip(holding.tolist(), first.tolist(), first[1:].tolist(), strict=False):
            yield at, graph.nodes.datasets[at], names[start:end]

    @cached_property
    def _bits(self) -> list[Words]:
        """The bits that any field of each dataset holds, one array a word."""
        nodes = self.labels.graph.nodes
        filled = np.flatnonzero(np.diff(nodes.first))
        bits = [np.zeros(len(nodes.names), dtype=np.uint64) for _ in self.labels.reach.held]
        for gathered, held in zip(bits, self.labels.reach.held, strict=True):
            if len(filled):
                gathered[filled] = np.bitwise_or.reduceat(held[: len(nodes)], nodes.first[filled])
        return bits

    def _spelled(self, words: tuple[int, ...]) -> frozenset[Label]:
        if words not in self._known:
            self._known[words] = frozenset(self.labels.alphabet.labels(words))
        return self._known[words]

    @cached_property
    def _known(self) -> dict[tuple[int, ...], frozenset[Label]]:
        return {}

    @cached_property
    def by_system(self) -> Mapping[str, frozenset[Label]]:
        """System key -> the labels that any of its datasets holds; systems that hold none are left out."""
        places, held = self.labels.graph.places, dict[str, set[Label]]()
        gathered = [np.zeros(len(places.all), dtype=np.uint64) for _ in self._bits]
        for there, bits in zip(gathered, self._bits, strict=True):
            np.bitwise_or.at(there, places.of_dataset, bits)
        for i, place in enumerate(places.all):
            rows = self._spelled(tuple(int(bits[i]) for bits in gathered))
            for key in place.keys if rows else ():
                held.setdefault(key, set()).update(rows)
        return {key: frozenset(rows) for key, rows in sorted(held.items())}

    @cached_property
    def own_systems(self) -> tuple[System, ...]:
        """The systems that we operate and that hold personal data about single people, by key."""
        return tuple(
            self.world.systems[key]
            for key, rows in self.by_system.items()
            if self.is_ours(key) and any(row.form is not Form.AGGREGATED for row in rows)
        )

    def is_ours(self, system: str) -> bool:
        """Is one of the operators of a system ours?"""
        return any(map(self.world.is_own, self.world.operators.get(system, ())))

    def personal(self, system: str) -> dict[str, set[Form]]:
        """Category -> the forms in which a system holds it about single people (aggregates left out)."""
        forms: dict[str, set[Form]] = {}
        for row in sorted(self.by_system.get(system, ())):
            if row.form is not Form.AGGREGATED:
                forms.setdefault(row.data_category, set()).add(row.form)
        return forms

    def countries(self, system: str) -> tuple[str, ...]:
        """Where a system stands: its own country, else those of its operators; sorted, empty if unknown."""
        country = self.world.systems[system].country
        if country:
            return (country,)
        operators = self.world.operators.get(system, ())
        return tuple(sorted({c for op in operators for c in self.world.party_countries(op)}))
