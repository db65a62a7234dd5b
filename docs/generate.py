"""Writes the pages of docs/ that are read off the program: checks.md, cli.md, entries.md.

Run by `make docs`; a test compares what lies in docs/ with what this would write.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from inventory import plugins
from inventory.cli import run
from inventory.entries import Entries
from lineage.checks import PROMISES
from lineage.vocabulary import SENSITIVE, label

DOCS = Path(__file__).parent
_WRITTEN = "<!-- Written by docs/generate.py: change the program, then run `make docs`. -->\n"
_SENSITIVE = "Anything at or below one of these is sensitive, by the law or standard beside it."
_COMMON = "Any entry may also carry `note`, `since`, `until` (days, both inclusive) and `by`."
_COMMANDS = (
    "init", "demo", "scan", "add", "check", "explain", "who-gets", "trace", "paths", "suppress", "publish", "export",
    "config show", "doctor", "version",
)  # fmt: skip


def pages() -> dict[str, str]:
    """Name of each written page -> its text."""
    return {"checks.md": checks(), "cli.md": cli(), "entries.md": entries()}


def checks() -> str:
    rules = [plugins.rule(module) for module in plugins.checks()]
    table = "\n".join(f"| [{r.name}](#{r.name}) | {r.severity} | {PROMISES[r.promise]} |" for r in rules)
    parts = [_head("Checks"), f"| check | severity | promise |\n|---|---|---|\n{table}"]
    for rule in rules:
        parts.append(
            f"## {rule.name}\n\n**{rule.severity}** · {PROMISES[rule.promise]}\n\n{rule.summary}\n\n{rule.help}"
        )
    rows = "\n".join(f"| `{k}` | {label(k)} · {label(k, 'zh-Hans')} | {', '.join(v)} |" for k, v in SENSITIVE.items())
    parts.append(f"## Sensitive categories\n\n{_SENSITIVE}\n\n| category | called | by |\n|---|---|---|\n{rows}")
    return _page(parts)


def cli() -> str:
    parts = [_head("CLI", "Commands"), f"## sharemap\n\n```text\n{_help()}```"]
    parts += [f"## sharemap {name}\n\n```text\n{_help(*name.split())}```" for name in _COMMANDS]
    return _page(parts)


def _head(name: str, title: str = "") -> str:
    text = (DOCS / "heads" / f"{name.lower()}.md").read_text(encoding="utf-8")
    return f"# {title or name}\n\n{_WRITTEN}\n{text}"


def _page(parts: list[str]) -> str:
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _help(*command: str) -> str:
    out = io.StringIO()
    wide = {"COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1", "TERM": "dumb"}
    with mock.patch.dict(os.environ, wide), contextlib.redirect_stdout(out):
        run([*command, "--help"])
    return "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines()) + "\n"


def entries() -> str:
    schema = Entries.model_json_schema()
    parts = [_head("Entries", "Manual entries"), f"## Every list and its keys\n\n{_COMMON}"]
    for kind, said in schema["properties"].items():
        model = schema["$defs"][said["items"]["$ref"].rsplit("/", 1)[1]]
        rows = "\n".join(_rows(model, schema["$defs"]))
        parts.append(f"### {kind}\n\n| key | | value |\n|---|---|---|\n{rows}")
    return _page(parts)


def _rows(model: dict[str, Any], models: dict[str, Any]) -> Iterator[str]:
    required = model.get("required", [])
    for key, said in sorted(model["properties"].items(), key=lambda item: item[0] not in required):
        if key not in ("note", "since", "until", "by"):
            yield f"| `{key}` | {'required' if key in required else ''} | {_kind(said, models)} |"


def _kind(said: dict[str, Any], models: dict[str, Any]) -> str:
    """A JSON Schema type in a reader's words."""
    if "$ref" in said:
        model = models[said["$ref"].rsplit("/", 1)[1]]
        if "enum" in model:
            return ", ".join(f"`{v}`" for v in model["enum"])
        if "description" in model and "properties" not in model:
            return str(model["description"])
        return "{" + ", ".join(f"`{k}`" for k in model["properties"]) + "}"
    if "enum" in said:
        return ", ".join(f"`{v}`" for v in said["enum"])
    if "anyOf" in said:
        kinds = [_kind(option, models) for option in said["anyOf"] if option.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if said.get("type") == "array":
        return f"list of {_kind(said['items'], models)}"
    if said.get("type") == "object":
        return "{zh-Hans:, en:}"
    words = {"string": "text", "boolean": "true or false", "integer": "number"}
    day = {"date": "day (2026-06-15)"}.get(said.get("format", ""))
    return str(said.get("description") or day or words.get(said.get("type", ""), said.get("type", "anything")))


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
