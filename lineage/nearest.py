"""By which way did a label come that arrives somewhere: the shortest one from the nearest kind of start.

The nearest is a collection point that holds it, then an origin that nothing carrying the same category feeds, then any
origin.  Only what leads on to the labels that are asked for is looked at: a few of all nodes, where passes from all
origins would go everywhere (docs/decisions/ways-in-a-cone.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lineage.carry import FORMS
from lineage.labels import Labels
from lineage.leading import before, leading_to
from lineage.ordering import each_once
from lineage.origins import Mask, Origins, collected_nodes
from lineage.places import whole_of
from lineage.propagate import STAGES, Label, Reach, Words, spread
from lineage.ways import BEFORE, Came, Longs, ways_to

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
        passes = self._passes(self._leading(flow, label))
        for word in range(alphabet.words):
            here = np.flatnonzero(label >> 6 == word)
            if not len(here):
                continue
            road, bit = reach.roads.source[flow[here]], label[here] & 63
            chosen, start = _nearest(passes, word, road, bit, reach.roads.code[flow[here]])
            for number, each in enumerate(passes):
                mine = np.flatnonzero(chosen == number)
                came = ways_to(each, word, road[mine], start[mine])
                self._known.update(zip(map(wanted.__getitem__, here[mine].tolist()), came, strict=True))

    def _leading(self, flow: npt.NDArray[np.int32], label: Longs) -> list[Words]:
        """All that leads on to labels that arrive through flows."""
        reach = self.labels.reach
        road, code = reach.roads.source[flow], reach.roads.code[flow]
        asked = []
        for word, (held, sensitive) in enumerate(zip(reach.held, reach.alphabet.sensitive, strict=True)):
            arriving = np.where(label >> 6 == word, np.uint64(1) << (label & 63).astype(np.uint64), np.uint64(0))
            asked.append(before(code, arriving, sensitive) & held[road])
        return leading_to(reach, road, asked)

    def _passes(self, leading: list[Words]) -> list[Reach]:
        """From the collection points, from the origins that nothing feeds, and from anywhere: all right in what is
        `leading`, as all that comes there is part of it."""
        labels = self.labels
        nodes = np.array(sorted(collected_nodes(labels.graph)), dtype=np.int32)
        collected = Origins.holding(labels.alphabet, nodes, [some[nodes] for some in leading])
        origins = labels.origins.where(labels.origins.inside(leading))
        fed = self._fed(origins)
        starts = [collected, *([origins.where(~fed)] if fed.any() else [])]
        seeds = (some.seeds(labels.roads.nodes) for some in starts if len(some))
        return [*(spread(labels.roads, labels.alphabet, seed, leading) for seed in seeds), labels.reach]

    def _fed(self, origins: Origins) -> Mask:
        """For each origin: does a flow bring its category there, or to the dataset as a whole?"""
        graph, node = self.labels.graph, origins.node
        home = whole_of(graph.nodes)[node]
        flows = graph.into(each_once(np.concatenate([node, home])))
        into = [np.zeros(len(graph.nodes), dtype=np.uint64) for _ in range(origins.alphabet.words)]
        for fed, bits in zip(into, self.labels.arriving(flows), strict=True):
            np.bitwise_or.at(fed, graph.flow_target[flows], bits)
        return origins.among([fed[node] | fed[home] for fed in into])


def _nearest(
    passes: Sequence[Reach], word: int, nodes: npt.NDArray[np.int32], bits: Longs, codes: npt.NDArray[np.int8]
) -> tuple[Longs, Longs]:
    """Labels (`bits` of one word) arrived by edges of `codes` out of `nodes`: by which of some passes did each set out,
    and as which bit?  The first pass that leads there counts, in it the shortest way, then the most telling form."""
    count, forms = len(nodes), len(FORMS)
    sensitive = (passes[-1].alphabet.sensitive[word] >> bits.astype(np.uint64)) & np.uint64(1)
    fits = BEFORE[codes, sensitive.astype(np.intp), bits % forms]
    base = bits - bits % forms
    row, form = np.nonzero(fits)
    states, which = np.unique(nodes[row].astype(np.int64) * 64 + base[row] + form, return_inverse=True)
    best = np.full((count, forms), _FAR, dtype=np.int64)
    for number, each in enumerate(passes):
        when = each.arrivals(word, states // 64, states % 64) // STAGES
        rank = np.where(when >= 0, number * (_FAR // len(passes)) + when, _FAR)[which.reshape(-1)]
        best[row, form] = np.minimum(best[row, form], rank)
    chosen = best.argmin(axis=1)
    return best.min(axis=1) // (_FAR // len(passes)), base + chosen


_FAR = 3 << 40
