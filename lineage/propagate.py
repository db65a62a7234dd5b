"""Which labels reach each field, in which form, and by which shortest way.

A label is a bit: four bits (one per form) for every (category, subject) that occurs, sixteen of those to a
64-bit word.  Each word is spread over the graph level by level (breadth first over (field, label) states), so
the level at which a bit first arrives is the length of its shortest path; the history of levels is the
index from which witnesses are walked back.  Transformations distribute over union, hence the result is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lineage.carry import FORMS, Code, carries
from lineage.model import Form
from lineage.vocabulary import is_sensitive

Words = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
_BASES_PER_WORD = 16
_EVERY = [np.uint64(int("1" * 16, 16) << bit) for bit in range(4)]  # bit `bit` of each nibble


class Label(NamedTuple):
    data_category: str
    data_subject: str
    form: Form


@dataclass(frozen=True)
class Alphabet:
    """All labels of one world, as bits."""

    bases: tuple[tuple[str, str], ...]
    """The (category, subject) pairs that occur, sorted."""

    @cached_property
    def _index(self) -> dict[tuple[str, str], int]:
        return {base: i for i, base in enumerate(self.bases)}

    @property
    def words(self) -> int:
        return -(-len(self.bases) // _BASES_PER_WORD)

    @cached_property
    def sensitive(self) -> list[np.uint64]:
        """One mask a word: the bits of sensitive categories."""
        return self.mask([is_sensitive(category) for category, _ in self.bases])

    def mask(self, chosen: Sequence[bool], forms: Sequence[int] = (0, 1, 2, 3)) -> list[np.uint64]:
        masks = [0] * self.words
        for i, yes in enumerate(chosen):
            if yes:
                for form in forms:
                    masks[i // _BASES_PER_WORD] |= 1 << (i % _BASES_PER_WORD * 4 + form)
        return [np.uint64(m) for m in masks]

    def place(self, label: Label) -> tuple[int, int]:
        """(word, bit) of a label."""
        base = self._index[label.data_category, label.data_subject]
        return base // _BASES_PER_WORD, base % _BASES_PER_WORD * 4 + FORMS.index(label.form)

    def label(self, word: int, bit: int) -> Label:
        category, subject = self.bases[word * _BASES_PER_WORD + bit // 4]
        return Label(category, subject, FORMS[bit % 4])

    def labels(self, words: Sequence[int]) -> Iterator[Label]:
        """The labels of one field, in the order of the alphabet."""
        for word, bits in enumerate(words):
            rest = int(bits)
            while rest:
                low = rest & -rest
                yield self.label(word, low.bit_length() - 1)
                rest ^= low


@dataclass(frozen=True)
class Roads:
    """The edges labels travel, as CSR both ways: edge arrays sorted by source.

    Nodes below `fields` are the graph's own; those above gather what whole datasets send.  Structural edges
    (dataset <-> its fields) have flow -1 and cost nothing.
    """

    nodes: int
    source: Ints
    target: Ints
    code: npt.NDArray[np.int8]
    flow: Ints

    @cached_property
    def moving(self) -> _Csr:
        return _Csr.of(self, self.flow >= 0)

    @cached_property
    def standing(self) -> _Csr:
        return _Csr.of(self, self.flow < 0)

    def without(self, dropped: npt.NDArray[np.bool_]) -> Roads:
        """The same roads less the edges marked in `dropped`."""
        keep = ~dropped
        return Roads(self.nodes, self.source[keep], self.target[keep], self.code[keep], self.flow[keep])

    def recoded(self, code: npt.NDArray[np.int8]) -> Roads:
        return Roads(self.nodes, self.source, self.target, code, self.flow)


@dataclass(frozen=True)
class _Csr:
    """Edges of one kind sorted by source, and the same sorted by target for walking back."""

    pointer: Ints
    target: Ints
    code: npt.NDArray[np.int8]
    back_pointer: Ints
    back_source: Ints
    back_code: npt.NDArray[np.int8]
    back_flow: Ints

    @classmethod
    def of(cls, roads: Roads, chosen: npt.NDArray[np.bool_]) -> _Csr:
        source, target = roads.source[chosen], roads.target[chosen]
        code, flow = roads.code[chosen], roads.flow[chosen]
        ahead = np.argsort(source, kind="stable")
        back = np.lexsort((flow, source, target))
        return cls(
            _pointers(source, roads.nodes), target[ahead], code[ahead],
            _pointers(target, roads.nodes), source[back], code[back], flow[back],
        )  # fmt: skip

    def step(self, nodes: Ints, bits: Words, sensitive: np.uint64) -> tuple[Ints, Words]:
        """What one step over these edges brings where; nodes come back sorted and single."""
        first, last = self.pointer[nodes], self.pointer[nodes + 1]
        counts = last - first
        total = int(counts.sum())
        if not total:
            return nodes[:0], bits[:0]
        edges = np.repeat(first - np.concatenate(([0], np.cumsum(counts)[:-1])), counts) + np.arange(total)
        brought = transform(self.code[edges], np.repeat(bits, counts), sensitive)
        some = brought != 0
        edges, brought = edges[some], brought[some]
        if not len(edges):
            return nodes[:0], bits[:0]
        target = self.target[edges]
        order = np.argsort(target, kind="stable")
        target, brought = target[order], brought[order]
        starts = np.flatnonzero(np.concatenate(([True], target[1:] != target[:-1])))
        return target[starts], np.bitwise_or.reduceat(brought, starts)


def _pointers(ends: Ints, nodes: int) -> Ints:
    return np.concatenate(([0], np.cumsum(np.bincount(ends, minlength=nodes)))).astype(np.int64)


def transform(code: npt.NDArray[np.int8], bits: Words, sensitive: np.uint64) -> Words:
    """What arrives of `bits` through edges of `code`, one entry each; the table of carry.py on whole words."""
    raw, hashed, pseudonymised, aggregated = _EVERY
    out = np.where(code == Code.IDENTITY, bits, np.uint64(0))
    for kind in np.unique(code):
        here = code == kind
        x = bits[here]
        r, h, p, a = x & raw, x & hashed, x & pseudonymised, x & aggregated
        match Code(int(kind)):
            case Code.SENSITIVE:
                out[here] = x & sensitive
            case Code.HASH:
                out[here] = (r << np.uint64(1)) | h | p | a
            case Code.PSEUDONYM:
                out[here] = (r << np.uint64(2)) | (h << np.uint64(1)) | p | a
            case Code.AGGREGATE:
                out[here] = (r << np.uint64(3)) | (h << np.uint64(2)) | (p << np.uint64(1)) | a
            case Code.UNDO:
                out[here] = r | (h >> np.uint64(1)) | (p >> np.uint64(2)) | a
            case Code.NOTHING | Code.IDENTITY:
                pass
    return out


class Step(NamedTuple):
    """One edge of a witness: from `source` to `target`, by `flow` (-1 within a dataset)."""

    source: int
    target: int
    flow: int


@dataclass
class Reach:
    """The labels every node holds once all were spread, and how they got there."""

    roads: Roads
    alphabet: Alphabet
    held: list[Words]
    """One array a word, indexed by node."""
    levels: list[list[list[tuple[Ints, Words]]]] = field(repr=False)
    """[word][level] -> the stages of a level (arrival, then two steps within datasets): nodes and new bits."""

    def has(self, node: int, label: Label) -> bool:
        word, bit = self.alphabet.place(label)
        return bool(int(self.held[word][node]) >> bit & 1)

    def labels(self, node: int) -> list[Label]:
        return list(self.alphabet.labels([int(held[node]) for held in self.held]))

    def level(self, node: int, label: Label) -> int | None:
        """Flows on the shortest way by which the label got here; None where it does not."""
        found = self._find(*self.alphabet.place(label), node)
        return found[0] if found else None

    def _find(self, word: int, bit: int, node: int, at: int | None = None) -> tuple[int, int] | None:
        levels = self.levels[word]
        for level in range(len(levels)) if at is None else (at,):
            for stage, (nodes, bits) in enumerate(levels[level]):
                i = int(np.searchsorted(nodes, node))
                if i < len(nodes) and nodes[i] == node and int(bits[i]) >> bit & 1:
                    return level, stage
        return None

    def walk(self, node: int, label: Label) -> tuple[list[Step], int, Label]:
        """A shortest way to (node, label): its steps from the origin, the origin, and the label it had there.

        Raises KeyError where the label does not reach the node.
        """
        word, bit = self.alphabet.place(label)
        found = self._find(word, bit, node)
        if found is None:
            raise KeyError((node, label))
        level, stage = found
        steps: list[Step] = []
        while (level, stage) != (0, 0):
            step, bit, level, stage = self._before(word, bit, node, level, stage)
            steps.append(step)
            node = step.source
        return steps[::-1], node, self.alphabet.label(word, bit)

    def _before(self, word: int, bit: int, node: int, level: int, stage: int) -> tuple[Step, int, int, int]:
        edges = self.roads.standing if stage else self.roads.moving
        sensitive = bool(int(self.alphabet.sensitive[word]) >> bit & 1)
        for i in range(int(edges.back_pointer[node]), int(edges.back_pointer[node + 1])):
            source, code = int(edges.back_source[i]), Code(int(edges.back_code[i]))
            for form in range(4):
                before = bit - bit % 4 + form
                if carries(code, FORMS[form], sensitive=sensitive) != FORMS[bit % 4]:
                    continue
                wanted = level if stage else level - 1
                found = self._find(word, before, source, wanted)
                if found and (not stage or found[1] == stage - 1):
                    return Step(source, node, int(edges.back_flow[i])), before, *found
        raise AssertionError("a label arrived by no edge")


def spread(roads: Roads, alphabet: Alphabet, seeds: Sequence[Words]) -> Reach:
    """Let every seed label travel as far as the roads carry it.

    `seeds` holds one uint64 array of `roads.nodes` entries for each word of the alphabet.
    """
    held, history = [], []
    for word, seed in enumerate(seeds):
        reached, levels = _spread_word(roads, seed, alphabet.sensitive[word])
        held.append(reached)
        history.append(levels)
    return Reach(roads, alphabet, held, history)


def _spread_word(roads: Roads, seed: Words, sensitive: np.uint64) -> tuple[Words, list[list[tuple[Ints, Words]]]]:
    held = seed.copy()
    nodes = np.flatnonzero(seed).astype(np.int64)
    bits = seed[nodes]
    levels = []
    while len(nodes):
        stages = [(nodes, bits)]
        for _ in range(2):
            stages.append(_new(held, *roads.standing.step(*stages[-1], sensitive)))
        levels.append(stages)
        nodes, bits = _joined(stages)
        nodes, bits = _new(held, *roads.moving.step(nodes, bits, sensitive))
    return held, levels


def _new(held: Words, nodes: Ints, bits: Words) -> tuple[Ints, Words]:
    """Keep of what arrived only what was not there, and mark it as held."""
    bits = bits & ~held[nodes]
    some = bits != 0
    nodes, bits = nodes[some], bits[some]
    held[nodes] |= bits
    return nodes, bits


def _joined(stages: list[tuple[Ints, Words]]) -> tuple[Ints, Words]:
    nodes = np.concatenate([n for n, _ in stages])
    bits = np.concatenate([b for _, b in stages])
    order = np.argsort(nodes, kind="stable")
    nodes, bits = nodes[order], bits[order]
    if not len(nodes):
        return nodes, bits
    starts = np.flatnonzero(np.concatenate(([True], nodes[1:] != nodes[:-1])))
    return nodes[starts], np.bitwise_or.reduceat(bits, starts)
