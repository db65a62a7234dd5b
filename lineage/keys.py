"""Which aggregates are about one person after all, for they are grouped by a key that tells who?

What a key tells depends on what reaches it, and what reaches it on which other aggregates are about one person.  Only
identifying labels that are not aggregated matter, and more keys never take one of those away: the answer grows until
it is whole.  Whether a road lets such a label through hangs on no more than whether it is sensitive; hence two marks a
node stand for all labels, spread once and then only onward from what turned out (docs/decisions/keys-first.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lineage.carry import FORMS, Code, carries, codes
from lineage.graph import LineageGraph
from lineage.model import Form
from lineage.ordering import each_once
from lineage.origins import Origins
from lineage.places import whole_of
from lineage.propagate import Alphabet, Label, Outward, Positions, Reach, Roads, Words, spread
from lineage.vocabulary import is_identifying, is_sensitive

_STANDING = {False: ("user.unique_id", ""), True: ("user.biometric", "")}
"""Is it sensitive? -> an identifying category that is, or is not, and nobody's in particular."""
_TELLING = np.uint64(int("7" * 16, 16))
"""The bits of labels that are not aggregated."""
Mask = npt.NDArray[np.bool_]


def settled(graph: LineageGraph, roads: Roads, origins: Origins) -> Roads:
    """The roads by which aggregates about one person let through what their functions do, and all others aggregates."""
    moving = roads.moving
    aggregates = np.flatnonzero(moving.code == Code.AGGREGATE)
    if not len(aggregates):
        return roads
    flow = aggregates if moving.edge is None else moving.edge[aggregates]
    target, becomes = graph.flow_target[flow], _keyed_codes(graph)[graph.flow_kind[flow]]
    spreading = [_Marks(roads, sensitive=sensitive) for sensitive in (False, True)]
    starting = Telling.of(origins.alphabet).starting(origins)
    for marks, (category, _) in zip(spreading, _STANDING.values(), strict=True):
        marks.onward(each_once(starting.node[starting.in_category(category)]))
    keys = Keys(graph, roads)
    while True:
        keys.told(spreading[0].there | spreading[1].there)
        turned = np.flatnonzero(keys.at[target] & (moving.code[aggregates] != becomes))
        if not len(turned):
            return roads.moved_by(moving)
        code = moving.code.copy()
        code[aggregates[turned]] = becomes[turned]
        moving = moving.recoded(code)
        for marks in spreading:
            marks.over(moving, aggregates[turned])


class _Marks:
    """Where something that tells who comes, of what is sensitive or is not."""

    def __init__(self, roads: Roads, *, sensitive: bool) -> None:
        self._roads = roads
        self._moving = roads.moving
        self._passes = _passing(sensitive=sensitive)
        self.there = np.zeros(roads.nodes, dtype=bool)

    def onward(self, nodes: Positions) -> None:
        """Mark some nodes, and all that is reached from those that were not."""
        while len(nodes := nodes[~self.there[nodes]]):
            self.there[nodes] = True
            found = [nodes[:0]]
            for edges in (self._moving, self._roads.standing) if len(self._roads.within[0]) else (self._moving,):
                at, _ = edges.out_of(nodes)
                target = edges.target[at[self._passes[edges.code[at]]]]
                found.append(target[~self.there[target]])
            nodes = each_once(np.concatenate(found))

    def over(self, moving: Outward, edges: Positions) -> None:
        """From now on by other codes; some edges are those that let more through than before."""
        self._moving = moving
        passing = edges[self._passes[moving.code[edges]] & self.there[moving.source[edges]]]
        self.onward(each_once(moving.target[passing]))


def _passing(*, sensitive: bool) -> Mask:
    """For each code: does a label that tells who still tell who behind it?"""
    arriving = [[carries(code, form, sensitive=sensitive) for form in FORMS[:-1]] for code in Code]
    return np.array([all(form not in (None, Form.AGGREGATED) for form in forms) for forms in arriving], dtype=bool)


def settling(graph: LineageGraph, roads: Roads, origins: Origins) -> Iterator[Reach]:
    """The same pass by pass, each from the origins anew, until one turns no further aggregate."""
    telling = Telling.of(origins.alphabet).starting(origins)
    more = True
    while more:
        reach = spread(roads, telling.alphabet, telling.seeds(roads.nodes))
        yield reach
        roads, turned = _turned(graph, roads, reach.held[0])
        more = len(turned) > 0


def _turned(graph: LineageGraph, roads: Roads, held: Words) -> tuple[Roads, Positions]:
    """Roads with the aggregates that turn out to be about one person, and which flows those are."""
    aggregates = np.flatnonzero(roads.code == Code.AGGREGATE)
    becomes = _keyed_codes(graph)[graph.flow_kind[aggregates]]
    about_one = keyed_nodes(graph, roads, held)[graph.flow_target[aggregates]] & (becomes != Code.AGGREGATE)
    code = roads.code.copy()
    code[aggregates[about_one]] = becomes[about_one]
    return roads.recoded(code), aggregates[about_one]


def _keyed_codes(graph: LineageGraph) -> npt.NDArray[np.int8]:
    """The code of each kind of flow where a group key of its target tells who."""
    return np.array([codes(kind)[1] for kind in graph.kinds], dtype=np.int8)


def keyed_nodes(graph: LineageGraph, roads: Roads, held: Words) -> Mask:
    """The nodes where an aggregate that arrives is grouped by a key that tells who; `held` are the labels of a
    `Telling` at each node of the roads."""
    keys = Keys(graph, roads)
    keys.told(held & _TELLING != 0)
    return keys.at


class Keys:
    """Group keys, of which more and more turn out to tell who."""

    def __init__(self, graph: LineageGraph, roads: Roads) -> None:
        self._nodes = graph.nodes
        self._source, self._target = roads.source[graph.group_keys], graph.flow_target[graph.group_keys]
        self._there = np.zeros(len(graph.nodes), dtype=bool)

    def told(self, telling: Mask) -> None:
        """Those that come from these nodes of the roads tell who."""
        tells = telling[self._source]
        self._there[self._target[tells]] = True
        self._source, self._target = self._source[~tells], self._target[~tells]

    @property
    def at(self) -> Mask:
        """For each node: is an aggregate that arrives there grouped by a key that tells who?  A key of the field, of
        its whole dataset, or, where the aggregate fills a whole dataset, of any field of it."""
        nodes, there = self._nodes, self._there
        if not nodes.whole.any():
            return there
        anywhere = np.zeros(len(nodes.names), dtype=bool)
        anywhere[nodes.dataset[np.flatnonzero(there)]] = True
        at: Mask = np.where(nodes.whole, anywhere[nodes.dataset], there | there[whole_of(nodes)])
        return at


@dataclass(frozen=True)
class Telling:
    """What stands for all labels that tell who: one for the sensitive ones, one for the others.

    `stands` has, by the code of each label, the code of the one in `alphabet` that stands for it, or -1.
    """

    alphabet: Alphabet
    stands: npt.NDArray[np.int64]

    @classmethod
    def of(cls, labels: Alphabet) -> Telling:
        alphabet = Alphabet(tuple(sorted(_STANDING.values())))
        stands = np.full(len(labels.every), -1, dtype=np.int64)
        for code, (category, _, form) in enumerate(labels.every):
            if is_identifying(category) and form is not Form.AGGREGATED:
                stands[code] = alphabet.code(Label(*_STANDING[is_sensitive(category)], form))
        return cls(alphabet, stands)

    def starting(self, origins: Origins) -> Origins:
        """Where what tells who starts."""
        label = self.stands[origins.label]
        return Origins.of(self.alphabet, origins.node[label >= 0], label[label >= 0])
