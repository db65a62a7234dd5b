"""Which flows do runs as a whole tell, and since when?  The same as a file of their events would, kept up to date.

A run speaks when it has ended, or after a while of silence: before, its START would tell of whole datasets what its
COMPLETE tells of columns.  Some time after its end it is settled: what it said stays, its SQL is forgotten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from inventory.receive.memory import Memory
from inventory.scanners.openlineage.event import Reader
from inventory.scanners.openlineage.ledger import Said, Seen
from inventory.scanners.openlineage.query import Columns, Known
from inventory.scanners.openlineage.runs import Part, RunKey
from lineage.model import FieldId, Method

PATIENCE = 60.0
"""Seconds of silence after which a run speaks though nobody told its end."""
SETTLED = 120.0
"""Seconds of silence after which a run that ended is over: an event that comes later is another run's."""
FORGOTTEN = 86_400.0
"""The same for a run whose end nobody told."""


@dataclass
class Level:
    """The flows of runs; `columns_of` knows the columns that other sources told."""

    memory: Memory
    reader: Reader
    columns_of: Columns
    said: dict[Said, Seen] = field(default_factory=dict)
    told: dict[RunKey, tuple[Part, Seen]] = field(default_factory=dict)
    """The runs that speak, with what they said when they last did."""
    waiting: dict[RunKey, None] = field(default_factory=dict)
    parts: dict[Part, Seen] = field(default_factory=dict)
    flows: dict[Part, tuple[Said, ...]] = field(default_factory=dict)
    asked: dict[Part, float] = field(default_factory=dict)
    """When events that stand for themselves last came."""
    _stale: bool = True

    def __post_init__(self) -> None:
        self.told = dict(self.memory.whole)
        self._count()

    def came(self, runs: Iterable[RunKey], singles: Iterable[Part], now: float) -> None:
        """Events of these runs came, and some that stand for themselves."""
        for run in runs:
            if run in self.memory.whole:
                self.memory.arrivals[run] = now
                self.waiting[run] = None
        for part in singles:
            if part in self.memory.single:
                self.asked[part] = now
                self._add(part, self.memory.single[part])

    def learned(self, datasets: Collection[FieldId], *, names: bool) -> None:
        """The columns of datasets are others than before, or (`names`) other names of datasets became known."""
        for part in [part for part in self.flows if part.queries]:
            if names or not (part.inputs | part.outputs).isdisjoint(datasets):
                del self.flows[part]
                self._stale = True

    def changed(self, now: float, *, everything: bool = False) -> tuple[Said, ...]:
        """Let those speak who may (`everything`: all); the statements whose first sight is another than before."""
        for run in list(self.waiting):
            if everything or run in self.told or self._may_speak(run, now):
                del self.waiting[run]
                self._speak(run)
        if not self._stale:
            return ()
        before, self._stale = self.said, False
        self.said = self._flows_of_parts()
        return tuple(key for key in {**before, **self.said} if before.get(key) != self.said.get(key))

    def settle(self, now: float, *, everything: bool = False) -> None:
        """Turn what runs that are over (`everything`: all that ended) said into statements, and forget them.

        Events that stand for themselves keep no SQL either.
        """
        over = [run for run in self.told if run not in self.waiting and self._is_over(run, now, everything)]
        asked = [p for p in self.memory.single if p.queries and (everything or now - self.asked.get(p, 0.0) > SETTLED)]
        if not over and not asked:
            return
        for run in over:
            self._keep(*self.told.pop(run))
            del self.memory.whole[run]
            self.memory.arrivals.pop(run, None)
            self.memory.ended.discard(run)
        for part in asked:
            self._keep(part, self.memory.single[part])
            del self.memory.single[part]
            self.asked.pop(part, None)
        self.reader.runs.kept = {part: part for part, _ in self.memory.whole.values()}
        self._count()

    def _may_speak(self, run: RunKey, now: float) -> bool:
        return run in self.memory.ended or now - self.memory.arrivals.get(run, now) > PATIENCE

    def _is_over(self, run: RunKey, now: float, everything: bool) -> bool:
        ended = run in self.memory.ended
        silence = now - self.memory.arrivals.get(run, now)
        return (everything and ended) or silence > (SETTLED if ended else FORGOTTEN)

    def _speak(self, run: RunKey) -> None:
        before, told = self.told.get(run), self.memory.whole[run]
        self.told[run] = told
        if before is None or before == told:
            self._add(*told)
        else:
            self._count()

    def _keep(self, part: Part, seen: Seen) -> None:
        """What SQL said, as statements; the rest as a part of its own without it."""
        for statement, method in self._flows(part):
            if method is Method.INFERRED:
                self.reader.ledger.add(statement, method, seen)
        bare = replace(part, queries=frozenset())
        self.memory.single[bare] = min(seen, self.memory.single.get(bare, seen))

    def _add(self, part: Part, seen: Seen) -> None:
        if part not in self.parts or seen < self.parts[part]:
            self.parts[part] = seen
            self._stale = True

    def _count(self) -> None:
        self.parts = dict(self.memory.single)
        for part, seen in self.told.values():
            self.parts[part] = min(seen, self.parts.get(part, seen))
        self.flows = {part: flows for part, flows in self.flows.items() if part in self.parts}
        self._stale = True

    def _flows_of_parts(self) -> dict[Said, Seen]:
        said: dict[Said, Seen] = {}
        for part, seen in self.parts.items():
            for key in self._flows(part):
                said[key] = min(seen, said.get(key, seen))
        return said

    def _flows(self, part: Part) -> tuple[Said, ...]:
        if part not in self.flows:
            known = self.reader.known(self.columns_of) if part.queries else Known()
            self.flows[part] = tuple(part.flows(known))
        return self.flows[part]
