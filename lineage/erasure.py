"""Where are all copies of somebody's data, in which order must they be erased, and who must be told?

A *copy* is a dataset with fields that hold what is asked for about single people.  Upstream comes first: what is erased
downstream only comes back with the next run.  Datasets that feed one another in a ring are one step, to be erased
while nothing runs between them (GDPR art. 17 and 19, PIPL art. 47).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from lineage.arrivals import arriving
from lineage.judgement import Judgement
from lineage.labels import Labels
from lineage.model import ALL, ErasureRoute, FieldId, Form, Retention
from lineage.propagate import Label, spread
from lineage.share import Share
from lineage.vocabulary import covers
from lineage.world import World, segments

_STORES_NOTHING = ("view", "form", "screen")
_ALONE = (0, 1, 2)  # the forms that are about single people
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Copy:
    """One dataset with what is to be erased in it.

    `route` is how it is erased there, None where nobody says; `stored` is false of what only shows another's data (a
    view, a form); `keep` are the retentions that say how long something of it is kept.
    """

    dataset: FieldId
    fields: tuple[FieldId, ...]
    labels: tuple[Label, ...]
    operators: tuple[str, ...]
    ours: bool
    stored: bool
    route: ErasureRoute | None
    keep: tuple[Retention, ...]

    @property
    def stuck(self) -> bool:
        """Is it a copy that we are to erase, and nobody says how?"""
        return self.stored and self.route is None and (self.ours or not self.operators)


@dataclass(frozen=True, slots=True)
class Stage:
    """Copies that can be erased at one time, once all stages before are done; a `ring` feeds itself."""

    number: int
    rings: tuple[tuple[Copy, ...], ...]

    @property
    def copies(self) -> tuple[Copy, ...]:
        return tuple(copy for ring in self.rings for copy in ring)


@dataclass(frozen=True)
class Erasure:
    """The plan: stages in order, the shares whose recipients must be told, and fields that only hold aggregates."""

    stages: tuple[Stage, ...]
    shares: tuple[Share, ...]
    aggregates: tuple[FieldId, ...]

    @property
    def copies(self) -> tuple[Copy, ...]:
        return tuple(copy for stage in self.stages for copy in stage.copies)

    @property
    def stuck(self) -> tuple[Copy, ...]:
        """Copies that nobody can delete, as far as is known."""
        return tuple(copy for copy in self.copies if copy.stuck)


def of_labels(judgement: Judgement, chosen: Callable[[Label], bool]) -> Erasure:
    """The plan for all data whose label is chosen, wherever it is."""
    shares = tuple(share for share in judgement.shares if chosen(share.label))
    return _plan(judgement, judgement.labels, chosen, shares)


def of_subject(judgement: Judgement, subject: str, category: str = "") -> Erasure:
    """The plan for what is about a kind of people (data about all people are about them too), of one category only if
    one is given."""
    return of_labels(
        judgement,
        lambda held: held.data_subject in (subject, ALL) and (not category or covers(category, held.data_category)),
    )


def of_category(judgement: Judgement, category: str) -> Erasure:
    """The plan for a category and those below it."""
    return of_labels(judgement, lambda held: covers(category, held.data_category))


def of_fields(judgement: Judgement, nodes: Iterable[int], shares: Sequence[Share]) -> Erasure:
    """The plan for what some fields hold and all that came of it; `shares` are those by which it was handed on."""
    labels, count = judgement.labels, len(judgement.graph.nodes)
    seeds = [np.zeros(labels.roads.nodes, dtype=np.uint64) for _ in labels.reach.held]
    for node in nodes:
        for road in (node, node + count) if judgement.graph.nodes[node].is_dataset else (node,):
            for seed, held in zip(seeds, labels.reach.held, strict=True):
                seed[road] = held[road]
    some = replace(labels, reach=spread(labels.roads, labels.alphabet, seeds))
    return _plan(judgement, some, lambda _: True, tuple(shares))


@dataclass(frozen=True)
class Routes:
    """How each dataset is erased: by the route of the longest name that it lies below, segment by segment."""

    by_place: Mapping[tuple[str, tuple[str, ...]], ErasureRoute]

    @classmethod
    def of(cls, world: World) -> Routes:
        return cls({(r.dataset.namespace, segments(r.dataset.name)): r for r in reversed(world.erasure_routes)})

    def to(self, dataset: FieldId) -> ErasureRoute | None:
        """The route for a dataset; None where nobody says how it is erased."""
        name = segments(dataset.name)
        places = ((dataset.namespace, name[:length]) for length in range(len(name), 0, -1))
        return next((self.by_place[place] for place in places if place in self.by_place), None)


def stores(world: World, dataset: FieldId) -> bool:
    """Does a dataset keep what it holds?  Views, forms and screens only show it."""
    said = world.datasets.get(dataset)
    return not (said and (said.kind or "").lower() in _STORES_NOTHING)


# -- the plan ---------------------------------------------------------------------------------------------


def _plan(judgement: Judgement, labels: Labels, chosen: Callable[[Label], bool], shares: tuple[Share, ...]) -> Erasure:
    masks, summed = (_masks(labels, chosen, forms) for forms in (_ALONE, (3,)))
    graph, count = judgement.graph, len(judgement.graph.nodes)
    about = _holding(labels, masks)[:count]
    places: dict[FieldId, list[int]] = {}
    for node in np.flatnonzero(about).tolist():
        places.setdefault(graph.nodes[node].dataset, []).append(node)
    routes = Routes.of(judgement.world)
    copies = [_copy(labels, chosen, routes, dataset, nodes) for dataset, nodes in sorted(places.items())]
    totals = np.flatnonzero(_holding(labels, summed)[:count] & ~about).tolist()
    stages = _in_order(copies, _fed(labels, masks, copies, places))
    return Erasure(stages, shares, tuple(graph.nodes[node] for node in totals))


def _masks(labels: Labels, chosen: Callable[[Label], bool], forms: Sequence[int]) -> list[np.uint64]:
    return labels.alphabet.mask([chosen(Label(*base, Form.RAW)) for base in labels.alphabet.bases], forms)


def _holding(labels: Labels, masks: list[np.uint64]) -> npt.NDArray[np.bool_]:
    hit = np.zeros(labels.roads.nodes, dtype=bool)
    for held, mask in zip(labels.reach.held, masks, strict=True):
        hit |= (held & mask) != 0
    return hit


def _copy(labels: Labels, chosen: Callable[[Label], bool], routes: Routes, dataset: FieldId, nodes: list[int]) -> Copy:
    graph, world = labels.graph, labels.graph.world
    held = labels.alphabet.labels([int(np.bitwise_or.reduce(words[nodes])) for words in labels.reach.held])
    about = tuple(sorted(label for label in held if label.form is not Form.AGGREGATED and chosen(label)))
    operators = world.operators_of(dataset)
    fields = tuple(node for i in nodes if (node := graph.nodes[i]).field)
    ours = any(map(world.is_own, operators))
    stored = stores(world, dataset)
    keep = tuple(r for r in world.retentions if ours and stored and _kept(world, r, dataset, about))
    return Copy(dataset, fields, about, operators, ours, stored, routes.to(dataset), keep)


def _kept(world: World, retention: Retention, dataset: FieldId, labels: Iterable[Label]) -> bool:
    here = not retention.systems or any(s.key in retention.systems for s in world.systems_of(dataset))
    named = not retention.data_categories or any(
        entry == ALL or covers(entry, label.data_category) for entry in retention.data_categories for label in labels
    )
    return here and named and not retention.recipients and bool(retention.period or retention.rule)


def _fed(
    labels: Labels, masks: list[np.uint64], copies: Sequence[Copy], places: dict[FieldId, list[int]]
) -> set[tuple[int, int]]:
    """Which copies feed which, as positions: what is asked for flows from one into the other."""
    graph = labels.graph
    carried = np.zeros(graph.flows, dtype=bool)
    for words, mask in zip(arriving(labels), masks, strict=True):
        carried |= (words & mask) != 0
    home = np.full(len(graph.nodes), -1, dtype=np.int64)
    for i, copy in enumerate(copies):
        home[places[copy.dataset]] = i
        if copy.dataset in graph.index:
            home[graph.index[copy.dataset]] = i
    flows = np.flatnonzero(carried)
    pairs = np.stack([home[graph.flow_source[flows]], home[graph.flow_target[flows]]], axis=1)
    pairs = pairs[(pairs >= 0).all(axis=1) & (pairs[:, 0] != pairs[:, 1])]
    return {(int(a), int(b)) for a, b in np.unique(pairs, axis=0)}


def _in_order(copies: Sequence[Copy], fed: set[tuple[int, int]]) -> tuple[Stage, ...]:
    """Stages of rings (strongly connected copies), each after all that feed it."""
    import networkx as nx

    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(copies)))
    graph.add_edges_from(sorted(fed))
    rings = nx.condensation(graph)
    stages = []
    for number, members in enumerate(nx.topological_generations(rings), 1):
        groups = sorted(sorted(rings.nodes[ring]["members"]) for ring in members)
        stages.append(Stage(number, tuple(tuple(copies[i] for i in group) for group in groups)))
    return tuple(stages)
