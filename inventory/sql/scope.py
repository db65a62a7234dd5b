"""What a column reference means where it stands; one that could mean several is said, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from inventory.sql.functions import Functions
from inventory.sql.parts import Part, Parts, distinct
from inventory.sql.relations import Column, Relation, table

_NO_COLUMNS = frozenset([
    "rownum", "level", "sysdate", "systimestamp", "user", "current_user", "session_user", "current_date",
    "current_time", "current_timestamp", "localtime", "localtimestamp", "default", "connect_by_isleaf", "sqlerrm",
    "sqlcode", "sqlstate", "uid", "null",
])  # fmt: skip
"""Words that dialects read as values although they look like columns."""
_SEQUENCE = frozenset(["nextval", "currval"])
_UNITS = frozenset([
    "year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond", "microsecond", "dow", "doy",
    "epoch",
])  # fmt: skip
_REUSING = frozenset(["snowflake", "redshift", "databricks", "spark", "duckdb", "clickhouse", "teradata"])
"""Dialects in which a select list may use the names it has just given."""
_FLAT = frozenset(["tsql", "mysql", "oracle", "sqlite", "teradata"])
"""Dialects without nested columns: there `a.b` needs a table `a`."""


@dataclass
class Reading:
    """What reading one script shares: what is known, and what could not be told.

    `variables` and `records` are what a block put aside, `made` its temporary tables, `told` the columns of the others
    that it makes; `used` are the temporary tables that the statement at hand reads.
    """

    columns_of: Callable[[str], Sequence[str] | None]
    functions: Functions
    dialect: str
    ask: Callable[[exp.Expr, Scope, Reading], Relation]
    moves: Callable[[exp.Expr, Scope], Relation] = field(init=False)
    variables: dict[str, Parts] = field(default_factory=dict)
    records: dict[str, Relation] = field(default_factory=dict)
    made: dict[str, Relation] = field(default_factory=dict)
    told: dict[str, tuple[str, ...]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    gaps: dict[str, None] = field(default_factory=dict)

    def columns(self, name: str) -> Sequence[str] | None:
        """The columns of a table in order, as the script itself tells them, else the schema; None if neither does."""
        return self.told.get(name.lower()) or self.columns_of(name)

    def query(self, node: exp.Expr, scope: Scope) -> Relation:
        """What a query makes that stands in `scope`."""
        return self.ask(node, scope, self)

    def gap(self, reason: str) -> None:
        self.gaps[reason] = None

    def named(self, name: str, ctes: Mapping[str, Relation]) -> Relation:
        """The relation that a table's name stands for."""
        key = name.lower()
        if key in ctes:
            return ctes[key]
        if key in self.made:
            self.used.add(key)
            return self.made[key]
        if key in self.records:
            return self.records[key]
        return table(name, self.columns(name))


@dataclass(slots=True)
class Scope:
    """What is visible at one place of a query: its sources by alias, and around it the scope of the query outside.

    `merged` are the columns that USING made one of two, `hidden` the (alias, column) that a star therefore leaves
    out; `made` are the columns of the select list so far.  ORDER BY looks at these first (`names_first`), the other
    clauses after the list where the tables are not known (`after_list`).
    """

    ctes: Mapping[str, Relation] = field(default_factory=dict)
    parent: Scope | None = None
    sources: dict[str, Relation] = field(default_factory=dict)
    merged: dict[str, Parts] = field(default_factory=dict)
    hidden: set[tuple[str, str]] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    made: list[Column] = field(default_factory=list)
    windows: dict[str, exp.Expr] = field(default_factory=dict)
    decided: dict[Part, None] = field(default_factory=dict)
    names_first: bool = False
    after_list: bool = False

    def inner(self, ctes: Mapping[str, Relation] | None = None) -> Scope:
        return Scope(self.ctes if ctes is None else ctes, self)

    def source(self, qualifier: Sequence[str]) -> Relation | None:
        """The source called so by its alias, or by (the end of) its table's name."""
        wanted = ".".join(qualifier).lower()
        if len(qualifier) == 1 and wanted in self.sources:
            return self.sources[wanted]
        end = "." + wanted
        return next((r for r in self.sources.values() if ("." + r.name.lower()).endswith(end)), None)

    def output(self, name: str) -> Parts | None:
        return next((c.parts for c in self.made if c.name.lower() == name.lower()), None)


def resolve(path: list[str], scope: Scope, reading: Reading, *, unit: bool = False) -> Parts:
    """The parts of the column that `path` (a dotted name, outermost first) refers to."""
    around: Scope | None = scope if len(path) > 1 else None
    while around is not None:
        for end in range(len(path) - 1, 0, -1):
            relation = around.source(path[:end])
            if relation is not None:
                return within(_qualified(relation, path[end], reading), path[end + 1 :])
        around = around.parent
    record = reading.records.get(path[0].lower()) if len(path) > 1 else None
    if record is not None:
        return _qualified(record, path[1], reading)
    if len(path) > 1 and (reading.dialect in _FLAT or path[-1].lower() in _SEQUENCE):
        if path[-1].lower() not in _SEQUENCE:
            reading.gap(f"{path[0]} in {'.'.join(path)} is no table of the statement")
        return ()
    if len(path) == 1 and unit and path[0].lower() in _UNITS:
        return _sure(path[0], scope) or ()
    return within(_bare(path[0], scope, reading), path[1:])


def within(parts: Parts, path: Sequence[str]) -> Parts:
    """What a path into a nested column takes of it; of a column that was changed, all of it."""
    if not path:
        return parts
    return distinct(
        p._replace(column=f"{p.column}.{'.'.join(path)}")
        if p.column is not None and p.type == "DIRECT" and p.subtype == "IDENTITY"
        else p
        for p in parts
    )


def _qualified(relation: Relation, name: str, reading: Reading) -> Parts:
    sure = relation.find(name)
    if sure is not None:
        return sure
    could = relation.maybe(name)
    if len(could) == 1:
        return could[0][1]
    if could:
        return _ambiguous(name, [table for table, _ in could], reading)
    if relation.anything is not None:
        return relation.anything
    if relation.name:  # a column that the known schema lacks: the text says whose it is
        return (Part(relation.name, name),)
    if name.lower() not in _NO_COLUMNS:
        reading.gap(f"column {name} is not among those of the query it is taken from")
    return ()


def _sure(name: str, scope: Scope) -> Parts | None:
    if name.lower() in scope.merged:
        return scope.merged[name.lower()]
    hits = [parts for r in scope.sources.values() if (parts := r.find(name)) is not None]
    return distinct(p for parts in hits for p in parts) if hits else None


def _bare(name: str, scope: Scope, reading: Reading) -> Parts:
    around: Scope | None = scope
    while around is not None:
        found = _visible(name, around, reading)
        if found is not None:
            return found
        around = around.parent
    key = name.lower()
    if key in reading.variables:
        return reading.variables[key]
    if key in _NO_COLUMNS:
        return ()
    return _lacking(name, scope, reading)


def _visible(name: str, scope: Scope, reading: Reading) -> Parts | None:
    """The column as this scope knows it; None where it does not."""
    output = scope.output(name)
    if scope.names_first and output is not None:
        return output
    key = name.lower()
    if key in scope.merged:
        return scope.merged[key]
    hits = {r.name or alias: p for alias, r in scope.sources.items() if (p := r.find(name)) is not None}
    if hits:
        if len(set(hits.values())) > 1:
            _ambiguous(name, list(hits), reading)
        return distinct(part for parts in hits.values() for part in parts)
    whole = scope.sources.get(key)
    if whole is not None and not whole.is_open:
        return whole.whole()
    if key in reading.variables:
        return reading.variables[key]
    if key in _NO_COLUMNS:
        return ()
    could = [each for relation in scope.sources.values() for each in relation.maybe(name)]
    if output is not None and (not could or reading.dialect in _REUSING or scope.after_list):
        if could and not scope.after_list:
            reading.gap(f"{name} could be the column just made, or one of {_listed(t for t, _ in could)}")
        return output
    if len(could) == 1:
        return _or_around(name, could[0], scope, reading)
    if could:
        return _ambiguous(name, [table for table, _ in could], reading)
    return None


def _or_around(name: str, here: tuple[str, Parts], scope: Scope, reading: Reading) -> Parts:
    """A column of a table not known, where a query around it surely has one of that name: it may be either."""
    around = scope.parent
    while around is not None:
        hits = {r.name or alias: p for alias, r in around.sources.items() if (p := r.find(name)) is not None}
        if hits:
            _ambiguous(name, [here[0], *hits], reading)
            return distinct([*here[1], *(part for parts in hits.values() for part in parts)])
        around = around.parent
    return here[1]


def _lacking(name: str, scope: Scope, reading: Reading) -> Parts:
    """A column that nothing is known to have: of the only source, or said to be unknown."""
    only = list(scope.sources.values())
    if len(only) == 1 and only[0].anything is not None:
        return only[0].anything
    if len(only) == 1 and only[0].name:
        return (Part(only[0].name, name),)
    if only:
        reading.gap(f"column {name} is of none of {_listed(r.name or 'a query' for r in only)}")
    return ()


def _ambiguous(name: str, tables: list[str], reading: Reading) -> Parts:
    reading.gap(f"column {name} could be of {_listed(tables)}")
    return ()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted({name for name in names if name}))
