"""What was said, once each, with the earliest place that said it: a thousand equal events make one fact.

Order and repetition of events change nothing: of two places the earlier event time wins, then the name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
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

    def evidence(self, method: Method) -> Evidence:
        return Evidence(AGENT, self.place, method=method, time=None if self.time == _NEVER else self.time)


@dataclass
class Ledger:
    """Statements with their first sight."""

    said: dict[tuple[Statement, Method], Seen] = field(default_factory=dict)

    def add(self, statement: Statement, method: Method, seen: Seen) -> None:
        known = self.said.get((statement, method))
        if known is None or seen < known:
            self.said[statement, method] = seen

    def facts(self) -> Iterator[Fact]:
        """One fact a statement, sorted."""
        for (statement, method), seen in sorted(self.said.items(), key=_order):
            yield Fact(statement, seen.evidence(method))


def _order(item: tuple[tuple[Statement, Method], Seen]) -> tuple[str, str, str]:
    (statement, method), _ = item
    return type(statement).__name__, repr(statement), method
