"""Programs in Java that the tests run: Maven copies their libraries into a cache once, by one process at a time.

The cache is ``~/.cache/sharemap`` (below XDG_CACHE_HOME where that is set) and is kept between runs.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.servers import missing, program


def libraries(pom: Path, name: str) -> Path:
    """The folder with the libraries that a POM names; `name` is theirs in the cache."""
    home = cached(name)
    if home.exists():
        return home / "lib"
    maven = program("mvn", [], "maven")
    with open(home.parent / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            made = Path(tempfile.mkdtemp(prefix="maven-", dir=home.parent))
            _copy_dependencies(maven, pom, made / "lib", name)
            made.rename(home)
    return home / "lib"


def cached(name: str) -> Path:
    """A place in the cache, whose folder is there."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sharemap"
    cache.mkdir(parents=True, exist_ok=True)
    return cache / name


def _copy_dependencies(maven: Path, pom: Path, into: Path, name: str) -> None:
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={into}", "-DincludeScope=runtime"]
    done = subprocess.run(
        [str(maven), "--batch-mode", "--quiet", "--file", str(pom), *goal],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        shutil.rmtree(into.parent, ignore_errors=True)
        missing(f"Maven could not fetch {name}:\n{done.stdout[-1500:]}{done.stderr[-500:]}")
