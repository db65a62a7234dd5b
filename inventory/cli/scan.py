"""`sharemap scan`: read the sources into the store."""

from __future__ import annotations

from typing import Annotated

import typer

from inventory.cli.app import Session, StoreOption, say
from inventory.cli.progress import Progress


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
    with Progress() as progress:
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


def register(app: typer.Typer) -> None:
    app.command()(scan)
