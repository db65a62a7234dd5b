"""Entries judged without YAML and store: what the page is read from, as fast as a property test needs it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from inventory.entries import Entries
from inventory.entryfiles import Written
from inventory.manual import _facts
from inventory.yamlfile import Document
from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.model import Fact


def judged(entries: dict[str, Any], day: str = "2026-06-15", more: Iterable[Fact] = (), **seen: datetime) -> Judgement:
    """The judgement of manual entries and of `more` facts; `seen` is when each source was last read."""
    written = Written(Document("inventory/world.yaml", entries), Entries.model_validate(entries))
    facts = _facts((written,), {})
    graph = LineageGraph.from_facts([*facts, *more])
    return Judgement(graph, date.fromisoformat(day), datetime(2026, 6, 15, tzinfo=UTC), last_seen=seen)
