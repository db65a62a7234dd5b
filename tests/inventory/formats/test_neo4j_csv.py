"""An archive that `neo4j-admin database import` makes a database of, which a real server then starts on."""

import io
import random
import zipfile

import pytest
from hypothesis import given, settings

from inventory.formats import neo4j_csv
from tests.exports import checked, nasty_shops, report, shop, worlds
from tests.inventory.formats.test_cypher import CODE, loaded
from tests.neo4j_graph import assert_same
from tests.neo4j_server import new_server


def archive(report):
    out = io.BytesIO()
    neo4j_csv.write(report, out)
    return out.getvalue()


@pytest.mark.server
def test_a_server_starts_on_what_was_imported_and_holds_the_same_graph():
    told = checked([*nasty_shops(), *(fact for name in CODE for fact in shop(name))])
    with new_server() as server:
        folder = server.folder / "import"
        with zipfile.ZipFile(io.BytesIO(archive(told))) as files:
            files.extractall(folder)
        server.admin("database", "import", "full", "neo4j", "--overwrite-destination", "@import.args", folder=folder)
        server.start()
        loaded(server, (folder / "schema.cypher").read_text())
        assert_same(server, told)
        assert len(server.run("SHOW CONSTRAINTS")) == (folder / "schema.cypher").read_text().count(";\n")


@settings(deadline=None, max_examples=20)
@given(worlds)
def test_the_order_of_facts_changes_no_byte(facts):
    assert archive(report(random.Random(1).sample(facts, len(facts)))) == archive(report(facts))


def test_an_empty_text_is_not_an_unknown_one():
    assert [neo4j_csv._cell(value) for value in ("", None, 'a"b', True, 1, 0.5, ["a", "b"], [])] == [
        '""', "", '"a""b"', "true", "1", "0.5", '"a\x1fb"', '""',
    ]  # fmt: skip


def test_an_archive_is_bytes_on_its_way_out_too(folder):
    folder.entries(parties=[{"key": "us", "name": "Us", "own": True}])
    folder.run("scan")
    folder.run("export", "neo4j-csv", "-o", "graph.zip")
    with zipfile.ZipFile(folder.root / "graph.zip") as files:
        assert {"import.args", "schema.cypher", "README.txt", "nodes-Party.csv"} <= set(files.namelist())
