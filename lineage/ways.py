"""By which shortest way did a label come to a node?

A way is walked back over the levels of a pass (lineage/propagate.py): one flow before every state (node, label) is
another that came one level earlier.  Of several the first is taken, by the order of source, flow and form.  Very many
ways are walked at once, level by level; what two of them have in common is walked once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lineage.carry import FORMS, Code, carries
from lineage.packed import Ints
from lineage.propagate import STAGES, Label, Positions, Reach

Longs = npt.NDArray[np.int64]
_BITS = 64
_LOOKED, _FEW = 24, 100
"""So many times the edges into so few places are looked for among all, before all are put in order."""


def _before() -> npt.NDArray[np.bool_]:
    """[code, sensitive, form after, form before] -> does that become this?"""
    table = np.zeros((len(Code), 2, len(FORMS), len(FORMS)), dtype=bool)
    for code in Code:
        for sensitive in (False, True):
            for before, form in enumerate(FORMS):
                after = carries(code, form, sensitive=sensitive)
                if after is not None:
                    table[code, int(sensitive), FORMS.index(after), before] = True
    return table


BEFORE = _before()


class Step(NamedTuple):
    """One edge of a witness: from `source` to `target`, by `flow` (-1 within a dataset)."""

    source: int
    target: int
    flow: int


@dataclass
class Ways:
    """The ways of one pass; what was walked once is remembered.

    States are numbers: 64 times the node, and the bit of the label in its word.
    """

    reach: Reach

    def __post_init__(self) -> None:
        self._looked = 0
        self._known: list[dict[int, tuple[int, int]]] = [{} for _ in self.reach.held]

    def walk(self, node: int, label: Label) -> tuple[list[Step], int, Label]:
        """A shortest way to (node, label): its steps from the origin, the origin, and the label it had there.

        Raises KeyError where the label does not reach the node.
        """
        word, bit = self.reach.alphabet.place(label)
        state = node * _BITS + bit
        if state not in self._known[word]:
            if not self.reach.has(node, label):
                raise KeyError((node, label))
            self.prepare(word, np.array([node]), np.array([bit]))
        steps: list[Step] = []
        while True:
            before, flow = self._known[word][state]
            if before < 0:
                return steps[::-1], state // _BITS, self.reach.alphabet.label(word, state % _BITS)
            steps.append(Step(before // _BITS, state // _BITS, flow))
            state = before

    def prepare(self, word: int, nodes: Positions, bits: Positions) -> None:
        """Walk back from many states that are reached, all at once."""
        states = np.unique(nodes.astype(np.int64) * _BITS + bits)
        when = self.reach.arrivals(word, states // _BITS, states % _BITS)
        known = self._known[word]
        for moment in range(int(when.max(initial=-1)), -1, -1):
            here = states[when == moment]
            if not len(here):
                continue
            if moment == 0:
                known.update(dict.fromkeys(here.tolist(), (-1, -1)))
                continue
            before, flow, came = self._preceding(word, here, moment)
            known.update(zip(here.tolist(), zip(before.tolist(), flow.tolist(), strict=True), strict=True))
            rest = when < moment
            states, first = np.unique(np.concatenate([states[rest], before]), return_index=True)
            when = np.concatenate([when[rest], came])[first]

    def _preceding(self, word: int, states: Longs, moment: int) -> tuple[Longs, Ints, Longs]:
        """For states that came at one moment: the state before each, the flow between, and when that one came."""
        level, stage = divmod(moment, STAGES)
        roads = self.reach.roads
        nodes, bits = states // _BITS, states % _BITS
        few = self._looked < _LOOKED and len(nodes) < _FEW
        self._looked += few
        which, source, code, flows = roads.into(nodes, within=stage > 0, few=few)
        sensitive = (self.reach.alphabet.sensitive[word] >> bits.astype(np.uint64)) & np.uint64(1)
        fits = BEFORE[code, sensitive[which].astype(np.intp), bits[which] % len(FORMS)]
        edge, form = np.nonzero(fits)
        base = bits[which[edge]] - bits[which[edge]] % len(FORMS)
        source, bit = source[edge], base + form
        came = self._came(word, source, bit, (moment - 1, moment) if stage else ((level - 1) * STAGES, level * STAGES))
        found = np.flatnonzero(came >= 0)
        reached, first = np.unique(which[edge[found]], return_index=True)
        if len(reached) != len(states):
            raise AssertionError("a label arrived by no edge")
        chosen = found[first]
        flow = np.full(len(chosen), -1, dtype=np.int32) if stage else flows[edge[chosen]]
        return source[chosen].astype(np.int64) * _BITS + bit[chosen], flow, came[chosen]

    def _came(self, word: int, nodes: Positions, bits: Positions, between: tuple[int, int]) -> Longs:
        """When states came, where that was at one of the moments from the first to before the last; else -1."""
        came = np.full(len(nodes), -1, dtype=np.int64)
        masks = np.uint64(1) << bits.astype(np.uint64)
        for moment in range(*between):
            here, new = self.reach.levels[word][moment // STAGES][moment % STAGES]
            if len(here):
                at = np.minimum(np.searchsorted(here, nodes.astype(here.dtype)), len(here) - 1)
                came[(here[at] == nodes) & ((new[at] & masks) != 0)] = moment
        return came


def nearest(
    ways: Sequence[Ways], word: int, nodes: Positions, bits: Positions, codes: npt.NDArray[np.int8]
) -> tuple[Longs, Longs]:
    """Labels (`bits` of one word) arrived by edges of `codes` out of `nodes`: by which of some passes did each set out,
    and as which bit?  The first pass that leads there counts, in it the shortest way, then the most telling form."""
    count, forms = len(nodes), len(FORMS)
    alphabet = ways[-1].reach.alphabet
    sensitive = (alphabet.sensitive[word] >> bits.astype(np.uint64)) & np.uint64(1)
    fits = BEFORE[codes, sensitive.astype(np.intp), bits % forms]
    base = bits - bits % forms
    row, form = np.nonzero(fits)
    states, which = np.unique(nodes[row] * _BITS + base[row] + form, return_inverse=True)
    best = np.full((count, forms), _FAR, dtype=np.int64)
    for way, told in enumerate(ways):
        when = told.reach.arrivals(word, states // _BITS, states % _BITS) // STAGES
        rank = np.where(when >= 0, way * (_FAR // len(ways)) + when, _FAR)[which.reshape(-1)]
        best[row, form] = np.minimum(best[row, form], rank)
    chosen = best.argmin(axis=1)
    return best.min(axis=1) // (_FAR // len(ways)), base + chosen


_FAR = 3 << 40
