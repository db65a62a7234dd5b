"""The plain numpy engine that the product is held against: one pass level by level over words of bits.

It knows nothing of the product's engine: labels are bits of 64-bit words, the edges that let something through lie
sorted by their source, every level gathers the edges out of what is new, transforms the bits, and ORs what arrives
into its targets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.problem import Array, Problem, arrivals
from lineage.carry import FORMS, Code

_WORD = 64


@dataclass
class BitSets:
    """`words` has a row a word; `levels` is, for each word, what was new on each level: nodes and bits."""

    words: Array
    levels: list[list[tuple[Array, Array]]]
    labels: int

    def held(self, nodes: Array) -> Array:
        spelled = [
            np.unpackbits(word[nodes].view(np.uint8).reshape(-1, 8), axis=1, bitorder="little") for word in self.words
        ]
        return np.concatenate(spelled, axis=1)[:, : self.labels].astype(bool)

    def level(self, nodes: Array, labels: Array) -> Array:
        found = np.full(len(nodes), -1)
        for word, levels in enumerate(self.levels):
            here = np.flatnonzero(labels // _WORD == word)
            masks = np.uint64(1) << (labels[here] % _WORD).astype(np.uint64)
            for level, (new, bits) in enumerate(levels):
                at = np.searchsorted(new, nodes[here]).clip(0, len(new) - 1)
                hit = (new[at] == nodes[here]) & ((bits[at] & masks) != 0)
                found[here[hit]] = level
        return found


def spread(problem: Problem, code: Array, seed_node: Array, seed_label: Array) -> BitSets:
    """Let the seeds spread to the end."""
    count = -(-len(problem.labels) // _WORD)
    words = np.zeros((count, problem.nodes), dtype=np.uint64)
    here = code != Code.NOTHING
    source, target, code = problem.source[here], problem.target[here], code[here]
    first = np.searchsorted(source, np.arange(problem.nodes + 1))
    table = arrivals(problem)
    sensitive = [_mask(table[Code.SENSITIVE].any(axis=1), word) for word in range(count)]
    levels = []
    for word in range(count):
        mine = seed_label // _WORD == word
        np.bitwise_or.at(words[word], seed_node[mine], np.uint64(1) << (seed_label[mine] % _WORD).astype(np.uint64))
        levels.append(_levels(target, code, words[word], first, sensitive[word]))
    return BitSets(words, levels, len(problem.labels))


def _levels(target: Array, code: Array, held: Array, first: Array, sensitive: np.uint64) -> list[tuple[Array, Array]]:
    nodes, before, levels = np.flatnonzero(held), np.zeros_like(held), []
    while len(nodes):
        bits = held[nodes] & ~before[nodes]
        levels.append((nodes, bits))
        before = held.copy()
        counts = first[nodes + 1] - first[nodes]
        edges = np.repeat(first[nodes] - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
        brought = _transformed(code[edges], np.repeat(bits, counts), sensitive)
        np.bitwise_or.at(held, target[edges], brought)
        nodes = np.flatnonzero(held != before)
    return levels


def _transformed(code: Array, bits: Array, sensitive: np.uint64) -> Array:
    form = [np.uint64(int("1" * 16, 16) << i) for i in range(len(FORMS))]
    r, h, p, a = (bits & mask for mask in form)
    one, two, three = np.uint64(1), np.uint64(2), np.uint64(3)
    ways = [
        (Code.IDENTITY, bits),
        (Code.SENSITIVE, bits & sensitive),
        (Code.HASH, r << one | h | p | a),
        (Code.PSEUDONYM, r << two | h << one | p | a),
        (Code.AGGREGATE, r << three | h << two | p << one | a),
        (Code.UNDO, r | h >> one | p >> two | a),
    ]
    return np.select([code == way for way, _ in ways], [brought for _, brought in ways], np.uint64(0))


def _mask(chosen: Array, word: int) -> np.uint64:
    return np.uint64(sum(1 << int(i) for i in np.flatnonzero(chosen[word * _WORD : (word + 1) * _WORD])))
