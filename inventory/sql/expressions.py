"""Which columns go into an expression, and what is done to each on the way out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from inventory.sql.functions import name_of
from inventory.sql.parts import CHANGED, Parts, Step, all_through, deciding, distinct, is_direct, recoded
from inventory.sql.scope import Reading, Scope, resolve, within

_CONDITION = Step("INDIRECT", "CONDITIONAL")
_WINDOW = Step("INDIRECT", "WINDOW")
_SORT = Step("INDIRECT", "SORT")
_FILTER = Step("INDIRECT", "FILTER")
_PLACING = (
    exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue,
    exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile,
)  # fmt: skip
"""Window functions that sum nothing up: they give a value of another row, or the place of this one."""


def value(node: exp.Expr, scope: Scope, reading: Reading) -> Parts:
    """The parts of an expression, in the order in which it names them."""
    match node:
        case exp.Column():
            return _column(node, scope, reading)
        case exp.Literal() | exp.Null() | exp.Boolean() | exp.DataType() | exp.Var() | exp.Identifier():
            return ()
        case exp.Alias() | exp.Paren() | exp.Ordered() | exp.Distinct() | exp.Kwarg() | exp.PropertyEQ():
            return _first_of(node, scope, reading)
        case exp.Dot():
            return _dot(node, scope, reading)
        case exp.Subquery() | exp.Select() | exp.SetOperation():
            return _query(node, scope, reading)
        case exp.Case():
            return _case(node, scope, reading)
        case exp.If():
            return _choice(_branches(node), [node.this], scope, reading)
        case exp.Nvl2():
            return _choice(_branches(node), [node.this], scope, reading)
        case exp.DecodeCase():
            return _decode(node, scope, reading)
        case exp.Window():
            return _windowed(node, scope, reading)
        case exp.Filter():
            return _filtered(node, scope, reading)
        case exp.WithinGroup():
            return _within_group(node, scope, reading)
        case exp.Order():
            return ()
        case exp.Parameter() | exp.Placeholder() | exp.SessionParameter():
            return _variable(node, scope, reading)
        case exp.Binary():
            return _chain(node, scope, reading)
        case exp.Lambda():
            return _all([node.this], scope, reading)
    return _made(node, scope, reading)


def indirect(node: exp.Expr, subtype: str, scope: Scope, reading: Reading) -> Parts:
    """The columns of an expression that only decides."""
    return deciding(value(node, scope, reading), subtype)


def _all(nodes: Iterable[exp.Expr], scope: Scope, reading: Reading) -> Parts:
    return distinct(part for node in nodes for part in value(node, scope, reading))


def _first_of(node: exp.Expr, scope: Scope, reading: Reading) -> Parts:
    inner = node.expression if isinstance(node, exp.Kwarg | exp.PropertyEQ) else node.this
    if isinstance(node, exp.Distinct):
        return _all(node.expressions, scope, reading)
    return value(inner, scope, reading) if isinstance(inner, exp.Expr) else ()


def _made(node: exp.Expr, scope: Scope, reading: Reading) -> Parts:
    """A function, or whatever else makes one value of others."""
    step = _step(node, reading)
    parts = all_through(_all(_operands(node), scope, reading), step)
    order = [indirect(o.this, "SORT", scope, reading) for o in _orders(node)]
    return distinct([*parts, *(part for parts in order for part in parts)])


def _operands(node: exp.Expr) -> Iterator[exp.Expr]:
    for operand in node.iter_expressions():
        inner = operand.this if isinstance(operand, exp.Order | exp.Limit) else None
        if isinstance(inner, exp.Expr):  # array_agg(x ORDER BY y) has x in the order
            yield inner
        elif not isinstance(operand, exp.Order):
            yield operand


def _orders(node: exp.Expr) -> Iterator[exp.Expr]:
    for operand in node.iter_expressions():
        holder = operand.this if isinstance(operand, exp.Limit) else operand
        if isinstance(holder, exp.Order):
            yield from holder.expressions


def _step(node: exp.Expr, reading: Reading) -> Step:
    if isinstance(node, _PLACING):
        return CHANGED
    if not isinstance(node, exp.Func) or isinstance(node, exp.Cast | exp.And | exp.Or | exp.Array | exp.Struct):
        return CHANGED
    name = name_of(node)
    kept = reading.functions.of(name, reading.dialect)
    subtype = "AGGREGATION" if isinstance(node, exp.AggFunc) or kept.aggregates else "TRANSFORMATION"
    return Step("DIRECT", subtype, kept.function, kept.masking)


def _column(node: exp.Column, scope: Scope, reading: Reading) -> Parts:
    if isinstance(node.this, exp.Star):
        relation = scope.source([p.name for p in node.parts[:-1]])
        return relation.whole() if relation is not None else ()
    if isinstance(node.this, exp.Parameter):
        return _variable(node.this, scope, reading)
    unit = isinstance(node.parent, exp.Func) and not node.table
    return resolve([part.name for part in node.parts], scope, reading, unit=unit)


def _dot(node: exp.Dot, scope: Scope, reading: Reading) -> Parts:
    """``a.b.c`` longer than a column's name, or into what an expression made."""
    path: list[str] = []
    inner: exp.Expr = node
    while isinstance(inner, exp.Dot):
        step = inner.expression
        if not isinstance(step, exp.Identifier):  # schema.function(...)
            return _all([step] if isinstance(inner.this, exp.Identifier) else [inner.this, step], scope, reading)
        path.insert(0, step.name)
        inner = inner.this
    if isinstance(inner, exp.Paren) and isinstance(inner.this, exp.Column):
        inner = inner.this
    if isinstance(inner, exp.Column) and not isinstance(inner.this, exp.Star | exp.Parameter):
        return resolve([part.name for part in inner.parts] + path, scope, reading)
    return within(value(inner, scope, reading), path)


def _query(node: exp.Expr, scope: Scope, reading: Reading) -> Parts:
    """A query as a value: its columns, and what decides which row it takes."""
    relation = reading.query(node, scope)
    own = [part for column in relation.columns for part in column.parts]
    own += [part for rest in relation.rest for part in rest.relation.whole()]
    if isinstance(node.parent, exp.Exists):
        return distinct([*deciding(own, "FILTER"), *relation.decided])
    return distinct([*own, *relation.decided])


def _case(node: exp.Case, scope: Scope, reading: Reading) -> Parts:
    conditions = [node.this] if node.this else []
    branches = []
    for each in node.args.get("ifs") or ():
        conditions.append(each.this)
        branches.append(each.args["true"])
    default = node.args.get("default")
    return _choice([*branches, *([default] if default else [])], conditions, scope, reading)


def _decode(node: exp.DecodeCase, scope: Scope, reading: Reading) -> Parts:
    """``DECODE(x, search, result, ..., default)``."""
    first, *others = node.expressions
    results = others[1::2] + (others[-1:] if len(others) % 2 else [])
    searches = [each for i, each in enumerate(others) if i % 2 == 0 and i < len(others) - len(others) % 2]
    return _choice(results, [first, *searches], scope, reading)


def _branches(node: exp.If | exp.Nvl2) -> list[exp.Expr]:
    return [branch for branch in (node.args.get("true"), node.args.get("false")) if branch]


def _choice(branches: list[exp.Expr], conditions: list[exp.Expr], scope: Scope, reading: Reading) -> Parts:
    """One of several values: they as they are, the conditions as what decides."""
    return _decided(_all(branches, scope, reading), _all(conditions, scope, reading), _CONDITION)


def _decided(values: Parts, deciders: Parts, step: Step, made: Step = CHANGED) -> Parts:
    parts = [*values, *all_through(deciders, step)]
    if not any(map(is_direct, values)):
        parts += all_through(recoded(p for p in (*values, *deciders)), made)
    return distinct(parts)


def _windowed(node: exp.Window, scope: Scope, reading: Reading) -> Parts:
    keys: list[exp.Expr] = []
    spec: exp.Expr | None = node
    for _ in range(9):  # a window may be named after another
        if spec is None:
            break
        keys += spec.args.get("partition_by") or ()
        order = spec.args.get("order")
        keys += [o.this for o in order.expressions] if order else ()
        name = spec.args.get("alias") or (spec.this if spec is not node else None)
        spec = scope.windows.get(name.name.lower()) if isinstance(name, exp.Expr) else None
    function = node.this
    made = _step(function, reading) if isinstance(function, exp.Func) else CHANGED
    return _decided(value(function, scope, reading), _all(keys, scope, reading), _WINDOW, made)


def _filtered(node: exp.Filter, scope: Scope, reading: Reading) -> Parts:
    made = _step(node.this, reading) if isinstance(node.this, exp.Func) else CHANGED
    return _decided(value(node.this, scope, reading), _all([node.expression.this], scope, reading), _FILTER, made)


def _within_group(node: exp.WithinGroup, scope: Scope, reading: Reading) -> Parts:
    """``listagg(a) WITHIN GROUP (ORDER BY b)`` lists a; ``percentile_cont(0.5) WITHIN GROUP (ORDER BY b)`` is of b."""
    values = value(node.this, scope, reading)
    order = node.expression
    keys = _all([o.this for o in order.expressions], scope, reading) if isinstance(order, exp.Order) else ()
    if values:
        return distinct([*values, *all_through(keys, _SORT)])
    return all_through(keys, _step(node.this, reading))


def _chain(node: exp.Binary, scope: Scope, reading: Reading) -> Parts:
    """``a || b || c ...``: thousands of links are no reason to go thousands deep."""
    step, operands = _step(node, reading), []
    link: exp.Expr = node
    while isinstance(link, exp.Binary) and not isinstance(link, exp.Dot):
        if _step(link, reading) != step:
            break
        operands.append(link.expression)
        link = link.this
    return all_through(_all([link, *reversed(operands)], scope, reading), step)


def _variable(node: exp.Expr, scope: Scope, reading: Reading) -> Parts:
    """``@x``, ``:x``: what a script put into it; ``$1``: a column of the only source by its number."""
    name = node.name
    if name.lower() in reading.variables:
        return reading.variables[name.lower()]
    if name.isdigit() and len(scope.sources) == 1:
        (only,) = scope.sources.values()
        return resolve([f"${name}"], scope, reading) if only.open else ()
    return ()
