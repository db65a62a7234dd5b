"""What a store in Neo4j knows: its runs, and the rows that hold on a day by what was known at a moment.

The finished runs are read first: rows of any other run, and what such a run closed, are not there for a reader.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lineage.codec import KINDS, NAMES, record, restore
from lineage.columns import COLUMNAR, Evidences, FactColumns, Known, Said, by_kind, flows_at
from lineage.model import Classification, Evidence, Fact, Field, FieldId, Flow
from lineage.ordering import distinct, each_once
from lineage.spelling import unspelled
from lineage.stores import Run
from lineage.stores.rows import NOWHERE, Held, Row, held, holds, moments, place_of, positions, row

if TYPE_CHECKING:
    from neo4j import ManagedTransaction

_RUNS = (
    "MATCH (r:Run) WHERE r.finished IS NOT NULL "
    "RETURN r.id, r.source, r.agent, r.started, r.finished, r.seen, r.added, r.retired, r.gaps, r.digest ORDER BY r.id"
)
# A record costs the driver as much as thirty rows in a list, so nodes come in parts, by their whole numbers; columns
# take those as they are, too: `elementId` is a text of forty characters.
_PARTS = (
    "MATCH (n) WITH max(id(n)) AS last UNWIND range(0, coalesce(last, -1), 1000) AS start "
    "CALL { WITH start MATCH (n) WHERE id(n) IN range(start, start + 999) AND %s RETURN collect(%s) AS rows } "
    "WITH rows WHERE size(rows) > 0 RETURN rows"
)
_FACTS = _PARTS % ("n:Fact AND n.kind IN $kinds", "[n.kind, n.said, n.place, n.line, n.first, n.gone]")
_FLOWS = _PARTS % (
    "n:Data AND EXISTS { (n)-[:FLOWS_TO]->() }",
    "[id(n), [(n)-[r:FLOWS_TO]->(b) | [id(b), r.said, r.place, r.line, r.first, coalesce(r.gone, 0)]]]",
)
_CHANGED_FACTS = {
    property: f"MATCH (f:Fact) WHERE f.source = $source AND f.key IS NOT NULL AND f.{property} = $run "
    "MATCH (e:Evidence {key: f.place}) RETURN f.kind, f.said, e.said, f.line, f.first"
    for property in ("first", "gone")
}
_CHANGED_FLOWS = {
    property: "MATCH (a)-[r:FLOWS_TO]->(b) WHERE r.source = $source AND r.key IS NOT NULL "
    f"AND r.{property} = $run MATCH (e:Evidence {{key: r.place}}) RETURN a.namespace, a.dataset, a.field, "
    "b.namespace, b.dataset, b.field, r.said, e.said, r.line, r.first"
    for property in ("first", "gone")
}
_DATA = _PARTS % ("n:Data", "[id(n), n.namespace, n.dataset, n.field]")
_PLACES = _PARTS % ("n:Evidence", "[n.key, n.said]")
_KINDS = "MATCH (k:FlowKind) RETURN k.key, k.said"


@dataclass(frozen=True, slots=True)
class FlowColumns:
    """Flows as columns of equal length: codes into `nodes` (sorted), `kinds` and `evidences`."""

    nodes: Sequence[FieldId]
    source: npt.NDArray[np.int32]
    target: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int32]
    kinds: Sequence[Flow]
    evidence: npt.NDArray[np.int32]
    evidences: Sequence[Evidence]


def _rows(tx: ManagedTransaction, query: str, **parameters: Any) -> Iterator[list[Any]]:
    return (row for (part,) in tx.run(query, **parameters) for row in part)


def read_runs(tx: ManagedTransaction) -> tuple[Run, ...]:
    """All finished runs, oldest first."""
    return tuple(_run(values) for values in tx.run(_RUNS).values())


def last_run(tx: ManagedTransaction, source: str) -> Run | None:
    """The newest finished run of a source, given by its key."""
    query = _RUNS.replace("MATCH (r:Run)", "MATCH (s:Source {key: $source}) MATCH (r:Run {id: s.last})")
    found = tx.run(query, source=source).values()
    return _run(found[0]) if found else None


def run_of(tx: ManagedTransaction, number: int) -> Run | None:
    """The finished run of a number."""
    found = tx.run(_RUNS.replace("MATCH (r:Run)", "MATCH (r:Run {id: $number})"), number=number).values()
    return _run(found[0]) if found else None


def _run(values: list[Any]) -> Run:
    number, source, agent, started, finished, *rest = values
    times = datetime.fromisoformat(started), datetime.fromisoformat(finished)
    return Run(number, unspelled(source), unspelled(agent), *times, *rest)


@dataclass
class Sight:
    """What can be seen of the rows by who asks for a day and a moment: those of runs that had finished by now, however
    many reads it is used for."""

    finished: dict[int, str]
    known: str
    today: str
    places: dict[str, Evidence]
    _held: dict[str, Held] = field(default_factory=dict)
    _answers: dict[tuple[str, int, int | None, bool], bool] = field(default_factory=dict)

    @classmethod
    def of(cls, tx: ManagedTransaction, day: date | None, known_at: datetime | None) -> Sight:
        finished = dict(tx.run("MATCH (r:Run) WHERE r.finished IS NOT NULL RETURN r.id, r.finished").values())
        return cls(finished, *moments(day, known_at), {})

    def read_places(self, tx: ManagedTransaction) -> None:
        """Read the places of evidence, once: after the runs, so that every row of theirs has its own."""
        if not self.places:
            self.places.update((key, restore(Evidence, json.loads(said))) for key, said in _rows(tx, _PLACES))

    def of_row(self, place: str, first: int, gone: int | None, is_gap: bool) -> bool:
        """Does a row hold?"""
        asked = place, first, gone, is_gap
        answer = self._answers.get(asked)
        if answer is None:
            answer = self._answers[asked] = self._judge(*asked)
        return answer

    def _judge(self, place: str, first: int, gone: int | None, is_gap: bool) -> bool:
        seen = self.finished.get(first)
        if seen is None:
            return False
        where = self._held.get(place) or self._held.setdefault(place, held(self.places[place]))
        return holds(where, is_gap, seen, self.finished.get(gone) if gone else None, self.known, self.today)


def read_statements(tx: ManagedTransaction, kinds: Sequence[str], sight: Sight) -> list[Fact]:
    """All facts of these kinds but flows, in any order."""
    rows = list(_rows(tx, _FACTS, kinds=list(kinds)))
    sight.read_places(tx)
    found = {
        (kind, said, place, line)
        for kind, said, place, line, first, gone in rows
        if sight.of_row(place, first, gone, kind == "gap")
    }
    return [_fact(kind, said, sight.places[place], line) for kind, said, place, line in found]


def order(fact: Fact) -> Row:
    """What facts are sorted by, in every store."""
    return row(fact.statement, place_of(fact.evidence), fact.evidence.line or 0)


def read_changes(tx: ManagedTransaction, source: str, run: int, property: str) -> list[Fact]:
    """All facts of a source whose rows have the run as `first`, or as `gone`, in the order of every store.

    Rows that another run has only staged are those of no finished run, and so not among them.
    """
    finished = {number for (number,) in tx.run("MATCH (r:Run) WHERE r.finished IS NOT NULL RETURN r.id").values()}
    facts = []
    for kind, said, place, line, first in tx.run(_CHANGED_FACTS[property], source=source, run=run):
        if first in finished:
            facts.append(_fact(kind, said, restore(Evidence, json.loads(place)), line))
    kinds = {key: json.loads(said) for key, said in tx.run(_KINDS)}
    places: dict[str, Evidence] = {}
    for *ends, said, place, line, first in tx.run(_CHANGED_FLOWS[property], source=source, run=run):
        if first in finished:
            a, b = (FieldId(*(unspelled(part or "") for part in end)) for end in (ends[:3], ends[3:]))
            where = places.get(place) or places.setdefault(place, restore(Evidence, json.loads(place)))
            flow = restore(Flow, {**kinds[said], "source": record(a), "target": record(b)})
            facts.append(Fact(flow, at_line(where, line)))
    return sorted(facts, key=order)


def _fact(kind: str, said: str, place: Evidence, line: int) -> Fact:
    return Fact(restore(KINDS[kind], json.loads(said)), at_line(place, line))


def at_line(place: Evidence, line: int) -> Evidence:
    return replace(place, line=line) if line else place


def read_flows(tx: ManagedTransaction, sight: Sight) -> FlowColumns:
    """All flows, as columns in the order of every store."""
    kinds, places = _Codes(), _Codes()
    rows = np.fromiter(
        (
            value
            for a, flows in _rows(tx, _FLOWS)
            for b, said, place, line, first, gone in flows
            for value in (a, b, kinds.of(said), places.of(place), line, first, gone)
        ),
        dtype=np.int64,
    ).reshape(-1, 7)
    sight.read_places(tx)
    rows = rows[_holding(rows, places.names, sight)]
    rows = np.unique(rows[:, :5], axis=0)
    nodes, ends = _nodes(tx, rows[:, :2])
    flows, kind = _flows(tx, kinds.names, rows[:, 2])
    evidences, evidence = _evidences(sight, places.names, rows[:, 3:5])
    order = np.lexsort((evidence, kind, ends[:, 1], ends[:, 0]))
    source, target = ends[order, 0].copy(), ends[order, 1].copy()
    return FlowColumns(nodes, source, target, kind[order], flows, evidence[order], evidences)


def read_columns(tx: ManagedTransaction, sight: Sight) -> FactColumns:
    """All flows, fields and classifications."""
    said = read_statements(tx, [NAMES[Field], NAMES[Classification]], sight)
    return as_columns(read_flows(tx, sight), said)


def read_known(tx: ManagedTransaction, sight: Sight) -> Known:
    """All facts: columns, and the others by kind."""
    others = [name for name, kind in KINDS.items() if kind not in COLUMNAR]
    told = sorted(read_statements(tx, others, sight), key=order)
    return Known(read_columns(tx, sight), by_kind(told))


def as_columns(flows: FlowColumns, said: Iterable[Fact]) -> FactColumns:
    """Flows, and fields and classifications told one by one, as the columns of all three."""
    told = FactColumns.of(said)
    nodes, old = told.nodes.joined(flows.nodes)
    place = {node: i for i, node in enumerate(nodes)}
    new = np.array([place[node] for node in flows.nodes], dtype=np.int32)
    kinds = sorted(flows.kinds, key=repr)
    rank = np.array([kinds.index(kind) for kind in flows.kinds], dtype=np.int32)
    evidences, codes = Evidences.packed((*flows.evidences, *told.evidences))
    by_flow, by_told = codes[: len(flows.evidences)], codes[len(flows.evidences) :]
    rows = distinct(new[flows.source], new[flows.target], rank[flows.kind], by_flow[flows.evidence])
    fields, classifications = (
        Said(*_with_values(distinct(old[some.node], some.value, by_told[some.evidence]), some.values))
        for some in (told.fields, told.classifications)
    )
    first = flows_at(*rows[:3])
    return FactColumns(nodes, rows[0], rows[1], rows[2], kinds, rows[3], first, evidences, fields, classifications)


def _with_values(rows: list[Any], values: Sequence[Any]) -> tuple[Any, ...]:
    node, value, evidence = rows
    return node, value, values, evidence


@dataclass
class _Codes:
    """Numbers for texts, in the order in which they are met."""

    _known: dict[str, int] = field(default_factory=dict)

    def of(self, text: str) -> int:
        return self._known.setdefault(text, len(self._known))

    @property
    def names(self) -> list[str]:
        return list(self._known)


def _holding(rows: np.ndarray[Any, Any], places: list[str], sight: Sight) -> np.ndarray[Any, Any]:
    """Which rows hold: rows of the same place and runs hold together."""
    asked, which = np.unique(rows[:, [3, 5, 6]], axis=0, return_inverse=True)
    answers = [sight.of_row(places[place], first, gone or None, False) for place, first, gone in asked.tolist()]
    return np.array(answers, dtype=bool)[which.reshape(-1)]


def _nodes(tx: ManagedTransaction, ends: np.ndarray[Any, Any]) -> tuple[list[FieldId], np.ndarray[Any, Any]]:
    used = set(each_once(ends).tolist())
    named = sorted(
        (FieldId(unspelled(namespace), unspelled(dataset), unspelled(name or "")), number)
        for number, namespace, dataset, name in _rows(tx, _DATA)
        if number in used
    )
    return [node for node, _ in named], positions([number for _, number in named], ends)


def _flows(tx: ManagedTransaction, keys: list[str], codes: np.ndarray[Any, Any]) -> tuple[list[Flow], Any]:
    """Flows without their ends, in the order of what they say, and the position of each code among them."""
    used = {keys[code] for code in each_once(codes).tolist()}
    ends = {"source": record(NOWHERE), "target": record(NOWHERE)}
    flows = {key: restore(Flow, {**json.loads(said), **ends}) for key, said in tx.run(_KINDS) if key in used}
    named = sorted((row(flow, "", 0).said, key) for key, flow in flows.items())
    code_of = {key: code for code, key in enumerate(keys)}
    return [flows[key] for _, key in named], positions([code_of[key] for _, key in named], codes)


def _evidences(sight: Sight, keys: list[str], pairs: np.ndarray[Any, Any]) -> tuple[list[Evidence], Any]:
    """The evidences of pairs of a place's code and a line, in order, and the position of each pair among them."""
    unique, codes = np.unique(pairs, axis=0, return_inverse=True)
    told = [(place_of(sight.places[keys[place]]), line, place) for place, line in unique.tolist()]
    order = sorted(range(len(told)), key=told.__getitem__)
    position = np.empty(len(order), dtype=np.int32)
    position[order] = np.arange(len(order), dtype=np.int32)
    evidences = [at_line(sight.places[keys[told[i][2]]], told[i][1]) for i in order]
    return evidences, position[codes.reshape(-1)]
