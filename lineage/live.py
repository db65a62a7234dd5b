"""What does a graph share after a few of its flows and origins changed, without checking all of it again?

Group keys make the passes over a graph a row: what holds in one decides which aggregates are about one person in the
next.  Each pass is kept (lineage/incremental.py), and an edit goes through all of them in order.  Kept up to date are
the labels of every field, their levels, and the shares with their verdicts.  Not done step by step, and run in full
instead: flows of whole datasets, data of outsiders, verdicts that rest on consent, fields that the graph does not have,
and edits that touch too much.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lineage.carry import Code, codes
from lineage.frontier import rows_of
from lineage.graph import LineageGraph
from lineage.incremental import BUDGET, Edge, Pass, State, TooMuch
from lineage.labels import Labels, keyed_nodes, roads_of, settling
from lineage.model import Flow, Form
from lineage.packed import Ints
from lineage.propagate import Label
from lineage.shares import Share, Shares
from lineage.vocabulary import is_identifying

NewFlow = tuple[int, int, Flow]
"""The positions of the two ends, and a kind of flow."""


@dataclass
class Live:
    """A graph and its edits since; `sharing` judges the shares, by its own world and day."""

    graph: LineageGraph
    sharing: Shares
    passes: list[Pass]
    keyed: list[set[int]]
    """For each pass the nodes whose aggregates are about one person there; and one more, what the last pass says."""
    _new: dict[int, NewFlow] = field(default_factory=dict)
    _gone: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, labels: Labels, sharing: Shares) -> Live:
        """Start from labels that were spread in full.  Raises TooMuch for a graph that must be run in full."""
        graph = labels.graph
        consent = any(a.legal_basis == "consent" for a in graph.world.authorizations)
        if graph.nodes.whole.any() or len(labels.sources.foreign) or consent:
            raise TooMuch
        own = labels.sources.own
        origins = set(zip(own.node.tolist(), own.label.tolist(), strict=True))
        reaches = list(settling(graph, labels.alphabet, roads_of(graph), own.seeds(2 * len(graph.nodes))))
        keyed = [set(np.flatnonzero(keyed_nodes(graph, reach)).tolist()) for reach in reaches]
        return cls(graph, sharing, [Pass(reach, set(origins)) for reach in reaches], [set(), *keyed])

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
            edited.add(number)
        regrouped: set[int] = set()
        for number, passed in enumerate(self.passes):
            aggregates = {flow for node in regrouped for flow in passed.into(node)}
            changed = {flow: self._edge(flow, number) for flow in edited | aggregates}
            touched = passed.edit(changed, starts_no_more, starts, budget)
            before, regrouped = regrouped, self._regroup(number + 1, edited, touched)
        if any(self._open(node) for node in before | regrouped | {self._flow(flow)[1] for flow in edited}):
            raise TooMuch
        flows = edited | aggregates | self._onward(touched, self._leaving)
        return {flow: self.shares(flow) for flow in sorted(flows) if self._crosses(flow)}

    def held(self, node: int) -> list[Label]:
        """The labels a node holds now, in order."""
        every = self.passes[-1].reach.alphabet.every
        return [every[label] for label in sorted(self.passes[-1].levels(node))]

    def _crosses(self, flow: int) -> bool:
        source, target = (self._places[end] for end in self._flow(flow)[:2])
        pair = source, target
        if pair not in self._hands:
            self._hands[pair] = self.sharing.hands_over(*pair)
        return self._hands[pair]

    def _onward(self, nodes: set[int], chosen: npt.NDArray[np.bool_]) -> set[int]:
        """The flows out of some nodes: of those the graph had only the chosen ones."""
        first, at = self.graph.outward.first, np.array(sorted(nodes), dtype=np.int64)
        flows = rows_of(first, at)
        added = {flow for flow, (source, _, _) in self._new.items() if source in nodes}
        return {*flows[chosen[flows]].tolist(), *added}

    @cached_property
    def _grouping(self) -> npt.NDArray[np.bool_]:
        """The flows of the graph that are group keys."""
        return np.array([kind.subtype == "GROUP_BY" for kind in self.graph.kinds], dtype=bool)[self.graph.flow_kind]

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
        every = self.passes[-1].reach.alphabet.every
        labels = [every[label] for label in self.passes[-1].arriving(flow)]
        return tuple(self.sharing.over(source, target, kind, labels, flow))

    def _flow(self, flow: int) -> NewFlow:
        known = self._new.get(flow)
        if known is not None:
            return known
        graph = self.graph
        return (
            int(graph.flow_source[flow]), int(graph.flow_target[flow]), graph.kinds[int(graph.flow_kind[flow])],
        )  # fmt: skip

    def _edge(self, flow: int, number: int) -> Edge:
        """What a flow lets through in one pass."""
        source, target, kind = self._flow(flow)
        plain, keyed = codes(kind)
        if flow in self._gone:
            plain = Code.NOTHING
        elif plain is Code.AGGREGATE and target in self.keyed[number]:
            plain = keyed
        return Edge(source, target, plain)

    def _regroup(self, number: int, edited: set[int], touched: set[int]) -> set[int]:
        """Look again which nodes are grouped by what tells who, by what the pass before says; those that changed."""
        passed = self.passes[number - 1]
        flows = edited | self._onward(touched, self._grouping)
        nodes = {target for _, target, kind in map(self._flow, flows) if kind.subtype == "GROUP_BY"}
        now = {node for node in nodes if any(self._tells(passed, flow) for flow in passed.into(node))}
        changed = (now ^ self.keyed[number]) & nodes
        self.keyed[number] ^= changed
        return changed

    def _tells(self, passed: Pass, flow: int) -> bool:
        source, _, kind = self._flow(flow)
        if flow in self._gone or kind.subtype != "GROUP_BY":
            return False
        return any(label in self._identifying for label in passed.levels(source))

    @cached_property
    def _identifying(self) -> set[int]:
        every = enumerate(self.passes[0].reach.alphabet.every)
        return {i for i, label in every if is_identifying(label.data_category) and label.form is not Form.AGGREGATED}

    def _open(self, node: int) -> bool:
        """Would one more pass find other aggregates there to be about one person?"""
        if (node in self.keyed[-1]) == (node in self.keyed[-2]):
            return False
        kinds = (self._flow(flow)[2] for flow in self.passes[-1].into(node) if flow not in self._gone)
        return any(codes(kind)[0] is Code.AGGREGATE for kind in kinds)
