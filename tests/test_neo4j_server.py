"""The server the tests start is a real one: it asks for a password, and outlives being killed."""

import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import AuthError, ServiceUnavailable

from tests.neo4j_server import version

pytestmark = pytest.mark.server


def test_it_is_the_community_edition_in_the_version_of_the_pom(neo4j_server):
    [row] = neo4j_server.run("CALL dbms.components() YIELD versions, edition RETURN versions[0] AS version, edition")
    assert row == {"version": version(), "edition": "community"}


def test_it_wants_its_password(neo4j_server):
    with GraphDatabase.driver(neo4j_server.url, auth=("neo4j", "wrong")) as driver, pytest.raises(AuthError):
        driver.verify_connectivity()


def test_what_was_committed_outlives_a_kill(neo4j_empty):
    neo4j_empty.run("CREATE (:Kept {name: 'x'})")
    neo4j_empty.kill()
    with pytest.raises(ServiceUnavailable):
        neo4j_empty.run("RETURN 1")
    neo4j_empty.start()
    assert neo4j_empty.run("MATCH (n) RETURN n.name AS name") == [{"name": "x"}]


def test_an_emptied_server_has_neither_data_nor_rules(neo4j_empty):
    neo4j_empty.run("CREATE CONSTRAINT one FOR (n:Kept) REQUIRE n.name IS UNIQUE")
    neo4j_empty.run("CREATE (:Kept {name: 'x'})")
    neo4j_empty.empty()
    assert neo4j_empty.run("MATCH (n) RETURN n") == neo4j_empty.run("SHOW CONSTRAINTS") == []
