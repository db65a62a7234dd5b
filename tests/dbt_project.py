"""A real dbt project, built by dbt itself: in a DuckDB file, and in the PostgreSQL server of the tests.

dbt lives in an environment of its own (.venv/dbt), which `make setup` prepares from tests/dbt/requirements.txt.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import missing

PROJECT = Path(__file__).parent / "dbt" / "shop"
_PYTHON = Path(sys.prefix) / "dbt" / "bin" / "python"
_BUILD = """
import sys
from dbt.cli.main import dbtRunner
for command in (["build"], ["docs", "generate"]):
    done = dbtRunner().invoke([*command, "--quiet", "--no-use-colors", "--target", sys.argv[1]])
    if not done.success:
        sys.exit(f"{command} failed: {done.exception or [r.message for r in done.result]}")
"""
TABLES = (
    "CREATE TABLE users (id int, email varchar(200), tel varchar(20), cc varchar(2))",
    "CREATE TABLE orders (id int, user_id int, note varchar(200))",
)
_DUCKDB = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute(sys.argv[2])"


def build(folder: Path, target: str, **environment: str) -> Path:
    """Build the project in `folder` for a target of its profiles.yml; the folder with what dbt wrote."""
    shutil.copytree(PROJECT, folder, dirs_exist_ok=True)
    quiet = {"DBT_PROFILES_DIR": str(folder), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}
    if target == "duckdb":
        _run([_DUCKDB, "shop.duckdb", ";".join(TABLES)], folder, {})
    _run([_BUILD, target], folder, {**quiet, **environment})
    return folder / "target"


def _run(arguments: list[str], folder: Path, environment: dict[str, str]) -> None:
    if not _PYTHON.is_file():
        missing("dbt is not installed in .venv/dbt: run make setup")
    done = subprocess.run(
        [_PYTHON, "-c", *arguments], cwd=folder, capture_output=True, text=True, env={**os.environ, **environment}
    )
    if done.returncode:
        pytest.fail(f"dbt failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}", pytrace=False)


@pytest.fixture(scope="session")
def dbt_target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What dbt wrote of the project, built in a DuckDB file."""
    return build(tmp_path_factory.mktemp("dbt"), "duckdb")
