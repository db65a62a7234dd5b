"""`sharemap publish`: tell the public what is collected, used and given to whom, or say why that must wait."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inventory.cli.app import AsOf, KnownAt, Session, StoreOption, say


def publish(
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Where the pages go, instead of the project's folder."),
    ] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    store: StoreOption = None,
) -> int:
    """Write the public pages, or refuse and say every reason.

    Exits 1 where publishing is refused, whatever the reasons are: an unauthorised share, a cell nobody entered and
    words that may not stand there are all found in what is known, as findings are; 2 is kept for wrong usage and
    files that cannot be read or written.  Exits 3 where pages were written but some source could not be read: what
    flows there is not on them, and they say so.
    """
    from inventory import pipeline
    from inventory.escaping import printable
    from inventory.page.sheets import LARGEST

    session = Session(store, as_of, known_at)
    folder = out or session.project.root / session.project.publishing.folder
    published = pipeline.publish(session.project, session.store, session.judgement, folder)
    for page in published.pages:
        size = len(page.html.encode())
        if size > LARGEST:
            say(f"{page.path} has {size:,} bytes, more than the {LARGEST:,} that open quickly on a telephone")
    for path in published.stale:
        say(f"removed {path}, which is no longer true")
    for gap in session.judgement.world.gaps:
        say(f"not read: {printable(gap.source, 200)}: {printable(gap.reason, 400)}")
    shares = len(published.publication.shares)
    print(f"{printable(folder)}: {len(published.pages)} pages that tell of {shares} share{'s' * (shares != 1)}")
    return 3 if session.judgement.world.gaps else 0


def register(app: typer.Typer) -> None:
    app.command()(publish)
