"""By which way did a label come that arrives somewhere: the shortest one from the nearest kind of start.

The nearest is a collection point that holds it, then an origin that nothing carrying the same category feeds, then any
origin.  Only what leads on to the labels that are asked for is looked at: a few of all nodes, where passes from all
origins would go everywhere (docs/decisions/ways-in-a-cone.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lineage.carry import FORMS
from lineage.labels import Labels
from lineage.leading import Cone, before
from lineage.ordering import each_once
from lineage.origins import Mask, Origins, collected_nodes
from lineage.packed import Ints
from lineage.places import whole_of
from lineage.propagate import STAGES, Label, Reach, spread
from lineage.ways import BEFORE, Called, Came, Longs, ways_to

Arrival = tuple[int, Label]
"""A flow, and a label that arrives through it."""


@dataclass
class Nearest:
    """Knows by which way labels came; ways once walked are remembered."""

    labels: Labels
    _known: dict[Arrival, Came] = field(default_factory=dict)

    def __contains__(self, arrival: Arrival) -> bool:
        return arrival in self._known

    def __getitem__(self, arrival: Arrival) -> Came:
        """How the label came to where it sets out through the flow: in the form with the shortest way there.

        Raises KeyError where it does not arrive.
        """
        if arrival not in self._known:
            self.prepare([arrival])
        return self._known[arrival]

    def prepare(self, arrivals: Iterable[Arrival]) -> None:
        """Walk back at once all ways by which labels arrive through flows; then each of them is a look-up."""
        wanted = [arrival for arrival in dict.fromkeys(arrivals) if arrival not in self._known]
        if not wanted:
            return
        reach, alphabet = self.labels.reach, self.labels.alphabet
        flow = np.array([flow for flow, _ in wanted], dtype=np.int32)
        label = np.array([alphabet.code(label) for _, label in wanted], dtype=np.int64)
        cone = self._cone(flow, label)
        passes = self._passes(cone)
        road, code = cone.place(reach.roads.source[flow]), reach.roads.code[flow]
        called = Called(cone.node, np.append(cone.flow, np.int32(-1)))
        for word in range(alphabet.words):
            here = np.flatnonzero((label >> 6 == word) & (road >= 0))
            chosen, start = _nearest(passes, word, road[here], label[here] & 63, code[here])
            for number, each in enumerate(passes):
                mine = np.flatnonzero(chosen == number)
                if len(mine):
                    came = ways_to(each, word, road[here[mine]], start[mine], called)
                    self._known.update(zip(map(wanted.__getitem__, here[mine].tolist()), came, strict=True))

    def _cone(self, flow: npt.NDArray[np.int32], label: Longs) -> Cone:
        """All that leads on to labels that arrive through flows."""
        reach = self.labels.reach
        road, code = reach.roads.source[flow], reach.roads.code[flow]
        asked = []
        for word, (held, sensitive) in enumerate(zip(reach.held, reach.alphabet.sensitive, strict=True)):
            arriving = np.where(label >> 6 == word, np.uint64(1) << (label & 63).astype(np.uint64), np.uint64(0))
            asked.append(before(code, arriving, sensitive) & held[road])
        return Cone.to(reach, road, asked)

    def _passes(self, cone: Cone) -> list[Reach]:
        """Passes over a cone: from the collection points, from the origins that nothing feeds, and from all."""
        labels = self.labels
        collected = cone.place(self._collected)
        collected = collected[collected >= 0]
        origins = self._starting(cone)
        starts = [
            Origins.holding(labels.alphabet, collected, [states[collected] for states in cone.states]),
            origins.where(~self._fed(cone.node[origins.node], origins)),
            origins,
        ]
        return [spread(cone.roads, labels.alphabet, some.seeds(cone.roads.nodes)) for some in starts]

    @cached_property
    def _collected(self) -> Ints:
        """The nodes that collection points fill."""
        return np.array(sorted(collected_nodes(self.labels.graph)), dtype=np.int32)

    @cached_property
    def _home(self) -> Longs:
        """For each node that of its whole dataset."""
        return whole_of(self.labels.graph.nodes)

    def _starting(self, cone: Cone) -> Origins:
        """The origins in a cone, by their numbers in there."""
        origins = self.labels.origins
        place = cone.place(origins.node)
        here = place >= 0
        there = Origins(origins.alphabet, place[here], origins.label[here])
        return there.where(there.inside(cone.states))

    def _fed(self, node: Ints, origins: Origins) -> Mask:
        """For each origin, which is at this node: does a flow bring its category there, or to the whole dataset?"""
        graph, home = self.labels.graph, self._home[node]
        flows = graph.into(each_once(np.concatenate([node, home])))
        into = [np.zeros(len(graph.nodes), dtype=np.uint64) for _ in range(origins.alphabet.words)]
        for fed, bits in zip(into, self.labels.arriving(flows), strict=True):
            np.bitwise_or.at(fed, graph.flow_target[flows], bits)
        return origins.among([fed[node] | fed[home] for fed in into])


def _nearest(
    passes: Sequence[Reach], word: int, nodes: Ints, bits: Longs, codes: npt.NDArray[np.int8]
) -> tuple[Longs, Longs]:
    """Labels (`bits` of one word) arrived by edges of `codes` out of `nodes`: by which of some passes did each set out
    (as many as there are, where by none), and as which bit?  The first pass that leads there counts, in it the shortest
    way, then the most telling form."""
    count, forms = len(nodes), len(FORMS)
    sensitive = (passes[-1].alphabet.sensitive[word] >> bits.astype(np.uint64)) & np.uint64(1)
    fits = BEFORE[codes, sensitive.astype(np.intp), bits % forms]
    base = bits - bits % forms
    row, form = np.nonzero(fits)
    states, which = np.unique(nodes[row].astype(np.int64) * 64 + base[row] + form, return_inverse=True)
    never = len(passes) * _PASS
    best = np.full((count, forms), never, dtype=np.int64)
    for number, each in enumerate(passes):
        when = each.arrivals(word, states // 64, states % 64) // STAGES
        rank = np.where(when >= 0, number * _PASS + when, never)[which.reshape(-1)]
        best[row, form] = np.minimum(best[row, form], rank)
    chosen = best.argmin(axis=1)
    return best.min(axis=1) // _PASS, base + chosen


_PASS = 1 << 40
"""More flows than a way has: whatever comes in one pass is nearer than in the next."""
