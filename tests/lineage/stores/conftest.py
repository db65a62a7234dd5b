"""The stores that the laws hold for."""

import pytest

from lineage.stores.neo4j import Neo4jStore
from lineage.stores.sqlite import SqliteStore

KINDS = ("sqlite", pytest.param("neo4j", marks=pytest.mark.server))


@pytest.fixture
def neo4j_url(neo4j_server, monkeypatch):
    """The address of an empty database, with who we are there in the environment."""
    monkeypatch.setenv("SHAREMAP_NEO4J_USER", neo4j_server.user)
    monkeypatch.setenv("SHAREMAP_NEO4J_PASSWORD", neo4j_server.password)
    neo4j_server.run("MATCH (n) CALL { WITH n DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS")
    return neo4j_server.url


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    """An empty store of each kind."""
    if request.param == "sqlite":
        store = SqliteStore(tmp_path / ".sharemap" / "store.db")
    else:
        store = Neo4jStore(request.getfixturevalue("neo4j_url"))
    yield store
    store.close()
