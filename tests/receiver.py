"""A real `sharemap serve` in a process of its own, and requests to it that hide nothing of HTTP."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inventory.project import Project
from lineage.model import Fact
from lineage.stores import open_store
from tests.project import Folder

_SECONDS = 120


@dataclass
class Answer:
    status: int
    body: bytes
    headers: Any

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """A receiver of a project folder; `key` is sent with each request where there is one."""

    folder: Folder
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    key: str | None = None
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder.root / "serve.log"

    def start(self) -> None:
        """Start it, on the port it had before or any; return when it listens."""
        command = [sys.executable, "-c", "from inventory.cli import main; main()", "serve", "--port", str(self.port)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), **self.environment}
        before = self.log.stat().st_size if self.log.exists() else 0
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*command, *self.options], cwd=self.folder.root, env=environment, stdout=log, stderr=log
            )
        found = until(
            lambda: re.search(r"listening on \S+:(\d+);", self.log.read_bytes()[before:].decode()) or self.code
        )
        assert isinstance(found, re.Match), self.log.read_text()
        self.port = int(found[1])

    @property
    def code(self) -> int | None:
        assert self.process
        return self.process.poll()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(_SECONDS)

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """`body` is bytes, or pieces of a chunked body."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.key and "Authorization" not in named:
            named["Authorization"] = f"Bearer {self.key}"
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=_SECONDS)) as connection:
            chunked = body is not None and not isinstance(body, bytes)
            connection.request(method, path, body, named, encode_chunked=chunked)
            response = connection.getresponse()
            return Answer(response.status, response.read(), response.headers)

    def post(self, body: Any, path: str = "/api/v1/lineage", **headers: str) -> Answer:
        """Events or bytes."""
        sent = json.dumps(body).encode() if isinstance(body, dict | list) else body
        return self.request("POST", path, sent, **{"Content-Type": "application/json", **headers})

    def facts(self) -> list[Fact]:
        """What the store has now."""
        with closing(open_store(Project.find(self.folder.root).store_url)) as store:
            return list(store.facts())

    def folded(self, wanted: Callable[[list[Fact]], Any]) -> Any:
        """What `wanted` finds among the facts of the store, as soon as it finds something."""
        return until(lambda: wanted(self.facts()))


def until(act: Callable[[], Any]) -> Any:
    """The first answer of `act` that is true."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        if found := act():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def event(run: str = "1", job: str = "etl", **more: Any) -> dict[str, Any]:
    """A run that ended: mails are made of users, column by column."""
    origin = {"namespace": "pg://a", "name": "users", "field": "email"}
    told = {"columnLineage": {"fields": {"email": {"inputFields": [origin]}}}}
    return {
        "eventType": "COMPLETE",
        "eventTime": "2026-03-01T08:00:00Z",
        "producer": "https://p.example",
        "schemaURL": "https://s.example",
        "run": {"runId": run},
        "job": {"namespace": "n", "name": job},
        "inputs": [{"namespace": "pg://a", "name": "users"}],
        "outputs": [{"namespace": "pg://a", "name": "mails", "facets": told}],
        **more,
    }


def jobs(facts: Iterable[Fact]) -> set[str]:
    """The jobs that any flow names."""
    return {job for fact in facts if (job := getattr(fact.statement, "job", None))}
