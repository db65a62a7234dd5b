"""How much personal data flows from system to system, and is any of it shared without authority?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lineage.arrivals import arriving
from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.labels import Labels
from lineage.model import FieldId
from lineage.ordering import each_once

MOST_SYSTEMS = 60
MOST_ARROWS = 200
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Place:
    """What is drawn as one: the systems that a dataset belongs to, or a namespace that no system claims."""

    systems: tuple[str, ...]
    operators: tuple[str, ...]
    namespace: str

    @property
    def told(self) -> str:
        return " / ".join(self.systems) or self.namespace


@dataclass(frozen=True, slots=True)
class Arrow:
    """All flows of personal data from one place to another: how many, of which categories, how many shares refused."""

    source: Place
    target: Place
    flows: int
    categories: tuple[str, ...]
    shares: int
    refused: int


@dataclass(frozen=True, slots=True)
class Between:
    """The places and arrows to draw, each in order, and how many of both are left out."""

    places: tuple[Place, ...]
    arrows: tuple[Arrow, ...]
    places_left_out: int = 0
    arrows_left_out: int = 0


def between(judgement: Judgement, most: int = MOST_SYSTEMS, most_arrows: int = MOST_ARROWS) -> Between:
    """What to draw of all systems: first where something is shared that nobody authorised, then by shares and flows."""
    places, home = _homes(judgement)
    arrows = sorted(_arrows(judgement, places, home), key=_weight)
    chosen: dict[Place, None] = {}
    for arrow in arrows:
        if len(chosen.keys() | {arrow.source, arrow.target}) <= most:
            chosen |= dict.fromkeys((arrow.source, arrow.target))
    kept = [arrow for arrow in arrows if arrow.source in chosen and arrow.target in chosen][:most_arrows]
    touched = {place for arrow in arrows for place in (arrow.source, arrow.target)}
    return Between(
        tuple(sorted(chosen, key=_order)),
        tuple(sorted(kept, key=lambda arrow: (_order(arrow.source), _order(arrow.target)))),
        len(touched) - len(chosen), len(arrows) - len(kept),
    )  # fmt: skip


def _weight(arrow: Arrow) -> tuple[object, ...]:
    return -arrow.refused, -arrow.shares, -arrow.flows, _order(arrow.source), _order(arrow.target)


def _order(place: Place) -> tuple[object, ...]:
    return place.operators, place.systems, place.namespace


def _homes(judgement: Judgement) -> tuple[list[Place], Positions]:
    """The places there are, and which of them each node that a flow touches is in."""
    graph = judgement.graph
    number: dict[Place, int] = {}
    home = np.full(len(graph.nodes), -1, dtype=np.int64)
    for dataset, fields in graph.fields_of.items():
        home[fields] = number.setdefault(_place(judgement, dataset), len(number))
    ends = each_once(np.concatenate([graph.flow_source, graph.flow_target]))
    for node in ends[home[ends] < 0].tolist():
        home[node] = number.setdefault(_place(judgement, graph.nodes[node]), len(number))
    return list(number), home


def _place(judgement: Judgement, node: FieldId) -> Place:
    systems = tuple(system.key for system in judgement.world.systems_of(node))
    return Place(systems, judgement.world.operators_of(node), "" if systems else node.namespace)


def _arrows(judgement: Judgement, places: list[Place], home: Positions) -> list[Arrow]:
    graph, labels = judgement.graph, judgement.labels
    start, end = home[graph.flow_source], home[graph.flow_target]
    pair = start * len(places) + end
    by_word = list(arriving(labels))
    some = np.zeros(graph.flows, dtype=bool)
    for words in by_word:
        some |= (words != 0) & (start != end)
    order = np.flatnonzero(some)[np.argsort(pair[some], kind="stable")]
    codes, first, counts = np.unique(pair[order], return_index=True, return_counts=True)
    brought = [np.bitwise_or.reduceat(words[order], first) if len(first) else words[:0] for words in by_word]
    shares = _shares(graph, judgement, home, len(places))
    return [
        Arrow(
            places[code // len(places)], places[code % len(places)], count,
            _categories(labels, [int(words[i]) for words in brought]),
            *shares.get(code, (0, 0)),
        )
        for i, (code, count) in enumerate(zip(codes.tolist(), counts.tolist(), strict=True))
    ]  # fmt: skip


def _categories(labels: Labels, words: list[int]) -> tuple[str, ...]:
    return tuple(sorted({held.data_category for held in labels.alphabet.labels(words)}))


def _shares(graph: LineageGraph, judgement: Judgement, home: Positions, places: int) -> Mapping[int, tuple[int, int]]:
    """From where to where -> how many shares there are, and how many of them nobody authorised."""
    counts: dict[int, tuple[int, int]] = {}
    for share in judgement.shares:
        if share.flow >= 0:
            code = int(home[graph.flow_source[share.flow]]) * places + int(home[graph.flow_target[share.flow]])
            every, refused = counts.get(code, (0, 0))
            counts[code] = every + 1, refused + (not share.authorized)
    return counts
