"""The shared store on a real Neo4j: many at once, a server that dies, whoever should not be there, and the layer of a
check; the laws of all stores are in test_laws.py."""

import itertools
import socket
import socketserver
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from lineage.check_layer import CheckLayer
from lineage.checks import unauthorized_share
from lineage.errors import InvalidInput, StoreError
from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.model import Batch, Classification, Evidence, Fact, FieldId, Flow, ScopeComplete
from lineage.stores import open_store
from lineage.stores.neo4j import Neo4jStore
from lineage.stores.neo4j.server import CREDENTIALS, PASSWORD, USER, Address
from lineage.stores.sqlite import SqliteStore
from tests.lineage import worlds
from tests.lineage.stores.samples import now
from tests.neo4j_server import running

pytestmark = pytest.mark.server

SEEN = Evidence("test", "place")


def fact(i, name="t"):
    return Fact(Classification(FieldId("db", name, f"c{i}"), "user.name"), SEEN)


def flow(i, name="t"):
    return Fact(Flow(FieldId("db", name, f"c{i}"), FieldId("db", "common", f"c{i % 7}")), SEEN)


def many(name, number):
    return [make(i, name) for i in range(number) for make in (fact, flow)]


@pytest.fixture
def store(neo4j_url):
    store = Neo4jStore(neo4j_url)
    yield store
    store.close()


def rows(server):
    """How many rows of facts there are, seen or not."""
    counts = server.run("MATCH (f:Fact) RETURN count(f) AS n UNION ALL MATCH ()-[f:FLOWS_TO]->() RETURN count(f) AS n")
    return sum(row["n"] for row in counts)


def wait_for_rows(server):
    """Wait until a first batch is there: it is sent while the next is read."""
    while rows(server) < 10_000:
        time.sleep(0.1)


# -- the same answers ---------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds.worlds)
def test_both_stores_give_the_same_facts_graph_shares_and_findings(store, tmp_path_factory, world):
    embedded = SqliteStore(tmp_path_factory.mktemp("embedded") / "store.db")
    for each in (embedded, store):
        each.record("world", "test", [*world, ScopeComplete()], now=now())
    assert list(store.facts()) == list(embedded.facts()) == sorted(set(world), key=list(embedded.facts()).index)
    one, other = embedded.columns(), store.columns()
    for name in ("nodes", "kinds", "evidences"):
        assert list(getattr(one, name)) == list(getattr(other, name))
    for name in ("source", "target", "kind", "evidence"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
        assert getattr(one, name).dtype == getattr(other, name).dtype
    judged = [Judgement(LineageGraph.from_store(each), worlds.DAY, worlds.NOW) for each in (embedded, store)]
    assert judged[0].shares == judged[1].shares
    assert list(unauthorized_share.check(judged[0])) == list(unauthorized_share.check(judged[1]))
    embedded.close()


# -- many at once -------------------------------------------------------------------------------------


def test_eight_writers_of_the_same_fields_lose_and_double_nothing(store, neo4j_url, neo4j_server):
    store.record("first", "test", [fact(0)], now=now())
    problems = []

    def write(name):
        try:
            mine = Neo4jStore(neo4j_url)
            mine.record(name, "test", [*many("shared", 100), *many(name, 50), ScopeComplete()], now=now())
            mine.close()
        except Exception as problem:
            problems.append(problem)

    names = [f"w{i}" for i in range(8)]
    threads = [threading.Thread(target=write, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    expected = {fact(0), *many("shared", 100), *(f for name in names for f in many(name, 50))}
    assert set(store.facts()) == expected
    assert rows(neo4j_server) == 1 + 8 * 300
    assert neo4j_server.run("MATCH (d:Data) WITH d.key AS key, count(*) AS n WHERE n > 1 RETURN key") == []
    assert len({run.id for run in store.runs()}) == 9


def test_two_runs_of_one_source_at_once_leave_what_the_second_to_finish_saw(store, neo4j_url, neo4j_server):
    store.record("s", "test", [fact(0), flow(0), fact(1), flow(1), ScopeComplete()], now=now())
    other = Neo4jStore(neo4j_url)

    def readings():
        yield from (fact(0), flow(0), fact(2), flow(2))
        # meanwhile another takes away what this one saw, and sees what it sees anew
        other.record("s", "test", [fact(2), flow(2), fact(3), flow(3), ScopeComplete()], now=now())
        yield ScopeComplete()

    run = store.record("s", "test", readings(), now=now())
    assert set(store.facts()) == {fact(0), flow(0), fact(2), flow(2)}
    assert store.last_run("s") == run
    assert (run.seen, run.added, run.retired) == (4, 2, 2)
    assert rows(neo4j_server) == 4 + 4 + 2
    other.close()


def test_a_run_that_was_given_up_leaves_nothing(store, neo4j_url, neo4j_server):
    store.record("s", "test", [fact(0)], now=now())

    def broken():
        yield from many("t", 6_000)
        wait_for_rows(neo4j_server)
        raise RuntimeError("the scanner broke")

    with pytest.raises(RuntimeError):
        store.record("s", "test", broken(), now=now())
    assert rows(neo4j_server) == 1
    assert len(store.runs()) == 1


_WRITER = """
import sys, time
from datetime import UTC, datetime
from lineage.stores import open_store
from tests.lineage.stores.test_neo4j import many
def readings():
    yield from many("t", 6_000)
    print("under way", flush=True)
    time.sleep(60)
open_store(sys.argv[1]).record("s", "test", readings(), now=datetime.now(UTC))
"""


def test_what_a_killed_scan_left_is_not_seen_and_is_removed_by_a_later_one(store, neo4j_url, neo4j_server):
    store.record("s", "test", [fact("old")], now=now())
    with subprocess.Popen([sys.executable, "-c", _WRITER, neo4j_url], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        wait_for_rows(neo4j_server)
        process.kill()
    assert set(store.facts()) == {fact("old")}
    assert len(list(store.columns().source)) == 0
    impatient = Neo4jStore(neo4j_url, silence=0)
    impatient.record("other", "test", [fact("new")], now=now())
    assert rows(neo4j_server) == 2
    assert set(impatient.facts()) == {fact("old"), fact("new")}
    impatient.close()


def test_a_run_taken_for_dead_says_so_and_writes_nothing(store, neo4j_url, neo4j_server):
    other = Neo4jStore(neo4j_url, silence=0)

    def readings():
        yield from many("t", 6_000)
        wait_for_rows(neo4j_server)
        other.record("other", "test", [fact("new")], now=now())

    with pytest.raises(StoreError, match="scan again"):
        store.record("s", "test", readings(), now=now())
    assert set(store.facts()) == {fact("new")}
    other.close()


# -- a server that dies -------------------------------------------------------------------------------


def test_a_server_killed_and_restarted_in_the_middle_of_a_scan_leaves_whole_runs(monkeypatch):
    with running() as server:
        monkeypatch.setenv(USER, server.user)
        monkeypatch.setenv(PASSWORD, server.password)
        store = Neo4jStore(f"{server.url}?timeout=400")
        store.record("s", "test", [fact("old")], now=now())

        def readings():
            yield from many("t", 6_000)
            server.kill()
            server.launch()
            yield from many("u", 100)

        run = store.record("s", "test", readings(), now=now())
        assert run.added == 12_200
        assert set(store.facts()) == {fact("old"), *many("t", 6_000), *many("u", 100)}
        assert rows(server) == 12_201

        def cut():
            yield from many("v", 100)
            server.kill()

        hasty = Neo4jStore(f"{server.url}?timeout=3")
        with pytest.raises(StoreError, match="cannot be reached"):
            hasty.record("s", "test", cut(), now=now())
        server.start()
        assert len(list(store.facts())) == 12_201
        store.close()
        hasty.close()


_COMMIT = b"\x00\x02\xb0\x12\x00\x00"
"""The message of Bolt that asks a server to commit."""


class Cutting(socketserver.BaseRequestHandler):
    """Passes bytes between a client and the server, and hangs up at some commits: before the server hears of one, or
    before the client hears that it is done."""

    def handle(self):
        with socket.create_connection(self.server.beyond) as beyond:
            back = threading.Thread(target=self.answer, args=(beyond,), daemon=True)
            back.start()
            while data := self.request.recv(65536):
                if _COMMIT in data and self.server.cuts:
                    if self.server.cuts.pop() == "after":
                        self.deaf = True
                        beyond.sendall(data)
                        self.done.wait(10)
                    break
                beyond.sendall(data)
            for end in (self.request, beyond):
                end.shutdown(socket.SHUT_RDWR)
            back.join()

    def setup(self):
        self.deaf, self.done = False, threading.Event()

    def answer(self, beyond):
        with suppress(OSError):
            while data := beyond.recv(65536):
                if self.deaf:
                    self.done.set()
                else:
                    self.request.sendall(data)


@pytest.fixture
def cutting(neo4j_url):
    """A server in front of Neo4j, and the address of a store behind it; `cuts` say at which commits it hangs up."""
    parts = urlsplit(neo4j_url)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Cutting) as server:
        server.daemon_threads, server.cuts, server.beyond = True, [], (parts.hostname, parts.port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        server.url = f"bolt://127.0.0.1:{server.server_address[1]}?timeout=60"
        yield server
        server.shutdown()


@pytest.mark.parametrize("cuts", [["before"], ["after"], ["after", "before", "after"]])
def test_a_connection_lost_while_the_server_commits_is_made_up_for(cutting, cuts):
    store = Neo4jStore(cutting.url)
    store.record("s", "test", [fact("old")], now=now())
    cutting.cuts[:] = cuts
    store.record("s", "test", [fact("new"), *many("t", 20)], now=now())
    assert not cutting.cuts
    assert set(store.facts()) == {fact("old"), fact("new"), *many("t", 20)}
    assert [run.added for run in store.runs()][-1] == 41
    store.close()


# -- who may not, and what is not there ---------------------------------------------------------------


def test_a_wrong_password_says_where_the_right_one_goes(neo4j_url, monkeypatch):
    monkeypatch.setenv(PASSWORD, "wr0ng-Passw0rd")
    with pytest.raises(StoreError, match=f"set {USER} and {PASSWORD}") as refused:
        Neo4jStore(neo4j_url)
    assert "wr0ng" not in str(refused.value)


def test_no_password_says_where_one_goes(neo4j_url, monkeypatch):
    monkeypatch.delenv(PASSWORD)
    with pytest.raises(StoreError, match=f"set {USER} and {PASSWORD}"):
        Neo4jStore(neo4j_url)


def test_a_missing_database_is_named(neo4j_url):
    with pytest.raises(StoreError, match=r"database nowhere\).*no such database"):
        Neo4jStore(f"{neo4j_url}?database=nowhere")


def test_the_database_of_a_url_is_used(neo4j_url):
    store = Neo4jStore(f"{neo4j_url.replace('bolt', 'neo4j')}?database=neo4j&timeout=20")
    store.record("s", "test", [fact(1)], now=now())
    assert list(store.facts()) == [fact(1)]
    store.close()


def test_the_port_of_the_browser_is_told_from_bolt(neo4j_server, neo4j_url):
    with pytest.raises(StoreError, match="speaks HTTP"):
        Neo4jStore(f"bolt://127.0.0.1:{neo4j_server.http_port}")


@pytest.mark.parametrize("scheme", ["bolt", "neo4j", "bolt+s"])
def test_a_server_that_is_not_there_is_said_so_at_once(neo4j_url, scheme):
    with pytest.raises(StoreError, match="cannot be reached"):
        open_store(f"{scheme}://127.0.0.1:1")


def test_a_server_without_a_certificate_is_not_talked_to_in_secret(neo4j_url):
    with pytest.raises(StoreError, match="certificate"):
        open_store(neo4j_url.replace("bolt", "bolt+s"))


def test_a_newer_store_is_refused(store, neo4j_url, neo4j_server):
    store.record("s", "test", [fact(1)], now=now())
    neo4j_server.run("MATCH (s:Store) SET s.version = 99")
    with pytest.raises(StoreError, match="newer Sharemap"):
        Neo4jStore(neo4j_url)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("neo4j://", "needs a host"),
        ("neo4j://host/path", "needs a host"),
        ("neo4j://host:port", "cannot be read"),
        ("neo4j://u:s3cret@host?databse=x", "did you mean 'database'"),
        ("neo4j://host?timeout=soon", "number of seconds"),
        ("neo4j://host?timeout", "cannot be read"),
    ],
)
def test_a_url_that_cannot_be_used_says_why_and_keeps_its_secrets(url, told):
    with pytest.raises(InvalidInput, match=told) as refused:
        Address.of(url, {})
    assert "s3cret" not in str(refused.value)


def test_who_we_are_comes_from_the_environment_or_the_file_it_names(tmp_path):
    file = tmp_path / "credentials"
    file.write_text("ann:pass:word\n")
    assert Address.of("neo4j://h", {PASSWORD: "p"}).credentials == ("neo4j", "p")
    assert Address.of("neo4j://h", {USER: "u", PASSWORD: "p", CREDENTIALS: str(file)}).credentials == ("u", "p")
    assert Address.of("neo4j://h", {CREDENTIALS: str(file)}).credentials == ("ann", "pass:word")
    address = Address.of("neo4j+s://u:s3cret@[::1]?database=d&timeout=5", {})
    assert address.credentials == ("u", "s3cret")
    assert "s3cret" not in f"{address} {address!r}"
    assert address.url == "neo4j+s://[::1]:7687"
    for content in ("no colon", "two\nlines:x"):
        file.write_text(content)
        with pytest.raises(InvalidInput, match="USER:PASSWORD"):
            Address.of("neo4j://h", {CREDENTIALS: str(file)})
    with pytest.raises(InvalidInput, match="cannot be read"):
        Address.of("neo4j://h", {CREDENTIALS: str(tmp_path)})


# -- the layer of a check -----------------------------------------------------------------------------


def test_the_layer_of_a_check_takes_the_place_of_the_last_and_changes_no_fact(store, neo4j_server):
    us, them = worlds.PARTIES["us"], worlds.PARTIES["ad"]
    ours, theirs = worlds.SYSTEMS["ours"], worlds.SYSTEMS["theirs"]
    a, b = FieldId("sharemap://ours", "t", "p"), FieldId("sharemap://theirs", "t", "p")
    said = (us, them, ours, theirs, Classification(a, "user.contact.email", "customer"), Flow(a, b))
    store.record("world", "test", [Fact(s, Evidence("test", "w", i)) for i, s in enumerate(said, 1)], now=now())
    before = list(store.facts())
    judgement = Judgement(LineageGraph.from_store(store), worlds.DAY, worlds.NOW)
    findings = tuple(unauthorized_share.check(judgement))
    for _ in range(2):
        store.project(CheckLayer(judgement, findings))
    witnesses = neo4j_server.run(
        "MATCH (:Check)-[:FOUND]->(f:Finding)-[w:WITNESS]->(d:Field) RETURN f.fingerprint AS f, w.step AS step, "
        "d.field AS field, d.namespace AS home ORDER BY step"
    )
    assert [row["home"] for row in witnesses] == [a.namespace, b.namespace]
    assert {row["f"] for row in witnesses} == {findings[0].fingerprint}
    operated = neo4j_server.run(
        "MATCH (:Field)-[:IN]->(:Dataset)-[:IN]->(s:System)-[:OPERATED_BY]->(p:Party) "
        "RETURN s.key AS s, p.key AS p, p.country AS c ORDER BY s"
    )
    assert operated == [{"s": "ours", "p": "us", "c": "DE"}, {"s": "theirs", "p": "ad", "c": "DE"}]
    held = neo4j_server.run("MATCH (d:Field)-[h:HOLDS]->(c:Category) RETURN c.key AS c, h.hops AS hops ORDER BY hops")
    assert held == [{"c": "user.contact.email", "hops": 0}, {"c": "user.contact.email", "hops": 1}]
    store.project(CheckLayer(judgement, ()))
    assert neo4j_server.run("MATCH (f:Finding) RETURN f") == []
    assert list(store.facts()) == before


def test_the_graph_can_be_read_by_its_words(store, neo4j_server):
    a, b = FieldId("db", "t", "a"), FieldId("db", "u", "b")
    store.record(
        "s", "test",
        [Fact(Flow(a, b, subtype="TRANSFORMATION", function="sha256", masking=True, job="j"), replace(SEEN, line=3)),
         Fact(Classification(a, "user.contact.email", "customer"), SEEN)],
        now=now(),
    )  # fmt: skip
    row = neo4j_server.run(
        "MATCH (d:Dataset)<-[:IN]-(a:Field)-[r:FLOWS_TO]->(b:Field), (f:Classification)-[:ABOUT]->(a), "
        "(f)-[:OF]->(c:Category), (f)-[:SEEN_IN]->(e:Evidence), (run:Run {id: r.first})-[:OF]->(s:Source) "
        "RETURN d.title AS d, a.field AS a, b.title AS b, r.function AS f, r.masking AS m, r.line AS line, "
        "c.key AS c, f.data_subject AS subject, e.agent AS agent, s.name AS s, r.gone AS gone"
    )
    assert row == [
        {"d": "t", "a": "a", "b": "u#b", "f": "sha256", "m": True, "line": 3, "c": "user.contact.email",
         "subject": "customer", "agent": "test", "s": "s", "gone": None}
    ]  # fmt: skip


def test_a_batch_is_staged_as_its_flows_would_be_one_by_one(store, neo4j_server):
    ends = [FieldId("db", "t", f"c{i}") for i in range(20)]
    like = Flow(ends[0], ends[0], job="j")
    store.record("s", "test", [Batch(ends[:-1], ends[1:], like, SEEN), ScopeComplete()], now=now())
    one_by_one = [Fact(replace(like, source=a, target=b), SEEN) for a, b in itertools.pairwise(ends)]
    run = store.record("s", "test", [*one_by_one, ScopeComplete()], now=now())
    assert (run.seen, run.added, run.retired) == (19, 0, 0)
    assert rows(neo4j_server) == 19
