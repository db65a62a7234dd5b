"""How a whole store with its history comes into another: run by run, oldest first, each at once or not at all."""

from __future__ import annotations

from collections.abc import Callable

from lineage.errors import InvalidInput
from lineage.stores import FactStore, Run


def sync(start: FactStore, end: FactStore, progress: Callable[[Run, int, int], None] = lambda *_: None) -> int:
    """Copy what `start` has and `end` has not, and return how many runs that were.

    Runs keep their ids and times, so that both stores answer alike for every day and moment.  What was cut short
    goes on where it was; what is done already is not done again.  `progress` is given each run, its place among
    those to be copied, and their number.  Raises InvalidInput where `end` has a run that `start` has not: then they
    are two histories, and neither is the other's.
    """
    there = {run.id: run for run in start.runs()}
    here = {run.id: run for run in end.runs()}
    for number, run in sorted(here.items()):
        if there.get(number) != run:
            raise InvalidInput(
                f"the store to copy into has a run of its own ({number}, of {run.source!r}, finished "
                f"{run.finished.isoformat(timespec='seconds')}); give an empty store, or an earlier copy of the other"
            )
    missing = [run for number, run in sorted(there.items()) if number not in here]
    for done, run in enumerate(missing, 1):
        progress(run, done, len(missing))
        added, gone = start.changes(run)
        end.copy(run, added, gone)
    return len(missing)
