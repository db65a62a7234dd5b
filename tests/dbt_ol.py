"""The real dbt-ol with DuckDB, in an environment of its own: dbt and this project need not agree on libraries.

It is made once, below ``~/.cache/sharemap``, and kept.  dbt-core 1.12 and later fetch a parser while they install.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.maven import cached
from tests.servers import missing

_PACKAGES = ("openlineage-dbt>=1.30,<2", "dbt-core>=1.9,<1.12", "dbt-duckdb>=1.9,<2")
_FILES = {
    "dbt_project.yml": "{name: shop, version: '1.0', profile: shop, model-paths: [models], seed-paths: [seeds]}",
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, threads: 1}}}",
    "seeds/users.csv": "id,email,city\n1,jane.canary@leak.example,Here\n",
    "models/audience.sql": "select id, md5(email) as email_hash, city from {{ ref('users') }}\n",
    "models/schema.yml": "models: [{name: audience, columns: [{name: email_hash, data_type: varchar}]}]",
}


def build(folder: Path, url: str, key: str) -> None:
    """Build a small project (users -> audience) in `folder`, and let dbt-ol send what it did."""
    for name, text in _FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    tools = _environment() / "bin"
    environment = {
        **os.environ,
        "PATH": f"{tools}:{os.environ['PATH']}",
        "OPENLINEAGE_URL": url,
        "OPENLINEAGE_API_KEY": key,
        "OPENLINEAGE_NAMESPACE": "dbt",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    command = [tools / "dbt-ol", "build", "--project-dir", ".", "--profiles-dir", "."]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def _environment() -> Path:
    home = cached("dbt-ol")
    with open(home.parent / "lock-dbt", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "ready").exists():
            shutil.rmtree(home, ignore_errors=True)
            _make(home)
    return home


def _make(home: Path) -> None:
    uv = [sys.executable, "-m", "uv", "--quiet"]
    with tempfile.TemporaryDirectory() as folder:
        for command in (["venv", "--python", sys.executable, home], ["pip", "install", "--python", home, *_PACKAGES]):
            done = subprocess.run([*uv, *command], cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode:
                missing(f"dbt-ol could not be installed:\n{done.stderr[-1500:]}")
    (home / "ready").touch()
