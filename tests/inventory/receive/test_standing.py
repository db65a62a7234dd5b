"""Posted events, in whatever order, batches and lives of the receiver, give the facts that a file of them gives."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.placing import placed
from inventory.project import OwnWords, Source
from inventory.receive.memory import Memory
from inventory.receive.standing import RECEIVED, Standing
from inventory.scanners import Context
from inventory.scanners.openlineage import scan
from inventory.scanners.openlineage.distil import distilled
from inventory.scanners.openlineage.tags import Tags
from lineage.model import Dataset, Flow, Gap
from lineage.stores.sqlite import SqliteStore
from tests.inventory.receive.events import events

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SOURCE = Source(RECEIVED, "openlineage", Path(), options={"tags": {"pii.user.name": "user.name"}})
TAGS = Tags.of(SOURCE)


@dataclass
class Receiver:
    """The receiver without its network and threads: a store, and a memory that outlives its process."""

    store: SqliteStore
    lines: dict = field(default_factory=dict)

    def __post_init__(self):
        self.start()

    def start(self):
        """What was not written down is lost."""
        memory = Memory.of((kind, key, value) for (kind, key), value in sorted(self.lines.items()))
        self.standing = Standing(memory, memory.reader(TAGS, OwnWords(), {}, NOW), lambda _: {})

    def post(self, *told, now=NOW, **options):
        for event in told:
            self.standing.read(json.dumps(distilled(event, TAGS)).encode(), now)
        plan = self.standing.plan(now, **options)
        if plan.needed:
            self.store.record(RECEIVED, "openlineage", placed(SOURCE, Context(), set(), plan.readings), now=now)
        self.standing.told(plan)
        return plan

    def save(self):
        for key, value in self.standing.changes().items():
            if value is None:
                self.lines.pop(key, None)
            else:
                self.lines[key] = value

    def facts(self):
        """What the store holds now, also of what ended on an earlier day."""
        held = set()
        for run in self.store.runs():
            added, gone = map(set, self.store.changes(run))
            held = (held | added) - gone
        return said(held)


def said(facts):
    """Statements with all of their evidence but the place; gaps are said of files and jobs in other words."""
    return {
        (f.statement, replace(f.evidence, source="", line=None))
        for f in facts
        if not (isinstance(f.statement, Gap) and "extracted" not in f.statement.reason)
    }


def of_file(root, told):
    (root / "events.jsonl").write_text("\n".join(map(json.dumps, told)), encoding="utf-8")
    source = replace(SOURCE, root=root, options={**SOURCE.options, "paths": ["events.jsonl"]})
    return said(placed(source, Context(), set(), scan(source, Context())))


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("standing")


@pytest.fixture
def receiver(tmp_path):
    made = Receiver(SqliteStore(tmp_path / "store.db"))
    yield made
    made.store.close()


@settings(max_examples=80, deadline=None)
@given(st.lists(events, min_size=1, max_size=6), st.data())
def test_posted_events_give_the_facts_of_a_file(root, told, data):
    posted = data.draw(st.permutations([*told, *data.draw(st.lists(st.sampled_from(told), max_size=2))]))
    store = SqliteStore(root / "store.db")
    receiver = Receiver(store)
    receiver.post()
    while posted:
        size = data.draw(st.integers(1, len(posted)))
        receiver.post(*posted[:size], everything=data.draw(st.booleans()))
        match data.draw(st.sampled_from(["on", "saved", "killed before it was saved"])):
            case "saved":
                receiver.save()
                receiver.start()
            case "killed before it was saved":
                receiver.start()  # the inbox has them still
                receiver.post(*posted[:size])
        receiver.save()
        posted = posted[size:]
    receiver.post(everything=True)
    assert receiver.facts() == of_file(root, told)
    receiver.standing.settle(NOW, everything=True)
    receiver.post(everything=True)
    assert receiver.facts() == of_file(root, told)
    receiver.save()
    receiver.start()
    receiver.post(everything=True)
    assert receiver.facts() == of_file(root, told)
    store.close()
    (root / "store.db").unlink()


# -- one thing at a time -------------------------------------------------------------------------------


def event(state="COMPLETE", run="1", time="2026-03-01T08:00:00Z", job="etl", sql=None, outputs=None, **run_facets):
    facets = {"sql": {"query": sql}} if sql else {}
    return {
        "eventType": state,
        "eventTime": time,
        "run": {"runId": run, "facets": run_facets},
        "job": {"namespace": "n", "name": job, "facets": facets},
        "inputs": [{"namespace": "pg://a", "name": "users"}],
        "outputs": outputs or [{"namespace": "pg://a", "name": "mails"}],
    }


COLUMNS = {
    "columnLineage": {"fields": {"e": {"inputFields": [{"namespace": "pg://a", "name": "users", "field": "email"}]}}}
}
TOLD = [{"namespace": "pg://a", "name": "mails", "facets": COLUMNS}]


def flows(receiver):
    return sorted((f.statement.source.field, f.statement.target.field) for f in receiver.store.facts()
                  if isinstance(f.statement, Flow))  # fmt: skip


def test_a_start_says_nothing_of_whole_datasets_until_the_run_ends_or_is_silent(receiver):
    receiver.post(event("START"))
    assert flows(receiver) == []
    receiver.post(event("COMPLETE", outputs=TOLD))
    assert flows(receiver) == [("email", "e")]
    receiver.post(event("START", run="2", job="stream"))
    assert flows(receiver) == [("email", "e")]
    receiver.post(now=NOW + timedelta(minutes=2))
    assert flows(receiver) == [("", ""), ("email", "e")]


def test_what_was_told_of_whole_datasets_is_taken_back_when_columns_come_late(receiver):
    receiver.post(event("COMPLETE"), event("COMPLETE", job="etl.sub"))
    assert flows(receiver) == [("", ""), ("", "")]
    receiver.post(event("RUNNING", outputs=TOLD))
    assert flows(receiver) == [("", ""), ("email", "e")]


def test_the_same_event_again_changes_nothing(receiver):
    receiver.post(event(outputs=TOLD))
    assert not receiver.post(event(outputs=TOLD), event(outputs=TOLD)).needed
    assert len(receiver.store.runs()) == 1


def test_the_sql_of_a_run_is_forgotten_when_the_run_is_over(receiver):
    columns = {"schema": {"fields": [{"name": "email"}]}}
    told = {**event(sql="INSERT INTO mails SELECT email FROM users WHERE email <> 'canary'"),
            "inputs": [{"namespace": "pg://a", "name": "users", "facets": columns}]}  # fmt: skip
    receiver.post(told)
    receiver.save()
    assert "canary" in str(receiver.lines)
    assert ("email", "email") in flows(receiver)
    receiver.standing.settle(NOW + timedelta(minutes=5))
    receiver.save()
    assert "canary" not in str(receiver.lines)
    assert not [key for key in receiver.lines if key[0] in ("whole", "part")]
    assert not receiver.post().needed
    assert ("email", "email") in flows(receiver)


def test_a_gap_goes_when_a_later_run_could_be_read(receiver):
    error = {"extractionError": {"totalTasks": 2, "failedTasks": 1, "errors": [{"errorMessage": "canary"}]}}
    receiver.post(event(**error))
    assert gaps(receiver) == [("n/etl", "its events say that lineage could not be extracted (1 of 2 tasks)")]
    receiver.post(event(job="other"))
    assert len(gaps(receiver)) == 1
    receiver.post(event(run="2", time="2026-03-02T08:00:00Z"))
    assert gaps(receiver) == []


def test_what_cannot_be_read_of_an_event_is_a_gap_until_the_next_one(receiver):
    receiver.post({**event(), "outputs": 5})
    assert gaps(receiver) == [("received/n/etl", "an event about it could not be read as a whole: outputs is no list")]
    receiver.post(event())
    assert gaps(receiver) == []


def gaps(receiver):
    return [(f.statement.source, f.statement.reason) for f in receiver.store.statements(Gap)]


def test_a_dropped_dataset_ends_unless_it_comes_back_within_the_hour(receiver):
    drop = {"lifecycleStateChange": {"lifecycleStateChange": "DROP"}}
    dropped = [{"namespace": "pg://a", "name": "mails", "facets": drop}]
    receiver.post(event(), event(run="2", time=(NOW - timedelta(minutes=5)).isoformat(), outputs=dropped))
    assert there(receiver) == {"mails", "users"}
    receiver.post(now=NOW + timedelta(hours=2))
    assert there(receiver) == {"users"}
    receiver.post(event(run="3", time=(NOW + timedelta(hours=2)).isoformat()), now=NOW + timedelta(hours=2))
    assert there(receiver) == {"mails", "users"}


def there(receiver):
    return {f.statement.dataset.name for f in receiver.store.statements(Dataset)}


def test_an_event_that_makes_the_reader_fail_stops_no_other(receiver, monkeypatch):
    read = receiver.standing.reader.read

    def fails(told, place):
        if told["job"]["name"] == "bad":
            raise ZeroDivisionError("canary")
        return read(told, place)

    monkeypatch.setattr(receiver.standing.reader, "read", fails)
    receiver.post(event(job="bad"), event(outputs=TOLD))
    assert flows(receiver) == [("email", "e")]
    ((_, reason),) = gaps(receiver)
    assert "ZeroDivisionError" in reason
    assert "canary" not in reason
