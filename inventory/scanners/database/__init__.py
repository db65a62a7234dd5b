"""A live database -> its datasets, fields, and what its columns seem to hold; any SQLAlchemy URL, read only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inventory.classification import Column, Verdict, classify_table
from inventory.project import OwnWords, Source
from inventory.refusals import reason
from inventory.scanners import Context
from inventory.scanners.database.catalog import Catalog, Table, catalog_of
from inventory.scanners.database.connection import Unreachable, connected
from inventory.scanners.database.flows import Definitions
from inventory.scanners.database.sampling import Sample, limit_time, sample
from inventory.scanners.database.settings import Settings, read_settings
from lineage.errors import did_you_mean
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
    Symlink,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

_AGENT = "database"


def scan(source: Source, context: Context) -> Iterator[Reading]:
    """Read the tables and views of the database that `url` names.

    Options: `url` (with ``${NAME}`` from the environment), `namespace` (instead of the OpenLineage one),
    `schemas` (only these), `exclude` (patterns of tables, with or without their schema), `sample` (look at so many
    rows of each table).  Raises InvalidInput for an option that cannot be used or a driver that is not installed;
    what does not answer is a Gap.
    """
    settings = read_settings(source)
    try:
        with connected(settings) as connection:
            yield from _database(settings, context, connection)
    except Unreachable as problem:
        yield _gap(settings, source.key, str(problem))


def _database(settings: Settings, context: Context, connection: Connection) -> Iterator[Reading]:
    """What the tables are and hold, then the flows between them; complete but for the schemas not read."""
    catalog = catalog_of(connection)
    try:
        there = catalog.schemas(connection)
    except Exception as problem:  # here and below: drivers and dialects raise what they like
        raise Unreachable(f"the schemas of {settings.where} cannot be listed: {reason(problem)}") from None
    chosen = sorted(settings.chosen if settings.chosen is not None else there)
    tables: list[Table] = []
    unread: list[str] = []
    for number, schema in enumerate(chosen, 1):
        context.progress(f"{settings.key}: schema {schema}", number, len(chosen))
        try:
            tables += _tables(catalog, connection, schema, there)
        except Exception as problem:
            unread.append(f"{settings.key}/{schema}")
            yield _gap(settings, unread[-1], str(problem) if isinstance(problem, Unreachable) else reason(problem))
    rows = settings.sample if settings.sample is not None else context.sample
    look = _Look(connection, rows, context.own_words)
    yield from _facts(settings, tables, Definitions(tables, settings.dataset, catalog.dialect, context.functions), look)
    if tables:
        yield ScopeComplete(unread=tuple(unread))
    elif not unread:
        yield _gap(settings, settings.key, "no table can be seen; check rights, and the schemas chosen")


def _tables(catalog: Catalog, connection: Connection, schema: str, there: list[str]) -> list[Table]:
    if schema not in there:
        raise Unreachable(f"there is no such schema, or the user may not see it{did_you_mean(schema, there)}")
    return list(catalog.tables(connection, schema))


@dataclass(frozen=True, slots=True)
class _Look:
    """How closely tables are looked at: so many rows over this connection, with these words of the project."""

    connection: Connection
    rows: int | None
    own: OwnWords

    def __post_init__(self) -> None:
        if self.rows:
            limit_time(self.connection)

    def sampled(self, table: Table) -> Sample:
        return sample(self.connection, table, self.rows) if self.rows else Sample({}, {})


def _facts(settings: Settings, tables: list[Table], definitions: Definitions, look: _Look) -> Iterator[Fact]:
    nodes = {(t.schema, t.name): settings.dataset(t.schema, t.name) for t in tables}
    wanted = [t for t in tables if settings.wants(t.schema, t.name)]
    for table in wanted:
        place = f"{settings.key}/{table.schema}.{table.name}"
        node, evidence = nodes[table.schema, table.name], Evidence(_AGENT, place)
        if table.part_of in nodes:
            yield Fact(Symlink(node, nodes[table.part_of]), evidence)
            continue
        yield from _table(table, node, place, look)
        for flow in definitions.flows(table):
            yield Fact(replace(flow, source=place) if isinstance(flow, Gap) else flow, evidence)


def _table(table: Table, node: FieldId, place: str, look: _Look) -> Iterator[Fact]:
    """One dataset, its fields, and what they seem to hold."""
    evidence = Evidence(_AGENT, place)
    yield Fact(Dataset(node, table.kind, table.comment or None), evidence)
    try:
        seen = look.sampled(table)
    except Unreachable as problem:
        seen = Sample({}, {})
        yield Fact(Gap(place, str(problem)), evidence)
    pointing = {key.columns[0]: f"{key.table}#{key.referred[0]}" for key in table.keys if len(key.columns) == 1}
    columns = [Column(c.name, c.type, c.comment, seen.values.get(c.name), pointing.get(c.name)) for c in table.columns]
    verdicts = classify_table(table.name, columns, comment=table.comment, own=look.own)
    for position, (column, verdict) in enumerate(zip(table.columns, verdicts, strict=True), 1):
        field = FieldId(node.namespace, node.name, column.name)
        yield Fact(Field(field, column.type, column.comment or None, column.required, position), evidence)
        yield from _classified(field, verdict, place)
    yield from _nested(table, node, place, seen, look.own)
    if table.is_view and not table.columns:
        yield Fact(Gap(place, "no column of the view can be seen; what it reads may be gone, or need rights"), evidence)


def _nested(table: Table, node: FieldId, place: str, seen: Sample, own: OwnWords) -> Iterator[Fact]:
    """The paths into columns of JSON, as fields that the column holds: what leaves with it leaves with them."""
    paths = sorted(seen.paths)
    columns = [Column(path.rpartition(".")[2], values=seen.paths[column, path]) for column, path in paths]
    for (column, path), verdict in zip(paths, classify_table(table.name, columns, own=own), strict=True):
        field = FieldId(node.namespace, node.name, f"{column}.{path}")
        yield Fact(Field(field, "json"), Evidence(_AGENT, place))
        yield from _classified(field, verdict, place)
        whole = FieldId(node.namespace, node.name, column)
        yield Fact(Flow(field, whole, subtype="IDENTITY", job=place), Evidence(_AGENT, place))


def _classified(field: FieldId, verdict: Verdict | None, place: str) -> Iterator[Fact]:
    if verdict:
        category, subject = verdict.data_category, verdict.data_subject
        guess = Evidence(_AGENT, place, method=Method.INFERRED)
        yield Fact(Classification(field, category, subject, verdict.form, verdict.confidence, verdict.rules), guess)


def _gap(settings: Settings, place: str, reason: str) -> Fact:
    return Fact(Gap(place, reason), Evidence(_AGENT, settings.key))
