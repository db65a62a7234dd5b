"""What was said, once each, with the earliest place that said it: a thousand equal events make one fact.

Order and repetition of events change nothing: of two places the earlier event time wins, then the name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import NamedTuple

from lineage.model import Evidence, Fact, Method, Statement

AGENT = "openlineage"
_NEVER = datetime.max.replace(tzinfo=UTC)


class Seen(NamedTuple):
    """When and in which file something was said; an event without a time comes after all others."""

    time: datetime
    place: str

    @classmethod
    def at(cls, time: datetime | None, place: str) -> Seen:
        return cls(time or _NEVER, place)

    def evidence(self, method: Method, until: date | None = None) -> Evidence:
        time = None if self.time == _NEVER else self.time
        return Evidence(AGENT, self.place, method=method, time=time, until=until)


Said = tuple[Statement, Method]


@dataclass
class Ledger:
    """Statements with their first sight."""

    said: dict[Said, Seen] = field(default_factory=dict)

    def add(self, statement: Statement, method: Method, seen: Seen) -> None:
        known = self.said.get((statement, method))
        if known is None or seen < known:
            self.said[statement, method] = seen

    def facts(self, until: Callable[[Statement], date | None]) -> Iterator[Fact]:
        """One fact a statement, sorted; `until` knows the last day of those that no longer hold."""
        for (statement, method), seen in sorted(self.said.items(), key=_order):
            yield Fact(statement, seen.evidence(method, until(statement)))


def _order(item: tuple[Said, Seen]) -> tuple[str, str, str]:
    (statement, method), _ = item
    return type(statement).__name__, repr(statement), method
