"""What each output column of one query is made of: a single pass over the query and what it selects from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from inventory.sql.functions import MASKING, UNDOING

_STRENGTH = {"IDENTITY": 0, "TRANSFORMATION": 1, "AGGREGATION": 2}


@dataclass(frozen=True, slots=True)
class Part:
    """One column that goes into a value: directly, or (with an indirect subtype) by deciding about it."""

    table: str
    column: str | None
    type: str = "DIRECT"
    subtype: str = "IDENTITY"
    function: str | None = None
    masking: bool = False

    def through(self, outer: Part) -> Part:
        """This part, seen through a further step over the column it made."""
        if outer.type == "INDIRECT" or self.type == "INDIRECT":
            return replace(self, type="INDIRECT", subtype=self.subtype if self.type == "INDIRECT" else outer.subtype,
                           function=None, masking=False)  # fmt: skip
        subtype = max(self.subtype, outer.subtype, key=_STRENGTH.__getitem__)
        names = [f for f in (self.function, outer.function) if f]
        telling = [f for f in names if f in MASKING or f in UNDOING] or names
        return Part(
            self.table, self.column, "DIRECT", subtype, telling[0] if telling else None, self.masking or outer.masking
        )


@dataclass
class Relation:
    """Something to select from: a real table (`name`, `columns` if known), or what a query makes (`made`)."""

    name: str = ""
    columns: tuple[str, ...] | None = None
    made: dict[str, list[Part]] | None = None

    def parts(self, column: str) -> list[Part] | None:
        """What a column of this is made of; None where it surely has no such column."""
        if self.made is not None:
            hit = next((name for name in self.made if name.lower() == column.lower()), None)
            return list(self.made[hit]) if hit is not None else None
        if self.columns is not None:
            hit = next((name for name in self.columns if name.lower() == column.lower()), None)
            return [Part(self.name, hit)] if hit is not None else None
        return [Part(self.name, column)]

    @property
    def known(self) -> tuple[str, ...] | None:
        return tuple(self.made) if self.made is not None else self.columns


@dataclass
class Reader:
    """Reads queries of one statement; `gaps` collects what could not be told."""

    columns_of: Mapping[str, tuple[str, ...]]
    gaps: list[str] = field(default_factory=list)

    def relation(self, table: exp.Table, ctes: Mapping[str, Relation]) -> Relation:
        name = table_name(table)
        if name.lower() in ctes:
            return ctes[name.lower()]
        return Relation(name, self.columns_of.get(name.lower()))

    def query(self, node: exp.Expr, ctes: Mapping[str, Relation]) -> tuple[dict[str, list[Part]], list[Part]]:
        """(output columns in order with their parts, parts that decide about every row)."""
        ctes, decided = self._with(node, ctes)
        if isinstance(node, exp.Subquery):
            made, more = self.query(node.this, ctes)
        elif isinstance(node, exp.SetOperation):
            made, more = self._union(node, ctes)
        elif isinstance(node, exp.Select):
            made, more = self._select(node, ctes)
        else:
            self.gaps.append(f"{type(node).__name__.upper()} is not read")
            made, more = {}, []
        return made, decided + more

    def _with(self, node: exp.Expr, ctes: Mapping[str, Relation]) -> tuple[dict[str, Relation], list[Part]]:
        inner, decided = dict(ctes), []
        clause = node.args.get("with_") or node.args.get("with")
        for cte in clause.expressions if clause else ():
            inner.setdefault(cte.alias.lower(), Relation(made={}))
            made, more = self.query(cte.this, inner)
            names = [c.name for c in cte.args["alias"].args.get("columns") or ()] if cte.args.get("alias") else []
            inner[cte.alias.lower()] = Relation(made=_renamed(made, names))
            decided += more
        return inner, decided

    def _union(self, node: exp.SetOperation, ctes: Mapping[str, Relation]) -> tuple[dict[str, list[Part]], list[Part]]:
        left, decided = self.query(node.left, ctes)
        right, more = self.query(node.right, ctes)
        for name, parts in zip(left, right.values(), strict=False):
            left[name] = left[name] + [p for p in parts if p not in left[name]]
        return left, decided + more

    def _select(self, node: exp.Select, ctes: Mapping[str, Relation]) -> tuple[dict[str, list[Part]], list[Part]]:
        sources, decided = self._sources(node, ctes)
        made: dict[str, list[Part]] = {}
        for i, projection in enumerate(node.expressions):
            value = projection.unalias()
            if isinstance(value, exp.Star) or (isinstance(value, exp.Column) and isinstance(value.this, exp.Star)):
                self._star(value, sources, made)
            else:
                name = projection.alias_or_name or f"_{i}"
                made[name] = self.value(value, sources, ctes)
        for key, subtype in (
            ("where", "FILTER"),
            ("having", "FILTER"),
            ("qualify", "FILTER"),
            ("group", "GROUP_BY"),
            ("order", "SORT"),
        ):
            clause = node.args.get(key)
            if clause is not None:
                decided += self.deciding(clause, subtype, sources, ctes, made)
        return made, decided

    def _sources(self, node: exp.Select, ctes: Mapping[str, Relation]) -> tuple[dict[str, Relation], list[Part]]:
        sources: dict[str, Relation] = {}
        decided: list[Part] = []
        start = node.args.get("from_") or node.args.get("from")
        joins = node.args.get("joins") or []
        laterals = node.args.get("laterals") or []
        for item in ([start.this] if start else []) + [j.this for j in joins] + list(laterals):
            decided += self.source(item, ctes, sources)
        decided += self._conditions(joins, ctes, sources)
        return sources, decided

    def source(self, item: exp.Expr, ctes: Mapping[str, Relation], sources: dict[str, Relation]) -> list[Part]:
        decided: list[Part] = []
        alias = (item.alias_or_name or f"_{len(sources)}").lower()
        if isinstance(item, exp.Table):
            sources[alias] = self.relation(item, ctes)
        elif isinstance(item, exp.Subquery | exp.Lateral):
            inner = item.this
            if isinstance(inner, exp.Subquery) and not item.alias:  # (a JOIN b ON ...), as servers print their views
                decided = self.source(inner, ctes, sources)
            elif isinstance(inner, exp.Subquery | exp.Select | exp.SetOperation):
                made, decided = self.query(inner, ctes)
                names = [c.name for c in item.args["alias"].args.get("columns") or ()] if item.args.get("alias") else []
                sources[alias] = Relation(made=_renamed(made, names))
            elif isinstance(inner, exp.Table):
                decided = self.source(inner, ctes, sources)
        joins = item.args.get("joins") or []
        for join in joins:
            decided += self.source(join.this, ctes, sources)
        return decided + self._conditions(joins, ctes, sources)

    def _conditions(
        self, joins: list[exp.Expr], ctes: Mapping[str, Relation], sources: Mapping[str, Relation]
    ) -> list[Part]:
        """What decides which rows meet."""
        decided: list[Part] = []
        for join in joins:
            on = join.args.get("on")
            if on is not None:
                decided += self.deciding(on, "JOIN", sources, ctes, {})
            for using in join.args.get("using") or ():
                for relation in sources.values():
                    decided += [replace(p, type="INDIRECT", subtype="JOIN") for p in relation.parts(using.name) or ()]
        return decided

    def _star(self, star: exp.Expr, sources: Mapping[str, Relation], made: dict[str, list[Part]]) -> None:
        only = star.table.lower() if isinstance(star, exp.Column) else ""
        without = {e.name.lower() for e in (star.args.get("except_") or star.args.get("except") or ())}
        for alias, relation in sources.items():
            if only and alias != only:
                continue
            if relation.known is None:
                made.setdefault("*", []).append(Part(relation.name, None))
                continue
            for name in relation.known:
                if name.lower() not in without:
                    made.setdefault(name, []).extend(relation.parts(name) or [])

    def value(self, node: exp.Expr, sources: Mapping[str, Relation], ctes: Mapping[str, Relation]) -> list[Part]:
        """The parts of an expression."""
        found: dict[Part, None] = {}
        for column, step in _columns(node, Part("", None)):
            for part in self.column(column, sources):
                found[part.through(step)] = None
        for inner in _queries(node):
            made, _ = self.query(inner, ctes)
            for parts in made.values():
                for part in parts:
                    found[part.through(Part("", None, subtype="TRANSFORMATION"))] = None
        return list(found)

    def column(self, column: exp.Column, sources: Mapping[str, Relation]) -> list[Part]:
        """What a column reference means; one that could mean several is a gap, never a guess."""
        name, table = column.name, column.table.lower()
        if isinstance(column.this, exp.Star):
            return _row(sources.get(table))
        if table:
            hit = sources.get(table) or next(
                (r for r in sources.values() if r.name.lower().rsplit(".", 1)[-1] == table), None
            )
            return (hit.parts(name) or []) if hit else []
        sure = [p for r in sources.values() if r.known is not None and (p := r.parts(name)) is not None]
        if sure:
            return sure[0] if len(sure) == 1 else [part for parts in sure[:1] for part in parts]
        whole = sources.get(name.lower())
        if whole is not None and whole.known is not None:
            return _row(whole)
        open_ = [r for r in sources.values() if r.known is None]
        if len(open_) == 1:
            return open_[0].parts(name) or []
        if open_:
            self.gaps.append(f"column {name} could be of {', '.join(sorted(r.name for r in open_))}")
        return []

    def deciding(
        self, clause: exp.Expr, subtype: str, sources: Mapping[str, Relation], ctes: Mapping[str, Relation],
        made: Mapping[str, list[Part]],
    ) -> list[Part]:  # fmt: skip
        parts: list[Part] = []
        for column in clause.find_all(exp.Column):
            found = self.column(column, sources) if not _inside_subquery(column, clause) else []
            parts += found or (made.get(column.name) or [] if not column.table else [])
        for number in clause.find_all(exp.Literal) if subtype in ("GROUP_BY", "SORT") else ():
            if number.is_int and 0 < int(number.name) <= len(made):
                parts += list(made.values())[int(number.name) - 1]
        for inner in clause.find_all(exp.Subquery, exp.Exists, exp.In):
            query = inner.args.get("query") or inner.this
            query = query.this if isinstance(query, exp.Subquery) else query
            if isinstance(query, exp.Select | exp.SetOperation):
                outputs, decided = self.query(query, ctes)
                parts += [p for group in outputs.values() for p in group] + decided
        return [replace(p, type="INDIRECT", subtype=subtype, function=None, masking=False) for p in parts]


def _row(relation: Relation | None) -> list[Part]:
    """All columns of a relation, as ``row_to_json(t)`` and ``t.*`` in an expression take them."""
    if relation is None:
        return []
    if relation.known is None:
        return [Part(relation.name, None)]
    return [part for name in relation.known for part in relation.parts(name) or ()]


def _queries(node: exp.Expr) -> Iterator[exp.Expr]:
    """The outermost queries within an expression: subqueries, and those in ``ARRAY(SELECT ...)``."""
    if isinstance(node, exp.Subquery):
        yield node.this
    elif isinstance(node, exp.Select | exp.SetOperation):
        yield node
    elif not isinstance(node, exp.Column):
        for child in node.iter_expressions():
            yield from _queries(child)


def _columns(node: exp.Expr, step: Part) -> Iterator[tuple[exp.Column, Part]]:
    """The columns of an expression, each with what is done to it on the way out."""
    if isinstance(node, exp.Subquery | exp.Select):
        return
    if isinstance(node, exp.Column):
        yield node, step
        return
    for key, child in ((k, c) for k, v in node.args.items() for c in (v if isinstance(v, list) else [v])):
        if isinstance(child, exp.Expr):
            yield from _columns(child, _step(node, key, step))


def _step(node: exp.Expr, key: str, outer: Part) -> Part:
    if isinstance(node, exp.Alias | exp.Paren):
        return outer
    if isinstance(node, exp.Window) and key != "this":
        return Part("", None, "INDIRECT", "WINDOW")
    if (isinstance(node, exp.If) and key == "this") or (isinstance(node, exp.Case) and key == "this"):
        return Part("", None, "INDIRECT", "CONDITIONAL")
    if isinstance(node, exp.Window | exp.Case | exp.If | exp.WithinGroup):
        return Part("", None, subtype="TRANSFORMATION").through(outer)
    name = _function(node)
    subtype = "AGGREGATION" if isinstance(node, exp.AggFunc) else "TRANSFORMATION"
    return Part("", None, "DIRECT", subtype, name, name in MASKING).through(outer)


def _function(node: exp.Expr) -> str | None:
    if isinstance(node, exp.Anonymous):
        return node.name.lower().rsplit(".", 1)[-1]
    if isinstance(node, exp.MD5Digest | exp.MD5NumberLower64 | exp.MD5NumberUpper64):
        return "md5"
    if isinstance(node, exp.SHA1Digest):
        return "sha1"
    if isinstance(node, exp.SHA2 | exp.SHA2Digest):
        return "sha256" if (node.text("length") or "256") == "256" else "sha512"
    return (
        node.sql_name().lower()
        if isinstance(node, exp.Func) and not isinstance(node, exp.Cast | exp.And | exp.Or)
        else None
    )


def _inside_subquery(column: exp.Expr, top: exp.Expr) -> bool:
    node = column.parent
    while node is not None and node is not top:
        if isinstance(node, exp.Select):
            return True
        node = node.parent
    return False


def _renamed(made: dict[str, list[Part]], names: list[str]) -> dict[str, list[Part]]:
    return dict(zip(names, made.values(), strict=False)) if names else made


def table_name(table: exp.Table) -> str:
    """``db.schema.table`` as far as it is written."""
    return ".".join(p.name for p in table.parts if p.name)
