"""How a run of a source is written: staged unseen in many transactions, and finished in one.

Rows are staged under the id of a run that is not finished.  Finishing compares once more: if another run of the same
source finished meanwhile, what this one staged is mended by what that one left.  docs/decisions/neo4j-model.md.
"""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from lineage.codec import KINDS, restore
from lineage.errors import StoreError
from lineage.model import Batch, Evidence, Fact, Flow, Reading, ScopeComplete
from lineage.property_graph import short
from lineage.spelling import spelled
from lineage.stores import Run
from lineage.stores.neo4j.batch import MOST, Cutter, Rows, add_fact, add_flow, in_parts, is_gap, parts
from lineage.stores.neo4j.burial import bury
from lineage.stores.neo4j.reading import at_line
from lineage.stores.neo4j.server import Server
from lineage.stores.rows import time_text, within

if TYPE_CHECKING:
    from neo4j import ManagedTransaction

_OPEN_FLOWS = (
    "MATCH ()-[r:FLOWS_TO]->() WHERE r.source = $source AND r.key IS NOT NULL AND r.gone IS NULL "
    "RETURN r.key, r.place, r.first, false"
)
_OPEN_FACTS = (
    "MATCH (f:Fact) WHERE f.source = $source AND f.key IS NOT NULL AND f.gone IS NULL "
    "RETURN f.key, f.place, f.first, f.kind = 'gap'"
)
_CLOSE_FLOWS = (
    "UNWIND $rows AS row MATCH ()-[r:FLOWS_TO {source: $source, key: row[0]}]->() "
    "WHERE r.first = row[1] AND r.gone IS NULL SET r.gone = $run"
)
_CLOSE_FACTS = (
    "UNWIND $rows AS row MATCH (r:Fact {source: $source, key: row[0]}) "
    "WHERE r.first = row[1] AND r.gone IS NULL SET r.gone = $run"
)
_UNSTAGE_FLOWS = (
    "UNWIND $rows AS key MATCH ()-[r:FLOWS_TO {source: $source, key: key}]->() WHERE r.first = $run DELETE r"
)
_UNSTAGE_FACTS = "UNWIND $rows AS key MATCH (f:Fact {source: $source, key: key}) WHERE f.first = $run DETACH DELETE f"
_AGAIN_FLOWS = (
    "UNWIND $rows AS key CALL { WITH key MATCH (a)-[r:FLOWS_TO {source: $source, key: key}]->(b) "
    "RETURN a, b, r LIMIT 1 } CREATE (a)-[n:FLOWS_TO]->(b) SET n = properties(r), n.first = $run, n.gone = null"
)
_AGAIN_FACTS = (
    "UNWIND $rows AS key CALL { WITH key MATCH (f:Fact {source: $source, key: key}) RETURN f LIMIT 1 } "
    "MATCH (e:Evidence {key: f.place}) RETURN f.kind, f.said, e.said, f.line"
)
_UNFINISHED = "MATCH (r:Run {id: $run}) WHERE r.finished IS NULL SET r:Dead REMOVE r:Run"


class Open(NamedTuple):
    """A fact of a source that still holds: its place, the run that first saw it, and what it is."""

    place: str
    first: int
    is_gap: bool
    is_flow: bool


@dataclass
class Writing:
    """One run of a source while it is written; `silence` is after how many seconds another is taken for dead."""

    server: Server
    source: str
    agent: str
    started: datetime
    digest: str | None
    silence: float
    id: int | None = None
    token: str = field(default_factory=lambda: uuid4().hex)
    _base: int | None = None
    _batch: int = 0
    _seen: set[str] = field(default_factory=set)
    _gaps: set[str] = field(default_factory=set)
    _flows: set[str] = field(default_factory=set)
    """Keys of the flows staged, and of the other facts:"""
    _facts: set[str] = field(default_factory=set)
    _open: dict[str, Open] = field(default_factory=dict)
    _cutter: Cutter = field(default_factory=Cutter)

    @property
    def key(self) -> str:
        return short(self.source)

    def record(self, readings: Iterable[Reading]) -> Run:
        """Write the run: all of it, or nothing."""
        bury(self.server, self.silence)
        self._compare()
        scopes: list[ScopeComplete] = []
        try:
            self._stage(readings, scopes)
            if self.id is None:
                self._begin()
            while (run := self._finish(scopes)) is None:
                self._mend()
            return run
        except BaseException:
            self._abandon()
            raise

    def copy(self, run: Run, added: Iterable[Fact], gone: Iterable[Fact]) -> Run:
        """Write a finished run of another store as it is; what an earlier try left of it is removed first."""
        self.server.write(lambda tx: tx.run(_UNFINISHED, run=run.id).consume())
        bury(self.server, self.silence)
        self._begin(run.id)
        try:
            self._stage(added, [])
            closed = [(*self._key_of(fact), fact) for fact in gone]
            return self._finish_copy(run, closed)
        except BaseException:
            self._abandon()
            raise

    # -- staging --------------------------------------------------------------------------------------

    def _compare(self) -> None:
        """Read which facts of the source hold by its newest finished run."""

        def read(tx: ManagedTransaction) -> tuple[int | None, dict[str, Open]]:
            last = tx.run("MATCH (s:Source {key: $key}) RETURN s.last", key=self.key).single()
            finished = set(
                itertools.chain.from_iterable(
                    tx.run(
                        "MATCH (s:Source {key: $key})<-[:OF]-(r:Run) WHERE r.finished IS NOT NULL RETURN r.id",
                        key=self.key,
                    ).values()
                )
            )
            held = {}
            for query, is_flow in ((_OPEN_FLOWS, True), (_OPEN_FACTS, False)):
                for key, place, first, gap in tx.run(query, source=self.key):
                    if first in finished:
                        held[key] = Open(place, first, gap, is_flow)
            return (last[0] if last else None), held

        self._base, self._open = self.server.read(read)

    def _stage(self, readings: Iterable[Reading], scopes: list[ScopeComplete]) -> None:
        with self._sending() as send:
            for rows in self._batches(readings, scopes):
                send(rows)

    @contextlib.contextmanager
    def _sending(self) -> Iterator[Callable[[Rows], None]]:
        """Batches are sent by a thread of its own, one after the other, while the next one is cut."""
        under_way: list[Future[None]] = []

        def finish() -> None:
            if under_way:
                under_way.pop().result()

        with ThreadPoolExecutor(1, "sharemap-neo4j") as thread:

            def send(rows: Rows) -> None:
                finish()
                under_way.append(thread.submit(self._send, lambda tx: rows.write(tx, self.key, self._number)))

            yield send
            finish()

    def _batches(self, readings: Iterable[Reading], scopes: list[ScopeComplete]) -> Iterator[Rows]:
        """What is new of what was read; scopes are put aside."""
        rows = Rows()
        for reading in readings:
            match reading:
                case ScopeComplete():
                    scopes.append(reading)
                case Batch():
                    for key, row, a, b in self._cutter.batch(reading):
                        if self._is_new(key, self._flows):
                            add_flow(rows, row, reading.like, a, b, reading.evidence)
                            if rows.size >= MOST:
                                yield rows
                                rows = Rows()
                case Fact(Flow() as flow, evidence):
                    key, row = self._cutter.flow(flow, evidence)
                    if self._is_new(key, self._flows):
                        add_flow(rows, row, flow, flow.source, flow.target, evidence)
                case Fact():
                    key, told = self._cutter.fact(reading)
                    if is_gap(reading):
                        self._gaps.add(key)
                    if self._is_new(key, self._facts):
                        add_fact(rows, told, reading)
            if rows.size >= MOST:
                yield rows
                rows = Rows()
        if rows.size:
            yield rows

    def _is_new(self, key: str, staged: set[str]) -> bool:
        if key in self._seen:
            return False
        self._seen.add(key)
        if key in self._open:
            return False
        staged.add(key)
        return True

    @property
    def _number(self) -> int:
        assert self.id is not None
        return self.id

    def _begin(self, number: int | None = None) -> None:
        def begin(tx: ManagedTransaction) -> int:
            tx.run("MATCH (s:Store {key: 'store'}) SET s.turn = $token", token=self.token).consume()
            begun = tx.run("MATCH (r:Run {token: $token}) RETURN r.id", token=self.token).single()
            if begun:
                return int(begun[0])
            found = tx.run(
                "MATCH (s:Store {key: 'store'}) WITH s, coalesce($number, s.runs + 1) AS number "
                "SET s.runs = CASE WHEN s.runs > number THEN s.runs ELSE number END "
                "MERGE (o:Source {key: $key}) ON CREATE SET o.name = $source "
                "CREATE (r:Run {id: number, token: $token, source: $source, agent: $agent})-[:OF]->(o) "
                "SET r.batch = 0, r.beat = timestamp() RETURN number",
                token=self.token, key=self.key, source=spelled(self.source), agent=spelled(self.agent), number=number,
            ).single()  # fmt: skip
            if found is None:
                raise StoreError(
                    f"{self.server.address}: the graph's node (:Store) is gone; sync into an empty database"
                )
            return int(found[0])

        self.id = self.server.write(begin)

    def _send(self, write: Callable[[ManagedTransaction], None]) -> None:
        """Write one batch once, however often it is sent."""
        if self.id is None:
            self._begin()
        self._batch += 1
        number = self._batch

        def send(tx: ManagedTransaction) -> None:
            found = tx.run(
                "MATCH (r:Run {token: $token}) SET r.beat = timestamp() RETURN r.batch", token=self.token
            ).single()
            if found is None:
                raise StoreError(
                    f"{self.server.address}: the run of {self.source!r} was silent for so long that another took it "
                    "for dead and removed it; scan again"
                )
            if found[0] < number:
                write(tx)
                tx.run("MATCH (r:Run {token: $token}) SET r.batch = $number", token=self.token, number=number).consume()

        self.server.write(send)

    def _key_of(self, fact: Fact) -> tuple[str, bool]:
        if isinstance(fact.statement, Flow):
            return self._cutter.flow(fact.statement, fact.evidence)[0], True
        return self._cutter.fact(fact)[0], False

    # -- finishing ------------------------------------------------------------------------------------

    def _finish(self, scopes: list[ScopeComplete]) -> Run | None:
        """Let everybody see the run; None, and nothing written, where it was compared with what is no longer so."""
        unseen = {key: held for key, held in self._open.items() if key not in self._seen}
        places = self._places({held.place for held in unseen.values()}) if scopes else {}
        gone = {
            key: held
            for key, held in unseen.items()
            if held.is_gap or (scopes and any(within(places[held.place], scope) for scope in scopes))
        }

        def finish(tx: ManagedTransaction) -> Run | None:
            last, done = self._lock(tx)
            if done:
                return self._told(datetime.fromisoformat(done), len(gone))
            if last != self._base:
                return None
            for query, is_flow in ((_CLOSE_FLOWS, True), (_CLOSE_FACTS, False)):
                closing = sorted([key, held.first] for key, held in gone.items() if held.is_flow is is_flow)
                in_parts(tx, query, closing, source=self.key, run=self._number)
            run = self._told(max(self.started, datetime.now(UTC)), len(gone))
            self._put(tx, run)
            return run

        return self.server.write(finish)

    def _lock(self, tx: ManagedTransaction) -> tuple[int | None, str | None]:
        """Keep others from finishing a run of the source; its newest run, and when this one was finished."""
        found = tx.run(
            "MATCH (r:Run {token: $token})-[:OF]->(s:Source) SET s.turn = $token RETURN s.last, r.finished",
            token=self.token,
        ).single()
        if found is None:
            raise StoreError(
                f"{self.server.address}: the run of {self.source!r} was removed before it was finished; scan again"
            )
        return found[0], found[1]

    def _told(self, finished: datetime, retired: int) -> Run:
        added = len(self._flows) + len(self._facts)
        return Run(
            self._number, self.source, self.agent, self.started, finished, len(self._seen), added, retired,
            len(self._gaps), self.digest,
        )  # fmt: skip

    def _put(self, tx: ManagedTransaction, run: Run) -> None:
        told = {
            "started": time_text(run.started), "finished": time_text(run.finished), "seen": run.seen,
            "added": run.added, "retired": run.retired, "gaps": run.gaps, "digest": run.digest,
        }  # fmt: skip
        tx.run(
            "MATCH (r:Run {token: $token})-[:OF]->(s:Source) SET r += $told, s.last = r.id REMOVE r.batch, r.beat",
            token=self.token, told=told,
        ).consume()  # fmt: skip

    def _finish_copy(self, run: Run, gone: list[tuple[str, bool, Fact]]) -> Run:
        def finish(tx: ManagedTransaction) -> Run:
            if not self._lock(tx)[1]:
                for query, is_flow in ((_CLOSE_FLOWS, True), (_CLOSE_FACTS, False)):
                    rows = sorted([key] for key, flow, _ in gone if flow is is_flow)
                    query = query.replace("r.first = row[1]", "r.first <> $run")
                    in_parts(tx, query, rows, source=self.key, run=self._number)
                self._put(tx, run)
            return run

        return self.server.write(finish)

    def _places(self, keys: set[str]) -> dict[str, str]:
        """Key of a place -> the evidence's source."""
        query = "UNWIND $keys AS key MATCH (e:Evidence {key: key}) RETURN key, e.said"
        rows = self.server.read(lambda tx: tx.run(query, keys=sorted(keys)).values())
        return {key: json.loads(said)["source"] for key, said in rows}

    def _mend(self) -> None:
        """Compare again with what a run of the same source left that finished meanwhile."""
        self._compare()
        for query, again, staged in (
            (_UNSTAGE_FLOWS, self._flows_again, self._flows),
            (_UNSTAGE_FACTS, self._facts_again, self._facts),
        ):
            double = sorted(key for key in staged if key in self._open)
            self._send(lambda tx, q=query, d=double: in_parts(tx, q, d, source=self.key, run=self._number))  # type: ignore[misc]
            staged.difference_update(double)
            again(sorted(key for key in self._seen if key not in self._open and key not in self._flows | self._facts))

    def _flows_again(self, keys: list[str]) -> None:
        """Stage flows that were seen, and held until that other run closed them."""
        found = self._present("MATCH ()-[r:FLOWS_TO {source: $source, key: key}]->()", keys)
        for part in parts(found):
            self._flows.update(part)
            self._send(lambda tx, p=part: in_parts(tx, _AGAIN_FLOWS, p, source=self.key, run=self._number))  # type: ignore[misc]

    def _facts_again(self, keys: list[str]) -> None:
        found = self._present("MATCH (:Fact {source: $source, key: key})", keys)
        for part in parts(found):
            values = self.server.read(lambda tx, p=part: tx.run(_AGAIN_FACTS, rows=p, source=self.key).values())  # type: ignore[misc]
            rows = Rows()
            for kind, said, place, line in values:
                evidence = at_line(restore(Evidence, json.loads(place)), line)
                fact = Fact(restore(KINDS[kind], json.loads(said)), evidence)
                add_fact(rows, self._cutter.fact(fact)[1], fact)
            self._facts.update(part)
            self._send(lambda tx, rows=rows: rows.write(tx, self.key, self._number))  # type: ignore[misc]

    def _present(self, match: str, keys: list[str]) -> list[str]:
        query = f"UNWIND $keys AS key CALL {{ WITH key {match} RETURN 1 AS one LIMIT 1 }} RETURN key"
        return sorted(row[0] for row in self.server.read(lambda tx: tx.run(query, keys=keys, source=self.key).values()))

    def _abandon(self) -> None:
        """Remove what was staged, if the server can be reached; else the next run does."""
        if self.id is not None:
            with contextlib.suppress(StoreError):
                self.server.write(
                    lambda tx: tx.run(
                        "MATCH (r:Run {token: $token}) WHERE r.finished IS NULL SET r:Dead REMOVE r:Run",
                        token=self.token,
                    ).consume()
                )
                bury(self.server, self.silence)
