"""What a database source's options say, checked; and what its tables are called by OpenLineage."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from inventory.project import Source, expanded
from lineage.errors import InvalidInput, did_you_mean
from lineage.model import FieldId

if TYPE_CHECKING:
    from sqlalchemy import URL

OPTIONS = ("url", "namespace", "schemas", "exclude", "sample")
MOST_ROWS = 10_000
"""More rows of a table than these are never sampled."""
_SCHEMES = {"postgresql": ("postgres", 5432), "mysql": ("mysql", 3306)}
_FILES = ("sqlite", "duckdb")
_FAMILIES = {"mariadb": "mysql"}
_DRIVERS = {
    "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql", "mariadb": "mariadb+pymysql",
}  # fmt: skip
_EXAMPLE = "postgresql://user:password@host/database"


@dataclass(frozen=True, slots=True)
class Settings:
    """The checked options of one source; `url` holds the password, so this is never shown."""

    key: str
    url: URL
    namespace: str
    schemas: tuple[str, ...] | None
    exclude: tuple[str, ...]
    sample: int | None = None
    """How many rows of each table to look at; None where the source does not say."""

    @property
    def family(self) -> str:
        """SQLAlchemy's name of the kind of database: ``postgresql``, ``mysql`` (MariaDB too), ``sqlite`` ..."""
        backend = self.url.get_backend_name()
        return _FAMILIES.get(backend, backend)

    @property
    def in_a_file(self) -> bool:
        """Is it a file, and no server?"""
        return self.family in _FILES

    @property
    def where(self) -> str:
        """The server, as it may be shown."""
        if self.in_a_file:
            return Path(self.url.database or ":memory:").name
        return ":".join(str(part) for part in _host(self.url) if part)

    @property
    def chosen(self) -> tuple[str, ...] | None:
        """The schemas to read; those of MySQL are databases, so the one that the URL names; None for all."""
        if self.schemas is None and self.family == "mysql" and self.url.database:
            return (self.url.database,)
        return self.schemas

    def dataset(self, schema: str, table: str) -> FieldId:
        """``database.schema.table``; MySQL and MariaDB have no schemas in a database, SQLite only tables.

        A file of DuckDB is the database that its name says, without its ending.
        """
        database = Path(self.url.database or "memory").stem if self.family == "duckdb" else self.url.database or ""
        parts = {"sqlite": (), "mysql": (schema,)}.get(self.family, (database, schema))
        return FieldId(self.namespace, ".".join((*parts, table)))

    def wants(self, schema: str, table: str) -> bool:
        """Is the table not excluded, by its name alone or with its schema?"""
        names = (table, f"{schema}.{table}")
        return not any(fnmatch.fnmatchcase(name, pattern) for name in names for pattern in self.exclude)


def read_settings(source: Source) -> Settings:
    """The options of `source`.  Raises InvalidInput naming the source, the option, and what was expected."""
    for option in source.options:
        if option not in OPTIONS:
            raise InvalidInput(f"source {source.key}: unknown option {option!r}{did_you_mean(option, OPTIONS)}")
    url = _url(source)
    namespace = source.options.get("namespace")
    if namespace is not None and (not isinstance(namespace, str) or not namespace):
        raise _wrong(source, "namespace", "a name, like postgres://db.example:5432")
    schemas = _names(source, "schemas", "names, like [public, sales]")
    exclude = _names(source, "exclude", "patterns of table names, like [tmp_*, audit.*]") or ()
    sample = source.options.get("sample")
    if sample is not None and (type(sample) is not int or not 0 <= sample <= MOST_ROWS):
        raise _wrong(source, "sample", f"a number of rows up to {MOST_ROWS}; 0 for none")
    return Settings(source.key, url, namespace or _namespace(url, source.root), schemas, exclude, sample)


def _wrong(source: Source, option: str, expected: str) -> InvalidInput:
    return InvalidInput(f"source {source.key}: {option}: expected {expected}")


def _names(source: Source, option: str, expected: str) -> tuple[str, ...] | None:
    said = source.options.get(option)
    if said is None:
        return None
    if not isinstance(said, list) or not said or not all(isinstance(name, str) and name for name in said):
        raise _wrong(source, option, f"a list of {expected}")
    return tuple(said)


def _url(source: Source) -> URL:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    said = source.options.get("url")
    if not isinstance(said, str) or not said:
        raise _wrong(source, "url", f"a SQLAlchemy URL, like {_EXAMPLE}")
    text = expanded(said)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise _wrong(source, "url", f"a SQLAlchemy URL, like {_EXAMPLE}; this is none") from None
    in_a_file = url.get_backend_name() in _FILES
    if not in_a_file and _misread(text, url):
        raise _wrong(source, "url", "each @ / : ? in its user and password to be written as %40 %2F %3A %3F")
    if in_a_file and url.database and not Path(url.database).is_absolute():
        url = url.set(database=str(source.root / url.database))
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def _misread(text: str, url: URL) -> bool:
    """Did a bare @ or ? in a password move the rest of it into host, database or query, which are shown?"""
    head, _, query = text.partition("?")
    stray = head.count("@") > (url.username is not None)
    return stray or any("=" not in part for part in query.split("&") if part)


def _namespace(url: URL, root: Path) -> str:
    """OpenLineage naming of datasets: ``postgres://host:port``, ``mysql://host:port``; a file of SQLite is
    ``sqlite://`` and its path in the project, one of DuckDB likewise."""
    backend = url.get_backend_name()
    if backend in _FILES:
        path = Path(url.database or ":memory:")
        return f"{backend}://{path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name}"
    host, port = _host(url)
    scheme = _SCHEMES.get(_FAMILIES.get(backend, backend), (backend, None))[0]
    return f"{scheme}://{host}" + (f":{port}" if port else "")


def _host(url: URL) -> tuple[str, int | str | None]:
    """Host and port; libpq also takes them from the query, the first of a list or the folder of a socket."""
    backend = url.get_backend_name()
    told = url.query.get("host") or ""
    first = (told if isinstance(told, str) else told[0]).split(",")[0]
    host, _, port = first.partition(":") if not first.startswith("/") else ("", "", "")
    usual = _SCHEMES.get(_FAMILIES.get(backend, backend), (backend, None))[1]
    asked = url.query.get("port")
    return url.host or host or "localhost", url.port or port or (asked if isinstance(asked, str) else None) or usual
