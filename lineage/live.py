"""What does a graph share after a few of its flows and origins changed, without checking all of it again?

Group keys make the passes over a graph a row: who is told of in one decides which aggregates are about one person in
the next (lineage/keys.py), the last of all labels.  Each pass is kept (lineage/incremental.py), and an edit goes
through all of them in order.  Kept up to date are
the labels of every field, their levels, and the shares with their verdicts, also by other authorizations and on
another day.  Not done step by step, and run in full
instead: flows of whole datasets, data of outsiders, verdicts that rest on consent, fields that the graph does not have,
and edits that touch too much.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from lineage.carry import Code, codes
from lineage.graph import Arriving, LineageGraph
from lineage.incremental import BUDGET, Edge, Pass, State, TooMuch
from lineage.keys import Telling, keyed_nodes, settling
from lineage.labels import Labels, roads_of
from lineage.model import Authorization, Flow, Form
from lineage.origins import Origins
from lineage.packed import Ints
from lineage.propagate import Label
from lineage.share import Share
from lineage.shares import Shares

NewFlow = tuple[int, int, Flow]
"""The positions of the two ends, and a kind of flow."""


@dataclass
class Live:
    """A graph and its edits since; `sharing` judges the shares, by its own world and day."""

    graph: LineageGraph
    sharing: Shares
    telling: Telling
    keys: list[Pass]
    """What tells who, pass by pass."""
    keyed: list[set[int]]
    """For each of those the nodes whose aggregates are about one person there; and one more, what the last one says."""
    labels: Pass
    """All labels, over the roads of the last of those."""
    _new: dict[int, NewFlow] = field(default_factory=dict)
    _gone: set[int] = field(default_factory=set)
    _from: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    _to: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Node -> the new flows out of it, and into it."""

    @classmethod
    def of(cls, labels: Labels, sharing: Shares) -> Live:
        """Start from labels that were spread in full.  Raises TooMuch for a graph that must be run in full."""
        graph = labels.graph
        if graph.nodes.whole.any() or len(labels.sources.foreign) or _rests_on_consent(sharing):
            raise TooMuch
        telling, own = Telling.of(labels.alphabet), labels.sources.own
        told = telling.starting(own)
        reaches = list(settling(graph, roads_of(graph), own))
        keyed = [set(np.flatnonzero(keyed_nodes(graph, reach.roads, reach.held[0])).tolist()) for reach in reaches]
        keys = [Pass(reach, _states(told)) for reach in reaches]
        return cls(graph, sharing, telling, keys, [set(), *keyed], Pass(labels.reach, _states(own)))

    def edit(
        self,
        gone: Iterable[int] = (),
        new: Sequence[NewFlow] = (),
        starts_no_more: Sequence[State] = (),
        starts: Sequence[State] = (),
        budget: int = BUDGET,
    ) -> dict[int, tuple[Share, ...]]:
        """Take flows away (by their positions), add others that are not there yet, and let labels start or no longer.

        Gives for every crossing flow through which other labels may arrive now what it shares; added flows are
        numbered on in order.  Raises TooMuch where it must be run in full; the live graph is of no more use then.
        """
        edited = set(gone)
        self._gone |= edited
        for number, flow in enumerate(new, self.graph.flows + len(self._new)):
            self._new[number] = flow
            self._from[flow[0]].append(number)
            self._to[flow[1]].append(number)
            edited.add(number)
        told_no_more, told = self._told(starts_no_more, starts)
        regrouped: set[int] = set()
        for number, passed in enumerate(self.keys):
            changed = self._changed(edited, regrouped, number)
            touched = passed.edit(changed, told_no_more, told, budget)
            before, regrouped = regrouped, self._regroup(number + 1, edited, touched)
        changed = self._changed(edited, before, len(self.keys) - 1)
        touched = self.labels.edit(changed, starts_no_more, starts, budget)
        if any(self._open(node) for node in before | regrouped | {self._flow(flow)[1] for flow in edited}):
            raise TooMuch
        flows = changed.keys() | self._onward(touched, self._leaving)
        return {flow: self.shares(flow) for flow in sorted(flows) if self._crosses(flow)}

    def judge(self, sharing: Shares) -> dict[int, tuple[Share, ...]]:
        """Judge by other authorizations, or on another day; all else that `sharing` is of must be as it was.

        Gives what those flows share whose verdicts may be others now.  Raises TooMuch where one rests on consent.
        """
        if _rests_on_consent(sharing):
            raise TooMuch
        before, self.sharing = self.sharing, sharing
        parties = {key for place in self.graph.places.all for key in place.operators}
        other = {key for key in parties if _standing(before, key) != _standing(sharing, key)}
        theirs = self.graph.places.that(lambda place: not other.isdisjoint(place.operators))
        flows = np.flatnonzero(self._leaving & theirs[self.graph.flow_target]).tolist()
        flows += [flow for flow, (_, target, _) in self._new.items() if theirs[target]]
        return {flow: self.shares(flow) for flow in flows if flow not in self._gone and self._crosses(flow)}

    def _changed(self, edited: set[int], regrouped: set[int], number: int) -> dict[int, Edge]:
        """What the flows that an edit changes let through in one pass; aggregates among them by new keys."""
        aggregates = {flow for node in regrouped for flow in self._aggregates_into(node)}
        return {flow: self._edge(flow, number) for flow in edited | aggregates}

    def _told(self, starts_no_more: Sequence[State], starts: Sequence[State]) -> tuple[set[State], set[State]]:
        """Of origins that go and come: where what tells who starts no more, and where it starts."""
        stands, origins = self.telling.stands, self.labels.origins
        ends, begins = set(starts_no_more), set(starts)
        gone, come = ({(node, int(stands[label])) for node, label in states} for states in (ends, begins))
        alike = {stood: np.flatnonzero(stands == stood).tolist() for _, stood in gone}

        def left(state: State) -> bool:
            return state in begins or (state in origins and state not in ends)

        gone = {(node, stood) for node, stood in gone if not any(left((node, label)) for label in alike[stood])}
        return {state for state in gone if state[1] >= 0}, {state for state in come if state[1] >= 0}

    def held(self, node: int) -> list[Label]:
        """The labels a node holds now, in order."""
        every = self.labels.reach.alphabet.every
        return [every[label] for label in sorted(self.labels.levels(node))]

    def _crosses(self, flow: int) -> bool:
        source, target = (self._places[end] for end in self._flow(flow)[:2])
        pair = source, target
        if pair not in self._hands:
            self._hands[pair] = self.sharing.hands_over(*pair)
        return self._hands[pair]

    def _aggregates_into(self, node: int) -> Iterator[int]:
        new = (flow for flow in self._to.get(node, ()) if _codes(self._new[flow][2])[0] is Code.AGGREGATE)
        return (flow for flow in (*self._aggregates.into(np.array([node])).tolist(), *new) if flow not in self._gone)

    def _keys_into(self, node: int) -> Iterator[int]:
        new = (flow for flow in self._to.get(node, ()) if self._new[flow][2].subtype == "GROUP_BY")
        return (flow for flow in (*self._keys.into(np.array([node])).tolist(), *new) if flow not in self._gone)

    @cached_property
    def _aggregates(self) -> Arriving:
        aggregating = np.array([_codes(kind)[0] is Code.AGGREGATE for kind in self.graph.kinds], dtype=bool)
        return Arriving.of(self.graph, np.flatnonzero(aggregating[self.graph.flow_kind]).astype(np.int32))

    @cached_property
    def _keys(self) -> Arriving:
        return Arriving.of(self.graph, self.graph.group_keys)

    def _onward(self, nodes: set[int], chosen: npt.NDArray[np.bool_]) -> set[int]:
        """The flows out of some nodes: of those the graph had only the chosen ones."""
        flows = self.graph.out_of(np.array(sorted(nodes), dtype=np.int32))
        return {*flows[chosen[flows]].tolist(), *(flow for node in nodes for flow in self._from.get(node, ()))}

    @cached_property
    def _grouping(self) -> npt.NDArray[np.bool_]:
        """The flows of the graph that are group keys."""
        grouping = np.zeros(self.graph.flows, dtype=bool)
        grouping[self.graph.group_keys] = True
        return grouping

    @cached_property
    def _leaving(self) -> npt.NDArray[np.bool_]:
        """The flows of the graph from one place to another, or between places of nobody known."""
        places, graph = self._places, self.graph
        inside = np.array([bool(place.operators) for place in graph.places.all], dtype=bool)
        at, to = places[graph.flow_source], places[graph.flow_target]
        leaving: npt.NDArray[np.bool_] = (at != to) | ~inside[at]
        return leaving

    @cached_property
    def _places(self) -> Ints:
        return self.graph.places.of_node

    @cached_property
    def _hands(self) -> dict[tuple[int, int], bool]:
        return {}

    def shares(self, flow: int) -> tuple[Share, ...]:
        """What a flow shares now, each with its verdict."""
        if flow in self._gone:
            return ()
        source, target, kind = self._flow(flow)
        every = self.labels.reach.alphabet.every
        labels = [every[label] for label in self.labels.arriving(flow)]
        return tuple(self.sharing.over(source, target, kind, labels, flow))

    def _flow(self, flow: int) -> NewFlow:
        known = self._new.get(flow) or self._seen.get(flow)
        if known is None:
            graph = self.graph
            known = self._seen[flow] = (
                int(graph.flow_source[flow]), int(graph.flow_target[flow]), graph.kinds[int(graph.flow_kind[flow])],
            )  # fmt: skip
        return known

    @cached_property
    def _seen(self) -> dict[int, NewFlow]:
        """Flows of the graph that were asked for."""
        return {}

    def _edge(self, flow: int, number: int) -> Edge:
        """What a flow lets through in one pass."""
        source, target, kind = self._flow(flow)
        plain, keyed = _codes(kind)
        if flow in self._gone:
            plain = Code.NOTHING
        elif plain is Code.AGGREGATE and target in self.keyed[number]:
            plain = keyed
        return Edge(source, target, plain)

    def _regroup(self, number: int, edited: set[int], touched: set[int]) -> set[int]:
        """Look again which nodes are grouped by what tells who, by what the pass before says; those that changed."""
        passed = self.keys[number - 1]
        flows = edited | self._onward(touched, self._grouping)
        nodes = {target for _, target, kind in map(self._flow, flows) if kind.subtype == "GROUP_BY"}
        now = {node for node in nodes if any(self._tells(passed, flow) for flow in self._keys_into(node))}
        changed = (now ^ self.keyed[number]) & nodes
        self.keyed[number] ^= changed
        return changed

    def _tells(self, passed: Pass, flow: int) -> bool:
        new, every = self._new.get(flow), passed.reach.alphabet.every
        source = new[0] if new else int(self.graph.flow_source[flow])
        return any(every[label].form is not Form.AGGREGATED for label in passed.levels(source))

    def _open(self, node: int) -> bool:
        """Would one more pass find other aggregates there to be about one person?"""
        if (node in self.keyed[-1]) == (node in self.keyed[-2]):
            return False
        return any(True for _ in self._aggregates_into(node))


_codes = lru_cache(1024)(codes)


def _states(origins: Origins) -> set[State]:
    return set(zip(origins.node.tolist(), origins.label.tolist(), strict=True))


def _rests_on_consent(sharing: Shares) -> bool:
    return any(a.legal_basis == "consent" for a in sharing.world.authorizations)


def _standing(sharing: Shares, recipient: str) -> list[tuple[Authorization, bool, bool]]:
    """The authorizations made out to a party, and for each whether it has begun and has ended."""
    day = sharing.day
    return [
        (a, a.valid_from <= day, a.valid_until is not None and a.valid_until < day)
        for a in sharing.verdicts.for_recipient(recipient)
    ]
