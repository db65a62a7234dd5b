"""sharemap sync, and every command on a store in Neo4j as on a file."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from lineage.stores import open_store

EXAMPLE = Path(__file__).parents[3] / "examples" / "marketplace"


@pytest.fixture
def shop(folder):
    """The marketplace, not scanned yet."""
    for name in ("etl", "events", "inventory"):
        shutil.copytree(EXAMPLE / name, folder.root / name)
    with sqlite3.connect(folder.root / "shop.db") as database:
        database.executescript((EXAMPLE / "shop.sql").read_text(encoding="utf-8"))
    database.close()
    shutil.copy(EXAMPLE / "sharemap.yaml", folder.root)
    return folder


def test_a_store_goes_into_another_once(shop):
    assert shop.run("scan").code == 0
    done = shop.run("sync", ".sharemap/store.db", "copy.db")
    assert (done.code, done.out) == (0, "")
    assert "runs copied" in done.err
    assert "nothing to copy" in shop.run("sync", ".sharemap/store.db", "copy.db").err
    as_of = ("--as-of", "2026-06-15", "--known-at", "2100-01-01", "--format", "json")
    assert shop.run("check", *as_of, "--store", "copy.db").out == shop.run("check", *as_of).out


def test_a_store_that_is_not_there_is_named_and_not_made(folder):
    done = folder.run("sync", "nowhere.db", "copy.db")
    assert done.code == 2
    assert "no store at nowhere.db" in done.err
    assert not (folder.root / "nowhere.db").exists()


@pytest.mark.server
def test_every_command_answers_from_neo4j_byte_for_byte_as_from_a_file(shop, neo4j_url, monkeypatch):
    assert shop.run("scan").code == 0
    assert shop.run("sync", ".sharemap/store.db", neo4j_url).code == 0
    moment = ("--as-of", "2026-06-15", "--known-at", "2100-01-01")
    commands = [
        ("check", *moment), ("check", *moment, "--format", "json"), ("check", *moment, "--format", "sarif"),
        ("who-gets", "user.contact.email", *moment), ("trace", "shop:shop.public.users#email", *moment),
        *(("export", name, *moment) for name in ("json", "csv", "csv-fields", "csv-flows", "graphml", "dot", "cypher")),
    ]  # fmt: skip
    from_file = [shop.run(*command) for command in commands]
    monkeypatch.setenv("SHAREMAP_STORE", neo4j_url)
    for command, expected in zip(commands, from_file, strict=True):
        assert shop.run(*command) == expected, command


@pytest.mark.server
def test_a_project_may_name_neo4j_and_shows_its_check_there(shop, neo4j_url, neo4j_server):
    configuration = (shop.root / "sharemap.yaml").read_text()
    shop.write("sharemap.yaml", f"store: {neo4j_url}\n{configuration}")
    assert shop.run("scan").code == 0
    done = shop.run("check", "--format", "json")
    assert done.code == 1
    shown = neo4j_server.run("MATCH (f:Finding) RETURN f.fingerprint AS f ORDER BY f")
    assert [row["f"] for row in shown] == sorted(f["fingerprint"] for f in done.json["findings"])
    entry = shop.write("party.yaml", "{key: late, name: Late Ltd, country: CN}\n")
    assert shop.run("add", "party", "--from", str(entry)).code == 0
    assert shop.run("check", "--fail-on", "never").code == 0
    store = open_store(neo4j_url)
    assert "late" in {getattr(f.statement, "key", None) for f in store.statements()}
    assert len(store.runs()) > 2
    store.close()
    assert not (shop.root / ".sharemap").exists()
    assert "runs" in shop.run("doctor").out


@pytest.mark.server
def test_what_neo4j_refuses_is_a_wrong_configuration_and_tells_no_secret(shop, neo4j_url, monkeypatch):
    monkeypatch.delenv("SHAREMAP_NEO4J_PASSWORD")
    url = neo4j_url.replace("//", "//nobody:wr0ng-s3cret@")
    shop.write("sharemap.yaml", f"store: {url}\n")
    for command in (("check",), ("scan",), ("doctor",), ("config", "show"), ("sync", url, "copy.db")):
        done = shop.run(*command)
        assert "wr0ng" not in done.out + done.err
    assert done.code == 2
    assert "SHAREMAP_NEO4J_PASSWORD" in done.err
