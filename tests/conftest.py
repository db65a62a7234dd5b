"""What all tests may ask for."""

import pytest

from tests.neo4j_server import neo4j_empty, neo4j_server  # noqa: F401 - fixtures
from tests.project import Folder
from tests.servers import mariadb, postgresql  # noqa: F401 - fixtures


@pytest.fixture
def folder(tmp_path):
    """An empty project: a sharemap.yaml that names no source."""
    made = Folder(tmp_path)
    made.write("sharemap.yaml", "{}\n")
    return made
