"""Which findings rest on evidence that nobody looked at for a long time?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.ordering import each_once

NAME = "stale-evidence"
SEVERITY = "low"
PROMISE = "keep-up"
SUMMARY = "A source was last read, or last spoke of itself, longer ago than the threshold (90 days unless configured)."
HELP = "Scan the source again; if it is gone, take it out of sharemap.yaml and scan, and its facts are retired."


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each source whose last run, and each place whose newest event, is older than `stale_days`."""
    limit = judgement.day - timedelta(days=judgement.settings.stale_days)
    for source, moment in sorted(judgement.last_seen.items()):
        if moment.date() < limit:
            yield Finding(
                NAME, SEVERITY, f"source {source} was last read on {moment.date()}; because nobody scanned it since",
                (source,), source=source, ways_out=(f"sharemap scan {source}",), place=source,
            )  # fmt: skip
    for place, day in sorted(_spoken(judgement).items()):
        if day < limit.isoformat():
            yield Finding(
                NAME, SEVERITY, f"{place} last told of its flows on {day}; because no newer event came", (place,),
                ways_out=("see whether the job still runs; give the scanner newer events",), place=place,
            )  # fmt: skip


def _spoken(judgement: Judgement) -> dict[str, str]:
    """Place -> the day of the newest of its flows that carry a time of their own."""
    newest: dict[str, str] = {}
    evidences = judgement.graph.evidences
    timed = np.array([like.time is not None for like in evidences.likes], dtype=bool)
    told = each_once(judgement.graph.flow_evidence.code) if timed.any() else np.zeros(0, dtype=np.int32)
    for code in told[timed[evidences.like[told]]].tolist():
        evidence = evidences[code]
        if evidence.time is not None:
            day = evidence.time.date().isoformat()
            newest[evidence.source] = max(day, newest.get(evidence.source, day))
    return newest
