"""A project in a folder, and the program run in it as a user runs it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from unittest import mock

from inventory.cli import run
from lineage import vocabulary


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def _written(stream: io.TextIOWrapper) -> str:
    """What was written, text or bytes; bytes that are no text are kept as half characters."""
    stream.flush()
    return cast(io.BytesIO, stream.buffer).getvalue().decode("utf-8", "surrogateescape")


@dataclass(frozen=True)
class Folder:
    """A project folder; `entries` become inventory/world.yaml (JSON is YAML)."""

    root: Path

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def entries(self, **lists: list[dict[str, Any]]) -> None:
        self.write("inventory/world.yaml", json.dumps(lists, ensure_ascii=False, indent=1))

    def run(self, *arguments: str, stdin: str = "", **environment: str) -> Done:
        """The program in this process (a fresh interpreter a call would take ten times as long)."""
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True) for _ in range(2))
        with (
            contextlib.chdir(self.root),
            mock.patch.dict(os.environ, environment),
            mock.patch.dict(vocabulary.CATEGORIES),
            mock.patch.object(sys, "stdin", io.StringIO(stdin)),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = run(list(arguments))
        return Done(code, *(_written(stream) for stream in (out, err)))

    def process(self, *arguments: str, **environment: str) -> Done:
        """The program in a process of its own."""
        command = [sys.executable, "-c", "from inventory.cli import main; main()", *arguments]
        env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), **environment}
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, env=env, timeout=120)
        return Done(done.returncode, done.stdout, done.stderr)
