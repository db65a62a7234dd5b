"""What one event says: statements for the ledger, a part for its run, and what in it was no OpenLineage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from inventory.project import OwnWords
from inventory.scanners.openlineage.envelope import event_time
from inventory.scanners.openlineage.extraction import Extractions
from inventory.scanners.openlineage.facets import about, facet, schema
from inventory.scanners.openlineage.ledger import Ledger, Seen
from inventory.scanners.openlineage.lineage import Told, of_dataset, of_job
from inventory.scanners.openlineage.lives import Lives
from inventory.scanners.openlineage.names import dataset_id, job_name
from inventory.scanners.openlineage.query import Columns, Known, Query
from inventory.scanners.openlineage.repeats import Repeats, digest
from inventory.scanners.openlineage.runs import Part, Runs
from inventory.scanners.openlineage.shape import Shape
from inventory.scanners.openlineage.tags import Tags
from lineage.model import Fact, FieldId, Flow, Method, Symlink

ColumnList = tuple[tuple[str, str], ...]
"""The names and types of columns, in order."""
_CLOCK_SKEW = timedelta(days=1)
_ENDS = ("COMPLETE", "FAIL", "ABORT")


@dataclass
class Reader:
    """Collects what the events of one source say; `now` bounds their times."""

    tags: Tags
    now: datetime
    own: OwnWords = field(default_factory=OwnWords)
    functions: Mapping[str, str] = field(default_factory=dict)
    """What the project says its own functions of SQL keep of a value."""
    ledger: Ledger = field(default_factory=Ledger)
    runs: Runs = field(default_factory=Runs)
    schemas: dict[FieldId, dict[ColumnList, Seen]] = field(default_factory=dict)
    """Dataset -> each list of columns it was said to have, with its first sight; the newest list is used."""
    lives: Lives = field(default_factory=Lives)
    extractions: Extractions = field(default_factory=Extractions)
    repeats: Repeats[tuple[tuple[FieldId, Told] | None, tuple[str, ...]]] = field(default_factory=Repeats)

    def read(self, event: Mapping[str, Any], place: str) -> tuple[str, ...]:
        """Take in one event; returns what was wrong with it: those pieces are left out."""
        shape = Shape()
        seen = Seen.at(self._time(event, shape), place)
        if "job" in event:
            self._job(event, seen, shape)
        elif "dataset" in event:
            self._dataset(shape.mapping(event["dataset"], "dataset"), "dataset", None, seen, shape)
        else:
            shape.problems.append("it has neither a job nor a dataset, so it is no OpenLineage event")
        return tuple(dict.fromkeys(shape.problems))

    def facts(self, columns_of: Columns) -> Iterator[Fact]:
        """All that was said, with what only whole runs say; `columns_of` knows what other sources told."""
        ledger = Ledger(dict(self.ledger.said))
        for flow, method, seen in self.runs.flows(self.known(columns_of)):
            ledger.add(flow, method, seen)
        for gap, seen in self.extractions.gaps():
            ledger.add(gap, Method.OBSERVED, seen)
        return ledger.facts(self.lives.until)

    def known(self, otherwise: Columns) -> Known:
        """What the SQL of runs is read with; `otherwise` knows the columns that other sources told."""
        return Known(self._names(), self._columns(otherwise), self.functions)

    def _columns(self, otherwise: Columns) -> Columns:
        """The columns that events told of a dataset, the newest; `otherwise` those that other sources told."""

        def columns(dataset: FieldId) -> Mapping[str, str]:
            told = self.schemas.get(dataset)
            return dict(max(told.items(), key=_newest)[0]) if told else otherwise(dataset)

        return columns

    def _names(self) -> Mapping[FieldId, frozenset[str]]:
        """The other names of datasets: those that SQL may use."""
        links = [s for s, _ in self.ledger.said if isinstance(s, Symlink)]
        names: dict[FieldId, frozenset[str]] = {}
        for link in links:
            for one, other in ((link.alias, link.dataset), (link.dataset, link.alias)):
                names[one] = names.get(one, frozenset()) | {other.name}
        return names

    def _time(self, event: Mapping[str, Any], shape: Shape) -> datetime | None:
        """The event's time; none for one that lies ahead, which would hide what it says until then."""
        time = event_time(event, shape)
        if time and time > self.now + _CLOCK_SKEW:
            shape.problems.append("eventTime lies in the future")
            return None
        return time

    def _job(self, event: Mapping[str, Any], seen: Seen, shape: Shape) -> None:
        said = shape.mapping(event["job"], "job")
        job, facets = job_name(said, shape), shape.mapping(said.get("facets"), "job.facets")
        run = shape.mapping(event.get("run"), "run")
        inputs = [self._dataset(i, "inputs", None, seen, shape) for i in shape.mappings(event.get("inputs"), "inputs")]
        outputs = [
            self._dataset(o, "outputs", job, seen, shape) for o in shape.mappings(event.get("outputs"), "outputs")
        ]
        lineage = of_job(facets, job, shape)
        self._add(lineage.flows, seen)
        told = [lineage, *(output[1] for output in outputs if output)]
        part = Part(
            job,
            frozenset(i[0] for i in inputs if i),
            frozenset(o[0] for o in outputs if o),
            frozenset((flow.source.dataset, flow.target.dataset) for t in told for flow in t.flows),
            frozenset(dataset for t in told for dataset in t.closed),
            frozenset(_queries(facets, shape)),
        )
        ended = shape.text(event.get("eventType"), "eventType").upper() in _ENDS
        self.runs.add(shape.text(run.get("runId"), "run.runId"), part, seen, ended=ended)
        if job:
            self.extractions.add(job, shape.mapping(run.get("facets"), "run.facets"), seen, shape, ended=ended)

    def _dataset(
        self, said: Mapping[str, Any], what: str, job: str | None, seen: Seen, shape: Shape
    ) -> tuple[FieldId, Told] | None:
        """Take in one dataset with what goes into it; None where it has no name."""
        key, own = digest(said, what, job), Shape()
        outcome = self.repeats.recall(key, seen)
        if outcome is None:
            outcome = self._new_dataset(said, what, job, seen, own), tuple(own.problems)
            self.repeats.keep(key, seen, outcome)
        if outcome[0]:
            self.lives.add(outcome[0][0], said["facets"] if isinstance(said.get("facets"), dict) else {}, seen)
        shape.problems += outcome[1]
        return outcome[0]

    def _new_dataset(
        self, said: Mapping[str, Any], what: str, job: str | None, seen: Seen, shape: Shape
    ) -> tuple[FieldId, Told] | None:
        dataset = dataset_id(said, shape, what)
        if dataset is None:
            return None
        facets = shape.mapping(said.get("facets"), f"{what}.facets")
        fields = tuple(schema(dataset, facets, shape))
        if fields:
            columns = tuple((f.field.field, f.type or "") for f in fields)
            told = self.schemas.get(dataset, {})
            self.schemas[dataset] = {**told, columns: min(seen, told.get(columns, seen))}
        for statement, method in about(dataset, fields, facets, self.tags, self.own, shape):
            self.ledger.add(statement, method, seen)
        lineage = of_dataset(dataset, facets, job, shape)
        self._add(lineage.flows, seen)
        return dataset, lineage

    def _add(self, flows: Iterable[Flow], seen: Seen) -> None:
        for flow in flows:
            self.ledger.add(flow, Method.OBSERVED, seen)


def _newest(told: tuple[ColumnList, Seen]) -> tuple[Seen, ColumnList]:
    return told[1], told[0]


def _queries(job_facets: Mapping[str, Any], shape: Shape) -> Iterator[Query]:
    told = facet(job_facets, "sql", shape)
    text, dialect = shape.text(told.get("query"), "sql.query"), shape.text(told.get("dialect"), "sql.dialect")
    if text.strip():
        yield Query(text, dialect.strip().lower() or None)
