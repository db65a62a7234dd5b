"""How much came, what became of it, how long it took: in the text that Prometheus reads.

Only counts: no name, address or value of an event is in them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_HELP = {
    "sharemap_requests_total": ("counter", "Requests that were answered, by status."),
    "sharemap_events_accepted_total": ("counter", "Events that were acknowledged."),
    "sharemap_events_refused_total": ("counter", "Events that were no OpenLineage."),
    "sharemap_events_ignored_total": ("counter", "Acknowledged events of a kind that tells no lineage."),
    "sharemap_events_stored_total": ("counter", "Events whose facts are in the store."),
    "sharemap_store_failures_total": ("counter", "Times the store could not be written; what waited was kept."),
}


@dataclass
class Metrics:
    """Counters and one histogram; may be used by any thread."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    gauges: dict[str, tuple[str, Callable[[], float]]] = field(default_factory=dict)
    """Name -> what it says, and who knows its value."""
    _seconds: list[int] = field(default_factory=lambda: [0] * (len(_BUCKETS) + 1))
    _total: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, name: str, number: int = 1, label: str = "") -> None:
        with self._lock:
            self.counts[name, label] = self.counts.get((name, label), 0) + number

    def took(self, seconds: float) -> None:
        """One request was answered after so many seconds."""
        with self._lock:
            self._seconds[next((i for i, most in enumerate(_BUCKETS) if seconds <= most), len(_BUCKETS))] += 1
            self._total += seconds

    def text(self) -> str:
        """All of them (Prometheus text exposition format 0.0.4), in a fixed order."""
        with self._lock:
            return "\n".join([*self._counters(), *self._gauges(), *self._histogram()]) + "\n"

    def _counters(self) -> Iterator[str]:
        for name, (kind, said) in _HELP.items():
            yield from (f"# HELP {name} {said}", f"# TYPE {name} {kind}")
            found = {label: number for (known, label), number in self.counts.items() if known == name}
            for label, number in sorted((found or {"": 0}).items()):
                yield f'{name}{{status="{label}"}} {number}' if label else f"{name} {number}"

    def _gauges(self) -> Iterator[str]:
        for name, (said, value) in sorted(self.gauges.items()):
            yield from (f"# HELP {name} {said}", f"# TYPE {name} gauge", f"{name} {value():g}")

    def _histogram(self) -> Iterator[str]:
        name, below = "sharemap_request_seconds", 0
        yield from (f"# HELP {name} Time from a request's headers to its answer.", f"# TYPE {name} histogram")
        for most, number in zip((*map(str, _BUCKETS), "+Inf"), self._seconds, strict=True):
            below += number
            yield f'{name}_bucket{{le="{most}"}} {below}'
        yield from (f"{name}_sum {self._total:g}", f"{name}_count {below}")
