"""A Cypher script that a real server runs, and then holds the graph; names are never code."""

import io
import random

import pytest
from hypothesis import given, settings

from inventory.formats import cypher
from tests.exports import NASTY, checked, nasty_shops, shop, worlds, written
from tests.neo4j_graph import assert_same

CODE = ('"}) DETACH DELETE n //', "\\", "\\u0022", '\\"', "`x`", "$row", "'; RETURN 1;\n", "NULL", "*/ MATCH (n)")
"""Names that would do something if they became part of a statement."""


def loaded(server, text):
    """Run every statement of a script."""
    with server.driver() as driver, driver.session() as session:
        for statement in text.split(";\n"):
            if statement:
                session.run(statement).consume()


def script(report):
    out = io.StringIO()
    cypher.write(report, out)
    return out.getvalue()


@pytest.mark.server
def test_a_server_holds_the_same_graph_afterwards_and_names_stay_names(neo4j_empty):
    report = checked([*nasty_shops(), *(fact for name in CODE for fact in shop(name))])
    loaded(neo4j_empty, script(report))
    assert_same(neo4j_empty, report)


@settings(deadline=None, max_examples=20)
@given(worlds)
def test_the_order_of_facts_changes_nothing(facts):
    assert written(cypher, random.Random(1).sample(facts, len(facts))) == written(cypher, facts)


@pytest.mark.parametrize("name", [*NASTY, *CODE])
def test_only_the_end_of_a_statement_ends_a_line_with_a_semicolon(name):
    for statement in written(cypher, shop(name)).split(";\n")[:-1]:
        assert statement.startswith(("CREATE CONSTRAINT ", "UNWIND [\n"))
        assert all(line.startswith(("{", "[", "]", "UNWIND", "CREATE")) for line in statement.split("\n"))


def test_long_graphs_come_in_batches(monkeypatch):
    monkeypatch.setattr(cypher, "BATCH", 2)
    statements = written(cypher, shop()).split(";\n")
    assert max(statement.count("\n") for statement in statements) == 3
