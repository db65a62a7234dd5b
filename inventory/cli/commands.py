"""Every command, in the order in which the help lists them."""

from __future__ import annotations

from inventory.cli import ask, check, demo, entries, export, project, publish, review, scan, serve, sync, unresolved
from inventory.cli.app import app

__all__ = ["app"]

for _module in (project, demo, scan, entries, review, unresolved, check, ask, publish, export, sync, serve):
    _module.register(app)
