"""A live database -> its datasets, fields, and what its columns seem to hold; any SQLAlchemy URL, read only."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inventory.classification import Column, classify_table
from inventory.project import Source, expanded
from inventory.scanners import Context
from lineage.errors import InvalidInput, did_you_mean
from lineage.model import (
    Classification,
    Dataset,
    Evidence,
    Fact,
    Field,
    FieldId,
    Flow,
    Gap,
    Method,
    Reading,
    ScopeComplete,
)

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine
    from sqlalchemy.engine.reflection import Inspector

_OPTIONS = ("url", "namespace", "schemas", "exclude")
_SYSTEM_SCHEMAS = ("information_schema", "pg_catalog", "pg_toast", "mysql", "performance_schema", "sys")
_PORTS = {"postgresql": ("postgres", 5432), "mysql": ("mysql", 3306), "mariadb": ("mysql", 3306)}
_EXTRAS = {"postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql"}
_AGENT = "database"


def scan(source: Source, context: Context) -> Iterator[Reading]:
    """Read all schemas of the database that `url` names.

    Options: `url` (with ``${NAME}`` from the environment), `namespace` (instead of the OpenLineage one),
    `schemas` (only these), `exclude` (patterns of tables).  Raises InvalidInput for an unknown option or a
    driver that is not installed; a database that does not answer is a Gap.
    """
    from sqlalchemy import inspect
    from sqlalchemy.exc import SQLAlchemyError

    for option in source.options:
        if option not in _OPTIONS:
            raise InvalidInput(f"source {source.key}: unknown option {option!r}{did_you_mean(option, _OPTIONS)}")
    url = _url(source)
    if (missing := _missing_file(url)) is not None:
        yield _gap(source, source.key, f"there is no file {missing}")
        return
    engine = _engine(source, url)
    try:
        inspector = inspect(engine)
        yield from _schemas(source, context, url, inspector)
    except (SQLAlchemyError, OSError) as problem:
        where = f"{url.host}:{url.port}" if url.host else "the database"
        yield _gap(source, source.key, f"{where} does not answer ({type(problem).__name__}); check url and rights")
    finally:
        engine.dispose()


def _url(source: Source) -> URL:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    text = source.options.get("url")
    if not isinstance(text, str):
        raise InvalidInput(f"source {source.key}: expected url, like postgresql://host/database")
    try:
        url = make_url(expanded(text))
    except ArgumentError:
        raise InvalidInput(f"source {source.key}: url is no SQLAlchemy URL, like postgresql://host/database") from None
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_absolute():
        url = url.set(database=str(source.root / url.database))
    drivers = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql", "mariadb": "mariadb+pymysql"}
    return url.set(drivername=drivers.get(url.drivername, url.drivername))


def _missing_file(url: URL) -> str | None:
    if url.get_backend_name() != "sqlite" or not url.database or Path(url.database).is_file():
        return None
    return Path(url.database).name


def _engine(source: Source, url: URL) -> Engine:
    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import NoSuchModuleError
    from sqlalchemy.pool import NullPool

    backend = url.get_backend_name()
    try:
        engine = create_engine(url, poolclass=NullPool)
    except (ModuleNotFoundError, NoSuchModuleError):
        extra = _EXTRAS.get(backend, backend)
        raise InvalidInput(
            f"source {source.key}: the driver for {backend} is not installed: pip install 'sharemap[{extra}]'"
        ) from None
    readonly = {
        "postgresql": "SET default_transaction_read_only = on",
        "mysql": "SET SESSION TRANSACTION READ ONLY",
        "mariadb": "SET SESSION TRANSACTION READ ONLY",
        "sqlite": "PRAGMA query_only = ON",
    }.get(backend)

    def refuse_writes(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute(readonly)
        cursor.close()
        if backend == "postgresql":
            connection.commit()

    if readonly:
        event.listen(engine, "connect", refuse_writes)
    return engine


def _schemas(source: Source, context: Context, url: URL, inspector: Inspector) -> Iterator[Reading]:
    from sqlalchemy.exc import SQLAlchemyError

    chosen = source.options.get("schemas")
    names = [s for s in inspector.get_schema_names() if not _is_system(s)]
    wanted = [s for s in names if not isinstance(chosen, list) or s in chosen]
    if url.get_backend_name() in ("mysql", "mariadb") and url.database and not isinstance(chosen, list):
        wanted = [url.database]
    unread = []
    for number, schema in enumerate(sorted(wanted), 1):
        context.progress(f"{source.key}: schema {schema}", number, len(wanted))
        try:
            yield from _tables(source, context, url, inspector, schema)
        except SQLAlchemyError as problem:
            place = f"{source.key}/{schema}"
            unread.append(place)
            yield _gap(source, place, f"the schema cannot be read ({type(problem).__name__}); check rights")
    yield ScopeComplete(unread=tuple(unread))


def _tables(source: Source, context: Context, url: URL, inspector: Inspector, schema: str) -> Iterator[Fact]:
    from sqlalchemy.engine.reflection import ObjectKind

    columns = inspector.get_multi_columns(schema=schema, kind=ObjectKind.ANY)
    comments = _optional(inspector, "get_multi_table_comment", schema=schema, kind=ObjectKind.ANY)
    keys = _optional(inspector, "get_multi_foreign_keys", schema=schema, kind=ObjectKind.TABLE)
    views = set(inspector.get_view_names(schema))
    for table_key in sorted(columns, key=lambda key: key[1]):
        table = table_key[1]
        if any(fnmatch.fnmatch(table, pattern) for pattern in _patterns(source)):
            continue
        told = (comments.get(table_key) or {}).get("text") or ""
        pointing = {k["constrained_columns"][0]: f"{k['referred_table']}#{k['referred_columns'][0]}"
                    for k in keys.get(table_key, ()) if len(k["constrained_columns"]) == 1}  # fmt: skip
        dataset = FieldId(_namespace(source, url), _dataset_name(url, schema, table))
        kind = "view" if table in views else "table"
        place = f"{schema}.{table}"
        yield from _table(source, dataset, place, kind, told, columns[table_key], pointing)
        if kind == "view":
            known = {key[1]: {c["name"]: str(c["type"]) for c in held} for key, held in columns.items()}
            yield from _view(source, url, inspector, dataset, (schema, table), known)


def _view(
    source: Source,
    url: URL,
    inspector: Inspector,
    dataset: FieldId,
    at: tuple[str, str],
    known: dict[str, dict[str, str]],
) -> Iterator[Fact]:
    """The flows that a view's definition holds."""
    from inventory.sql import column_lineage

    schema, view = at
    place = f"{source.key}/{schema}.{view}"
    evidence = Evidence(_AGENT, place)
    definition = inspector.get_view_definition(view, schema)
    backend = url.get_backend_name()
    dialect = {"postgresql": "postgres", "mariadb": "mysql"}.get(backend, backend)
    found = column_lineage(definition or "", dialect=dialect, schema=known)
    columns = list(known.get(view, ()))
    made = list(dict.fromkeys(e.target_column for e in found.edges if e.target_column))
    names = dict(zip(made, columns, strict=True)) if len(made) == len(columns) else {}
    for edge in found.edges:
        if not edge.source_table:
            continue
        home = edge.source_table.split(".")
        table = _dataset_name(url, home[-2] if len(home) > 1 else schema, home[-1])
        column = names.get(edge.target_column or "", edge.target_column or "")
        yield Fact(
            Flow(
                FieldId(dataset.namespace, table, edge.source_column or ""),
                FieldId(dataset.namespace, dataset.name, column),
                edge.type, edge.subtype, edge.function, edge.masking,
            ),
            evidence,
        )  # fmt: skip
    reasons = [gap.reason for gap in found.gaps] + ([] if definition else ["the view does not show its definition"])
    for reason in reasons:
        yield Fact(Gap(place, reason), evidence)


def _optional(inspector: Inspector, method: str, **arguments: Any) -> Mapping[Any, Any]:
    """What not every database can tell; nothing where it cannot."""
    try:
        found: Mapping[Any, Any] = getattr(inspector, method)(**arguments)
    except NotImplementedError:
        return {}
    return found


def _table(
    source: Source, dataset: FieldId, place: str, kind: str, comment: str, columns: Any, pointing: Mapping[str, str]
) -> Iterator[Fact]:
    evidence = Evidence(_AGENT, f"{source.key}/{place}")
    guess = Evidence(_AGENT, f"{source.key}/{place}", method=Method.INFERRED)
    seen = [
        Column(c["name"], str(c["type"]).split("(")[0], c.get("comment") or "", references=pointing.get(c["name"]))
        for c in columns
    ]
    yield Fact(Dataset(dataset, kind, comment or None), evidence)
    verdicts = classify_table(dataset.name.rsplit(".", 1)[-1], seen, comment=comment)
    for column, raw, verdict in zip(seen, columns, verdicts, strict=True):
        if not column.name:
            continue
        field = FieldId(dataset.namespace, dataset.name, column.name)
        yield Fact(Field(field, column.type, column.comment or None, not raw["nullable"]), evidence)
        if verdict:
            category, subject = verdict.data_category, verdict.data_subject
            yield Fact(Classification(field, category, subject, verdict.form, verdict.confidence, verdict.rules), guess)


def _namespace(source: Source, url: URL) -> str:
    """OpenLineage naming of datasets: ``postgres://host:port``, ``mysql://host:port``; a SQLite file is
    ``sqlite://`` and its path in the project."""
    given = source.options.get("namespace")
    if isinstance(given, str):
        return given
    backend = url.get_backend_name()
    if backend == "sqlite":
        path = Path(url.database or ":memory:")
        return f"sqlite://{path.relative_to(source.root) if path.is_relative_to(source.root) else path.name}"
    scheme, port = _PORTS.get(backend, (backend, None))
    at = url.port or port
    return f"{scheme}://{url.host or 'localhost'}" + (f":{at}" if at else "")


def _dataset_name(url: URL, schema: str, table: str) -> str:
    backend = url.get_backend_name()
    if backend == "sqlite":
        return table
    return f"{schema}.{table}" if backend in ("mysql", "mariadb") else f"{url.database}.{schema}.{table}"


def _patterns(source: Source) -> list[str]:
    found = source.options.get("exclude")
    return [str(pattern) for pattern in found] if isinstance(found, list) else []


def _is_system(schema: str) -> bool:
    return schema.lower() in _SYSTEM_SCHEMAS or schema.startswith("pg_")


def _gap(source: Source, place: str, reason: str) -> Fact:
    return Fact(Gap(place, reason), Evidence(_AGENT, source.key))
