"""Takes events out of the inbox and tells the store what follows from them, as they come."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from inventory.knownschema import StoreSchema
from inventory.placing import placed
from inventory.project import Project, Source
from inventory.receive.inbox import Inbox
from inventory.receive.memory import Changes, Memory
from inventory.receive.metrics import Metrics
from inventory.receive.standing import RECEIVED, Plan, Standing
from inventory.scanners import Context
from inventory.scanners.openlineage.ledger import AGENT
from inventory.scanners.openlineage.tags import Tags
from lineage.errors import LineageError, StoreError
from lineage.model import FieldId
from lineage.stores import FactStore

_AT_ONCE = 5_000
"""Events that are read before the store is told."""
_PAUSE = 0.25
"""Seconds between two writings: a run of the store for each, not for each event."""
_IDLE = 5.0
_SWEEP = 10.0
"""Seconds between two looks at which runs are over."""
_LONGEST_BACKOFF = 30.0
_LOOK_AGAIN = 60.0
"""Seconds after which the columns that other sources told are looked up again."""
_FRESH = 3600.0
"""Seconds after which the store is told that events still come, though they say nothing new."""


@dataclass
class Folding:
    """A thread that folds the inbox into the store; `say` tells the person who runs the receiver."""

    project: Project
    inbox: Inbox
    open_store: Callable[[], FactStore]
    metrics: Metrics
    say: Callable[[str], None]
    failing: bool = False
    """Could the store not be written the last time?"""
    _wake: threading.Event = field(default_factory=threading.Event)
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Open the store and tell it what is known; raises what the store raises."""
        self._ready: threading.Event = threading.Event()
        self._problem: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="folding", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._problem:
            raise self._problem

    def wake(self) -> None:
        """There is something in the inbox."""
        self._wake.set()

    def stop(self) -> None:
        """Fold what is there, and end; what the store cannot take now waits in the inbox for the next start."""
        self._stop.set()
        self._wake.set()
        self._thread.join()

    # -- the thread -----------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            store = self.open_store()
        except BaseException as problem:
            self._problem = problem
            self._ready.set()
            return
        try:
            self._begin(store)
            self._ready.set()
            self._work()
        except BaseException as problem:
            self._problem, self.failing = problem, True
            self.say(f"the receiver stopped writing to the store ({type(problem).__name__}); events are kept")
        finally:
            self._ready.set()
            store.close()

    def _begin(self, store: FactStore) -> None:
        self._store = store
        self._source = Source(RECEIVED, AGENT, self.project.root, options={"tags": dict(self.project.received_tags)})
        memory = Memory.of(self.inbox.remembered())
        tags, project = Tags.of(self._source), self.project
        reader = memory.reader(tags, project.own_words, project.functions, datetime.now(UTC))
        self._look_up()
        self._standing = Standing(memory, reader, self._columns_of)
        if not memory.said and self._store.last_run(RECEIVED) is None:
            self._standing.gaps = ()  # nothing to tell, and nothing to put right
        self._last = self._settled = 0
        self._unwritten: Changes = {}
        self._backoff = 0.0
        self._told = self._came = self._swept = time.monotonic()

    def _work(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            found = self._tried()
            if self.failing:
                self._stop.wait(self._backoff)
            elif found < _AT_ONCE:
                self._wake.wait(_PAUSE if found else _IDLE)
                self._stop.wait(_PAUSE)
        while self._tried(everything=True) and not self.failing:
            pass

    def _tried(self, *, everything: bool = False) -> int:
        try:
            return self._fold(everything=everything)
        except StoreError as problem:
            self._fail(problem)
            return 0

    def _fold(self, *, everything: bool) -> int:
        """Read some events, tell the store, let go of them; how many were there?

        After a failure no more are read until the store has what was read before.
        """
        now = datetime.now(UTC)
        found = [] if self.failing else self.inbox.after(self._last, _AT_ONCE)
        self._look_up_again()
        for number, body in found:
            self._standing.read(body, now)
            self._last, self._came = number, time.monotonic()
        everything = everything and len(found) < _AT_ONCE
        plan = self._standing.plan(now, everything=everything)
        self._tell(plan)
        self._standing.told(plan)
        if everything or time.monotonic() - self._swept > _SWEEP:
            self._swept = time.monotonic()
            self._standing.settle(now, everything=everything)
        self._unwritten |= self._standing.changes()
        if self._unwritten or self._last > self._settled:
            stored = self.inbox.settle(self._last, self._unwritten)
            self.metrics.add("sharemap_events_stored_total", stored)
            self._settled, self._unwritten = self._last, {}
        self.failing, self._backoff = False, 0.0
        return len(found)

    def _tell(self, plan: Plan) -> None:
        """Give the store what is planned; now and then only word that events still come."""
        overdue = self._told < self._came and time.monotonic() - self._told > _FRESH
        if plan.needed or overdue:
            readings = placed(self._source, Context(aliases=self.project.aliases), set(), plan.readings or plan.gaps)
            self._store.record(RECEIVED, AGENT, readings, now=datetime.now(UTC))
            self._told = time.monotonic()

    def _fail(self, problem: LineageError) -> None:
        self.metrics.add("sharemap_store_failures_total")
        if not self.failing:
            self.say(f"the store cannot be written; events are kept and it is tried again: {problem}")
        self.failing = True
        self._backoff = min(max(1.0, 2 * self._backoff), _LONGEST_BACKOFF)

    # -- what other sources know ----------------------------------------------------------------------

    def _columns_of(self, dataset: FieldId) -> Mapping[str, str]:
        namespace = self.project.aliases.get(dataset.namespace, dataset.namespace)
        return self._schema.columns(namespace, dataset.name) or {}

    def _look_up(self) -> None:
        self._schema = StoreSchema(self._store)
        self._looked = time.monotonic()
        self._others = self._runs_of_others()

    def _look_up_again(self) -> None:
        """Other commands write to the store too; what they learned may explain SQL that was not understood."""
        if time.monotonic() - self._looked < _LOOK_AGAIN:
            return
        if self._others != self._runs_of_others():
            self._look_up()
            self._standing.level.learned((), names=True)
        self._looked = time.monotonic()

    def _runs_of_others(self) -> int:
        return sum(run.source != RECEIVED for run in self._store.runs())
