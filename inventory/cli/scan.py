"""`sharemap scan`: read the sources into the store."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from inventory.cli.app import Session, StoreOption, say


def scan(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Only these; default: all.")
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(min=1, max=10_000, help="Look at so many rows of each table or file; keep none."),
    ] = None,
    store: StoreOption = None,
) -> int:
    """Read the sources and the manual entries into the store."""
    from inventory import pipeline
    from inventory.escaping import printable
    from lineage.model import Gap

    session = Session(store)
    with _Progress() as progress:
        runs = pipeline.scan(session.project, session.store, sources or (), progress.show, sample)
    for run in runs:
        what = f"{run.seen} facts, {run.added} new, {run.retired} gone"
        say(f"{run.source:<20} {what}" + (f", {run.gaps} could not be read" if run.gaps else ""))
    gaps = [f.statement for f in session.store.statements(Gap) if isinstance(f.statement, Gap)]
    for gap in gaps:
        say(f"not read: {printable(gap.source, 200)}: {printable(gap.reason, 400)}")
    nothing = not any(run.seen for run in runs)
    if nothing:
        say("nothing was read; name sources in sharemap.yaml or write entries in inventory/")
    return 3 if gaps or nothing else 0


class _Progress:
    """One line on stderr that says what is being read; silent where stderr is no terminal."""

    def __enter__(self) -> _Progress:
        self._shown = sys.stderr.isatty()
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")

    def show(self, message: str, done: int | None = None, total: int | None = None) -> None:
        if self._shown:
            from inventory.escaping import printable

            count = f" {done}/{total}" if total else ""
            sys.stderr.write(f"\r\x1b[K{printable(message, 70)}{count}")
            sys.stderr.flush()


def register(app: typer.Typer) -> None:
    app.command()(scan)
