"""Where do labels start?  The classified fields with us and with outsiders, as arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lineage.carry import FORMS
from lineage.graph import LineageGraph
from lineage.model import Form
from lineage.ordering import each_once
from lineage.packed import Ints
from lineage.propagate import Alphabet, Label, Words, taken_in
from lineage.vocabulary import is_personal
from lineage.world import subjects_at

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Origins:
    """Places where a label starts: the node `node[i]` and the label of code `label[i]`; each once, in order."""

    alphabet: Alphabet
    node: Ints
    label: Ints

    @classmethod
    def of(cls, alphabet: Alphabet, node: npt.NDArray[np.integer[Any]], label: npt.NDArray[np.integer[Any]]) -> Origins:
        """Origins given in any order and however often."""
        single = each_once(node.astype(np.int64) << 32 | label)
        return cls(alphabet, (single >> 32).astype(np.int32), (single & 0xFFFFFFFF).astype(np.int32))

    @classmethod
    def holding(cls, alphabet: Alphabet, node: Ints, held: Sequence[Words]) -> Origins:
        """Every label that each of some nodes holds: one array of bits a word."""
        row, label = expanded(held)
        return cls.of(alphabet, node[row], label)

    def __len__(self) -> int:
        return len(self.node)

    def __iter__(self) -> Iterator[tuple[int, Label]]:
        every = self.alphabet.every
        return ((node, every[label]) for node, label in zip(self.node.tolist(), self.label.tolist(), strict=True))

    def where(self, chosen: Mask) -> Origins:
        return Origins(self.alphabet, self.node[chosen], self.label[chosen])

    def joined(self, other: Origins) -> Origins:
        if not len(other):
            return self
        return Origins.of(
            self.alphabet, np.concatenate([self.node, other.node]), np.concatenate([self.label, other.label])
        )

    def seeds(self, nodes: int) -> list[Words]:
        """The labels as bits: one array of `nodes` entries a word."""
        seeds = [np.zeros(nodes, dtype=np.uint64) for _ in range(self.alphabet.words)]
        room, bit = np.zeros(nodes, dtype=np.uint64), np.uint64(1) << (self.label & 63).astype(np.uint64)
        for word, seed in enumerate(seeds):
            here = self.label >> 6 == word
            taken_in(seed, room, self.node[here], bit[here])
        return seeds

    def inside(self, held: Sequence[Words]) -> Mask:
        """For each origin: is its label among the bits at its node, of one array a word?"""
        found = np.zeros(len(self), dtype=bool)
        for word, bits in enumerate(held):
            here = np.flatnonzero(self.label >> 6 == word)
            bit = (self.label[here] & 63).astype(np.uint64)
            found[here] = (bits[self.node[here]] >> bit & np.uint64(1)) != 0
        return found

    def in_category(self, category: str) -> Mask:
        """For each origin: is its label one of a category?"""
        fitting = np.array([label.data_category == category for label in self.alphabet.every], dtype=bool)
        return fitting[self.label]

    def among(self, held: Sequence[Words]) -> Mask:
        """For each origin: is a label of its category, whosever and in whatever form, among the bits beside it?"""
        categories = sorted({category for category, _ in self.alphabet.bases})
        at = {category: i for i, category in enumerate(categories)}
        masks = np.array(
            [self.alphabet.mask([c == category for c, _ in self.alphabet.bases]) for category in categories],
            dtype=np.uint64,
        ).reshape(len(categories), -1)
        mine = np.array([at[category] for category, _ in self.alphabet.bases], dtype=np.intp)[self.label // len(FORMS)]
        found = np.zeros(len(self), dtype=bool)
        for word, bits in enumerate(held):
            found |= (bits & masks[mine, word]) != 0
        return found


@dataclass(frozen=True)
class Sources:
    """The classified fields, by whose the data are: `own` start with us, `foreign` ones with an outsider."""

    own: Origins
    foreign: Origins


def expanded(held: Sequence[Words]) -> tuple[npt.NDArray[np.intp], Ints]:
    """The bits of some rows, one array a word, one by one: the row and the label's code of each, in order."""
    rows, labels = [np.zeros(0, dtype=np.intp)], [np.zeros(0, dtype=np.int32)]
    for word, bits in enumerate(held):
        some = np.flatnonzero(bits != 0)
        spelled = np.unpackbits(bits[some].astype("<u8").view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
        row, bit = np.nonzero(spelled)
        rows.append(some[row])
        labels.append((bit + 64 * word).astype(np.int32))
    row, label = np.concatenate(rows), np.concatenate(labels)
    order = np.lexsort((label, row)) if len(held) > 1 else slice(None)
    return row[order], label[order]


def collected_nodes(graph: LineageGraph) -> set[int]:
    """Positions of what the collection points fill: a field, or a dataset with all its fields."""
    points = {c.field for c in graph.world.collections}
    return {i for p in points for i in (graph.index[p], *(graph.fields_of.get(p, ()) if p.is_dataset else ()))}


def sources_of(graph: LineageGraph) -> tuple[Alphabet, Sources]:
    """All labels that are said of fields, and where they start."""
    bases, base, node, form = _labelled(graph, *_personal(graph))
    alphabet = Alphabet(tuple(sorted(set(bases))))
    at = {pair: i for i, pair in enumerate(alphabet.bases)}
    places = np.array([at[pair] for pair in bases], dtype=np.int64)
    label = places[base] * len(FORMS) + form
    collected = np.zeros(len(graph.nodes), dtype=bool)
    collected[sorted(collected_nodes(graph))] = True
    own = (graph.places.ours | collected)[node]
    mine, theirs = (Origins.of(alphabet, node[part], label[part]) for part in (own, ~own))
    filled = [
        (field, code)
        for place, code in zip(theirs.node.tolist(), theirs.label.tolist(), strict=True)
        if graph.nodes.whole[place]
        for field in graph.fields_of.get(graph.nodes[place], ())
        if collected[field]
    ]
    if filled:
        mine = mine.joined(Origins.of(alphabet, *np.array(filled, dtype=np.int64).T))
    return alphabet, Sources(mine, theirs)


def _personal(graph: LineageGraph) -> tuple[Ints, Ints]:
    """The classifications that count and are of personal data: the node and the value of each."""
    classified = graph.world.classifications
    node, value = classified.told.node[classified.counting], classified.told.value[classified.counting]
    personal = [bool(v.data_category and is_personal(v.data_category)) for v in classified.told.said.values]
    chosen = np.array(personal, dtype=bool)[value]
    return node[chosen], value[chosen]


def _labelled(
    graph: LineageGraph, node: Ints, value: Ints
) -> tuple[list[tuple[str, str]], npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(category, subject) pairs, and for each label of each node: which pair it is, the node, and its form."""
    values = graph.world.classifications.told.said.values
    by_default, whose = graph.places.coded(
        lambda place: subjects_at(place.systems), lambda said: (said.data_subject,) if said.data_subject else None
    )
    pairs: dict[tuple[str, str], int] = {}
    kinds = value.astype(np.int64) * (len(by_default) + 1)
    implied = np.array([not v.data_subject for v in values], dtype=bool)[value]
    kinds[implied] += 1 + whose[graph.nodes.dataset[node[implied]]]
    rows: list[tuple[npt.NDArray[np.int64], int, int]] = []
    for kind in each_once(kinds).tolist():
        said, default = values[kind // (len(by_default) + 1)], kind % (len(by_default) + 1)
        here = node[kinds == kind].astype(np.int64)
        for subject in by_default[default - 1] if default else (said.data_subject,):
            pair = pairs.setdefault((said.data_category or "", subject or ""), len(pairs))
            rows.append((here, pair, FORMS.index(Form(said.form))))
    none = np.zeros(0, dtype=np.int64)
    base = np.concatenate([none, *(np.full(len(at), pair, dtype=np.int64) for at, pair, _ in rows)])
    form = np.concatenate([none, *(np.full(len(at), form, dtype=np.int64) for at, _, form in rows)])
    return list(pairs), base, np.concatenate([none, *(at for at, _, _ in rows)]), form
