"""Every command, in the order in which the help lists them."""

from __future__ import annotations

from inventory.cli import ask, check, cut, demo, diff, entries, erase, export, project, publish, review, scan, sync
from inventory.cli.app import app

__all__ = ["app"]

for _module in (project, demo, scan, entries, review, check, ask, cut, erase, diff, publish, export, sync):
    _module.register(app)
