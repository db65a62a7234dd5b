"""Real database servers for the tests: each on a free port of this machine, with a data folder of its own.

As root the servers run as the system user that their Debian package made, since they refuse to run as root.
"""

from __future__ import annotations

import ctypes
import getpass
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

import pytest

PASSWORD = "s3cr3t-Passw0rd"
ADMIN = "sharemap"
_START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running server; `scheme` is SQLAlchemy's name of its kind."""

    scheme: str
    port: int
    log: Path
    host: str = "127.0.0.1"

    def url(self, database: str = "", user: str = ADMIN, password: str = PASSWORD, query: str = "") -> str:
        at = f"{self.scheme}://{quote(user)}:{quote(password, safe='')}@{self.host}:{self.port}/{database}"
        return f"{at}?{query}" if query else at

    @property
    def namespace(self) -> str:
        """Its OpenLineage name."""
        return f"{'postgres' if self.scheme == 'postgresql' else 'mysql'}://{self.host}:{self.port}"

    @contextmanager
    def cursor(self, database: str = "") -> Iterator[Any]:
        """A cursor of the administrator; every statement takes effect at once."""
        if self.scheme == "postgresql":
            import psycopg

            connection: Any = psycopg.connect(self.url(database or "postgres"), autocommit=True)
        else:
            import pymysql

            connection = pymysql.connect(
                host=self.host, port=self.port, user=ADMIN, password=PASSWORD, database=database or None,
                autocommit=True, charset="utf8mb4",
            )  # fmt: skip
        try:
            yield connection.cursor()
        finally:
            connection.close()

    def run(self, *statements: str, database: str = "") -> None:
        with self.cursor(database) as cursor:
            for statement in statements:
                cursor.execute(statement)

    def fresh(self, database: str) -> str:
        """Make the database anew, and return its name."""
        self.run(f"DROP DATABASE IF EXISTS {database}", f"CREATE DATABASE {database}")
        return database


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server, UTF-8, passwords required, no encryption of connections."""
    with postgresql_server() as server:
        yield server


@contextmanager
def postgresql_server(**settings: str) -> Iterator[Server]:
    """The same with settings of its own."""
    folders = [path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    initdb = program("initdb", folders[-1:], "postgresql")
    with _folder("postgres") as (folder, user):
        secret = folder / "password"
        secret.write_text(PASSWORD)
        _own(secret, user)
        data = folder / "data"
        _run(
            [initdb, "-D", data, "-U", ADMIN, "--pwfile", secret, "--auth=scram-sha-256", "--encoding=UTF8",
             "--locale=C.UTF-8", "--no-sync"],
            user,
        )  # fmt: skip
        port = free_port()
        own = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [initdb.parent / "postgres", "-D", data, "-p", port, "-h", "127.0.0.1", "-k", "", "-F", *own]
        with _running(Server("postgresql", port, folder / "log"), command, user) as server:
            yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    """A MariaDB server, passwords required, no encryption of connections."""
    install = program("mariadb-install-db", [], "mariadb-server")
    mariadbd = program("mariadbd", [Path("/usr/sbin")], "mariadb-server")
    with _folder("mysql") as (folder, user):
        data, start = folder / "data", folder / "start.sql"
        start.write_text(
            f"CREATE USER {ADMIN}@'%' IDENTIFIED BY '{PASSWORD}';\nGRANT ALL ON *.* TO {ADMIN}@'%' WITH GRANT OPTION;\n"
        )
        _own(start, user)
        _run(
            [install, "--no-defaults", f"--datadir={data}", "--skip-test-db", "--skip-name-resolve",
             "--auth-root-authentication-method=normal"],
            user,
        )  # fmt: skip
        port = free_port()
        command = [
            mariadbd, "--no-defaults", f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1",
            f"--socket={folder / 'socket'}", f"--pid-file={folder / 'pid'}", f"--init-file={start}",
            "--skip-name-resolve", "--skip-networking=0", "--innodb-flush-log-at-trx-commit=0",
        ]  # fmt: skip
        with _running(Server("mysql", port, folder / "log"), command, user) as server:
            yield server


def program(name: str, folders: Sequence[Path], package: str) -> Path:
    """Where a program is, in these folders or on the PATH; where it is missing, `missing` tells its Debian package."""
    found = shutil.which(name, path=os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")]))
    if found:
        return Path(found)
    missing(f"{name} is not installed: apt-get install {package} (as root, `make test` does it)")


def missing(what: str) -> NoReturn:
    """What a test needs is not there: that skips it with these words, and in CI fails it."""
    if os.environ.get("CI"):
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


@contextmanager
def _folder(system_user: str) -> Iterator[tuple[Path, str]]:
    """A folder, and the user who owns it: `system_user` where we are root, else ourselves."""
    user = system_user if os.geteuid() == 0 else getpass.getuser()
    folder = Path(tempfile.mkdtemp(prefix=f"sharemap-{system_user}-"))
    try:
        _own(folder, user)
        yield folder, user
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _own(path: Path, user: str) -> None:
    if os.geteuid() == 0:
        shutil.chown(path, user, pwd.getpwnam(user).pw_gid)


def _as(user: str) -> dict[str, Any]:
    """What makes subprocess run a program as `user`."""
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}


def _run(command: Sequence[object], user: str) -> None:
    done = subprocess.run([*map(str, command)], cwd="/", capture_output=True, text=True, **_as(user))
    if done.returncode:
        pytest.fail(f"{command[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}", pytrace=False)


@contextmanager
def _running(server: Server, command: Sequence[object], user: str) -> Iterator[Server]:
    stop = signal.SIGINT if server.scheme == "postgresql" else signal.SIGTERM  # without waiting for clients
    with open(server.log, "wb") as log:
        process = subprocess.Popen(
            [*map(str, command)], cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            preexec_fn=partial(die_with_us, stop), **_as(user),
        )  # fmt: skip
    try:
        _wait(server, process.poll)
        yield server
    finally:
        process.send_signal(stop)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def die_with_us(stop: signal.Signals) -> None:
    """Let the kernel stop the server when the tests are killed before they could (prctl(2), Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, stop)


def _wait(server: Server, ended: Callable[[], int | None]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while ended() is None and time.monotonic() < deadline:
        try:
            server.run("SELECT 1")
        except Exception:  # drivers raise what they like while a server starts
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the server did not start:\n{server.log.read_text(errors='replace')[-2000:]}", pytrace=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
