"""What was not looked at for long is said to be old."""

from datetime import UTC, date, datetime

from lineage.checks.stale_evidence import check
from lineage.graph import LineageGraph
from lineage.judgement import Judgement, Settings
from lineage.model import Evidence, Fact, FieldId, Flow

DAY = date(2026, 6, 15)
FLOW = Flow(FieldId("a", "t", "x"), FieldId("b", "t", "x"))


def findings(facts=(), last_seen=None, **settings):
    graph = LineageGraph.from_facts(facts)
    now = datetime(2026, 6, 15, tzinfo=UTC)
    return [f.source or f.place for f in check(Judgement(graph, DAY, now, Settings(**settings), last_seen or {}))]


def test_a_source_that_was_last_read_more_than_ninety_days_ago(folder):
    seen = {"old": datetime(2026, 3, 16, tzinfo=UTC), "new": datetime(2026, 3, 17, tzinfo=UTC)}
    assert findings(last_seen=seen) == ["old"]
    assert findings(last_seen=seen, stale_days=365) == []


def test_a_place_whose_newest_event_is_old(folder):
    old, newer = (
        Fact(FLOW, Evidence("openlineage", place, time=datetime(2026, month, 1, tzinfo=UTC)))
        for place, month in (("jobs/a", 1), ("jobs/b", 6))
    )
    again = Fact(FLOW, Evidence("openlineage", "jobs/b", time=datetime(2026, 1, 1, tzinfo=UTC)))
    assert findings([old, newer, again]) == ["jobs/a"]
