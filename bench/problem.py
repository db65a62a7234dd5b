"""What every engine of `bench.check` is given, and what it has to answer: arrays in, unauthorised shares out.

The problem is today's semantics as far as the estate asks for it (docs/semantics.md): forms, what masking, aggregates
and filters let through, group keys, verdicts by recipient, category, subject, form, use and country, and for each
unauthorised share the length of its shortest way from an origin that nothing of the same category feeds.  Coarse
flows, consent and data of outsiders are not in the estate; `Problem.of` refuses a graph that has them.
An engine differs in one thing: how it spreads labels.  All else is the plain code below, the same for each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from lineage.carry import FORMS, Code, carries, codes
from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.model import ALL, Authorization
from lineage.vocabulary import covers, is_for_others, is_identifying, is_sensitive

Array = npt.NDArray[Any]


@dataclass
class Problem:
    """`source`, `target` are the ends of the flows, ordered by both; `code` what each lets through, `keyed` what it
    does where a group key tells who, `key` whether it is one.  A label l is (category, subject, form); `seed_node` and
    `seed_label` say where one starts.  `party` is the recipient that operates each node, -1 for us."""

    nodes: int
    source: Array
    target: Array
    code: Array
    keyed: Array
    key: Array
    seed_node: Array
    seed_label: Array
    labels: Sequence[tuple[str, str, str]]
    party: Array
    recipients: Sequence[tuple[str, str]]
    """The key of each recipient, and the use its data are for."""
    authorizations: Sequence[Authorization]
    day: date

    @classmethod
    def of(cls, judgement: Judgement) -> Problem:
        """The problem of a graph.  Raises ValueError where it asks for more than the engines do."""
        graph, world = judgement.graph, judgement.world
        sources = judgement.labels.sources
        if graph.nodes.whole.any() or world.collections or world.consents or len(sources.foreign):
            raise ValueError("a graph with coarse flows, collection points, consents or data of outsiders")
        places = graph.places
        recipients = sorted({p.operators[0] for p in places.all if not world.is_own(p.operators[0])})
        uses = {p.operators[0]: p.systems[0].data_uses[0] for p in places.all if p.systems[0].data_uses}
        at = {key: i for i, key in enumerate(recipients)}
        party = np.array([at.get(p.operators[0], -1) for p in places.all], dtype=np.int32)[places.of_node]
        plain, keyed = np.array([codes(kind) for kind in graph.kinds], dtype=np.int8).T
        return cls(
            len(graph.nodes), graph.flow_source, graph.flow_target, plain[graph.flow_kind], keyed[graph.flow_kind],
            np.array([k.subtype == "GROUP_BY" for k in graph.kinds])[graph.flow_kind],
            sources.own.node, sources.own.label, [(c, s, f.value) for c, s, f in sources.own.alphabet.every],
            party, [(key, uses[key]) for key in recipients], world.authorizations, judgement.day,
        )  # fmt: skip


class Spread(Protocol):
    """Where labels came, as an engine knows it."""

    def held(self, nodes: Array) -> Array:
        """For each node a row of as many booleans as there are labels."""

    def level(self, nodes: Array, labels: Array) -> Array:
        """Flows on the shortest way of each (node, label); -1 where it did not come."""


Engine = Callable[[Problem, Array, Array, Array], Spread]
"""(problem, code of each flow, seed nodes, seed labels) -> where they came."""
Answer = Mapping[str, Array]
Clock = Callable[[str], None]
_CHUNK = 200_000
_FAR = 1 << 20


def arrivals(problem: Problem) -> Array:
    """[code, label before, label after] -> does one become the other?"""
    labels = problem.labels
    table = np.zeros((len(Code), len(labels), len(labels)), dtype=bool)
    for code in Code:
        for i, (category, _, form) in enumerate(labels):
            after = carries(code, FORMS[i % len(FORMS)], sensitive=is_sensitive(category))
            if after is not None:
                table[code, i, i - FORMS.index(FORMS[i % len(FORMS)]) + FORMS.index(after)] = True
                assert form == FORMS[i % len(FORMS)]
    return table


def solve(problem: Problem, engine: Engine, done: Clock) -> Answer:
    """The unauthorised shares (flow and label), and the length of the way of each; `done` is told of each part."""
    code, reach = _settled(problem, engine)
    roots = _roots(problem, code, reach)
    from_roots = engine(problem, code, problem.seed_node[roots], problem.seed_label[roots])
    done("propagate")
    flow, label, before = _shares(problem, code, reach)
    open_ = ~_allowed(problem, label, problem.party[problem.target[flow]])
    flow, label, before = flow[open_], label[open_], before[open_]
    done("findings")
    length = _lengths(problem, flow, before, from_roots, reach)
    done("witnesses")
    return {"flow": flow, "label": label, "length": length}


def _settled(problem: Problem, engine: Engine) -> tuple[Array, Spread]:
    code = problem.code.copy()
    telling = np.array([is_identifying(c) and f != "aggregated" for c, _, f in problem.labels])
    keys = np.flatnonzero(problem.key)
    while True:
        reach = engine(problem, code, problem.seed_node, problem.seed_label)
        keyed = np.zeros(problem.nodes, dtype=bool)
        for some in np.array_split(keys, max(1, len(keys) // _CHUNK)):
            keyed[problem.target[some[(reach.held(problem.source[some]) & telling).any(axis=1)]]] = True
        about_one = np.flatnonzero((code == Code.AGGREGATE) & keyed[problem.target])
        if not len(about_one):
            return code, reach
        code[about_one] = problem.keyed[about_one]


def _roots(problem: Problem, code: Array, reach: Spread) -> Array:
    """For each seed: does nothing of its category come in where it starts?"""
    table, fed = arrivals(problem), {}
    wanted = np.zeros(problem.nodes, dtype=bool)
    wanted[problem.seed_node] = True
    flows = np.flatnonzero(wanted[problem.target])
    categories = sorted({category for category, _, _ in problem.labels})
    of_label = np.array([categories.index(category) for category, _, _ in problem.labels])
    for some in np.array_split(flows, max(1, len(flows) // _CHUNK)):
        row, before = np.nonzero(reach.held(problem.source[some]))
        passing = table[code[some[row]], before].any(axis=1)
        for node, category in zip(
            problem.target[some[row[passing]]].tolist(), of_label[before[passing]].tolist(), strict=True
        ):
            fed[node, category] = True
    pairs = zip(problem.seed_node.tolist(), of_label[problem.seed_label].tolist(), strict=True)
    return np.array([pair not in fed for pair in pairs], dtype=bool)


def _shares(problem: Problem, code: Array, reach: Spread) -> tuple[Array, Array, Array]:
    """Every (flow, label) handed to another party, and the labels that became it (one row for each of those)."""
    table = arrivals(problem)
    crossing = np.flatnonzero((problem.party[problem.target] >= 0) & (problem.party[problem.source] < 0))
    found = []
    for some in np.array_split(crossing, max(1, len(crossing) // _CHUNK)):
        row, before = np.nonzero(reach.held(problem.source[some]))
        pair, after = np.nonzero(table[code[some[row]], before])
        found.append((some[row[pair]], after, before[pair]))
    flow, label, before = (np.concatenate(part) for part in zip(*found, strict=True))
    return flow, label, before


def _allowed(problem: Problem, label: Array, recipient: Array) -> Array:
    """Is each label covered by one authorization of its recipient?"""
    allow = np.zeros((len(problem.recipients), len(problem.labels)), dtype=bool)
    at = {key: (i, use) for i, (key, use) in enumerate(problem.recipients)}
    for a in problem.authorizations:
        if a.recipient not in at:
            continue
        i, use = at[a.recipient]
        valid = a.valid_from <= problem.day and (a.valid_until is None or problem.day <= a.valid_until)
        sound = (a.role == "processor") == (a.instrument.kind == "processing-agreement")
        if valid and sound and any(_covers(u, use, is_for_others) for u in a.data_uses) and "CN" in a.countries:
            for k, (category, subject, form) in enumerate(problem.labels):
                allow[i, k] |= (
                    any(_covers(c, category, is_sensitive) for c in a.data_categories)
                    and (ALL in a.data_subjects or subject in a.data_subjects)
                    and FORMS.index(a.form) <= [f.value for f in FORMS].index(form)
                )
    return allow[recipient, label]


def _covers(entry: str, said: str, named: Callable[[str], bool]) -> bool:
    """Does an entry cover what is said?  What must be named is covered only by what must be named too."""
    if named(said):
        return covers(entry, said) and named(entry)
    return entry == ALL or covers(entry, said)


def _lengths(problem: Problem, flow: Array, before: Array, roots: Spread, reach: Spread) -> Array:
    """Flows on the shortest way of each share: from a root, else (with `_FAR` added) from any origin."""
    near, far = (spread.level(problem.source[flow], before) for spread in (roots, reach))
    return np.where(near >= 0, near, far + _FAR) + 1


def digest(answer: Answer) -> list[list[int]]:
    """The findings as sorted rows (flow, label, length).  Of several labels that became one at the crossing the way of
    the one from a root counts, of those the shortest."""
    ways: dict[tuple[int, int], int] = {}
    for flow, label, length in zip(*(answer[name].tolist() for name in ("flow", "label", "length")), strict=True):
        ways[flow, label] = min(length, ways.get((flow, label), length))
    return [[*share, length % _FAR] for share, length in sorted(ways.items())]


def graph_of(path: str) -> LineageGraph:
    from lineage.stores import open_store

    return LineageGraph.from_store(open_store(path))
