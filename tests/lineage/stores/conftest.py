"""The stores that the laws hold for."""

import pytest

from lineage.stores.neo4j import Neo4jStore
from lineage.stores.sqlite import SqliteStore

KINDS = ("sqlite", pytest.param("neo4j", marks=pytest.mark.server))


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    """An empty store of each kind."""
    if request.param == "sqlite":
        store = SqliteStore(tmp_path / ".sharemap" / "store.db")
    else:
        store = Neo4jStore(request.getfixturevalue("neo4j_url"))
    yield store
    store.close()
