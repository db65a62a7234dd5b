"""Where a server is not installed, tests say what to install; in CI that is a failure."""

import pytest

from tests.servers import program


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_missing_server_is_named_with_its_package(monkeypatch, ci, outcome):
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="apt-get install postgresql"):
        program("no-such-initdb", [], "postgresql")
