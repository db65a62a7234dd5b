"""Which labels reach each field, in which form, and over how many flows at least.

A label is a bit: four bits (one per form) for every (category, subject) that occurs, sixteen of those to a
64-bit word.  Each word is spread over the graph level by level (breadth first over (field, label) states), so
the level at which a bit first arrives is the length of its shortest path; the history of levels is the
index from which ways are walked back (lineage/ways.py).  Transformations distribute over union, hence the
result is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lineage.carry import FORMS, Code
from lineage.frontier import among, ends_of, grouped, spans, starts
from lineage.model import Form
from lineage.ordering import each_once
from lineage.packed import Ints
from lineage.vocabulary import covers, is_sensitive

Words = npt.NDArray[np.uint64]
Positions = npt.NDArray[np.integer[Any]]
_BASES_PER_WORD = 16
_MOST_LOOKS, _FEW = 24, 100
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
        """How many words of 64 bits hold all labels."""
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

    def within(self, category: str) -> list[np.uint64]:
        """One mask a word: the bits of a category and of those below it."""
        return self.mask([covers(category, c) for c, _ in self.bases])

    def place(self, label: Label) -> tuple[int, int]:
        """(word, bit) of a label."""
        base = self._index[label.data_category, label.data_subject]
        return base // _BASES_PER_WORD, base % _BASES_PER_WORD * 4 + FORMS.index(label.form)

    def code(self, label: Label) -> int:
        """A label as one number: 64 times its word, and its bit."""
        return self._index[label.data_category, label.data_subject] * len(FORMS) + FORMS.index(label.form)

    @cached_property
    def every(self) -> tuple[Label, ...]:
        """All labels by their code."""
        return tuple(Label(*base, form) for base in self.bases for form in FORMS)

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
    """The edges that labels travel: edge i is flow i, from the node `source[i]` to `target[i]` by a code of carry.py.

    Nodes may be more than those of the graph: those beyond gather what whole datasets send.  `within` are the ends of
    the edges between a dataset and its fields, which cost nothing and change nothing.
    """

    nodes: int
    source: Ints
    target: Ints
    code: npt.NDArray[np.int8]
    within: tuple[Ints, Ints]

    @cached_property
    def moving(self) -> Outward:
        """The edges over which something moves."""
        return Outward.of(self.nodes, self.source, self.target, self.code)

    @cached_property
    def standing(self) -> Outward:
        source, target = self.within
        return Outward.of(self.nodes, source, target, np.full(len(source), Code.IDENTITY, dtype=np.int8))

    @cached_property
    def inward(self) -> Inward:
        return Inward.of(self.nodes, self.moving)

    @cached_property
    def standing_inward(self) -> Inward:
        return Inward.of(self.nodes, self.standing)

    def into(self, nodes: Positions, *, within: bool) -> Entering:
        """The edges into some nodes, for each node by source and then in order.

        The first few times those into few nodes are looked for among all: quicker than to order all of them once.
        """
        known = "standing_inward" if within else "inward"
        if len(nodes) < _FEW and len(self._looks) < _MOST_LOOKS and known not in self.__dict__:
            self._looks.append(len(nodes))
            return Entering.found(nodes, self.standing if within else self.moving, self.nodes)
        return Entering.of(nodes, self.standing_inward if within else self.inward)

    @cached_property
    def _looks(self) -> list[int]:
        """How many nodes each look through all edges was for."""
        return []

    def recoded(self, code: npt.NDArray[np.int8]) -> Roads:
        """The same roads by other codes; what is known of them and does not hang on codes is not worked out again."""
        roads = Roads(self.nodes, self.source, self.target, code, self.within)
        vars(roads).update((name, vars(self)[name]) for name in ("standing", "standing_inward") if name in vars(self))
        return roads

    def moved_by(self, moving: Outward) -> Roads:
        """The same roads, where the edges over which something moves do it by other codes, none of them NOTHING."""
        code = self.code.copy()
        code[slice(None) if moving.edge is None else moving.edge] = moving.code
        roads = self.recoded(code)
        vars(roads)["moving"] = moving
        return roads

    def without(self, dropped: npt.NDArray[np.bool_]) -> Roads:
        """The same roads, but nothing passes by the flows marked in `dropped`."""
        return self.recoded(np.where(dropped, np.int8(Code.NOTHING), self.code))


@dataclass(frozen=True)
class Outward:
    """Edges that let something through, in the order of their sources; `edge` is the place each had among all, None
    where that is its own."""

    nodes: int
    source: Ints
    target: Ints
    code: npt.NDArray[np.int8]
    edge: Ints | None

    @classmethod
    def of(cls, nodes: int, source: Ints, target: Ints, code: npt.NDArray[np.int8]) -> Outward:
        edge = None
        if not code.all():  # most flows of a query only decide on its rows
            edge = np.flatnonzero(code != Code.NOTHING).astype(np.int32)
            source, target, code = source[edge], target[edge], code[edge]
        if not (source[1:] >= source[:-1]).all():
            _, order = grouped(source, nodes)
            source, target, code = source[order], target[order], code[order]
            edge = order if edge is None else edge[order]
        return cls(nodes, source, target, code, edge)

    @cached_property
    def first(self) -> Ints:
        """Where the edges out of each node begin, and at last how many there are."""
        return starts(self.source, self.nodes).astype(np.int32)

    def recoded(self, code: npt.NDArray[np.int8]) -> Outward:
        """The same edges by other codes."""
        other = replace(self, code=code)
        vars(other)["first"] = self.first
        return other

    def out_of(self, nodes: Positions) -> tuple[Ints, Ints]:
        """The edges out of some nodes, node by node, and which of the nodes each is out of."""
        if len(nodes) * _DENSE < self.nodes and "first" not in self.__dict__:
            return spans(*ends_of(self.source, nodes))
        return spans(self.first.take(nodes), self.first.take(nodes + 1))


@dataclass(frozen=True)
class Inward:
    """Edges by their target: those into node n are at ``first[n]:first[n + 1]``, by source and then in order."""

    first: npt.NDArray[np.int64]
    source: Ints
    code: npt.NDArray[np.int8]
    edge: Ints

    @classmethod
    def of(cls, nodes: int, edges: Outward) -> Inward:
        first, order = grouped(edges.target, nodes)
        return cls(first, edges.source[order], edges.code[order], order if edges.edge is None else edges.edge[order])


class Entering(NamedTuple):
    """Edges into some nodes: for each edge which of the nodes it goes into, its source, code and place."""

    which: Ints
    source: Ints
    code: npt.NDArray[np.int8]
    edge: Ints

    @classmethod
    def of(cls, nodes: Positions, edges: Inward) -> Entering:
        at, which = spans(edges.first[nodes], edges.first[nodes + 1])
        return cls(which, edges.source[at], edges.code[at], edges.edge[at])

    @classmethod
    def found(cls, nodes: Positions, edges: Outward, count: int) -> Entering:
        wanted, again = np.unique(nodes, return_inverse=True)
        hits = among(edges.target, wanted, count)
        first, order = grouped(np.searchsorted(wanted, edges.target[hits]), len(wanted))
        at, which = spans(first[again], first[again + 1])
        rows = hits[order[at]]
        return cls(
            which,
            edges.source[rows],
            edges.code[rows],
            (rows if edges.edge is None else edges.edge[rows]).astype(np.int32),
        )


def transform(code: npt.NDArray[np.int8], bits: Words, sensitive: np.uint64) -> Words:
    """What arrives of `bits` through edges of `code`, one entry each; the table of carry.py on whole words."""
    changing = np.flatnonzero(code != Code.IDENTITY)
    if not len(changing):
        return bits
    out = bits.copy()
    kinds, x = code[changing], bits[changing]
    arriving = np.zeros_like(x)
    for kind in np.flatnonzero(np.bincount(kinds)).tolist():
        here = kinds == kind
        arriving[here] = passed(Code(kind), x[here], sensitive)
    out[changing] = arriving
    return out


def passed(code: Code, bits: Words, sensitive: np.uint64) -> Words:
    """What arrives of `bits` through edges of one code."""
    raw, hashed, pseudonymised, aggregated = _EVERY
    if code is Code.IDENTITY:
        return bits
    if code is Code.NOTHING:
        return np.zeros_like(bits)
    if code is Code.SENSITIVE:
        return bits & sensitive
    r, h, p, a = bits & raw, bits & hashed, bits & pseudonymised, bits & aggregated
    arriving: Words
    match code:
        case Code.HASH:
            arriving = (r << np.uint64(1)) | h | p | a
        case Code.PSEUDONYM:
            arriving = (r << np.uint64(2)) | (h << np.uint64(1)) | p | a
        case Code.AGGREGATE:
            arriving = (r << np.uint64(3)) | (h << np.uint64(2)) | (p << np.uint64(1)) | a
        case Code.UNDO:
            arriving = r | (h >> np.uint64(1)) | (p >> np.uint64(2)) | a
    return arriving


@dataclass
class Reach:
    """The labels every node holds once all were spread, and at which level each came."""

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
        (found,) = self.levels_of([(node, label)])
        return found if found >= 0 else None

    def levels_of(self, states: Sequence[tuple[int, Label]]) -> list[int]:
        """Flows on the shortest way of each of many labels to a node, -1 for one that does not get there."""
        nodes = np.array([node for node, _ in states], dtype=np.int32)
        places = np.array([self.alphabet.place(label) for _, label in states], dtype=np.int32).reshape(-1, 2)
        found = np.full(len(states), -1, dtype=np.int64)
        for word in each_once(places[:, 0]).tolist():
            here = np.flatnonzero(places[:, 0] == word)
            found[here] = self.arrivals(word, nodes[here], places[here, 1])
        levels: list[int] = (found // STAGES).tolist()
        return levels

    def arrivals(self, word: int, nodes: Positions, bits: Positions) -> npt.NDArray[np.int64]:
        """When each state (node, bit of a word) came: `STAGES` times the level, and the stage; -1 if it did not."""
        found = np.full(len(nodes), -1, dtype=np.int64)
        masks = np.uint64(1) << bits.astype(np.uint64)
        few = len(nodes) * _DENSE < self.roads.nodes
        wanted = nodes.astype(np.int32)
        place = np.zeros(0 if few else self.roads.nodes, dtype=np.int32)
        for level, stages in enumerate(self.levels[word]):
            for stage, (here, came) in enumerate(stages):
                if len(here):
                    if not few:
                        place[here] = np.arange(len(here), dtype=np.int32)
                    at = np.minimum(np.searchsorted(here, wanted) if few else place[wanted], len(here) - 1)
                    hit = (here[at] == wanted) & ((came[at] & masks) != 0)
                    found[hit] = level * STAGES + stage
        return found


STAGES = 3
"""In every level labels arrive, and then take two steps within datasets."""


def spread(roads: Roads, alphabet: Alphabet, seeds: Sequence[Words]) -> Reach:
    """Let every seed label travel as far as the roads carry it.

    `seeds` holds one uint64 array of `roads.nodes` entries for each word of the alphabet.
    """
    held, history = [], []
    for seed, sensitive in zip(seeds, alphabet.sensitive, strict=True):
        nodes = np.flatnonzero(seed != 0).astype(np.int32)
        reached = np.zeros_like(seed)
        reached[nodes] = seed[nodes]
        history.append(list(onward(roads, reached, nodes, seed[nodes], sensitive)))
        held.append(reached)
    return Reach(roads, alphabet, held, history)


def onward(
    roads: Roads, held: Words, nodes: Ints, bits: Words, sensitive: np.uint64
) -> Iterator[list[tuple[Ints, Words]]]:
    """Spread bits of one word that are new at some nodes and `held` there already; gives what comes level by level.

    `held` takes in what arrives.
    """
    room = np.zeros(len(held), dtype=held.dtype)  # costs nothing where nothing is written
    while len(nodes):
        stages = [(nodes, bits)]
        for _ in range(STAGES - 1):
            stages.append(_step(held, room, roads.standing, *stages[-1], sensitive))
        yield stages
        if len(stages[1][0]):
            nodes, bits = (np.concatenate(parts) for parts in zip(*stages, strict=True))
        nodes, bits = _step(held, room, roads.moving, nodes, bits, sensitive)


def _step(
    held: Words, room: Words, edges: Outward, nodes: Ints, bits: Words, sensitive: np.uint64
) -> tuple[Ints, Words]:
    """Take one step over all edges out of `nodes`, and mark as held what was not: the nodes it is new at, each once
    and in order, and their new bits."""
    if not len(edges.target):
        return nodes[:0], bits[:0]
    at, which = edges.out_of(nodes)
    return taken_in(held, room, edges.target.take(at), transform(edges.code.take(at), bits.take(which), sensitive))


def taken_in(held: Words, room: Words, nodes: Ints, bits: Words) -> tuple[Ints, Words]:
    """Mark bits as held at nodes that come in any order and however often: gives those where any was new, each once
    and in order, with its new bits.  `room` is to work in, as large as `held`; what it has in it does not matter.

    A plain assignment lets the last bits given for a node win; who lost is tried again.  Every round settles at least
    one bit of each node left, and most nodes are given the same bits by all: this is several times quicker than to
    sort what arrives.
    """
    at = nodes.astype(np.intp)  # else NumPy makes them that again for each use
    before = held.take(at)
    bits = bits & ~before
    new = np.flatnonzero(bits != 0)  # of numbers themselves, NumPy is four times as slow
    if len(new) < len(at):
        at, bits, before = at.take(new), bits.take(new), before.take(new)
    room[at] = before
    before |= bits
    held[at] = before
    left, lost = at, bits
    while len(again := np.flatnonzero((lost & ~held.take(left)) != 0)):
        left, lost = left.take(again), lost.take(again)
        held[left] |= lost
    nodes = each_once(at.astype(nodes.dtype))
    at = nodes.astype(np.intp)
    return nodes, held.take(at) & ~room.take(at)


_DENSE = 50
"""For one node in so many it is quicker to count where all edges begin than to look it up."""
