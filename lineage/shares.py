"""Which flows hand personal data to another party?  Each with the verdict on it (lineage/verdicts.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from heapq import merge
from itertools import chain, groupby

import numpy as np

from lineage.carry import FORMS
from lineage.frontier import Marks, spans, told_apart
from lineage.labels import Labels
from lineage.model import FieldId, Flow
from lineage.ordering import each_once, order
from lineage.origins import collected_nodes, expanded
from lineage.packed import Ints, ranks
from lineage.places import Place
from lineage.propagate import Label
from lineage.share import Handover, Share
from lineage.verdicts import Verdicts
from lineage.world import World


@dataclass(frozen=True)
class Shares:
    """Finds the shares of a graph and judges each on a day."""

    labels: Labels
    day: date

    @property
    def world(self) -> World:
        return self.labels.graph.world

    def all(self) -> tuple[Share, ...]:
        """Every share with its verdict, in the order of sender, recipient, label, use, source and target."""
        return self.of(self.labels)

    def of(self, part: Labels, direct: Callable[[Share], bool] = lambda share: True) -> tuple[Share, ...]:
        """The same of what arrives in a part of the labels, and of what `direct` says of those at collection points."""
        collected = map(self.judged, filter(direct, sorted(set(self._direct_collections()), key=repr)))
        return tuple(merge(self._crossings(part), sorted(collected, key=self._order), key=self._order))

    def _order(self, share: Share) -> tuple[str | int, ...]:
        index = self.labels.graph.nodes.place
        if share.flow >= 0:
            ends = int(self.labels.graph.flow_source[share.flow]), int(self.labels.graph.flow_target[share.flow])
        else:
            ends = index(share.source) or 0, index(share.target) or 0
        return (*_about(share), *ends, share.point or "", share.flow)

    def hands_over(self, source: int, target: int) -> bool:
        """May what flows from one place of the graph to another be handed to somebody?"""
        places = self.labels.graph.places.all
        return any(True for _ in self._hands(places[source], places[target]))

    def over(self, source: int, target: int, kind: Flow, labels: Iterable[Label], flow: int) -> Iterator[Share]:
        """The shares that one flow of fine trace hands over where these labels arrive through it, judged."""
        graph, places = self.labels.graph, self.labels.graph.places
        at, to = places.at(source), places.at(target)
        uses = (kind.data_use,) if kind.data_use else self.uses_of(graph.nodes[target])
        ends = graph.nodes[source], graph.nodes[target]
        for hand in self._handovers(at, to, uses):
            for label in labels:
                yield self.judged(hand.of(label).along(*ends, flow, False))

    # -- finding --------------------------------------------------------------------------------------

    def _crossings(self, part: Labels) -> Iterator[Share]:
        """What of some labels crosses from one party to another, in order: worked out and judged once for all that is
        alike but for the flow and its ends."""
        graph, flow, label, coarse = self.labels.graph, *self._arriving(part)
        handovers, handing = self._handing(flow)
        every = self.labels.alphabet.every
        kinds, kind = told_apart(handing.astype(np.int64) * len(every) + label, len(handovers) * len(every))
        like: list[Share] = []
        count: list[int] = []
        for number, some in groupby(kinds.tolist(), key=lambda k: k // len(every)):
            labels = [every[k % len(every)] for k in some]
            handed = [self._alike(hand, labels) for hand in handovers[number]]
            like += chain.from_iterable(zip(*handed, strict=True))
            count += [len(handed)] * len(labels)
        rank, first = ranks(list(map(_about, like))), np.cumsum([0, *count])
        at, row = spans(first[kind], first[kind + 1])
        flow, coarse = flow[row], coarse[row]
        ends = graph.flow_source[flow], graph.flow_target[flow]
        ordered = order(rank[at], *ends, flow)
        on_consent = {share.recipient for share in like if self.verdicts.on_consent(share.recipient)}
        nodes = {node: graph.nodes[node] for node in each_once(np.concatenate(ends)).tolist()}
        number, source, target, over, hazy = (column[ordered].tolist() for column in (at, *ends, flow, coarse))
        shares = map(
            Share.along, map(like.__getitem__, number), map(nodes.__getitem__, source), map(nodes.__getitem__, target),
            over, hazy,
        )  # fmt: skip
        if not on_consent:
            return shares
        return (self.judged(share) if share.recipient in on_consent else share for share in shares)

    def _arriving(self, part: Labels) -> tuple[Ints, Ints, Marks]:
        """What of some labels arrives through flows between parties: the flow and the label of each, and whether it is
        known of whole datasets only."""
        flows = self._between_parties(part.sending)
        row, label = expanded(part.arriving(flows))
        coarse = np.zeros(len(row), dtype=bool)
        if self.labels.fine is not self.labels:
            for word, bits in enumerate(self.labels.fine.arriving(flows)):
                here = np.flatnonzero(label >> 6 == word)
                known = bits[row[here]] >> (label[here] & 63).astype(np.uint64) & np.uint64(1)
                coarse[here] = known == 0
        return flows[row], label, coarse

    def _alike(self, hand: Handover, labels: Sequence[Label]) -> list[Share]:
        """Shares of no flow, one a label, judged as all that are alike are where nothing hangs on consent."""
        if self.verdicts.on_consent(hand.recipient):
            return list(map(hand.of, labels))
        judged = zip(labels, self.verdicts.alike(hand, labels), strict=True)
        return [hand.of(label, said.authorization, said.failed) for label, said in judged]

    def _between_parties(self, flows: Ints) -> Ints:
        """Those of some flows that may hand something to another party, or come from or go to somebody unknown."""
        graph = self.labels.graph
        ends = graph.flow_source[flows], graph.flow_target[flows]
        return flows[graph.places.where(*ends, lambda at, to: at.operators != to.operators or len(at.operators) != 1)]

    def _handing(self, flows: Ints) -> tuple[list[tuple[Handover, ...]], Ints]:
        """Everything that some flows are to hand over, and which of it is each flow's."""
        graph, places = self.labels.graph, self.labels.graph.places
        uses, of_dataset = places.coded(self._uses_there, lambda said: said.data_uses or None)
        known = {use: i for i, use in enumerate(dict.fromkeys([*uses, *((k.data_use,) for k in graph.kinds)]))}
        said = np.array([known[k.data_use,] if k.data_use else -1 for k in graph.kinds], dtype=np.int64)
        target = graph.flow_target[flows]
        use = np.where(
            said[graph.flow_kind[flows]] >= 0, said[graph.flow_kind[flows]], of_dataset[graph.nodes.dataset[target]]
        )
        pairs, pair = places.joined(graph.flow_source[flows], target)
        every, which = told_apart(pair.astype(np.int64) * len(known) + use, len(pairs) * len(known))
        all_uses = list(known)
        handovers = []
        for key in every.tolist():
            (at, to), uses = pairs[key // len(known)], all_uses[key % len(known)]
            handovers.append(tuple(self._handovers(at, to, uses)))
        return handovers, which

    def _handovers(self, at: Place, to: Place, uses: tuple[str | None, ...]) -> Iterator[Handover]:
        for sender, recipient in self._hands(at, to):
            countries = self.countries_at(to, recipient)
            for use in uses:
                yield Handover(sender, recipient, use, countries)

    def _hands(self, at: Place, to: Place) -> Iterator[tuple[str | None, str | None]]:
        givers: Sequence[str | None] = at.operators or (None,)
        takers: Sequence[str | None] = to.operators or (None,)
        for giver in givers:
            for taker in takers:
                if taker is None and giver is None and (at.keys, at.namespace) == (to.keys, to.namespace):
                    continue
                if taker is None or (taker != giver and not self.world.is_own(taker)):
                    yield giver, taker

    def _direct_collections(self) -> Iterator[Share]:
        """What a collection point of ours puts straight into the system of another, or of nobody known."""
        world, graph, own = self.world, self.labels.graph, self.labels.sources.own
        filled = np.zeros(len(graph.nodes), dtype=bool)
        filled[sorted(collected_nodes(graph))] = True
        for at, label in own.where(filled[own.node]):
            node = graph.nodes[at]
            for point in world.points_of(node):
                for taker in world.operators_of(node) or (None,):
                    if taker is not None and world.is_own(taker):
                        continue
                    for use in self.uses_of(node):
                        yield Share(
                            world.us, taker, *label, data_use=use, countries=self.countries(node, taker),
                            source=node, target=node, flow=-1, coarse=False, point=point.point,
                        )  # fmt: skip

    def uses_of(self, target: FieldId) -> tuple[str | None, ...]:
        """What the data are for: the target dataset's uses, else its system's, else unknown."""
        dataset = self.world.datasets.get(target.dataset)
        if dataset and dataset.data_uses:
            return dataset.data_uses
        return self._uses_there(Place.of(self.world, target))

    def _uses_there(self, place: Place) -> tuple[str | None, ...]:
        return tuple(sorted({use for system in place.systems for use in system.data_uses})) or (None,)

    def countries(self, target: FieldId, recipient: str | None) -> tuple[str | None, ...]:
        """Where the data go: the countries of the target's systems and of the recipient; None for each unknown."""
        return self.countries_at(Place.of(self.world, target), recipient)

    def countries_at(self, place: Place, recipient: str | None) -> tuple[str | None, ...]:
        """The same for any dataset of a place."""
        found = {system.country for system in place.systems} or {None}
        if recipient is not None:
            found |= set(self.world.party_countries(recipient)) or {None}
        return tuple(sorted(found, key=lambda country: (country is None, country or "")))

    # -- judging --------------------------------------------------------------------------------------

    def judged(self, share: Share) -> Share:
        """The share with the authorization that covers it, else with the nearest one and all it fails on."""
        authorization, failed, _ = self.verdicts.of(share)
        return share.judged(authorization, failed)

    @cached_property
    def verdicts(self) -> Verdicts:
        """What is said of each share."""
        return Verdicts(self.labels, self.day)


def _about(share: Share) -> tuple[str | int, ...]:
    """In which order shares come, by all but where they flow."""
    return (
        share.sender or "", share.recipient or "", share.data_category, share.data_subject, FORMS.index(share.form),
        share.data_use or "",
    )  # fmt: skip
