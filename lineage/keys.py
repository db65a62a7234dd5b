"""Which aggregates are about one person after all, for they are grouped by a key that tells who?

What a key tells depends on what reaches it, and what reaches it on which other aggregates are about one person.  Only
identifying labels that are not aggregated matter, and more keys never take one of those away: the answer grows until
it is whole.  A road asks of a label no more than its form and whether it is sensitive; hence two labels, spread once
and then only onward from what turned out, stand for all (docs/decisions/keys-first.md).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lineage.carry import Code, codes
from lineage.graph import LineageGraph
from lineage.model import Form
from lineage.origins import Origins
from lineage.places import whole_of
from lineage.propagate import Alphabet, Label, Positions, Reach, Roads, Words, onward, spread, transform
from lineage.vocabulary import is_identifying, is_sensitive

_STANDING = {False: ("user.unique_id", ""), True: ("user.biometric", "")}
"""Is it sensitive? -> an identifying category that is, or is not, and nobody's in particular."""
_TELLING = np.uint64(int("7" * 16, 16))
"""The bits of labels that are not aggregated."""
Mask = npt.NDArray[np.bool_]


def settled(graph: LineageGraph, roads: Roads, origins: Origins) -> Roads:
    """The roads by which aggregates about one person let through what their functions do, and all others aggregates."""
    if not (roads.code == Code.AGGREGATE).any():
        return roads
    telling = Telling.of(origins.alphabet)
    (held,), (sensitive,) = telling.starting(origins).seeds(roads.nodes), telling.alphabet.sensitive
    new = np.flatnonzero(held != 0).astype(np.int32)
    bits = held[new]
    while len(new):
        deque(onward(roads, held, new, bits, sensitive), maxlen=0)
        roads, turned = _turned(graph, roads, held)
        before = held.copy()
        brought = transform(roads.code[turned], held[roads.source[turned]], sensitive)
        np.bitwise_or.at(held, roads.target[turned], brought)
        new = np.flatnonzero(held != before).astype(np.int32)
        bits = held[new] & ~before[new]
    return roads


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
    keyed = np.array([codes(kind)[1] for kind in graph.kinds], dtype=np.int8)
    becomes = keyed[graph.flow_kind[aggregates]]
    about_one = keyed_nodes(graph, roads, held)[graph.flow_target[aggregates]] & (becomes != Code.AGGREGATE)
    code = roads.code.copy()
    code[aggregates[about_one]] = becomes[about_one]
    return roads.recoded(code), aggregates[about_one]


def keyed_nodes(graph: LineageGraph, roads: Roads, held: Words) -> Mask:
    """For each node: is an aggregate that arrives there grouped by a key that tells who?  A key of the field, of its
    whole dataset, or, where the aggregate fills a whole dataset, of any field of it.

    `held` are the labels of a `Telling` at each node of the roads.
    """
    keys = graph.group_keys
    keys = keys[held[roads.source[keys]] & _TELLING != 0]
    nodes, target = graph.nodes, graph.flow_target[keys]
    at = np.zeros(len(nodes), dtype=bool)
    at[target] = True
    anywhere = np.zeros(len(nodes.names), dtype=bool)
    anywhere[nodes.dataset[target]] = True
    return np.where(nodes.whole, anywhere[nodes.dataset], at | at[whole_of(nodes)])


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
