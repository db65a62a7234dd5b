"""What a query log's options say, checked; and which formats of logs there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from inventory.project import Source
from inventory.scanners.querylog import live, mysql, postgresql, warehouse
from inventory.scanners.querylog.statements import Logged
from lineage.errors import InvalidInput, did_you_mean

_OPTIONS = ("paths", "format", "url", "namespace", "dialect", "default_database", "default_schema")
ACCESS_HISTORY = "snowflake-access-history"


@dataclass(frozen=True, slots=True)
class Format:
    """How statements are read from a file of one kind, and the dialect they are in."""

    read: Callable[[Path], Iterator[Logged]]
    dialect: str


FORMATS: Mapping[str, Format] = {
    "bigquery-jobs": Format(warehouse.bigquery, "bigquery"),
    "mysql-general": Format(mysql.general, "mysql"),
    "pg_stat_statements": Format(postgresql.statistics, "postgres"),
    "postgresql-csvlog": Format(postgresql.csvlog, "postgres"),
    "postgresql-log": Format(postgresql.plain, "postgres"),
    "snowflake-query-history": Format(warehouse.snowflake, "snowflake"),
}
_NAMED = (*FORMATS, ACCESS_HISTORY)


@dataclass(frozen=True, slots=True)
class Settings:
    """The checked options of one source: files of a format, or the `url` of a running server."""

    key: str
    root: Path
    namespace: str
    paths: tuple[str, ...]
    format: str
    url: str | None
    dialect: str
    database: str
    schema: str

    def files(self) -> tuple[Path, ...]:
        return tuple(sorted({p for pattern in self.paths for p in self.root.glob(pattern) if p.is_file()}))


def read_settings(source: Source) -> Settings:
    """The options of `source`.  Raises InvalidInput naming the source, the option, and what was expected."""
    for option in source.options:
        if option not in _OPTIONS:
            raise InvalidInput(f"source {source.key}: unknown option {option!r}{did_you_mean(option, _OPTIONS)}")
    texts = {name: _text(source, name) for name in _OPTIONS if name != "paths"}
    url, format, said = texts["url"], texts["format"] or "", source.options.get("paths")
    if (url is None) == (said is None):
        raise InvalidInput(f"source {source.key}: expected paths and their format, or the url of a PostgreSQL")
    if url is not None and format:
        raise InvalidInput(f"source {source.key}: format belongs to paths; a url is asked for pg_stat_statements")
    if url is None and format not in _NAMED:
        near = did_you_mean(format, _NAMED)
        raise InvalidInput(f"source {source.key}: expected format, one of {', '.join(sorted(_NAMED))}{near}")
    paths = _paths(source, said) if url is None else ()
    namespace = texts["namespace"] or _usual(source, url, format)
    spoken = FORMATS[format].dialect if format in FORMATS else "postgres"
    return Settings(
        source.key, source.root, namespace, paths, format, url, texts["dialect"] or spoken,
        texts["default_database"] or "", texts["default_schema"] or "",
    )  # fmt: skip


def _usual(source: Source, url: str | None, format: str) -> str:
    """The namespace that goes without saying.  Raises InvalidInput where there is none."""
    if url is not None:
        return live.namespace(source.key, url)
    if format == "bigquery-jobs":
        return "bigquery"
    raise InvalidInput(
        f"source {source.key}: expected namespace, the server that the log is of, like postgres://HOST:5432; "
        "the one that other sources call it by"
    )


def _text(source: Source, option: str) -> str | None:
    said = source.options.get(option)
    if said is not None and (not isinstance(said, str) or not said):
        raise InvalidInput(f"source {source.key}: {option}: expected a text")
    return said


def _paths(source: Source, said: object) -> tuple[str, ...]:
    if not isinstance(said, list) or not said:
        raise InvalidInput(f"source {source.key}: expected paths, a list of patterns like logs/*.csv")
    for pattern in said:
        path = PurePosixPath(str(pattern))
        if not path.parts or path.is_absolute() or ".." in path.parts:
            raise InvalidInput(f"source {source.key}: paths: a pattern must lie below the project's folder")
    return tuple(map(str, said))
