"""Which facts follow from all events read so far, and how do they differ from those the store was given?

A file of the same events gives the same facts.  They change as events come: a START that named whole datasets is
followed by the columns, an earlier time comes late.  What no longer follows is taken back by a complete reading of
the place (the job or dataset) that had said it: only that place is told again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from inventory.receive.level import Level
from inventory.receive.memory import KINDS_OF_MEMORY, Changes, Memory
from inventory.scanners.openlineage.envelope import subject
from inventory.scanners.openlineage.event import Reader
from inventory.scanners.openlineage.ledger import AGENT, Said, Seen
from inventory.scanners.openlineage.query import Columns
from lineage.model import Dataset, Evidence, Fact, Field, FieldId, Gap, Method, Reading, ScopeComplete, Symlink
from lineage.stores.rows import within

RECEIVED = "received"
"""The key of the source that received events are, and the first segment of its places."""
GONE_FOR_GOOD = timedelta(hours=1)
"""How long a dropped dataset must stay away until it counts as gone: many tables are made and dropped by each run."""
_MOST_GAPS = 100
_Told = tuple[Seen, date | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to tell the store, and what it holds of these statements then (None: no longer).

    A plan that is not `needed` would change nothing; one without readings may be needed: it tells that no gap is left.
    """

    needed: bool
    readings: tuple[Reading, ...]
    held: dict[Said, _Told | None]
    gaps: tuple[Fact, ...]


@dataclass
class Standing:
    """The facts of received events; for one thread."""

    memory: Memory
    reader: Reader
    columns_of: Columns
    held: dict[Said, _Told] = field(default_factory=dict)
    """The statements that the store was given, with their first sight and last day."""
    gaps: tuple[Fact, ...] | None = None
    """The gaps that the store was given; None before it was given anything."""
    _places: dict[str, set[Said]] = field(default_factory=dict)
    _about: dict[FieldId, set[Said]] = field(default_factory=dict)
    """Dataset -> the statements that say it, or a field of it, is there."""
    _pending: dict[Said, None] = field(default_factory=dict)
    _leaving: set[FieldId] = field(default_factory=set)
    _unsaved: dict[str, dict[object, None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.level = Level(self.memory, self.reader, self.columns_of)
        self._note(self.memory.said)
        self._leaving = set(self.memory.gone)

    def read(self, body: bytes, now: datetime) -> None:
        """Take in one event from the inbox."""
        event = json.loads(body)
        place = f"{RECEIVED}/{subject(event) or ''}"
        self.reader.now = now
        try:
            problems = self.reader.read(event, place)
        except Exception as problem:  # one event must not stop the others
            problems = (f"it made the reader fail ({type(problem).__name__}); please report it",)
        if problems:
            self.memory.troubles[place] = "; ".join(problems)
        elif place in self.memory.troubles:
            del self.memory.troubles[place]

    def plan(self, now: datetime, *, everything: bool = False) -> Plan:
        """What the store must be told; `everything`: as if all runs had ended."""
        self._collect(now.timestamp())
        self._note(self.level.changed(now.timestamp(), everything=everything))
        self._let_go(now, everything)
        wanted = {key: self._wanted(key) for key in self._pending}
        changed = {key: told for key, told in wanted.items() if told != self.held.get(key)}
        gaps = tuple(self._gaps())
        if not changed and gaps == self.gaps:
            return Plan(False, (), {}, gaps)
        return Plan(True, tuple(self._readings(changed, gaps)), changed, gaps)

    def told(self, plan: Plan) -> None:
        """The store has what was planned."""
        for key, now in plan.held.items():
            before = self.held.pop(key, None)
            if before:
                self._places[before[0].place].discard(key)
            if now:
                self.held[key] = now
                self._places.setdefault(now[0].place, set()).add(key)
        self._pending.clear()
        self.gaps = plan.gaps

    def changes(self) -> Changes:
        """What to write down so that another process can go on from here; for once."""
        self._collect(None)
        unsaved, self._unsaved = self._unsaved, {}
        return {line: text for kind, keys in unsaved.items() for line, text in self.memory.written(kind, keys).items()}

    def settle(self, now: datetime, *, everything: bool = False) -> None:
        """Forget runs that are over (`everything`: all that ended)."""
        self.level.settle(now.timestamp(), everything=everything)

    # -- what changed ---------------------------------------------------------------------------------

    def _collect(self, now: float | None) -> None:
        """See what the reader touched; without a time it was not events that came."""
        for kind in KINDS_OF_MEMORY:
            touched = getattr(self.memory, kind).touched()
            if not touched:
                continue
            self._unsaved.setdefault(kind, {}).update(dict.fromkeys(touched))
            match kind:
                case "said":
                    self._note(touched)
                    if any(isinstance(statement, Symlink) for statement, _ in touched):
                        self.level.learned((), names=True)
                case "schemas":
                    self.level.learned(set(touched), names=False)
                case "gone" | "named":
                    self._leaving |= {dataset for dataset in touched if dataset in self.memory.gone}
                case "single" if now is not None:
                    self.level.came((), touched, now)
                case "whole" if now is not None:
                    self.level.came(touched, (), now)

    def _note(self, keys: Iterable[Said]) -> None:
        for key in keys:
            self._pending[key] = None
            match key[0]:
                case Dataset(dataset=dataset):
                    self._about.setdefault(dataset, set()).add(key)
                case Field(field=node):
                    self._about.setdefault(node.dataset, set()).add(key)

    def _let_go(self, now: datetime, everything: bool) -> None:
        """Look again at datasets that went, once they stayed away for a while, or came back."""
        for dataset in list(self._leaving):
            gone = self.memory.gone[dataset]
            if everything or self.reader.lives.last_day(dataset) is None or gone < now - GONE_FOR_GOOD:
                self._leaving.discard(dataset)
                self._pending.update(dict.fromkeys(self._about.get(dataset, ())))

    def _wanted(self, key: Said) -> _Told | None:
        sights = [seen for seen in (self.memory.said.get(key), self.level.said.get(key)) if seen]
        if not sights:
            return None
        match key[0]:
            case Dataset(dataset=dataset) | Field(field=FieldId() as dataset) if dataset.dataset in self._leaving:
                return min(sights), None
        return min(sights), self.reader.lives.until(key[0])

    # -- what to tell ---------------------------------------------------------------------------------

    def _readings(self, changed: dict[Said, _Told | None], gaps: tuple[Fact, ...]) -> Iterator[Reading]:
        """New facts, all others of each place that takes one back, and all gaps (each run tells all there are)."""
        taken_back = {self.held[key][0].place for key in changed if key in self.held}
        places = {place for place in self._places if any(within(place, ScopeComplete(s)) for s in taken_back)}
        again = {key: self.held[key] for place in places for key in self._places[place] if key not in changed}
        for (statement, method), told in [*again.items(), *changed.items()]:
            if told:
                yield Fact(statement, told[0].evidence(method, told[1]))
        yield from gaps
        if self.gaps is None:
            yield ScopeComplete()
        yield from (ScopeComplete(place) for place in sorted(taken_back))

    def _gaps(self) -> Iterator[Fact]:
        for gap, seen in self.reader.extractions.gaps():
            yield Fact(gap, seen.evidence(Method.OBSERVED))
        troubles = sorted(self.memory.troubles.items())
        for place, reason in troubles[:_MOST_GAPS]:
            yield Fact(Gap(place, f"an event about it could not be read as a whole: {reason}"), Evidence(AGENT, place))
        if len(troubles) > _MOST_GAPS:
            reason = f"events about {len(troubles) - _MOST_GAPS} more jobs or datasets could not be read as a whole"
            yield Fact(Gap(RECEIVED, reason), Evidence(AGENT, RECEIVED))
