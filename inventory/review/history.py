"""When was what is to be reviewed first seen, and is it new since somebody last answered?

Asked of the store by what it knew at each run, so that any store can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lineage.model import Classification, Field, FieldId, Method
from lineage.stores import FactStore, Run

Guess = tuple[FieldId, str]
"""A field and the category that it was thought to hold."""
NEW, CHANGED = "new", "changed"
_READS_NOTHING = ("manual", "configuration", "publish")


@dataclass
class History:
    """What a store knew at its runs; `symlinks` are the names that are read as others."""

    store: FactStore
    known_at: datetime
    symlinks: Mapping[FieldId, FieldId] = field(default_factory=dict)
    _guesses: dict[datetime, frozenset[Guess]] = field(default_factory=dict)

    def first_seen(self, guesses: Iterable[Guess]) -> dict[Guess, datetime]:
        """The end of the run that first told each guess which still stands."""
        times = sorted({run.finished for run in self._runs() if run.agent not in _READS_NOTHING and run.added})
        found: dict[Guess, datetime] = {}
        waiting = [(frozenset(guesses), 0, len(times) - 1)] if times else []
        while waiting:
            some, low, high = waiting.pop()
            if low == high:
                found.update(dict.fromkeys(some & self._guessed(times[low]), times[low]))
                continue
            middle = (low + high) // 2
            there = some & self._guessed(times[middle])
            waiting += [(there, low, middle)] if there else []
            waiting += [(some - there, middle + 1, high)] if some - there else []
        return found

    def last_answer(self) -> datetime | None:
        """When classifications made by hand last changed; None where there never were any."""
        runs = [run for run in self._runs() if run.agent == "manual" and (run.added or run.retired)]
        before = None
        last = None
        for run in runs:
            answers = self._answers(run.finished)
            if answers and answers != before:
                last = run.finished
            before = answers
        return last

    def fields_at(self, moment: datetime) -> frozenset[FieldId]:
        """The fields that were known."""
        told = (fact.statement for fact in self.store.statements(Field, known_at=moment))
        return frozenset(self._home(said.field) for said in told if isinstance(said, Field))

    def _runs(self) -> list[Run]:
        return [run for run in self.store.runs() if run.finished <= self.known_at]

    def _guessed(self, moment: datetime) -> frozenset[Guess]:
        if moment not in self._guesses:
            self._guesses[moment] = frozenset(
                (self._home(said.field), said.data_category)
                for fact in self.store.statements(Classification, known_at=moment)
                if fact.evidence.method is Method.INFERRED
                and isinstance(said := fact.statement, Classification)
                and said.data_category
            )
        return self._guesses[moment]

    def _answers(self, moment: datetime) -> frozenset[Classification]:
        told = self.store.statements(Classification, known_at=moment)
        return frozenset(
            f.statement
            for f in told
            if f.evidence.method is Method.ATTESTED and isinstance(f.statement, Classification)
        )

    def _home(self, node: FieldId) -> FieldId:
        home = self.symlinks.get(node.dataset)
        return FieldId(home.namespace, home.name, node.field) if home else node


def change_of(guess: Guess, seen: datetime | None, since: datetime | None, known: frozenset[FieldId]) -> str | None:
    """``new`` for a field that was not `known` at the last answer, ``changed`` for one that was thought otherwise."""
    if since is None or seen is None or seen <= since:
        return None
    return CHANGED if guess[0] in known else NEW
