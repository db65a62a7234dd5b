"""`sharemap sync`: a whole store, with its history, into another."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from inventory.cli.app import say
from inventory.cli.progress import Progress
from lineage.errors import InvalidInput


def sync(
    start: Annotated[str, typer.Argument(metavar="FROM", help="Path or URL of the store to read.")],
    end: Annotated[str, typer.Argument(metavar="TO", help="Path or URL of the store to write.")],
) -> int:
    """Copy a store with its history into another.

    Stores are files, or neo4j:// addresses. TO is empty, or an earlier copy of FROM, which then goes on from there.
    """
    from lineage.stores import open_store
    from lineage.stores.sync import sync as copy

    path = start.removeprefix("sqlite:///")
    if "://" not in path and not Path(path).is_file():
        raise InvalidInput(f"there is no store at {path}")
    with closing(open_store(start)) as source, closing(open_store(end)) as target, Progress() as progress:
        copied = copy(source, target, lambda run, done, all: progress.show(f"{run.source}: run", done, all))
    say(f"{copied} runs copied" if copied else "nothing to copy: the stores hold the same runs")
    return 0


def register(app: typer.Typer) -> None:
    app.command()(sync)
