"""By which shortest way did a label come to a node?

A way is walked back over the levels of a pass (lineage/propagate.py): one flow before every state (node, label) is
another that came one level earlier.  Of several the first is taken, by the order of source, flow and form.  Very many
ways are walked at once, level by level; what two of them have in common is walked once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lineage.carry import FORMS, Code, carries
from lineage.ordering import each_once
from lineage.packed import Ints
from lineage.propagate import STAGES, Label, Positions, Reach

Longs = npt.NDArray[np.int64]
_BITS = 64
"""States are numbers: so many times the node, and the bit of the label in its word."""


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


@dataclass(eq=False, slots=True)
class Came:
    """A label at a node, and how it came there: by `flow` (-1 within a dataset) from where it was `before`.

    Where it started nothing is before it.  What the ways of two labels have in common is the same objects.
    """

    node: int
    label: Label
    flow: int
    before: Came | None = field(repr=False)

    @property
    def way(self) -> list[Came]:
        """All of the way, where it started first."""
        way, here = [], self
        while here.before is not None:
            way.append(here)
            here = here.before
        return [here, *reversed(way)]

    @property
    def start(self) -> Came:
        """Where the way begins."""
        here = self
        while here.before is not None:
            here = here.before
        return here


def way_to(reach: Reach, node: int, label: Label) -> Came:
    """A shortest way of a label to a node.  Raises KeyError where the label does not get there."""
    word, bit = reach.alphabet.place(label)
    return ways_to(reach, word, np.array([node]), np.array([bit]))[0]


class Called(NamedTuple):
    """What the nodes and edges of a pass are to be called: of flows, the last is what -1 is called."""

    node: Ints
    flow: Ints


def ways_to(reach: Reach, word: int, nodes: Positions, bits: Positions, called: Called | None = None) -> list[Came]:
    """A shortest way of each of many labels (bits of one word) to a node, all walked at once.

    Raises KeyError where one of them does not get there.
    """
    asked = nodes.astype(np.int64) * _BITS + bits
    states = each_once(asked)
    when = reach.arrivals(word, states // _BITS, states % _BITS)
    if (when < 0).any():
        state = int(states[when < 0][0])
        raise KeyError((state // _BITS, reach.alphabet.label(word, state % _BITS)))
    walked = []
    for moment in range(int(when.max(initial=0)), 0, -1):
        here = states[when == moment]
        if not len(here):
            continue
        before, flow, came = _preceding(reach, word, here, moment)
        walked.append((here, flow, before))
        rest = when < moment
        states, first = np.unique(np.concatenate([states[rest], before]), return_index=True)
        when = np.concatenate([when[rest], came])[first]
    labels, known = reach.alphabet.every[_BITS * word : _BITS * (word + 1)], dict[int, Came]()

    def tell(here: Longs, flow: Ints, before: Iterable[Came | None]) -> None:
        node, label = here // _BITS, map(labels.__getitem__, (here % _BITS).tolist())
        ends = (node, flow) if called is None else (called.node[node], called.flow[flow])
        nodes, flows = (part.tolist() for part in ends)
        known.update(zip(here.tolist(), map(Came, nodes, label, flows, before), strict=True))

    tell(states, np.full(len(states), -1), repeat(None, len(states)))
    for here, flow, before in reversed(walked):
        tell(here, flow, map(known.__getitem__, before.tolist()))
    return list(map(known.__getitem__, asked.tolist()))


def _preceding(reach: Reach, word: int, states: Longs, moment: int) -> tuple[Longs, Ints, Longs]:
    """For states that came at one moment: the state before each, the flow between, and when that one came."""
    level, stage = divmod(moment, STAGES)
    nodes, bits = states // _BITS, states % _BITS
    which, source, code, flows = reach.roads.into(nodes, within=stage > 0)
    sensitive = (reach.alphabet.sensitive[word] >> bits.astype(np.uint64)) & np.uint64(1)
    fits = BEFORE[code, sensitive[which].astype(np.intp), bits[which] % len(FORMS)]
    edge, form = np.nonzero(fits)
    base = bits[which[edge]] - bits[which[edge]] % len(FORMS)
    source, bit = source[edge], base + form
    between = (moment - 1, moment) if stage else ((level - 1) * STAGES, level * STAGES)
    came = _came(reach, word, source, bit, between)
    found = np.flatnonzero(came >= 0)
    reached, first = np.unique(which[edge[found]], return_index=True)
    if len(reached) != len(states):
        raise AssertionError("a label arrived by no edge")
    chosen = found[first]
    flow = np.full(len(chosen), -1, dtype=np.int32) if stage else flows[edge[chosen]]
    return source[chosen].astype(np.int64) * _BITS + bit[chosen], flow, came[chosen]


def _came(reach: Reach, word: int, nodes: Positions, bits: Positions, between: tuple[int, int]) -> Longs:
    """When states came, where that was at one of the moments from the first to before the last; else -1."""
    came = np.full(len(nodes), -1, dtype=np.int64)
    masks = np.uint64(1) << bits.astype(np.uint64)
    for moment in range(*between):
        here, new = reach.levels[word][moment // STAGES][moment % STAGES]
        if len(here):
            at = np.minimum(np.searchsorted(here, nodes.astype(here.dtype)), len(here) - 1)
            came[(here[at] == nodes) & ((new[at] & masks) != 0)] = moment
    return came
