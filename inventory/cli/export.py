"""`sharemap export`: what is known, in the formats of others."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from inventory.cli.app import AsOf, KnownAt, Output, Session, StoreOption, output, say
from inventory.escaping import printable

if TYPE_CHECKING:
    from inventory.report import Report


def export(
    format: Annotated[str | None, typer.Argument(metavar="FORMAT", help="One of those that --list names.")] = None,
    out: Output = None,
    listed: Annotated[bool, typer.Option("--list", help="Say which formats there are, and leave.")] = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    store: StoreOption = None,
) -> int:
    """Write what is known as tables, graphs, drawings."""
    from inventory import plugins
    from lineage.errors import InvalidInput

    if listed:
        _list()
        return 0
    if format is None:
        raise InvalidInput(f"name a format: {', '.join(plugins.names(plugins.EXPORTS))} (see sharemap export --list)")
    module = plugins.load(plugins.EXPORTS, format)
    report = Session(store, as_of, known_at).report
    with output(out, binary=getattr(module, "BINARY", False)) as stream:
        module.write(report, stream)
    return _complaints(report)


def _list() -> None:
    """Each format with the first sentence of its module, which says what it is for."""
    from inventory import plugins

    for name in plugins.names(plugins.EXPORTS):
        about = plugins.load(plugins.EXPORTS, name).__doc__.strip().split("\n\n")[0]
        print(f"{name:<12} {' '.join(about.split())}", file=sys.stdout)


def _complaints(report: Report) -> int:
    for gap in report.gaps:
        say(f"not read: {printable(gap.source)}: {printable(gap.reason)}")
    if report.incomplete and not report.gaps:
        say("nothing was read; scan first: sharemap scan")
    return 3 if report.incomplete else 0


def register(app: typer.Typer) -> None:
    app.command()(export)
