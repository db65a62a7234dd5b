"""`sharemap serve` receives OpenLineage events over HTTP; `sharemap key` says who may send them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inventory.cli.app import Session, StoreOption, say
from lineage.errors import InvalidInput

if TYPE_CHECKING:
    from inventory.receive.keys import Keys

key_app = typer.Typer(no_args_is_help=True, help="Who may send events: make, list and remove keys.")
_Name = Annotated[str, typer.Argument(help="What the key is for, like airflow.")]


def serve(
    host: Annotated[str, typer.Option(help="Where to listen; beyond this machine only with keys.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 is any that is free.")] = 5000,
    certificate: Annotated[Path | None, typer.Option(metavar="FILE", help="Speak TLS: the certificate.")] = None,
    private_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Its private key.")] = None,
    most_waiting: Annotated[int, typer.Option(min=1, help="Events that may wait for the store.")] = 1_000_000,
    store: StoreOption = None,
) -> int:
    """Receive OpenLineage events over HTTP into the store, until SIGTERM or Ctrl-C.

    Clients send to POST /api/v1/lineage, as to Marquez. An event is acknowledged when it is on the disk.
    """
    from lineage.stores import open_store

    try:
        from inventory.receive.server import Address
        from inventory.receive.server import serve as run
    except ModuleNotFoundError as problem:
        raise InvalidInput(f"serve needs {problem.name}: pip install 'sharemap[serve]'") from None
    if bool(certificate) != bool(private_key):
        raise InvalidInput("TLS needs both --certificate and --private-key")
    for file in filter(None, (certificate, private_key)):
        if not file.is_file():
            raise InvalidInput(f"there is no file {file}")
    session = Session(store)
    url = store or session.project.store_url
    ended_by = run(
        session.project, lambda: open_store(url), Address(host, port, certificate, private_key), _told, most_waiting
    )
    return 130 if ended_by == 2 else 0


@key_app.command("add")
def add(name: _Name) -> int:
    """Make a key and print it: this is the only time it can be seen."""
    print(_keys().add(name))
    say("put it where the sender finds it (OPENLINEAGE_API_KEY, api_key); only its digest is kept here")
    return 0


@key_app.command("list")
def show() -> int:
    """The names of the keys, and when they were made."""
    from inventory.escaping import printable

    for key in _keys().all():
        print(f"{printable(key.name):<30} {key.made}")
    return 0


@key_app.command("remove")
def remove(name: _Name) -> int:
    """Take a key back; a receiver that is running refuses it within a second."""
    _keys().remove(name)
    return 0


def _keys() -> Keys:
    from inventory.receive.folder import private_folder
    from inventory.receive.keys import Keys

    return Keys(private_folder(Session().project.root) / "keys.json")


def _told(text: str) -> None:
    from inventory.escaping import printable

    say(printable(text, 500))


def register(app: typer.Typer) -> None:
    app.command()(serve)
    app.add_typer(key_app, name="key")
