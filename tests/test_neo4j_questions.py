"""The questions of docs/neo4j.md, asked of a real server with the marketplace in it: it answers what the product does.

All but the one about history are asked twice: of the store, and of what `sharemap export cypher` wrote.
"""

import contextlib
import re
import shutil
import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inventory import pipeline
from inventory.cli.demo import example
from inventory.drawing.engine import svg
from inventory.project import Project
from lineage.codec import kind_of
from lineage.model import Flow, Form
from lineage.property_graph import fact_properties
from lineage.stores import open_store
from lineage.vocabulary import covers, is_sensitive
from tests.inventory.formats.test_cypher import loaded
from tests.project import Folder

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "neo4j.md").read_text(encoding="utf-8")
QUESTIONS = dict(re.findall(r"^### (.+?)\n.*?```cypher\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL))
HISTORY = "What changed since the last audit?"
EXPECTED = {}
"""Question -> what the product answers, as a function of a report."""


def answers(question):
    def named(function):
        EXPECTED[question] = function
        return function

    return named


@dataclass
class Asked:
    """What was asked of the server, and the report that it should agree with."""

    report: object
    store: dict = field(default_factory=dict)
    export: dict = field(default_factory=dict)
    before: list = field(default_factory=list)
    after: list = field(default_factory=list)
    changed: list = field(default_factory=list)


@pytest.fixture(scope="module")
def asked(neo4j_server, tmp_path_factory):
    folder = Folder(tmp_path_factory.mktemp("market") / "shop")
    shutil.copytree(example(), folder.root)
    with contextlib.closing(sqlite3.connect(folder.root / "shop.db")) as database:
        database.executescript((folder.root / "shop.sql").read_text(encoding="utf-8"))
    at = {"SHAREMAP_STORE": neo4j_server.url, "SHAREMAP_NEO4J_PASSWORD": neo4j_server.password}
    neo4j_server.empty()
    assert folder.run("scan", **at).code == 0
    assert folder.run("check", **at).code == 1
    assert folder.run("export", "cypher", "-o", "graph.cypher", **at).code == 0
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHAREMAP_NEO4J_PASSWORD", neo4j_server.password)
        project = Project.read(folder.root / "sharemap.yaml")
        with contextlib.closing(open_store(neo4j_server.url)) as store:
            told = Asked(pipeline.report(project, store, pipeline.judge(project, store)))
            told.store = {name: neo4j_server.run(cypher) for name, cypher in QUESTIONS.items() if name != HISTORY}
            told.before = list(store.facts())
            audit = datetime.now(UTC).isoformat(timespec="microseconds")
            shutil.copytree(folder.root / "fixed", folder.root, dirs_exist_ok=True)
            assert folder.run("scan", **at).code == 0
            told.changed = neo4j_server.run(QUESTIONS[HISTORY], audit=audit)
            told.after = list(store.facts())
    neo4j_server.empty()
    loaded(neo4j_server, (folder.root / "graph.cypher").read_text(encoding="utf-8"))
    told.export = {name: neo4j_server.run(cypher) for name, cypher in QUESTIONS.items() if name != HISTORY}
    return told


def title(node):
    return f"{node.name}#{node.field}" if node.field else node.name


def rows(*names):
    """Make rows of tuples, sorted and each once."""

    def of(values):
        told = {repr(value): dict(zip(names, value, strict=True)) for value in values}
        return sorted(told.values(), key=repr)

    return of


@answers("Who receives e-mail addresses outside China?")
def _mail_abroad(report):
    return rows("recipient", "form", "purpose", "countries")(
        (s.recipient, s.form.value, s.data_use, list(s.countries))
        for s in report.judgement.shares
        if covers("user.contact.email", s.data_category) and set(s.countries) - {"CN"} and s.recipient
    )


@answers("Which shares has nobody authorised, and what is missing?")
def _unauthorised(report):
    return rows("source", "target", "recipient", "category", "nearest", "failed")(
        (title(s.source), title(s.target), s.recipient or "unknown", s.data_category, s.authorization, list(s.failed))
        for s in report.judgement.shares
        if not s.authorized
    )


@answers("Where is every copy of a telephone number?")
def _copies(report):
    judgement = report.judgement
    world, labels = judgement.world, judgement.labels
    return rows("operator", "system", "field", "form", "hops")(
        (operator, system.key, title(node), held.form.value, labels.reach.level(i, held))
        for i, node in enumerate(judgement.graph.nodes)
        for held in labels.rows(i)
        if covers("user.contact.phone_number", held.data_category) and node.field
        for system in world.systems_of(node)
        for operator in world.operators[system.key]
    )


@answers("Which of our systems hold raw personal data and are not known to be encrypted?")
def _unencrypted(report):
    holdings = report.judgement.holdings
    told = []
    for system in holdings.own_systems:
        raw = [category for category, forms in holdings.personal(system.key).items() if Form.RAW in forms]
        if raw and not system.encrypted_at_rest:
            told.append((system.key, any(map(is_sensitive, raw)), len(raw)))
    assert [key for key, _, _ in told] == sorted(f.source for f in report.findings if f.check == "unencrypted-at-rest")
    return rows("system", "sensitive", "categories")(told)


@answers("How did it get there? Every step of each finding")
def _paths(report):
    refs = {report.judgement.world.ref(node): title(node) for node in report.judgement.graph.nodes}
    return rows("finding", "path", "evidence")(
        (f.fingerprint, [refs[hop.field] for hop in f.path], [hop.evidence for hop in f.path])
        for f in report.findings
        if f.check == "unauthorized-share"
    )


@answers("Where does the e-mail address go from the table of customers?")
def _downstream(report):
    graph = report.judgement.graph
    onward = defaultdict(set)
    for i in range(graph.flows):
        flow = graph.flow(i)
        if flow.type == "DIRECT" and flow.source.field and flow.target.field:
            onward[flow.source].add(flow.target)
    [start] = [node for node in graph.nodes if title(node) == "customers#email"]
    hops, edge = {start: 0}, [start]
    while edge:
        edge = [b for a in edge for b in onward[a] if hops.setdefault(b, hops[a] + 1) == hops[a] + 1]
        edge = list(dict.fromkeys(edge))
    return rows("field", "hops")((title(node), n) for node, n in hops.items() if n)


@answers("Which data may a recipient have, and on which paper?")
def _papers(report):
    return rows("recipient", "authorization", "instrument", "form", "categories")(
        (a.recipient, a.key, a.instrument.kind, a.form.value, sorted(a.data_categories))
        for a in report.judgement.world.authorizations
    )


@answers("Which of our datasets hold personal data that nobody can erase?")
def _not_erasable(report):
    found = (f.source.split(":", 1) for f in report.findings if f.check == "missing-erasure-route")
    return rows("system", "dataset")(found)


@answers("What do we ask people for, where, and which recipients end up with it?")
def _asked_for(report):
    judgement = report.judgement
    getting = defaultdict(set)
    for share in judgement.shares:
        getting[share.data_category].add(share.recipient)
    return rows("point", "category", "recipients")(
        (c.point, held.data_category, sorted(getting[held.data_category] - {None}))
        for c in judgement.world.collections
        for held in judgement.label_rows(c.field)
    )


def settled(answer):
    """An answer without its order, which each question chooses for readers; lists of categories in order."""
    told = [
        {k: sorted(v) if k == "categories" and isinstance(v, list) else v for k, v in row.items()} for row in answer
    ]
    return sorted(told, key=repr)


def test_there_are_ten_questions_and_each_is_answered_by_the_product_too():
    assert len(QUESTIONS) == 10
    assert set(QUESTIONS) == {*EXPECTED, HISTORY}


@pytest.mark.server
@pytest.mark.parametrize("question", EXPECTED)
def test_the_store_answers_as_the_product_does(asked, question):
    expected = EXPECTED[question](asked.report)
    assert expected
    assert settled(asked.store[question]) == expected


@pytest.mark.server
@pytest.mark.parametrize("question", EXPECTED)
def test_the_export_answers_as_the_product_does(asked, question):
    assert settled(asked.export[question]) == EXPECTED[question](asked.report)


@pytest.mark.server
def test_the_store_knows_what_changed_since_the_audit(asked):
    def told(facts, change):
        for fact in facts:
            said = fact.statement
            if isinstance(said, Flow):
                yield {"kind": "flow", "what": f"{title(said.source)} -> {title(said.target)}", "change": change}
            else:
                yield {"kind": kind_of(said), "what": fact_properties(said)["title"], "change": change}

    gone, new = set(asked.before) - set(asked.after), set(asked.after) - set(asked.before)
    assert gone
    assert new
    assert settled(asked.changed) == sorted([*told(gone, "gone"), *told(new, "new")], key=repr)


def test_the_picture_is_drawn_from_its_source():
    drawn = svg((DOCS / "neo4j" / "model.dot").read_text(encoding="utf-8"))
    assert (DOCS / "images" / "neo4j-model.svg").read_text(encoding="utf-8") == drawn
