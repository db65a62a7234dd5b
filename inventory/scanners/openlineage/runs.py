"""What a run as a whole did: its events, in any order, put together, and the flows that only then show.

OpenLineage lets each event of a run tell a part: START its inputs, COMPLETE its outputs, RUNNING the columns.
A run that failed or was aborted may have written before: its flows count like any other's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from inventory.scanners.openlineage.ledger import Seen
from inventory.scanners.openlineage.query import Known, Query, Tables, flows_of
from lineage.model import FieldId, Flow, Method

RunKey = tuple[str | None, str]
"""The name of a job and the id of its run."""
_NONE: frozenset[FieldId] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """What one event, or several together, tell of a run.

    `told` are the pairs (input, output) whose lineage the events tell themselves; `closed` the outputs for
    which they name every input.
    """

    job: str | None
    inputs: frozenset[FieldId] = _NONE
    outputs: frozenset[FieldId] = _NONE
    told: frozenset[tuple[FieldId, FieldId]] = frozenset()
    closed: frozenset[FieldId] = _NONE
    queries: frozenset[Query] = frozenset()

    def __or__(self, other: Part) -> Part:
        return Part(
            self.job,
            self.inputs | other.inputs,
            self.outputs | other.outputs,
            self.told | other.told,
            self.closed | other.closed,
            self.queries | other.queries,
        )

    def flows(self, known: Known) -> Iterator[tuple[Flow, Method]]:
        """The flows of whole datasets, and those of columns that only the SQL of the job tells."""
        for output in self.outputs - self.closed:
            for source in self.inputs - {output}:
                if (source, output) not in self.told:
                    yield Flow(source, output, job=self.job), Method.OBSERVED
        untold = self.outputs - self.closed - {output for _, output in self.told}
        if len(self.queries) == 1:
            (query,) = self.queries
            for flow in flows_of(query, Tables(self.inputs, untold, known), self.job):
                yield flow, Method.INFERRED


@dataclass
class Runs:
    """The runs of a source; equal ones are kept once, so that a million runs of one job stay small."""

    whole: dict[RunKey, tuple[Part, Seen]] = field(default_factory=dict)
    ended: set[RunKey] = field(default_factory=set)
    """Those whose end was told; what is told of them later, or was sent before and comes later, counts too."""
    single: dict[Part, Seen] = field(default_factory=dict)
    kept: dict[Part, Part] = field(default_factory=dict)

    def add(self, run: str, part: Part, seen: Seen, *, ended: bool = False) -> None:
        """Put a part to its run; what belongs to no run (a job event) stands for itself."""
        if not run:
            self.single[part] = min(seen, self.single.get(part, seen))
            return
        known, first = self.whole.get((part.job, run), (part, seen))
        part = known | part
        self.whole[part.job, run] = self.kept.setdefault(part, part), min(first, seen)
        if ended:
            self.ended.add((part.job, run))

    def flows(self, known: Known) -> Iterator[tuple[Flow, Method, Seen]]:
        earliest = dict(self.single)
        for part, seen in self.whole.values():
            earliest[part] = min(seen, earliest.get(part, seen))
        for part, seen in earliest.items():
            yield from ((flow, method, seen) for flow, method in part.flows(known))
