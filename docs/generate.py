"""Writes the pages of docs/ that are read off the program: checks.md, cli.md, entries.md.

Run by `make docs`; a test compares what lies in docs/ with what this would write.
"""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path
from unittest import mock

from inventory import plugins
from inventory.cli import run
from inventory.questions import kinds, questions
from lineage.findings import PROMISES
from lineage.vocabulary import SENSITIVE, label

DOCS = Path(__file__).parent
_WRITTEN = "<!-- Written by docs/generate.py: change the program, then run `make docs`. -->\n"
_SENSITIVE = "Anything at or below one of these is sensitive, by the law or standard beside it."
_COMMON = "Any entry may also carry `note`, `since`, `until` (days, both inclusive) and `by`."
_COMMANDS = (
    "init", "demo", "scan", "add", "review", "unresolved", "check", "explain", "who-gets", "trace", "paths", "cut",
    "erase", "diff", "suppress", "publish", "export", "sync", "serve", "key add", "key list", "key remove",
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
    parts = [_head("Entries", "Manual entries"), f"## Every list and its keys\n\n{_COMMON}"]
    for kind in kinds():
        rows = "\n".join(
            f"| `{q.key}` | {'required' if q.required else ''} | {q.words.replace('|', '/')} |" for q in questions(kind)
        )
        parts.append(f"### {kind}\n\n| key | | value |\n|---|---|---|\n{rows}")
    return _page(parts)


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
