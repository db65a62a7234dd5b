"""The marketplace, published once for all tests of its pages."""

from pathlib import Path

import pytest

from tests.browser import browser
from tests.inventory.page.marketplace import DAY, marketplace
from tests.project import Folder

__all__ = ["browser"]


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The folder of its pages, made by the command itself."""
    folder = Folder(tmp_path_factory.mktemp("heyu"))
    folder.write("sharemap.yaml", "publish: {title: {zh-Hans: 禾屿集市, en: Heyu Market}}\n")
    folder.entries(**marketplace())
    done = folder.run("publish", "--as-of", DAY)
    assert done.code == 0, done.err
    return folder.root / "public"
