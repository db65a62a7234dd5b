"""Of which jobs do the events say themselves that their lineage could not be extracted, and not better since?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from inventory.scanners.openlineage.facets import facet
from inventory.scanners.openlineage.ledger import Seen
from inventory.scanners.openlineage.shape import Shape
from lineage.model import Gap


@dataclass
class Extractions:
    """By job: the last event that told of an error, with what it told, and the last end of a run without one."""

    failed: dict[str, tuple[Seen, str]] = field(default_factory=dict)
    clean: dict[str, Seen] = field(default_factory=dict)

    def add(self, job: str, run_facets: Mapping[str, Any], seen: Seen, shape: Shape, *, ended: bool) -> None:
        told = facet(run_facets, "extractionError", shape)
        if told or run_facets.get("extractionError") == {}:
            error = seen, _reason(told)
            self.failed[job] = max(error, self.failed.get(job, error))
        elif ended:
            self.clean[job] = max(seen, self.clean.get(job, seen))

    def gaps(self) -> Iterator[tuple[Gap, Seen]]:
        """A gap for each job whose last run told of an error; its messages may hold values and are not kept."""
        for job, (seen, reason) in sorted(self.failed.items()):
            clean = self.clean.get(job)
            if clean is None or clean.time <= seen.time:
                yield Gap(job, reason), seen


def _reason(told: Mapping[str, Any]) -> str:
    failed, total = told.get("failedTasks"), told.get("totalTasks")
    known = all(type(number) is int and 0 < number < 10**9 for number in (failed, total))
    tasks = f" ({failed} of {total} tasks)" if known else ""
    return f"its events say that lineage could not be extracted{tasks}"
