"""Every command, in the order in which the help lists them."""

from __future__ import annotations

from inventory.cli import (
    ask,
    check,
    cut,
    demo,
    diff,
    entries,
    erase,
    export,
    project,
    publish,
    review,
    scan,
    serve,
    sync,
    unresolved,
)
from inventory.cli.app import app

__all__ = ["app"]

for _module in (
    project, demo, scan, entries, review, unresolved, check, ask, cut, erase, diff, publish, export, sync, serve,
):  # fmt: skip
    _module.register(app)
