"""What a FROM clause brings in: tables, subqueries, functions that make rows, pivots, and how they are joined."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from inventory.sql.expressions import indirect, value
from inventory.sql.names import alias_columns, location, table_name
from inventory.sql.parts import CHANGED, Parts, all_through, deciding, distinct
from inventory.sql.relations import Column, Relation, Rest, table
from inventory.sql.scope import Reading, Scope

_READING_FILES = frozenset([
    "read_csv", "read_csv_auto", "csv_scan", "read_parquet", "parquet_scan", "read_json", "read_json_auto",
    "read_ndjson", "read_files", "openrowset", "s3", "gcs", "url", "file", "hdfs", "iceberg_scan", "delta_scan",
    "azureblobstorage",
])  # fmt: skip
_RESHAPING = frozenset([
    "generate_series", "generate_subscripts", "unnest", "explode", "posexplode", "flatten", "json_each", "json_tree",
    "json_table", "openjson", "json_array_elements", "json_array_elements_text", "json_object_keys", "json_each_text",
    "json_to_recordset", "json_populate_record", "jsonb_array_elements", "jsonb_array_elements_text", "jsonb_each",
    "jsonb_each_text", "jsonb_object_keys", "jsonb_to_recordset", "jsonb_populate_record", "regexp_split_to_table",
    "regexp_matches", "string_to_table", "string_split", "split_to_table", "xmltable", "split", "range", "sequence",
    "numbers", "numbers_mt", "zeros", "generator", "result_scan", "stack", "inline", "json_tuple", "arrayjoin",
])  # fmt: skip
"""Functions whose rows are made of their arguments alone."""


def add_all(node: exp.Expr, scope: Scope, reading: Reading) -> None:
    """All that a query or statement selects from."""
    start = node.args.get("from_")
    if start is not None:
        add(start.this, scope, reading)
    for lateral in node.args.get("laterals") or ():
        add(lateral, scope, reading)
    for join in node.args.get("joins") or ():
        _join(join, scope, reading)


def add(item: exp.Expr, scope: Scope, reading: Reading) -> None:
    """One item of a FROM clause, with what is joined to it."""
    before = list(scope.sources)
    if _is_bracket(item):
        add(item.this, scope, reading)
    else:
        relation = relation_of(item, scope, reading)
        scope.decided.update(dict.fromkeys(relation.decided))
        _name(item, relation, scope)
    for lateral in item.args.get("laterals") or ():
        add(lateral, scope, reading)
    for join in item.args.get("joins") or ():
        _join(join, scope, reading)
    if item.alias and _is_bracket(item):  # (a JOIN b ON ...) AS c
        inner = {alias: scope.sources.pop(alias) for alias in list(scope.sources) if alias not in before}
        columns = tuple(c for relation in inner.values() for c in relation.shown())
        rest = tuple(Rest(relation, frozenset()) for relation in inner.values() if relation.is_open)
        scope.sources[item.alias.lower()] = Relation(columns=columns, rest=rest)


def _is_bracket(item: exp.Expr) -> bool:
    """(a JOIN b ON ...), as servers print their views: brackets around items, not around a query."""
    if isinstance(item, exp.Paren):
        return True
    if not isinstance(item, exp.Subquery) or item.args.get("pivots"):
        return False
    inner = item.this
    if isinstance(inner, exp.Subquery):
        return bool(inner.args.get("joins")) or bool(inner.alias and not item.alias) or _is_bracket(inner)
    return isinstance(inner, exp.Table)


def _name(item: exp.Expr, relation: Relation, scope: Scope) -> None:
    pivots = item.args.get("pivots")
    alias = next((p.alias for p in reversed(pivots or []) if p.alias), "") or item.alias_or_name
    if isinstance(item, exp.Unnest | exp.Lateral) and not item.alias:
        columns = alias_columns(item)
        alias = columns[0] if columns else ""
    key = (alias or f"_{len(scope.sources)}").lower()
    while key in scope.sources:
        key += "+"
    scope.sources[key] = relation


def relation_of(item: exp.Expr, scope: Scope, reading: Reading) -> Relation:
    beside = Scope(scope.ctes, scope.parent)
    match item:
        case exp.Table():
            found = _table(item, scope, reading)
        case exp.Subquery():
            found = reading.query(item.this if not item.args.get("with_") else item, beside)
        case exp.Lateral() if isinstance(item.this, exp.Subquery | exp.Query):
            found = reading.query(item.this, scope)
        case exp.Lateral() | exp.TableFromRows():
            found = _rows_of(item.this, scope, reading)
        case exp.Unnest():
            return _unnested(item, scope, reading)
        case exp.Values():
            return values(item, scope, reading)
        case exp.Alias():
            parts = all_through(value(item.this, scope, reading), CHANGED)
            return Relation(columns=(Column(item.alias, parts),))
        case exp.Query():
            found = reading.query(item, beside)
        case exp.Column():  # FROM t, t.items: the elements of a nested column
            parts = value(item, scope, reading)
            return Relation(columns=(Column(item.alias_or_name, parts),), anything=parts)
        case _:
            found = _rows_of(item, scope, reading)
    found = found.renamed(alias_columns(item)) if not item.args.get("pivots") else found
    for pivot in item.args.get("pivots") or ():
        found = _pivoted(found, pivot, scope, reading)
    return found


def values(node: exp.Values, scope: Scope, reading: Reading) -> Relation:
    """``VALUES (...), (...)``: each column of what stands there in all rows."""
    rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in node.expressions]
    width = max((len(row) for row in rows), default=0)
    names = alias_columns(node) or []
    columns = []
    for i in range(width):
        parts = distinct(p for row in rows if i < len(row) for p in value(row[i], scope, reading))
        columns.append(Column(names[i] if i < len(names) else f"column{i + 1}", parts))
    return Relation(columns=tuple(columns))


def _table(item: exp.Table, scope: Scope, reading: Reading) -> Relation:
    inner = item.this
    if isinstance(inner, exp.Func):
        return _rows_of(inner, scope, reading)
    name = table_name(item)
    if not item.db and name.lower() in scope.ctes:
        return scope.ctes[name.lower()]
    if len(item.parts) > 1 and isinstance(inner, exp.Identifier):
        nested = scope.source([item.parts[0].name])
        if nested is not None and reading.columns(name) is None and item.parts[0].name.lower() in scope.sources:
            parts = value(exp.Column(this=inner, table=item.parts[0]), scope, reading)
            return Relation(columns=(Column(item.alias_or_name, parts),), anything=parts)
    return reading.named(name, {})


def _rows_of(function: exp.Expr, scope: Scope, reading: Reading) -> Relation:
    """What a function makes that stands among the tables: rows of a file, or of its arguments."""
    if isinstance(function, exp.Subquery | exp.Query):
        return reading.query(function, scope)
    name = (function.name if isinstance(function, exp.Anonymous) else getattr(function, "sql_name", str)()).lower()
    texts = [t.name for t in function.find_all(exp.Literal) if t.is_string]
    if name in _READING_FILES and texts:
        return table(location(next((t for t in texts if "/" in t or "." in t), texts[0])), None)
    if isinstance(function, exp.Anonymous) and name.rsplit(".", 1)[-1] not in _RESHAPING:
        called = reading.records.get(f"{name}()")
        if called is not None:
            return called
        reading.gap(f"it reads the function {name}, which is not among the tables that are known")
    parts = all_through(value(function, scope, reading), CHANGED)
    return Relation(columns=_columns_made(function, parts), anything=parts)


def _columns_made(function: exp.Expr, parts: Parts) -> tuple[Column, ...]:
    defined = [d.name for d in function.find_all(exp.JSONColumnDef, exp.OpenJSONColumnDef, exp.ColumnDef) if d.name]
    return tuple(Column(name, parts) for name in defined)


def _unnested(item: exp.Unnest, scope: Scope, reading: Reading) -> Relation:
    """``UNNEST(a, b) AS t(x, y)``: each column of its own array; of one array, all of that."""
    columns = alias_columns(item)
    each = [all_through(value(e, scope, reading), CHANGED) for e in item.expressions]
    everything = distinct(p for parts in each for p in parts)
    made = [Column(name, each[i] if i < len(each) and len(each) > 1 else everything) for i, name in enumerate(columns)]
    if not columns and item.alias:
        made = [Column(item.alias, everything)]
    offset = item.args.get("offset")
    if isinstance(offset, exp.Identifier):
        made.append(Column(offset.name, ()))
    return Relation(columns=tuple(made), anything=everything)


def _join(join: exp.Join, scope: Scope, reading: Reading) -> None:
    before = list(scope.sources)
    add(join.this, scope, reading)
    new = [alias for alias in scope.sources if alias not in before]
    if join.args.get("kind") in ("SEMI", "ANTI") or join.args.get("side") in ("SEMI", "ANTI"):
        scope.unseen.update(new)
    on = join.args.get("on")
    if on is not None:
        scope.decided.update(dict.fromkeys(indirect(on, "JOIN", scope, reading)))
    for name in _shared(join, before, new, scope):
        _merge(name, join.args.get("side") or "", before, new, scope)


def _shared(join: exp.Join, before: Iterable[str], new: Iterable[str], scope: Scope) -> list[str]:
    using = [each.name for each in join.args.get("using") or ()]
    if join.args.get("method") != "NATURAL":
        return using
    left = {c.name.lower() for alias in before for c in scope.sources[alias].columns}
    return [c.name for alias in new for c in scope.sources[alias].columns if c.name.lower() in left]


def _merge(name: str, side: str, before: list[str], new: list[str], scope: Scope) -> None:
    """``USING (name)``: one column of two, whose rows meet where they are equal."""
    key = name.lower()
    left = scope.merged.get(key) or _first(key, before, scope)
    right = _first(key, new, scope)
    scope.decided.update(dict.fromkeys(deciding([*left, *right], "JOIN")))
    scope.merged[key] = {"RIGHT": right, "FULL": distinct([*left, *right])}.get(side.upper(), left)
    scope.hidden.update((alias, key) for alias in new)


def _first(key: str, aliases: Iterable[str], scope: Scope) -> Parts:
    open_: list[Parts] = []
    for alias in aliases:
        sure = scope.sources[alias].find(key)
        if sure is not None:
            return sure
        open_ += [parts for _, parts in scope.sources[alias].maybe(key)]
    return open_[0] if open_ else ()


def _pivoted(relation: Relation, pivot: exp.Pivot, scope: Scope, reading: Reading) -> Relation:
    """What PIVOT or UNPIVOT makes of a relation: new columns beside those that neither key nor aggregate names."""
    inside = Scope(scope.ctes, scope.parent, sources={"": relation})
    made = _unpivot(pivot, inside, reading) if pivot.args.get("unpivot") else _pivot(pivot, inside, reading)
    gone = frozenset(c.name.lower() for c in pivot.find_all(exp.Column))
    kept = [c for c in relation.shown() if c.name.lower() not in gone]
    rest = tuple(Rest(r, without | gone) for r, without in relation.rest)
    result = Relation(
        columns=(*kept, *made), rest=(Rest(relation, gone),) if relation.open else rest, decided=relation.decided
    )
    return result.renamed(alias_columns(pivot))


def _pivot(pivot: exp.Pivot, scope: Scope, reading: Reading) -> list[Column]:
    """Rows to columns: each is an aggregate over the rows where the FOR column has one value."""
    aggregates = [value(e.unalias(), scope, reading) for e in pivot.expressions]
    fields = [f.this for f in pivot.args.get("fields") or () if isinstance(f.this, exp.Expr)]
    chosen = distinct(p for f in fields for p in indirect(f, "CONDITIONAL", scope, reading))
    names = [c.name.strip("'") for c in pivot.args.get("columns") or ()] if aggregates else []
    return [Column(n, distinct([*aggregates[i % len(aggregates)], *chosen])) for i, n in enumerate(names)]


def _unpivot(pivot: exp.Pivot, scope: Scope, reading: Reading) -> list[Column]:
    """Columns to rows: each value column takes from every listed one, the name column from none."""
    made: list[Column] = []
    values_made = [i for e in pivot.expressions for i in (e.expressions if isinstance(e, exp.Tuple) else [e])]
    for field in pivot.args.get("fields") or ():
        listed = [e.this if isinstance(e, exp.PivotAlias) else e.unalias() for e in field.expressions]
        for i, name in enumerate(values_made):
            taken = [e.expressions[i] if isinstance(e, exp.Tuple) and i < len(e.expressions) else e for e in listed]
            made.append(Column(name.name, distinct(p for t in taken for p in value(t, scope, reading))))
        made.append(Column(field.this.name, ()))
    return made


def pivoted_statement(node: exp.Pivot, outer: Scope, reading: Reading) -> Relation:
    """DuckDB's ``PIVOT t ON x USING sum(y) GROUP BY z`` and ``UNPIVOT t ON a, b INTO NAME n VALUE v``."""
    scope = Scope(outer.ctes, outer)
    relation = relation_of(node.this, scope, reading)
    scope.sources = {"": relation}
    listed = distinct(p for e in node.expressions for p in value(e.unalias(), scope, reading))
    gone = {c.name.lower() for e in node.expressions for c in e.find_all(exp.Column)}
    into = node.args.get("into")
    if node.args.get("unpivot"):
        kept = [c for c in relation.shown() if c.name.lower() not in gone]
        made = [Column(into.this.name if into else "name", ())]
        made += [Column(e.name, listed) for e in (into.expressions if into else [exp.to_identifier("value")])]
        return Relation(columns=(*kept, *made), decided=relation.decided)
    using = node.args.get("using") or ()
    sums = distinct(p for e in using for p in value(e.unalias(), scope, reading))
    group = node.args.get("group")
    keys = [c for c in group.expressions if isinstance(c, exp.Column)] if group else []
    kept = [Column(c.name, value(c, scope, reading)) for c in keys]
    if group is None:
        gone |= {c.name.lower() for e in using for c in e.find_all(exp.Column)}
        kept = [c for c in relation.shown() if c.name.lower() not in gone]
    others = Column("*", distinct([*sums, *deciding(listed, "CONDITIONAL")]))
    return Relation(columns=(*kept, others), anything=others.parts, decided=relation.decided)
