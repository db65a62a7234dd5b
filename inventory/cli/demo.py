"""`sharemap demo`: the tour, on the invented marketplace that comes with the program."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import sys
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from inventory.cli.app import say
from lineage.errors import InvalidInput

_FIXED = "fixed"
_EXPORTS = {
    "json": "graph.json",
    "csv": "shares.csv",
    "csv-fields": "fields.csv",
    "csv-flows": "flows.csv",
    "graphml": "graph.graphml",
    "dot": "graph.dot",
    "svg": "graph.svg",
    "sarif": "findings.sarif",
}
_BEFORE = (
    ("Read the shop's database, its SQL, the events of its jobs, and what people entered", "scan"),
    ("What is wrong?", "check"),
    ("Who gets a telephone number, and how does it get there?", "who-gets user.contact.phone_number"),
    ("Tell the public? Not while a page would be false", "publish"),
)
_AFTER = (
    ("The team mended it: see the folder fixed. Read again", "scan"),
    ("What is wrong now?", "check"),
    ("Tell the public, in Chinese and in English", "publish -o public"),
    ("For the auditor", *(f"export {name} -o audit/{file}" for name, file in _EXPORTS.items())),
)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="A folder that is not there yet.")] = Path(
        "sharemap-demo"
    ),
) -> int:
    """The tour: copy the example, scan, check, mend, publish it."""
    if folder.exists():
        raise InvalidInput(f"{folder} is there already; name a folder that is not")
    shutil.copytree(example(), folder, ignore=shutil.ignore_patterns("*.db", ".sharemap", "public", "audit"))
    with contextlib.closing(sqlite3.connect(folder / "shop.db")) as database:
        database.executescript((folder / "shop.sql").read_text(encoding="utf-8"))
    codes = [_step(folder, *step) for step in _BEFORE]
    shutil.copytree(folder / _FIXED, folder, dirs_exist_ok=True)
    codes += [_step(folder, *step) for step in _AFTER]
    print(f"\nThe public page:       {folder / 'public' / 'index.html'}")
    print(f"The auditor's exports: {folder / 'audit'}")
    print(f"Try it yourself:       cd {folder} && sharemap trace 'shop:customers#email'")
    return 4 if 4 in codes else 0


def example() -> Path:
    """The folder of the marketplace example: in the package, or beside it in a checkout."""
    packed = Path(str(files("inventory"))) / "example"
    return packed if packed.is_dir() else packed.parents[1] / "examples" / "marketplace"


def _step(folder: Path, heading: str, *commands: str) -> int:
    """Run commands as a user would, under a heading; the highest of their exit codes."""
    from inventory.cli import run

    print(f"\n━━ {heading}")
    codes = []
    for command in commands:
        print(f"$ sharemap {command}", flush=True)
        with contextlib.chdir(folder):
            codes.append(run(command.split()))
        sys.stdout.flush()
        if codes[-1]:
            say(f"(exit code {codes[-1]})")
    return max(codes)


def register(app: typer.Typer) -> None:
    app.command()(demo)
