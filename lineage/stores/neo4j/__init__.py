"""The shared fact store: a graph in Neo4j that many write at once and people can read.

The model, and how a run becomes visible at once, are told in docs/decisions/neo4j-model.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from lineage.codec import KINDS
from lineage.columns import FactColumns, Known
from lineage.model import Fact, Flow, Reading, Statement
from lineage.property_graph import short
from lineage.stores import Run
from lineage.stores.neo4j import reading, schema
from lineage.stores.neo4j.layer import Layer, replace_layer, rows_of
from lineage.stores.neo4j.reading import Sight
from lineage.stores.neo4j.server import Address, Server
from lineage.stores.neo4j.writing import Writing

SILENCE = 3600.0
"""After how many seconds without a word an unfinished run is taken for dead."""


class Neo4jStore:
    """The store in the database that a URL names: ``neo4j://host:7687?database=NAME&timeout=SECONDS``.

    User and password come from the environment or from a file that it names (docs/neo4j.md).  Raises InvalidInput
    for a URL that cannot be used, StoreError where the server or its database cannot.
    """

    def __init__(self, url: str, *, silence: float = SILENCE) -> None:
        self.server = Server(Address.of(url))
        self._silence = silence
        self._prepared = False
        try:
            schema.version_of(self.server)
        except BaseException:
            self.server.close()
            raise

    def close(self) -> None:
        self.server.close()

    # -- writing --------------------------------------------------------------------------------------

    def record(
        self, source: str, agent: str, readings: Iterable[Reading], *, now: datetime, digest: str | None = None
    ) -> Run:
        """See FactStore.  Raises StoreError where the server cannot be written to."""
        self._prepare()
        return Writing(self.server, source, agent, now, digest, self._silence).record(readings)

    def copy(self, run: Run, added: Iterable[Fact], gone: Iterable[Fact]) -> None:
        """See FactStore.  Raises StoreError where the server cannot be written to."""
        self._prepare()
        if run != self.server.read(lambda tx: reading.run_of(tx, run.id)):
            writing = Writing(self.server, run.source, run.agent, run.started, run.digest, self._silence)
            writing.copy(run, added, gone)

    def project(self, layer: Layer) -> None:
        """Put what a check derived into the graph for people to see, in the place of what the last one derived."""
        self._prepare()
        nodes, edges = rows_of(layer)
        self.server.write(lambda tx: replace_layer(tx, nodes, edges))

    def _prepare(self) -> None:
        if not self._prepared:
            schema.prepare(self.server)
            self._prepared = True

    # -- reading --------------------------------------------------------------------------------------

    def runs(self) -> tuple[Run, ...]:
        return self.server.read(reading.read_runs)

    def last_run(self, source: str) -> Run | None:
        return self.server.read(lambda tx: reading.last_run(tx, short(source)))

    def statements(
        self, *kinds: type[Statement], day: date | None = None, known_at: datetime | None = None
    ) -> Iterator[Fact]:
        facts = self._statements(kinds, day, known_at)
        if Flow in kinds:
            facts += self._flows(day, known_at)
        yield from sorted(facts, key=reading.order)

    def columns(self, *, day: date | None = None, known_at: datetime | None = None) -> FactColumns:
        return self.server.read(lambda tx: reading.read_columns(tx, Sight.of(tx, day, known_at)))

    def known(self, *, day: date | None = None, known_at: datetime | None = None) -> Known:
        return self.server.read(lambda tx: reading.read_known(tx, Sight.of(tx, day, known_at)))

    def facts(self, *, day: date | None = None, known_at: datetime | None = None) -> Iterator[Fact]:
        yield from self.statements(*KINDS.values(), day=day, known_at=known_at)

    def changes(self, run: Run) -> tuple[Iterable[Fact], Iterable[Fact]]:
        def read(property: str) -> list[Fact]:
            return self.server.read(lambda tx: reading.read_changes(tx, short(run.source), run.id, property))

        return read("first") if run.added else (), read("gone") if run.retired else ()

    def _statements(self, kinds: Sequence[type[Statement]], day: date | None, known_at: datetime | None) -> list[Fact]:
        wanted = [name for name, kind in KINDS.items() if kind is not Flow and (kind in kinds or not kinds)]
        return self.server.read(lambda tx: reading.read_statements(tx, wanted, Sight.of(tx, day, known_at)))

    def _flows(self, day: date | None, known_at: datetime | None) -> Iterator[Fact]:
        columns = self.server.read(lambda tx: reading.read_flows(tx, Sight.of(tx, day, known_at)))
        codes = (columns.source.tolist(), columns.target.tolist(), columns.kind.tolist(), columns.evidence.tolist())
        for source, target, kind, evidence in zip(*codes, strict=True):
            ends = {"source": columns.nodes[source], "target": columns.nodes[target]}
            yield Fact(replace(columns.kinds[kind], **ends), columns.evidences[evidence])
