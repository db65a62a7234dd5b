"""The lineage of a script of SQL: its edges, and what could not be read of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot.dialects.dialect import Dialect

from inventory.sql import query, statements
from inventory.sql.functions import Functions
from inventory.sql.names import is_location
from inventory.sql.scope import Reading
from inventory.sql.script import Script, Unread
from inventory.sql.targets import Move, Targets


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
    functions: Mapping[str, str] | None = None,
) -> Lineage:
    """The lineage of a script of SQL statements.

    `schema` maps table -> column -> type and resolves stars and bare columns; tables are given as they are
    written, with the defaults put before names that lack them.  The target of a plain SELECT is "".  Types and
    subtypes are OpenLineage's.  `functions` says what functions of one's own keep of a value
    (`inventory.project.KEEPS`), under lower-case names.  Never raises for what the text holds: a statement that
    cannot be read is a gap.
    """
    try:
        language = Dialect.get_or_raise(dialect)
    except ValueError:
        return Lineage((), (Unread(1, f"the dialect {dialect} is not known"),))
    qualify = _Defaults(default_database, default_schema)
    reading = Reading(_known(schema or {}, qualify), Functions(functions or {}), dialect or "", query.query)
    targets = Targets(reading)
    reading.moves = lambda node, outer: statements.read(node, outer, reading, targets)
    script = Script(reading, targets, language)
    script.read(sql)
    edges = dict.fromkeys(_edge(move, qualify) for move in targets.all_moves())
    return Lineage(tuple(edges), tuple(script.gaps))


def _edge(move: Move, qualify: _Defaults) -> Edge:
    part = move.part
    return Edge(
        qualify(part.table), part.column, qualify(move.target), move.column,
        part.type, part.subtype, part.function, part.masking, move.line,
    )  # fmt: skip


def _known(schema: Mapping[str, Mapping[str, str]], qualify: _Defaults) -> Callable[[str], Sequence[str] | None]:
    """Finds the columns of a table by its name, as far as it is written, in any case."""
    columns = {name.lower(): tuple(held) for name, held in schema.items()}
    for name in list(columns):
        parts = name.split(".")
        for start in range(1, len(parts)):
            columns.setdefault(".".join(parts[start:]), columns[name])

    def of(name: str) -> Sequence[str] | None:
        full = qualify(name).lower()
        return columns[full] if full in columns else columns.get(name.lower())

    return of


@dataclass(frozen=True, slots=True)
class _Defaults:
    database: str | None
    schema: str | None

    def __call__(self, table: str) -> str:
        if not table or is_location(table) or table.startswith("#"):
            return table
        parts = table.split(".")
        if len(parts) == 1 and self.schema:
            parts.insert(0, self.schema)
        if len(parts) == 2 and self.database:
            parts.insert(0, self.database)
        return ".".join(parts)
