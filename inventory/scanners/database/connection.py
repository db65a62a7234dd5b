"""How a database is entered: to read only, and without repeating what its driver says (inventory/refusals.py)."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inventory.refusals import SECONDS, reason
from inventory.scanners.database.settings import Settings
from lineage.errors import InvalidInput, did_you_mean

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_EXTRAS = {"postgresql": "postgres", "mysql": "mysql", "duckdb": "duckdb"}
_SERVERS = ("postgresql", "mysql")
_SESSION = {
    # An empty search path makes the server write every table with its schema, as pg_dump does.
    "postgresql": (
        "SET default_transaction_read_only = on",
        "SET search_path = ''",
        f"SET lock_timeout = '{SECONDS}s'",
    ),
    "mysql": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION sql_mode = ''"),
    "sqlite": ("PRAGMA query_only = ON",),
}


class Unreachable(Exception):
    """The database could not be entered; its text is a reason that may be shown."""


@contextmanager
def connected(settings: Settings) -> Iterator[Connection]:
    """A connection that can only read.

    Raises InvalidInput for a driver that is not installed, Unreachable for everything else that fails.
    """
    if settings.in_a_file and settings.url.database and not Path(settings.url.database).is_file():
        raise Unreachable(f"there is no file {settings.where}")
    engine = _engine(settings)
    try:
        try:
            connection = engine.connect()
        except Exception as problem:  # drivers raise what they like, and quote what they were given
            raise Unreachable(f"{settings.where} cannot be read: {reason(problem)}") from None
        with connection:
            yield connection
    finally:
        engine.dispose()


def _engine(settings: Settings) -> Engine:
    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import NoSuchModuleError
    from sqlalchemy.pool import NullPool

    family = settings.family
    told: dict[str, Any] = {"read_only": True} if family == "duckdb" else {}
    if family in _SERVERS and "connect_timeout" not in settings.url.query:
        told["connect_timeout"] = SECONDS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they show parts of the URL
            engine = create_engine(
                settings.url, poolclass=NullPool, hide_parameters=True, connect_args=told,
                isolation_level="AUTOCOMMIT" if family in _SERVERS else None,
            )  # fmt: skip
    except ModuleNotFoundError as missing:
        extra = f"sharemap[{_EXTRAS[family]}]" if family in _EXTRAS else missing.name
        raise InvalidInput(
            f"source {settings.key}: the driver {missing.name} is not installed: pip install '{extra}'"
        ) from None
    except NoSuchModuleError:
        named = settings.url.drivername
        near = did_you_mean(named, ("postgresql", "mysql", "mariadb", "sqlite", "duckdb"))
        raise InvalidInput(f"source {settings.key}: url: no driver for {named!r} is installed{near}") from None
    except Exception as problem:
        raise InvalidInput(f"source {settings.key}: url: {reason(problem)}") from None

    def read_only(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for statement in _SESSION.get(family, ()):
            cursor.execute(statement)
        cursor.close()
        if family == "postgresql":
            connection.commit()

    event.listen(engine, "connect", read_only)
    return engine
