"""Every command, in the order in which the help lists them; of those, a run makes only what it may need."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import typer

MODULES: Mapping[str, tuple[str, ...]] = {
    "project": ("init", "doctor", "version", "config"),
    "demo": ("demo",),
    "scan": ("scan",),
    "entries": ("add",),
    "review": ("review",),
    "unresolved": ("unresolved",),
    "check": ("check", "explain", "suppress"),
    "ask": ("who-gets", "trace", "paths"),
    "cut": ("cut",),
    "erase": ("erase",),
    "diff": ("diff",),
    "publish": ("publish",),
    "export": ("export",),
    "sync": ("sync",),
    "serve": ("serve", "key"),
}
"""Module of this package -> the commands and groups of commands that it registers."""


def program(called: str = "") -> typer.Typer:
    """The program where the command of this name is called: it and what its module has beside it; all commands where
    there is none of that name."""
    app = typer.Typer(
        name="sharemap",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"auto_envvar_prefix": "SHAREMAP", "help_option_names": ["-h", "--help"]},
        help="Which personal data do we hold, where does each field flow, who outside gets it, was that authorised?",
    )
    app.callback()(_program)
    for module in [name for name, commands in MODULES.items() if called in commands] or MODULES:
        import_module(f"inventory.cli.{module}").register(app)
    return app


def _program() -> None:
    """With this the one command of a module is still called by its name."""
