"""A real Neo4j community server for the tests, on free ports of this machine; Maven fetches it once into a cache.

The versions stand in tests/neo4j/pom.xml.  The cache is ``~/.cache/sharemap/neo4j-VERSION`` (below XDG_CACHE_HOME
where that is set) and is kept between runs; the data folder is new for every session and deleted after it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.maven import libraries
from tests.servers import PASSWORD, die_with_us, free_port, program

POM = Path(__file__).parent / "neo4j" / "pom.xml"
USER = "neo4j"
_SECONDS = 300
_QUICK = ("-XX:+UseSerialGC",)
"""Less work at start on a machine of few cores."""
_OPENS = [
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
]


@dataclass
class Neo4jServer:
    """A server of one data folder, which lives through stop(), kill() and start() on the same ports."""

    folder: Path
    heap: str = "512m"
    bolt_port: int = field(default_factory=free_port)
    http_port: int = field(default_factory=free_port)
    user: str = USER
    password: str = PASSWORD
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        (self.folder / "conf").mkdir(parents=True, exist_ok=True)
        (self.folder / "conf" / "neo4j.conf").write_text(
            f"server.directories.data={self.folder / 'data'}\n"
            f"server.directories.logs={self.folder / 'logs'}\n"
            f"server.directories.import={self.folder}\n"
            "server.default_listen_address=127.0.0.1\n"
            f"server.bolt.listen_address=127.0.0.1:{self.bolt_port}\n"
            f"server.bolt.advertised_address=127.0.0.1:{self.bolt_port}\n"
            f"server.http.listen_address=127.0.0.1:{self.http_port}\n"
            f"server.http.advertised_address=127.0.0.1:{self.http_port}\n"
            "server.memory.pagecache.size=256m\n"
            "dbms.usage_report.enabled=false\n"
            "client.allow_telemetry=false\n"
            "db.tx_log.preallocate=false\n"
        )

    @property
    def url(self) -> str:
        """Its address, without user and password."""
        return f"bolt://127.0.0.1:{self.bolt_port}"

    @property
    def routing_url(self) -> str:
        return f"neo4j://127.0.0.1:{self.bolt_port}"

    @property
    def pid(self) -> int | None:
        """The id of its process while it runs."""
        return self._process.pid if self._process else None

    @property
    def log(self) -> Path:
        return self.folder / "output.log"

    def admin(self, *words: object, folder: Path | None = None) -> str:
        """Run `neo4j-admin` in a folder (its own) while the server is down, and return what it printed."""
        command = [*_java(), "org.neo4j.cli.AdminTool", *map(str, words)]
        environment = os.environ | {"NEO4J_HOME": str(self.folder), "NEO4J_CONF": str(self.folder / "conf")}
        done = subprocess.run(
            command, cwd=folder or self.folder, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.fail(f"neo4j-admin {words} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}", pytrace=False)
        return done.stdout

    def start(self) -> None:
        """Start it, and return when it answers."""
        self._wait(self.launch())

    def launch(self) -> subprocess.Popen[bytes]:
        """Start it, and do not wait.  By the main thread: it ends with the thread that launched it."""
        command = [
            *_java(f"-Xmx{self.heap}", *_QUICK), "org.neo4j.server.CommunityEntryPoint",
            f"--home-dir={self.folder}", f"--config-dir={self.folder / 'conf'}",
        ]  # fmt: skip
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=partial(die_with_us, signal.SIGTERM),
            )  # fmt: skip
        return self._process

    def stop(self) -> None:
        """Let it shut down in order."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(_SECONDS)
            self._process = None

    def kill(self) -> None:
        """SIGKILL, as if the power had failed."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def driver(self) -> Iterator[Any]:
        import neo4j

        with neo4j.GraphDatabase.driver(self.url, auth=(self.user, self.password)) as driver:
            yield driver

    def run(self, cypher: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of one statement, which takes effect at once."""
        with self.driver() as driver, driver.session() as session:
            return [row.data() for row in session.run(cypher, parameters)]

    def empty(self) -> None:
        """Delete all nodes, constraints and indexes."""
        self.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS")
        for row in self.run("SHOW CONSTRAINTS YIELD name"):
            self.run(f"DROP CONSTRAINT `{row['name']}`")
        for row in self.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'"):
            self.run(f"DROP INDEX `{row['name']}`")

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        from neo4j.exceptions import DriverError, Neo4jError

        deadline = time.monotonic() + _SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            try:
                self.run("RETURN 1")
            except (DriverError, Neo4jError, OSError):  # of many kinds while it starts
                time.sleep(0.2)
            else:
                return
        self.kill()
        pytest.fail(f"Neo4j did not start:\n{self.log.read_text(errors='replace')[-3000:]}", pytrace=False)


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Neo4jServer]:
    """A running server with a password.  What tests leave in it they share: `neo4j_empty` clears it first."""
    with running() as server:
        yield server


@pytest.fixture
def neo4j_empty(neo4j_server: Neo4jServer) -> Iterator[Neo4jServer]:
    """The running server without data, constraints and indexes; and it leaves none to other tests."""
    neo4j_server.empty()
    yield neo4j_server
    neo4j_server.empty()


@contextmanager
def new_server(heap: str = "512m") -> Iterator[Neo4jServer]:
    """A server in a new folder with its password set, not started yet; its folder goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="sharemap-neo4j-"))
    server = Neo4jServer(folder, heap)
    try:
        server.admin("dbms", "set-initial-password", server.password)
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(heap: str = "512m") -> Iterator[Neo4jServer]:
    """A new server, started."""
    with new_server(heap) as server:
        server.start()
        yield server


def version() -> str:
    """The server's version, as the POM has it."""
    found = ElementTree.parse(POM).findtext(".//{*}neo4j.version")
    assert found
    return found


def _java(*options: str) -> list[str]:
    java = program("java", [], "default-jdk-headless")
    return [str(java), *options, *_OPENS, "-cp", f"{libraries(POM, f'neo4j-{version()}')}/*"]
