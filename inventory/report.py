"""What every format is given: a judgement, its findings, and how much of the estate was read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lineage.findings import Finding, Rule
from lineage.judgement import RULE_SET, Judgement
from lineage.model import ALL, Fact, Gap
from lineage.share import Share
from lineage.stores import Run

VERSION = 1


@dataclass(frozen=True)
class Report:
    """One check of one project; `rules` are all that it was held against, whether they found something or not."""

    judgement: Judgement
    findings: tuple[Finding, ...]
    rules: tuple[Rule, ...]
    runs: tuple[Run, ...]
    project: str
    facts: Callable[[], Iterable[Fact]] = tuple
    """Reads all facts that were judged, with their evidence; for exports, which must lose nothing."""

    @property
    def rule_set(self) -> str:
        return RULE_SET

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return self.judgement.world.gaps

    @property
    def incomplete(self) -> bool:
        """Was something not read, or nothing at all?  Without a field there is nothing that could be judged."""
        return bool(self.gaps) or not self.judgement.graph.nodes

    @property
    def coverage(self) -> dict[str, int]:
        """Counts of what was read and judged."""
        world, graph = self.judgement.world, self.judgement.graph
        field = ~graph.nodes.whole
        classified = np.zeros(len(field), dtype=bool)
        classified[world.classifications.told.node] = True
        return {
            "sources": len({run.source for run in self.runs}),
            "unread": len(self.gaps),
            "systems": len(world.systems),
            "fields": int(field.sum()),
            "classified": int((field & classified).sum()),
            "personal": int((field & self.judgement.labels.holding).sum()),
            "flows": graph.flows,
            "shares": len(self.judgement.shares),
        }


def file_and_line(place: str) -> tuple[str, int | None]:
    """A place of evidence (``etl/users.sql:14``) as a file and its line; a place without a line as it is."""
    file, _, line = place.rpartition(":")
    known = file and re.fullmatch("[1-9][0-9]{0,8}", line)
    return (file, int(line)) if known else (place, None)


def share_record(judgement: Judgement, share: Share) -> dict[str, Any]:
    """A share as the JSON contract has it (docs/entries.md)."""
    world = judgement.world
    return {
        "sender": share.sender,
        "recipient": share.recipient,
        "data_category": share.data_category,
        "data_subject": share.data_subject or ALL,
        "form": share.form.value,
        "data_use": share.data_use,
        "source": world.ref(share.source),
        "target": world.ref(share.target),
        "coarse": share.coarse,
        "authorized": share.authorized,
        "authorization": share.authorization,
        "failed": list(share.failed),
        "countries": list(share.countries),
        "point": share.point,
    }
