"""What a real receiver answers: to what Marquez's clients send, to what nobody should, and when it is told to end."""

import contextlib
import gzip
import http.client
import json
import re
import signal
import socket
import sqlite3

import pytest

from lineage.model import Flow, Gap
from tests.project import Folder
from tests.receiver import Receiver, event, jobs

CANARY = "jane.canary@leak.example"


@pytest.fixture(scope="module")
def receiver(tmp_path_factory):
    """A receiver without keys that all tests of this file share."""
    folder = Folder(tmp_path_factory.mktemp("serve"))
    folder.write("sharemap.yaml", "serve: {tags: {mine: user.name}}\n")
    receiver = Receiver(folder)
    receiver.start()
    yield receiver
    assert receiver.stop() == 0
    assert CANARY not in receiver.log.read_text()
    files = [path.read_bytes() for path in (folder.root / ".sharemap").iterdir()]
    assert not [1 for content in files if b"canary" in content]


@pytest.fixture
def own(folder):
    """A receiver of this test alone, not started yet."""
    receiver = Receiver(folder)
    yield receiver
    if receiver.process and receiver.code is None:
        receiver.stop(signal.SIGKILL)


# -- what is taken -------------------------------------------------------------------------------------


def test_an_event_is_answered_as_marquez_does_and_is_soon_in_the_store(receiver):
    answer = receiver.post(event(job="first"))
    assert (answer.status, answer.body) == (201, b"")
    assert receiver.folded(lambda facts: "n/first" in jobs(facts))


@pytest.mark.parametrize("how", ["gzip", "chunked", "both", "members"])
def test_bodies_come_packed_and_in_chunks(receiver, how):
    body, headers = json.dumps(event(job=how)).encode(), {}
    if how != "chunked":
        body, headers = gzip.compress(body), {"Content_Encoding": "gzip"}
    if how == "members":
        text = json.dumps(event(job=how)).encode()
        body = gzip.compress(text[:100]) + gzip.compress(text[100:])
    if how in ("chunked", "both"):
        body = iter([body[:7], body[7:100], body[100:]])
    assert receiver.post(body, **headers).status == 201
    assert receiver.folded(lambda facts: f"n/{how}" in jobs(facts))


def test_a_batch_is_taken_and_says_which_of_its_events_were_not(receiver):
    whole = receiver.post([event(job="b1"), event(job="b2")], "/api/v1/lineage/batch")
    assert whole.status == 200
    assert whole.json["summary"] == {"received": 2, "successful": 2, "failed": 0}
    half = receiver.post([event(job="b3"), {"eventTime": CANARY}, 5], "/api/v1/lineage/batch")
    assert (half.status, half.json["status"]) == (200, "partial_success")
    assert [failed["index"] for failed in half.json["failed_events"]] == [1, 2]
    assert CANARY not in half.body.decode()
    assert receiver.post([{}], "/api/v1/lineage/batch").status == 400
    assert receiver.post([], "/api/v1/lineage/batch").status == 200
    assert receiver.folded(lambda facts: {"n/b1", "n/b2", "n/b3"} <= jobs(facts))


def test_unknown_kinds_facets_and_states_are_taken(receiver):
    strange = {"eventTime": "2026-01-01T00:00:00Z", "schemaURL": "https://s.example/New", "thing": {"x": CANARY}}
    assert receiver.post(strange).status == 201
    odd = event(job="odd", eventType="PAUSED", unheardOf=[1])
    odd["inputs"][0]["facets"] = {"new": {"deep": [CANARY]}}
    assert receiver.post(odd).status == 201
    assert receiver.folded(lambda facts: "n/odd" in jobs(facts))


def test_what_is_broken_inside_an_event_is_a_gap(receiver):
    broken = event(job="broken")
    broken["outputs"][0]["facets"]["schema"] = {"fields": CANARY}
    assert receiver.post(broken).status == 201

    def gaps(facts):
        return [f.statement.reason for f in facts if isinstance(f.statement, Gap)]

    (reason,) = receiver.folded(gaps)
    assert reason.endswith("schema.fields is no list")
    assert receiver.post(event(job="broken")).status == 201
    assert receiver.folded(lambda facts: not gaps(facts))


# -- what is not ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "no JSON"),
        (b"\xff", "UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": 1, "a": 2}', "same key twice"),
        (b"[]", "no JSON object"),
        (b"null", "no JSON object"),
        ({}, "eventTime is missing"),
        ({**event(), "eventTime": CANARY}, "eventTime is no time"),
        ({**event(), "job": {"name": CANARY}}, "job.namespace is missing"),
        ({**event(), "run": {"runId": [CANARY]}}, "run.runId is no text"),
        ({"eventTime": "2026-01-01T00:00:00Z", "dataset": {"name": CANARY}}, "dataset.namespace is missing"),
        ({"eventTime": "2026-01-01T00:00:00Z", "who": CANARY}, "neither a job nor a dataset"),
    ],
)
def test_a_bad_event_is_refused_with_the_reason_and_without_its_values(receiver, body, reason):
    answer = receiver.post(body)
    assert answer.status == 400
    assert reason in answer.json["message"]
    assert "canary" not in answer.body.decode()


def test_bombs_and_bodies_that_are_too_large_are_refused(receiver):
    bomb = gzip.compress(b" " * (65 * 2**20))
    assert receiver.post(bomb, Content_Encoding="gzip").status == 413
    assert receiver.post(gzip.compress(bomb), Content_Encoding="gzip").status == 400
    chunks = (b" " * 2**20 for _ in range(18))
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # where it hangs up while there is more
        assert receiver.post(chunks).status == 413
    assert receiver.post([event()] * 10_001, "/api/v1/lineage/batch").status == 413
    assert receiver.request("GET", "/health").status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content_Encoding": "gzip"}, 400),
        ({"Content_Encoding": "br"}, 415),
        ({"Content_Type": "text/plain"}, 415),
        ({"Content_Type": "application/json; charset=utf-8"}, 201),
        ({"Origin": "https://evil.example"}, 403),
    ],
)
def test_headers_decide_what_is_read(receiver, headers, status):
    headers = {"Content_Type": "application/json", **headers}
    assert receiver.request("POST", "/api/v1/lineage", json.dumps(event()).encode(), **headers).status == status


def test_a_gzip_that_breaks_off_is_refused(receiver):
    assert receiver.post(gzip.compress(json.dumps(event()).encode())[:-9], Content_Encoding="gzip").status == 400


def test_other_methods_and_paths_are_refused_and_garbage_harms_nobody(receiver):
    assert receiver.request("GET", "/api/v1/lineage").status == 405
    assert receiver.request("GET", "/api/v1/namespaces").status == 404
    with socket.create_connection(("127.0.0.1", receiver.port)) as raw:
        raw.sendall(f"{CANARY}\r\n\r\n".encode())
        assert b"400" in raw.recv(1000)
    with socket.create_connection(("127.0.0.1", receiver.port)) as raw:
        raw.sendall(b"POST /api/v1/lineage HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n{")
    assert receiver.request("GET", "/health").status == 200


def test_figures_are_for_prometheus_and_name_nothing(receiver):
    receiver.post(event(job="counted"))
    text = receiver.request("GET", "/metrics").body.decode()
    line = re.compile(r"(# (HELP|TYPE) \w+ .+|\w+(\{\w+=\"[^\"]+\"\})? -?[\d.e+]+)")
    assert [row for row in text.splitlines() if not line.fullmatch(row)] == []
    assert int(re.search(r"^sharemap_events_accepted_total (\d+)$", text, re.MULTILINE)[1]) >= 1
    assert "counted" not in text


# -- keys ----------------------------------------------------------------------------------------------


def test_others_may_not_send_without_a_key(own):
    refused = own.folder.process("serve", "--host", "0.0.0.0", "--port", "0")
    assert refused.code == 2
    assert "sharemap key add" in refused.err
    made = own.folder.run("key", "add", "airflow")
    own.key = made.out.strip()
    assert own.key not in made.err
    assert own.folder.run("key", "add", "airflow").code == 2
    own.folder.run("key", "add", "spark")
    kept = own.folder.root / ".sharemap" / "keys.json"
    assert own.key.encode() not in kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0
    own.options = ("--host", "0.0.0.0")
    own.start()
    assert own.post(event()).status == 201
    for wrong in ("Bearer x", f"Basic {own.key}", own.key, "Bearer ", f"Bearer {own.key}x"):
        assert own.post(event(), Authorization=wrong).status == 401
        assert own.request("GET", "/metrics", Authorization=wrong).status == 401
    assert own.request("GET", "/health", Authorization="").status == 200
    assert own.folder.run("key", "list").out.split()[::2] == ["airflow", "spark"]
    assert own.folder.run("key", "remove", "airflw").err == (
        "sharemap: there is no key 'airflw' (did you mean 'airflow'?)\n"
    )
    own.folder.run("key", "remove", "airflow")
    own.folder.run("key", "remove", "spark")
    answers = []
    while 401 not in answers and len(answers) < 1000:
        answers.append(own.post(event()).status)
    assert answers[-1] == 401
    assert own.key not in own.log.read_text()


# -- load, other writers, the end ----------------------------------------------------------------------


def test_where_too_much_waits_senders_are_asked_to_come_again(own):
    own.options = ("--most-waiting", "3")
    own.start()
    with sqlite3.connect(own.folder.root / ".sharemap" / "store.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")  # the store is busy, so that nothing leaves the inbox
        answers = [own.post(event(job=f"j{n}")) for n in range(6)]
        assert {answer.status for answer in answers[:3]} == {201}
        assert answers[-1].status == 503
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert own.request("GET", "/health").status == 503
        other.execute("ROLLBACK")
    taken = {f"n/j{n}" for n, answer in enumerate(answers) if answer.status == 201}
    assert own.folded(lambda facts: jobs(facts) == taken)


def test_other_commands_write_at_the_same_time(own):
    own.folder.write("sharemap.yaml", 'sources: {etl: {kind: sql, paths: ["*.sql"], namespace: "pg://b"}}\n')
    own.start()
    for n in range(3):
        own.folder.write(f"{n}.sql", f"INSERT INTO t{n} SELECT x FROM s{n};")
        own.post(event(job=f"j{n}"))
        assert own.folder.run("scan").code in (0, 3)
    assert own.folded(lambda facts: {"n/j0", "n/j1", "n/j2"} <= jobs(facts))
    targets = {f.statement.target.name for f in own.facts() if isinstance(f.statement, Flow)}
    assert {"t0", "t1", "t2", "mails"} <= targets
    second = own.folder.process("serve", "--port", "0")
    assert second.code == 2
    assert "another `sharemap serve` has it" in second.err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_it_after_the_request_under_way_and_loses_nothing(own, number, code):
    own.start()
    body = json.dumps(event(job="last")).encode()
    connection = http.client.HTTPConnection("127.0.0.1", own.port, timeout=30)
    connection.putrequest("POST", "/api/v1/lineage")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body[:50])
    for n in range(20):
        assert own.post(event(job=f"j{n}")).status == 201
    own.process.send_signal(number)
    connection.send(body[50:])
    assert connection.getresponse().status == 201
    connection.close()
    assert own.process.wait(60) == code
    assert jobs(own.facts()) == {"n/last", *(f"n/j{n}" for n in range(20))}


def test_a_store_that_cannot_be_opened_is_told(own):
    done = own.folder.process("serve", "--port", "0", "--store", "neo4j://127.0.0.1:1")
    assert done.code == 2
    assert "127.0.0.1:1" in done.err


def test_a_port_that_is_taken_is_told(own, receiver):
    done = own.folder.process("serve", "--port", str(receiver.port))
    assert done.code == 2
    assert "--port" in done.err
