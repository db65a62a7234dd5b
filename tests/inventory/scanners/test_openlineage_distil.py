"""An event that waits on a disk says what it said, and holds nothing that no reader looks at."""

import copy
import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.scanners.openlineage.distil import distilled
from inventory.scanners.openlineage.event import Reader
from inventory.scanners.openlineage.tags import Tags
from tests.inventory.receive.events import events
from tests.inventory.scanners.test_openlineage import anything, places

TAGS = Tags({"pii.mine": "user.name"})


def read(event):
    reader = Reader(TAGS, datetime(2026, 6, 1, tzinfo=UTC))
    problems = reader.read(event, "place")
    return reader.ledger, reader.runs, reader.schemas, reader.lives, reader.extractions, problems


def kept(event):
    return json.loads(json.dumps(distilled(event, TAGS)))


@settings(max_examples=300, deadline=None)
@given(events, st.data())
def test_a_distilled_event_is_read_as_the_event_itself_is(event, data):
    event = copy.deepcopy(event)
    for path in data.draw(st.lists(st.sampled_from([p for p in places(event) if p]), max_size=2)):
        inner = event
        for key in path[:-1]:
            try:  # what was drawn before may have taken the place of what the path leads through
                inner = inner[key]
            except (KeyError, IndexError, TypeError):
                inner = {}
        if isinstance(inner, dict) and path[-1] in inner:
            inner[path[-1]] = data.draw(anything)
    assert read(kept(event)) == read(event)


def test_only_what_is_read_is_kept():
    canary = "jane.canary@leak.example"
    dataset = {
        "namespace": "pg://db",
        "name": "users",
        "facets": {
            "schema": {"fields": [{"name": "email", "description": f"like {canary}", "sample": canary}]},
            "documentation": {"description": f"ask {canary}"},
            "ownership": {"owners": [{"name": canary}, {"name": f"team:{canary}"}, {"name": "Jane Canary"}]},
            "tags": {"tags": [{"key": "owner", "value": canary}, {"key": canary, "value": ""}]},
            "dataQualityMetrics": {"columnMetrics": {"email": {"min": canary}}},
            "columnLineage": {"fields": {"e": {"inputFields": [{"namespace": "a", "name": "b", "field": "c",
                "transformations": [{"type": "DIRECT", "description": f"replace(x, '{canary}')"}]}],
                "transformationDescription": canary}}},
        },
    }  # fmt: skip
    event = {
        "eventTime": "2026-01-01T00:00:00Z",
        "producer": canary,
        "run": {"runId": "1", "facets": {"errorMessage": {"message": canary}, "parent": {"who": canary},
            "extractionError": {"totalTasks": canary, "errors": [{"errorMessage": canary}]}}},
        "job": {"namespace": "n", "name": "j", "facets": {"sourceCode": {"sourceCode": canary}}},
        "inputs": [dataset],
        "more": canary,
    }  # fmt: skip
    text = json.dumps(distilled(event, TAGS))
    assert "canary" not in text.lower()
    assert '"email"' in text
