"""Which statements move data into what: SELECT, INSERT, CREATE ... AS, UPDATE, MERGE, DELETE."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from inventory.sql import query as queries
from inventory.sql import sources
from inventory.sql.expressions import indirect, value
from inventory.sql.names import column_names, location, output_name, table_name
from inventory.sql.parts import Part, Parts, distinct
from inventory.sql.relations import Column, Relation, Rest, table
from inventory.sql.scope import Reading, Scope
from inventory.sql.targets import Targets

Statement = Callable[[exp.Expr, Scope, Reading, Targets], Relation]


def read(node: exp.Expr, outer: Scope, reading: Reading, targets: Targets) -> Relation:
    """Writes down what the statement moves; what comes back is what its RETURNING gives, or a SELECT its rows."""
    match node:
        case exp.Create():
            return _create(node, outer, reading, targets)
        case exp.Insert():
            return _insert(node, outer, reading, targets)
        case exp.MultitableInserts():
            return _insert_many(node, outer, reading, targets)
        case exp.Update():
            return _update(node, outer, reading, targets)
        case exp.Merge():
            return _merge(node, outer, reading, targets)
        case exp.Delete():
            return _delete(node, outer, reading, targets)
        case exp.Drop():
            targets.forget(table_name(node.this) if node.this is not None else "")
            return Relation()
    return _rows(node, outer, reading, targets)


def _rows(node: exp.Expr, outer: Scope, reading: Reading, targets: Targets) -> Relation:
    """A query by itself; its target is "", or what INTO names, or variables (T-SQL's ``SELECT @x = column``)."""
    given = [e for e in node.expressions if isinstance(e, exp.EQ) and isinstance(e.this, exp.Parameter)]
    if given and isinstance(node, exp.Select):
        node.set("expressions", [e.expression if e in given else e for e in node.expressions])
        targets.assign([e.this.name for e in given], reading.query(node, outer))
        return Relation()
    made = reading.query(node, outer)
    into = node.args.get("into")
    if into is None:
        targets.write("", [], made)
        return made
    names = [into.this, *into.expressions] if into.this is not None else into.expressions
    holders = [table_name(n) if isinstance(n, exp.Table) else n.name for n in names]
    if targets.in_block or any(h.lower().lstrip("@:") in reading.variables for h in holders) or len(holders) > 1:
        targets.assign(holders, made)
    else:
        if into.args.get("temporary") or holders[0].startswith("#"):
            targets.temporary(holders[0])
        targets.create(holders[0], [], made)
    return made


def _create(node: exp.Create, outer: Scope, reading: Reading, targets: Targets) -> Relation:
    name = table_name(node.this)
    properties = node.args["properties"].expressions if node.args.get("properties") else []
    if any(isinstance(p, exp.TemporaryProperty | exp.VolatileProperty) for p in properties) or name.startswith("#"):
        targets.temporary(name)
    to = next((p for p in properties if isinstance(p, exp.ToTableProperty)), None)
    body, holder = node.expression, node.this
    names = column_names(holder) if isinstance(holder, exp.Schema) else []
    source = _copied(node, properties, reading)
    if isinstance(body, exp.Query | exp.Values | exp.Table | exp.Subquery | exp.Pivot):
        body = _with_clause_of(node, body)
        made = reading.query(body, outer)
        if to is not None:
            targets.write(table_name(to.this), [], made)
        else:
            targets.create(name, names, made)
    elif source is not None:
        targets.create(name, [], source)
    elif names and node.args.get("kind") == "TABLE":
        targets.declare(name, names)
        _generated(holder, name, outer, reading, targets)
        _external(name, properties, targets)
    return Relation()


def _with_clause_of(statement: exp.Expr, body: exp.Expr) -> exp.Expr:
    """The query, with the CTEs that stand before the statement and not before it."""
    clause = statement.args.get("with_")
    if clause is not None and body.args.get("with_") is None:
        body.set("with_", clause)
    return body


def _copied(node: exp.Create, properties: list[exp.Expr], reading: Reading) -> Relation | None:
    """The table that CLONE or COPY copies."""
    clone = node.args.get("clone")
    return reading.named(table_name(clone.this), {}) if clone is not None else None


def _generated(holder: exp.Schema, name: str, outer: Scope, reading: Reading, targets: Targets) -> None:
    own = Scope(outer.ctes, outer, sources={"": table(name, column_names(holder))})
    for column in holder.expressions:
        for constraint in column.args.get("constraints") or ():
            made = constraint.args.get("kind")
            if isinstance(made, exp.ComputedColumnConstraint | exp.GeneratedAsRowColumnConstraint) and made.this:
                targets.put(name, column.name, value(made.this, own, reading))


def _external(name: str, properties: list[exp.Expr], targets: Targets) -> None:
    """A table over files: they are where its rows come from."""
    for each in properties:
        if isinstance(each, exp.LocationProperty):
            targets.put(name, None, (Part(location(each.name), None),))
        if isinstance(each, exp.Property) and each.name.lower() in ("uris", "uri", "location"):
            for text in each.find_all(exp.Literal):
                targets.put(name, None, (Part(location(text.name), None),))


def _insert(node: exp.Insert, outer: Scope, reading: Reading, targets: Targets) -> Relation:
    outer = queries.with_ctes(node, outer, reading)
    target = location(node.this.this.name) if isinstance(node.this, exp.Directory) else table_name(node.this)
    names = column_names(node.this) if isinstance(node.this, exp.Schema) else []
    body = node.expression
    made = reading.query(body, outer) if isinstance(body, exp.Expr) else Relation()
    if (
        not names
        and not node.args.get("by_name")
        and not (isinstance(body, exp.Values) and not targets.columns(target))
    ):
        names = _by_position(node, target, made, targets)
    if isinstance(body, exp.Values) and not names:
        made = Relation(columns=tuple(Column("*", c.parts) for c in made.columns))
    targets.write(target, names, made)
    inserted = Relation(
        "", tuple(Column(n, c.parts) for n, c in zip(names, made.columns, strict=False)), rest=made.rest
    )
    if not names:
        inserted = made
    conflict = node.args.get("conflict")
    if conflict is not None:
        alias = node.this.alias if isinstance(node.this, exp.Table) else ""
        held = reading.named(target, {})
        scope = Scope(outer.ctes, outer, sources={"": held, "excluded": inserted})
        for each in filter(None, (alias, node.alias)):
            scope.sources[each.lower()] = inserted if each == node.alias else held
        _conflict(conflict, target, scope, reading, targets)
    return _returned(node, target, outer, reading, targets)


def _by_position(node: exp.Insert, target: str, made: Relation, targets: Targets) -> list[str]:
    """The columns of a known target in their order, where the statement lists none."""
    known = list(targets.columns(target) or ())
    partition = node.this.args.get("partition") if isinstance(node.this, exp.Table) else None
    if partition is not None:
        keys = [e.this.name if isinstance(e, exp.EQ) else e.name for e in partition.expressions]
        fixed = {e.this.name.lower() for e in partition.expressions if isinstance(e, exp.EQ)}
        lower = {k.lower() for k in keys}
        known = [c for c in known if c.lower() not in lower] + [k for k in keys if k.lower() not in fixed]
    return known if len(made.columns) <= len(known) and not made.rest else []


def _conflict(node: exp.Expr, target: str, scope: Scope, reading: Reading, targets: Targets) -> None:
    for call in list(node.find_all(exp.Anonymous)):
        if call.name.upper() == "VALUES" and call.expressions:  # MySQL: the value that was to be inserted
            call.replace(exp.column(call.expressions[0].name, table="excluded"))
    _assign(node.expressions, target, scope, reading, targets)
    where = node.args.get("where")
    if where is not None:
        targets.put(target, None, indirect(where.this, "FILTER", scope, reading))


def _returned(node: exp.Expr, target: str, outer: Scope, reading: Reading, targets: Targets) -> Relation:
    """What RETURNING or OUTPUT gives, and the table that OUTPUT ... INTO puts it in."""
    returning = node.args.get("returning")
    if returning is None:
        return Relation()
    held = reading.named(target, {})
    scope = Scope(outer.ctes, outer, sources={target.rsplit(".", 1)[-1].lower(): held})
    alias = node.this.alias if isinstance(node.this, exp.Table) else ""
    for name in ("inserted", "deleted", *filter(None, [alias.lower()])):
        scope.sources[name] = held
    select = exp.Select(expressions=[e.copy() for e in returning.expressions])
    columns: list[Column] = []
    rest: list[Rest] = []
    for position, projection in enumerate(select.expressions):
        if projection.is_star:
            only = Scope(outer.ctes, sources={"": held})
            more, others = queries.star(exp.Star(), only, reading)
            columns += more
            rest += others
        else:
            name = output_name(projection, position, reading.dialect)
            columns.append(Column(name, value(projection.unalias(), scope, reading)))
    made = Relation(columns=tuple(columns), rest=tuple(rest))
    into = returning.args.get("into")
    if isinstance(into, exp.Anonymous):  # INTO t (a, b)
        targets.write(into.name, [e.name for e in into.expressions], made)
    elif isinstance(into, exp.Table | exp.Schema):
        targets.write(table_name(into), column_names(into) if isinstance(into, exp.Schema) else [], made)
    return made


def _insert_many(node: exp.MultitableInserts, outer: Scope, reading: Reading, targets: Targets) -> Relation:
    """Oracle's and Snowflake's INSERT ALL, Hive's FROM ... INSERT ... INSERT ..."""
    outer = queries.with_ctes(node, outer, reading)
    scope = Scope(outer.ctes, outer)
    source = node.args["source"]
    sources.add(
        exp.Subquery(this=source) if isinstance(source, exp.Query) and not source.alias else source, scope, reading
    )
    rows = next(iter(scope.sources.values()), Relation())
    for each in node.expressions:
        insert, condition = (each.this, each.expression) if isinstance(each, exp.ConditionalInsert) else (each, None)
        target = table_name(insert.this)
        names = column_names(insert.this) if isinstance(insert.this, exp.Schema) else []
        body = insert.expression
        if isinstance(body, exp.Select):
            if body.args.get("from_") is None:
                body.set("from_", exp.From(this=source.copy()))
            made = reading.query(body, outer)
        elif isinstance(body, exp.Values | exp.Tuple):
            row = body.expressions[0] if isinstance(body, exp.Values) else body
            listed = row.expressions if isinstance(row, exp.Tuple) else [row]
            made = Relation(columns=tuple(
                Column(output_name(e, i, reading.dialect), value(e, scope, reading)) for i, e in enumerate(listed)
            ), decided=tuple(scope.decided))  # fmt: skip
        else:
            made = rows
        names = names or _by_position(insert, target, made, targets)
        targets.write(target, names, made)
        if condition is not None:
            targets.put(target, None, indirect(condition, "FILTER", scope, reading))
    return Relation()


def _update(node: exp.Update, outer: Scope, reading: Reading, targets: Targets) -> Relation:
    outer = queries.with_ctes(node, outer, reading)
    scope = Scope(outer.ctes, outer)
    called = table_name(node.this)
    sources.add_all(node, scope, reading)
    if called.lower() not in scope.sources:
        before, scope.sources = scope.sources, {}
        sources.add(node.this, scope, reading)
        scope.sources.update(before)
        real = next(iter(scope.sources))
    else:  # UPDATE t ... FROM table AS t
        real = called.lower()
    target = _written(scope.sources[real], called, reading)
    written = _assign(node.expressions, target, scope, reading, targets) or [target]
    where = node.args.get("where")
    decided = indirect(where.this, "FILTER", scope, reading) if where is not None else ()
    for each in written:
        targets.put(each, None, distinct([*scope.decided, *decided]))
    return _returned(node, target, outer, reading, targets)


def _written(relation: Relation, called: str, reading: Reading) -> str:
    """The table behind what a statement says it writes to: itself, or the one a CTE or view shows all of."""
    if relation.name:
        return relation.name
    temporary = next((name for name, held in reading.made.items() if held is relation), None)
    if temporary is not None:
        return temporary
    behind = {part.table for column in relation.columns for part in column.parts}
    behind |= {part.table for part in relation.unknown()}
    return behind.pop() if len(behind) == 1 else called


def _assign(pairs: list[exp.Expr], target: str, scope: Scope, reading: Reading, targets: Targets) -> list[str]:
    """``a = x``, ``(a, b) = (SELECT x, y ...)``; what comes back are the tables written to."""
    written: dict[str, None] = {}
    for pair in pairs:
        if not isinstance(pair, exp.EQ | exp.PropertyEQ):
            continue
        left, right = pair.this, pair.expression
        if isinstance(left, exp.Tuple):
            made = _side_by_side(right, len(left.expressions), scope, reading)
            for column, parts in zip(left.expressions, made, strict=False):
                targets.put(target, column.name, parts)
            written[target] = None
        elif isinstance(left, exp.Parameter):
            targets.variable(left.name, value(right, scope, reading))
        elif isinstance(left, exp.Column | exp.Identifier | exp.Dot):
            of = (
                scope.source([p.name for p in left.parts[:-1]]) if isinstance(left, exp.Column) and left.table else None
            )
            holder = _written(of, target, reading) if of is not None else target
            written[holder] = None
            targets.put(holder, left.name or left.expression.name, value(right, scope, reading))
    return list(written)


def _side_by_side(node: exp.Expr, width: int, scope: Scope, reading: Reading) -> list[Parts]:
    if isinstance(node, exp.Tuple):
        return [value(e, scope, reading) for e in node.expressions]
    if isinstance(node, exp.Subquery | exp.Query):
        made = reading.query(node, scope)
        return [distinct([*c.parts, *made.decided]) for c in made.columns]
    return [value(node, scope, reading)] * width


def _merge(node: exp.Merge, outer: Scope, reading: Reading, targets: Targets) -> Relation:
    outer = queries.with_ctes(node, outer, reading)
    scope = Scope(outer.ctes, outer)
    sources.add(node.this, scope, reading)
    held = next(iter(scope.sources.values()))
    target = _written(held, table_name(node.this), reading)
    sources.add(node.args["using"], scope, reading)
    rows = list(scope.sources.values())[-1]
    decided = [*scope.decided, *indirect(node.args["on"], "JOIN", scope, reading)] if node.args.get("on") else []
    for when in node.args["whens"].expressions:
        if when.args.get("condition") is not None:
            decided += indirect(when.args["condition"], "FILTER", scope, reading)
        action = when.args.get("then")
        if isinstance(action, exp.Update):
            if any(isinstance(e, exp.Star) for e in action.expressions) or isinstance(action.this, exp.Star):
                _all_of(rows, target, targets)
            else:
                _assign(action.expressions, target, scope, reading, targets)
        elif isinstance(action, exp.Insert):
            alone = Scope(outer.ctes, outer, sources=dict([list(scope.sources.items())[-1]]))
            _merge_insert(action, rows, target, alone, reading, targets)
    targets.put(target, None, distinct(decided))
    return _returned(node, target, outer, reading, targets)


def _merge_insert(
    node: exp.Insert, rows: Relation, target: str, scope: Scope, reading: Reading, targets: Targets
) -> None:
    if not isinstance(node.expression, exp.Tuple):  # INSERT *, INSERT ROW
        _all_of(rows, target, targets)
        return
    given = node.expression.expressions
    names = [c.name for c in node.this.expressions] if isinstance(node.this, exp.Tuple) else []
    names = names or list(targets.columns(target) or ())
    if len(names) < len(given):
        names = [output_name(e, i, reading.dialect) for i, e in enumerate(given)]
    for name, each in zip(names, given, strict=False):
        targets.put(target, name, value(each, scope, reading))


def _all_of(rows: Relation, target: str, targets: Targets) -> None:
    """``UPDATE SET *``, ``INSERT *``: every column into the one of its name."""
    for column in rows.shown():
        targets.put(target, column.name, column.parts)
    targets.put(target, None, rows.unknown())


def _delete(node: exp.Delete, outer: Scope, reading: Reading, targets: Targets) -> Relation:
    outer = queries.with_ctes(node, outer, reading)
    scope = Scope(outer.ctes, outer)
    named = [table_name(t) for t in node.args.get("tables") or ()]
    if node.this is not None:
        sources.add(node.this, scope, reading)
    for using in node.args.get("using") or ():
        sources.add(using, scope, reading)
    sources.add_all(node, scope, reading)
    first = next(iter(scope.sources.values()), Relation())
    called = [_written(scope.sources.get(n.lower(), table(n, None)), n, reading) for n in named]
    where = node.args.get("where")
    decided = indirect(where.this, "FILTER", scope, reading) if where is not None else ()
    for target in called or [_written(first, "", reading)]:
        targets.put(target, None, distinct([*scope.decided, *decided]))
    return _returned(node, called[0] if called else first.name, outer, reading, targets)
