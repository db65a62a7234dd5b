"""`sharemap unresolved` names near-duplicates, and what it says to add joins them."""

from __future__ import annotations

import io
import json
import sqlite3

import pytest

from inventory.cli import unresolved as command
from inventory.unresolved import Near, Unresolved
from inventory.yamlfile import load
from lineage.model import FieldId

EVENT = {
    "eventType": "COMPLETE", "eventTime": "2026-01-01T00:00:00Z", "producer": "https://p.example",
    "run": {"runId": "01941f29-7c00-7743-8b7c-d5b2a9e5a000"}, "job": {"namespace": "spark", "name": "nightly"},
}  # fmt: skip


def dataset(namespace, name, *columns):
    fields = [{"name": column, "type": "text"} for column in columns]
    return {"namespace": namespace, "name": name, "facets": {"schema": {"fields": fields}}}


@pytest.fixture
def shop(folder):
    with sqlite3.connect(folder.root / "shop.db") as db:
        db.executescript("CREATE TABLE users (id int, email text); CREATE TABLE orders (nr int)")
    db.close()
    inputs = [dataset("sqlite:/srv/shop.db", "users", "id", "email"), dataset("sqlite:/srv/shop.db", "orders", "nr")]
    whole = dataset("sqlite://shop.db", "main.users", "email")
    folder.write(
        "events/e.jsonl", json.dumps({**EVENT, "inputs": [*inputs, whole], "outputs": [dataset("out", "x", "y")]})
    )
    folder.write("sharemap.yaml", CONFIGURATION)
    return folder


CONFIGURATION = """\
sources:
  shop: {kind: database, url: "sqlite:///shop.db"}
  jobs: {kind: openlineage, paths: ["events/*.jsonl"]}
"""


def test_what_it_says_to_add_joins_them(shop):
    assert shop.run("scan").code == 0
    done = shop.run("unresolved")
    assert done.code == 1
    assert "sqlite:/srv/shop.db\tsqlite://shop.db\tsame names in two namespaces; 2 of 2 names" in done.out
    assert "events/e.jsonl | shop/main.orders, shop/main.users" in done.out
    told = done.out.split("\n\n", 1)[1]
    project, entries = told.split("# inventory/aliases.yaml\n")
    shop.write("sharemap.yaml", CONFIGURATION + project)
    shop.write("inventory/aliases.yaml", entries)
    assert load(shop.root / "inventory" / "aliases.yaml", "x").content["datasets"]
    assert shop.run("scan").code == 0
    done = shop.run("unresolved")
    assert (done.code, done.out) == (0, "")
    assert "0 near-duplicates" in done.err
    shop.run("check")
    (journey,) = shop.run("trace", "shop:users#email", "--format", "json").json["journeys"]
    assert [branch["field"] for branch in journey["downstream"]] == ["out:x"]


def test_json_says_the_same_with_what_to_add(shop):
    shop.run("scan")
    told = shop.run("unresolved", "--format", "json").json
    assert (told["version"], told["command"], told["datasets"]) == (1, "unresolved", 6)
    first, second = told["near"]
    assert first["kind"] == "namespace"
    assert first["add"].splitlines()[1:] == ["aliases:", '  "sqlite:/srv/shop.db": "sqlite://shop.db"']
    assert second["alias"] == {"namespace": "sqlite://shop.db", "dataset": "main.users"}
    assert second["evidence"] == {"alias": ["events/e.jsonl"], "dataset": ["shop/main.users"]}


def test_where_nothing_was_read_it_is_incomplete(folder):
    done = folder.run("unresolved")
    assert done.code == 3
    assert "run: sharemap scan" in done.err


def test_an_unknown_format_is_refused(folder):
    assert "did you mean 'json'" in folder.run("unresolved", "--format", "jsn").err


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_gets_a_table_and_hostile_names_are_shown(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    nasty = FieldId("warehouse", "a.\x1b[31mb[/red]")
    near = Near("case", nasty, FieldId("warehouse", "a.b"), alias_places=("x\ny",))
    out = Terminal()
    command._table(Unresolved((near,), 2, 0), out)
    assert "\\x1b[31mb[/red]" in out.getvalue()
    assert "x\\x0ay" in out.getvalue()
    assert command._quoted("a\x1b\u202e") == '"a\\u001b\\u202e"'
