"""What all tests may ask for."""

import pytest

from tests.project import Folder
from tests.servers import mariadb, postgresql  # noqa: F401 - fixtures


@pytest.fixture
def folder(tmp_path):
    """An empty project: a sharemap.yaml that names no source."""
    made = Folder(tmp_path)
    made.write("sharemap.yaml", "{}\n")
    return made
