"""What all tests may ask for."""

import pytest
from hypothesis import HealthCheck, settings

from tests.dbt_project import dbt_target  # noqa: F401 - fixtures
from tests.neo4j_server import neo4j_empty, neo4j_server  # noqa: F401 - fixtures
from tests.project import Folder
from tests.servers import mariadb, postgresql  # noqa: F401 - fixtures

# How long a machine takes is no property of what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture
def folder(tmp_path):
    """An empty project: a sharemap.yaml that names no source."""
    made = Folder(tmp_path)
    made.write("sharemap.yaml", "{}\n")
    return made


@pytest.fixture
def neo4j_url(neo4j_server, monkeypatch):  # noqa: F811 - asks for the fixture
    """The address of an empty database, with who we are there in the environment."""
    monkeypatch.setenv("SHAREMAP_NEO4J_USER", neo4j_server.user)
    monkeypatch.setenv("SHAREMAP_NEO4J_PASSWORD", neo4j_server.password)
    neo4j_server.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS")
    return neo4j_server.url
