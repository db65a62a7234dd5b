"""What each output column of one query is made of: a single pass over the query and what it selects from."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from inventory.sql import sources
from inventory.sql.expressions import indirect, value
from inventory.sql.names import alias_columns, output_name, table_name
from inventory.sql.parts import Parts, deciding, distinct, is_direct
from inventory.sql.relations import Column, Relation, Rest, united
from inventory.sql.scope import Reading, Scope

_ROUNDS = 8
"""A recursive query is read again until nothing new comes in, but no more often than this."""
_RECURSIVE_UNSAID = frozenset(["", "tsql", "oracle", "snowflake", "sqlite", "teradata", "databricks"])
"""Dialects in which a CTE may name itself without the word RECURSIVE."""
_CLAUSES = (("having", "FILTER"), ("qualify", "FILTER"), ("group", "GROUP_BY"), ("sort", "SORT"), ("cluster", "SORT"))


def query(node: exp.Expr, outer: Scope, reading: Reading) -> Relation:
    """What a query makes; `outer` is what it can see from around it."""
    outer = with_ctes(node, outer, reading)
    match node:
        case exp.Subquery():
            return _subquery(node, outer, reading)
        case exp.Select():
            return _select(node, outer, reading)
        case exp.SetOperation():
            return _set_operation(node, outer, reading)
        case exp.Values():
            return sources.values(node, outer, reading)
        case exp.Table():
            return reading.named(table_name(node), outer.ctes)
        case exp.Insert() | exp.Update() | exp.Delete() | exp.Merge():
            return reading.moves(node, outer)
        case exp.Pivot():
            return sources.pivoted_statement(node, outer, reading)
    reading.gap(f"{type(node).__name__.upper()} is not read")
    return Relation()


def with_ctes(node: exp.Expr, outer: Scope, reading: Reading) -> Scope:
    """The scope around `node` with the CTEs that it names."""
    clause = node.args.get("with_")
    if clause is None:
        return outer
    ctes = dict(outer.ctes)
    inner = Scope(ctes, outer)
    for cte in clause.expressions:
        names = alias_columns(cte)
        ctes[cte.alias.lower()] = _cte(cte, names, inner, reading, bool(clause.args.get("recursive")))
    return inner


def _cte(cte: exp.CTE, names: list[str], scope: Scope, reading: Reading, recursive: bool) -> Relation:
    key = cte.alias.lower()
    body = cte.this
    if not isinstance(body, exp.Query) and not isinstance(body, exp.DML):
        made = value(body, scope, reading)  # ClickHouse: WITH expression AS name
        return Relation(columns=(Column(cte.alias, made),))
    recursive = recursive or reading.dialect in _RECURSIVE_UNSAID
    if not (recursive and isinstance(body, exp.SetOperation) and _names(body.expression, key)):
        return query(body, scope, reading).renamed(names)
    ctes = dict(scope.ctes)
    inner = Scope(ctes, scope.parent)
    known = query(body.this, inner, reading).renamed(names)
    for _ in range(_ROUNDS):
        ctes[key] = known
        more = united(known, query(body.expression, inner, reading), by_name=False)
        if more.columns == known.columns and set(more.decided) == set(known.decided):
            break
        known = more
    return known


def _names(node: exp.Expr, key: str) -> bool:
    return any(t.name.lower() == key and not t.db for t in node.find_all(exp.Table))


def _subquery(node: exp.Subquery, outer: Scope, reading: Reading) -> Relation:
    if isinstance(node.this, exp.Table) or node.args.get("joins") or node.args.get("pivots"):
        scope = Scope(outer.ctes, outer)
        sources.add(node, scope, reading)
        columns, rest = star(exp.Star(), scope, reading)
        return Relation(columns=tuple(columns), rest=rest, decided=tuple(scope.decided))
    return _ordered(node, query(node.this, outer, reading), outer, reading)


def _ordered(node: exp.Expr, made: Relation, outer: Scope, reading: Reading) -> Relation:
    """The same after the ORDER BY that stands behind brackets or a UNION."""
    order = node.args.get("order")
    if order is None:
        return made
    scope = Scope(outer.ctes, outer, made=list(made.columns), names_first=True, after_list=True)
    scope.sources = {"": made}
    decided = _keys(order.expressions, "SORT", scope, reading)
    return Relation(
        made.name, made.columns, made.open, made.rest, made.together, made.anything, distinct(made.decided + decided)
    )


def _set_operation(node: exp.SetOperation, outer: Scope, reading: Reading) -> Relation:
    spine: list[exp.SetOperation] = []
    first: exp.Expr = node
    while isinstance(first, exp.SetOperation) and (first is node or not first.args.get("with_")):
        spine.append(first)
        first = first.this
    made = query(first, outer, reading)
    for operation in reversed(spine):
        right = query(operation.expression, outer, reading)
        if isinstance(operation, exp.Except):
            taken = [part for column in right.columns for part in column.parts]
            taken += [part for rest in right.rest for part in rest.relation.whole()]
            right = Relation(decided=distinct([*right.decided, *deciding(taken, "FILTER")]))
            made = Relation(made.name, made.columns, made.open, made.rest, made.together, made.anything,
                            distinct(made.decided + right.decided))  # fmt: skip
        else:
            made = united(made, right, by_name=bool(operation.args.get("by_name")))
        made = _ordered(operation, made, outer, reading)
    return made


def _select(node: exp.Select, outer: Scope, reading: Reading) -> Relation:
    scope = Scope(outer.ctes, outer)
    sources.add_all(node, scope, reading)
    for window in node.args.get("windows") or ():
        scope.windows[window.name.lower()] = window
    for key in ("where", "prewhere", "connect"):
        if node.args.get(key) is not None:
            _decide(scope, _conditions(node.args[key], "FILTER", scope, reading))
    rest = _projections(node, scope, reading)
    scope.after_list = True
    for key, subtype in _CLAUSES:
        clause = node.args.get(key)
        if clause is not None:
            read = _keys if key != "having" and key != "qualify" else _each
            _decide(scope, read(_listed(clause), subtype, scope, reading))
            if key == "group" and clause.args.get("all"):
                _decide(scope, deciding(_grouping(scope), subtype))
    distinct_on = node.args.get("distinct") and node.args["distinct"].args.get("on")
    if distinct_on:
        _decide(scope, _keys(distinct_on.expressions, "GROUP_BY", scope, reading))
    if node.args.get("order") is not None:
        scope.names_first = True
        _decide(scope, _keys(node.args["order"].expressions, "SORT", scope, reading))
    return Relation(columns=tuple(scope.made), rest=rest, decided=tuple(scope.decided))


def _decide(scope: Scope, parts: Iterable[object]) -> None:
    scope.decided.update(dict.fromkeys(parts))  # type: ignore[arg-type]


def _conditions(clause: exp.Expr, subtype: str, scope: Scope, reading: Reading) -> Parts:
    return _each(_listed(clause), subtype, scope, reading)


def _listed(clause: exp.Expr) -> list[exp.Expr]:
    found: list[exp.Expr] = []
    for child in clause.iter_expressions():
        found += _listed(child) if isinstance(child, exp.Rollup | exp.Cube | exp.GroupingSets | exp.Tuple) else [child]
    return found


def _each(nodes: Iterable[exp.Expr], subtype: str, scope: Scope, reading: Reading) -> Parts:
    return distinct(p for node in nodes for p in indirect(node, subtype, scope, reading))


def _keys(nodes: Iterable[exp.Expr], subtype: str, scope: Scope, reading: Reading) -> Parts:
    """What keys to group or sort by are made of; a number stands for a column of the select list."""
    found: list[object] = []
    for node in nodes:
        key = node.this if isinstance(node, exp.Ordered) else node
        if isinstance(key, exp.Literal) and key.is_int and 0 < int(key.name) <= len(scope.made):
            found += deciding(scope.made[int(key.name) - 1].parts, subtype)
        elif (isinstance(key, exp.Var) and key.name.upper() == "ALL") or _is_all(key):
            found += deciding(_grouping(scope), subtype)
        else:
            found += indirect(key, subtype, scope, reading)
    return distinct(found)  # type: ignore[arg-type]


def _is_all(key: object) -> bool:
    return isinstance(key, exp.Column) and key.name.upper() == "ALL" and not key.table


def _grouping(scope: Scope) -> Parts:
    """What GROUP BY ALL groups by: every column of the list that sums nothing up."""
    plain = (c.parts for c in scope.made if not any(p.subtype == "AGGREGATION" for p in c.parts))
    return distinct(p for parts in plain for p in parts if is_direct(p))


def _projections(node: exp.Select, scope: Scope, reading: Reading) -> tuple[Rest, ...]:
    rest: list[Rest] = []
    for position, projection in enumerate(node.expressions):
        inner = projection.unalias()
        if isinstance(inner, exp.Star | exp.Columns) or (
            isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star)
        ):
            columns, others = star(inner, scope, reading)
            scope.made += columns
            rest += others
        elif isinstance(projection, exp.Aliases):
            parts = value(projection.this, scope, reading)
            scope.made += [Column(name.name, parts) for name in projection.expressions]
        else:
            name = output_name(projection, position, reading.dialect)
            scope.made.append(Column(name, value(inner, scope, reading)))
    return tuple(rest)


def star(node: exp.Expr, scope: Scope, reading: Reading) -> tuple[list[Column], tuple[Rest, ...]]:
    """The columns that ``*`` or ``t.*`` shows, and the tables of which others come along unknown."""
    only = scope.source([p.name for p in node.parts[:-1]]) if isinstance(node, exp.Column) else None
    if isinstance(node, exp.Column) and only is None:
        return _of_whole(node, scope, reading)
    stars = node.this if isinstance(node, exp.Column) else node
    without = {e.name.lower() for e in (stars.args.get("except_") or ())}
    changed = {e.alias.lower(): value(e.this, scope, reading) for e in (stars.args.get("replace") or ())}
    renamed = {e.this.name.lower(): e.alias for e in (stars.args.get("rename") or ())}
    columns: list[Column] = []
    rest: list[Rest] = []
    for alias, relation in scope.sources.items():
        if (only is not None and relation is not only) or (only is None and alias in scope.unseen):
            continue
        for name, parts in relation.shown():
            key = name.lower()
            if key in without or (only is None and (alias, key) in scope.hidden):
                continue
            parts = changed.get(key, scope.merged.get(key, parts) if only is None else parts)
            columns.append(Column(renamed.get(key, name), parts))
        named = frozenset([*without, *changed, *renamed, *(c.name.lower() for c in relation.columns)])
        if relation.anything is not None and not relation.columns:
            columns.append(Column("*", relation.anything))
        if relation.is_open:
            rest.append(Rest(relation, named))
            shown = {c.name.lower() for c in columns}
            columns += [Column(name, parts) for name, parts in changed.items() if name not in shown]
            columns += [Column(new, could[0][1]) for old, new in renamed.items() if (could := relation.maybe(old))]
    return columns, tuple(rest)


def _of_whole(node: exp.Column, scope: Scope, reading: Reading) -> tuple[list[Column], tuple[Rest, ...]]:
    """``record.*`` and ``structure.*``: all that a nested column holds."""
    parts = value(exp.Column(this=node.args["table"], table=node.args.get("db")), scope, reading)
    return ([Column(node.table, parts)] if parts else []), ()
