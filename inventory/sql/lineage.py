"""Which statements move data into what, and the edges that makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]

from inventory.sql.query import Part, Reader, Relation, table_name


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge of lineage; a column of None is the whole dataset; `line` is 1-based in the text given."""

    source_table: str
    source_column: str | None
    target_table: str
    target_column: str | None
    type: str
    subtype: str
    function: str | None
    masking: bool
    line: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A statement, or a name in one, that could not be read, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Lineage:
    edges: tuple[Edge, ...]
    gaps: tuple[Unread, ...]


def column_lineage(
    sql: str,
    *,
    dialect: str | None = None,
    schema: Mapping[str, Mapping[str, str]] | None = None,
    default_database: str | None = None,
    default_schema: str | None = None,
) -> Lineage:
    """The lineage of a script of SQL statements.

    `schema` maps table -> column -> type and resolves stars and bare columns; tables are given as they are
    written, with the defaults put before names that lack them.  The target of a plain SELECT is "".  Types and
    subtypes are OpenLineage's.  Never raises for what the text holds: a statement that cannot be read is a gap.
    """
    columns = {name.lower(): tuple(held) for name, held in (schema or {}).items()}
    for name in list(columns):
        parts = name.split(".")
        for start in range(1, len(parts)):
            columns.setdefault(".".join(parts[start:]), columns[name])
    edges: dict[Edge, None] = {}
    gaps: list[Unread] = []
    for text, line in _statements(sql, dialect, gaps):
        try:
            statement = sqlglot.parse_one(text, dialect=dialect)
            reader = Reader(columns)
            for edge in _edges(statement, reader, line):
                edges[edge] = None
            gaps += [Unread(line, reason) for reason in reader.gaps]
        except (SqlglotError, RecursionError, AttributeError, KeyError, TypeError, ValueError) as problem:
            gaps.append(Unread(line, f"the statement cannot be read ({type(problem).__name__})"))
    qualify = _Defaults(default_database, default_schema)
    return Lineage(tuple(qualify(edge) for edge in edges), tuple(gaps))


@dataclass(frozen=True)
class _Defaults:
    database: str | None
    schema: str | None

    def __call__(self, edge: Edge) -> Edge:
        values = (edge.source_column, self.name(edge.target_table), edge.target_column)
        return Edge(
            self.name(edge.source_table), *values, edge.type, edge.subtype, edge.function, edge.masking, edge.line
        )

    def name(self, table: str) -> str:
        if not table:
            return table
        parts = table.split(".")
        if len(parts) == 1 and self.schema:
            parts.insert(0, self.schema)
        if len(parts) == 2 and self.database:
            parts.insert(0, self.database)
        return ".".join(parts)


def _statements(sql: str, dialect: str | None, gaps: list[Unread]) -> Iterator[tuple[str, int]]:
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(sql)
    except (SqlglotError, ValueError) as problem:
        gaps.append(Unread(1, f"the text cannot be split into statements ({type(problem).__name__})"))
        return
    group: list[Token] = []
    for token in [*tokens, None]:
        if token is not None and token.token_type is not TokenType.SEMICOLON:
            group.append(token)
        elif group:
            yield sql[group[0].start : group[-1].end + 1], group[0].line
            group = []


def _edges(statement: exp.Expr, reader: Reader, line: int) -> Iterator[Edge]:
    match statement:
        case exp.Create(args={"kind": "PROCEDURE" | "FUNCTION" | "TRIGGER" as kind}):
            reader.gaps.append(f"CREATE {kind} is not read")
        case exp.Create() if isinstance(statement.expression, exp.Query | exp.Subquery):
            yield from _into(_target(statement), _names(statement), statement.expression, reader, line, statement)
        case exp.Insert() if isinstance(statement.expression, exp.Query | exp.Subquery):
            target = _target(statement)
            names = _names(statement) or list(reader.columns_of.get(target.lower(), ()))
            yield from _into(target, names, statement.expression, reader, line, statement)
        case exp.Update():
            yield from _update(statement, reader, line)
        case exp.Merge():
            yield from _merge(statement, reader, line)
        case exp.Query():
            yield from _into("", [], statement, reader, line, statement)
        case exp.Copy() | exp.Command() if (verb := _verb(statement)) in _MOVING:
            reader.gaps.append(f"{verb} is not read")


_MOVING = frozenset(["COPY", "CALL", "EXEC", "EXECUTE", "DO", "LOAD", "UNLOAD", "REPLACE", "DECLARE", "BEGIN"])
"""Statements that may move data and are not understood: never passed over in silence."""


def _verb(statement: exp.Expr) -> str:
    return "COPY" if isinstance(statement, exp.Copy) else str(statement.this).upper()


def _target(statement: exp.Expr) -> str:
    table = statement.this.find(exp.Table) if not isinstance(statement.this, exp.Table) else statement.this
    return table_name(table) if table is not None else ""


def _names(statement: exp.Expr) -> list[str]:
    """The columns that a statement lists for its target."""
    if not isinstance(statement.this, exp.Schema):
        return []
    return [e.name for e in statement.this.expressions if isinstance(e, exp.Identifier | exp.ColumnDef | exp.Column)]


def _into(
    target: str, names: list[str], query: exp.Expr, reader: Reader, line: int, statement: exp.Expr
) -> Iterator[Edge]:
    clause = statement.args.get("with_") or statement.args.get("with")
    if clause is not None and statement is not query:
        query.set("with_", clause)
    made, decided = reader.query(query, {})
    if names and "*" not in made:
        made = dict(zip(names, made.values(), strict=False))
    for column, parts in made.items():
        yield from (_edge(p, target, None if column == "*" else column, line) for p in parts)
    yield from (_edge(p, target, None, line) for p in decided)


def _edge(part: Part, target: str, column: str | None, line: int) -> Edge:
    return Edge(part.table, part.column, target, column, part.type, part.subtype, part.function, part.masking, line)


def _update(statement: exp.Update, reader: Reader, line: int) -> Iterator[Edge]:
    target = _target(statement)
    sources = {statement.this.alias_or_name.lower(): reader.relation(statement.this, {})}
    start = statement.args.get("from_") or statement.args.get("from")
    for item in [start.this, *(j.this for j in start.this.args.get("joins") or ())] if start else ():
        reader.source(item, {}, sources)
    yield from _assignments(statement.expressions, target, sources, reader, line)
    where = statement.args.get("where")
    if where is not None:
        yield from (_edge(p, target, None, line) for p in reader.deciding(where, "FILTER", sources, {}, {}))


def _merge(statement: exp.Merge, reader: Reader, line: int) -> Iterator[Edge]:
    target = _target(statement)
    sources = {statement.this.alias_or_name.lower(): reader.relation(statement.this, {})}
    reader.source(statement.args["using"], {}, sources)
    for when in statement.args["whens"].expressions:
        action = when.args.get("then")
        if isinstance(action, exp.Update):
            yield from _assignments(action.expressions, target, sources, reader, line)
        elif isinstance(action, exp.Insert) and isinstance(action.this, exp.Tuple):
            values = action.expression.expressions if action.expression is not None else ()
            for name, value in zip(action.this.expressions, values, strict=False):
                parts = reader.value(value, sources, {})
                yield from (_edge(p, target, name.name, line) for p in parts)
    on = statement.args.get("on")
    if on is not None:
        yield from (_edge(p, target, None, line) for p in reader.deciding(on, "JOIN", sources, {}, {}))


def _assignments(
    pairs: list[exp.Expr], target: str, sources: dict[str, Relation], reader: Reader, line: int
) -> Iterator[Edge]:
    for pair in pairs:
        if isinstance(pair, exp.EQ):
            yield from (_edge(p, target, pair.this.name, line) for p in reader.value(pair.expression, sources, {}))
