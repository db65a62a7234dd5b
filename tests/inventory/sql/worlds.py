"""Random tables, and random statements over them that DuckDB can run.

Every table and every query has the whole numbers k (to join by) and w (to decide by) beside its texts, so that any two
fit together.  Conditions on w look upwards only (w >= n), and choices throw a coin: no value is ruled out for good.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random

TEXTS = "abcd"
NUMBERS = ("k", "w")


@dataclass(frozen=True)
class Query:
    """A query that ends in the columns `columns` (texts), k and w."""

    sql: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Program:
    """Statements run in their order; `target` is what is looked at then ("" the rows of the last)."""

    tables: dict[str, tuple[str, ...]]
    statements: tuple[str, ...]
    target: str
    columns: tuple[str, ...]

    @property
    def sql(self) -> str:
        return ";\n".join(self.statements)

    @property
    def needs_schema(self) -> bool:
        """Does it put rows by position into a table of which it does not say the columns?"""
        return any(re.match(r"INSERT INTO (?!m\d)\w+ SELECT", statement) for statement in self.statements)

    @property
    def schema(self) -> dict[str, dict[str, str]]:
        return {name: dict.fromkeys([*columns, *NUMBERS], "text") for name, columns in self.tables.items()}


@dataclass
class Worlds:
    """A stream of programs from one seed."""

    random: Random
    tables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _named: int = 0
    _qualified: bool = False
    _hidden: set[str] = field(default_factory=set)

    def program(self) -> Program:
        r = self.random
        self.tables = {f"t{i}": tuple(sorted(r.sample(TEXTS, r.randint(2, 4)))) for i in range(r.randint(2, 4))}
        self._named = 0
        self._hidden = set()
        kinds = [self.select, self.select, self.create, self.insert, self.update, self.merge, self.script, self.view]
        return r.choice(kinds)()

    # -- statements

    def select(self) -> Program:
        query = self.query(2)
        return Program(self.tables, (query.sql,), "", query.columns)

    def create(self) -> Program:
        query = self.query(2)
        return Program(self.tables, (f"CREATE TABLE z AS {query.sql}",), "z", query.columns)

    def view(self) -> Program:
        query = self.query(2)
        names = tuple(f"v{i}" for i in range(len(query.columns)))
        listed = ", ".join([*names, *NUMBERS])
        return Program(self.tables, (f"CREATE VIEW z ({listed}) AS {query.sql}",), "z", names)

    def insert(self) -> Program:
        target = self.random.choice(list(self.tables))
        held, query = self.tables[target], self.without(target, 2)
        taken = [self.random.choice(query.columns) for _ in held]
        body = ", ".join([*taken, *NUMBERS])
        source = f"SELECT {body} FROM ({query.sql}) q"
        kind = self.random.randrange(3)
        if kind == 0:
            return Program(self.tables, (f"INSERT INTO {target} {source}",), target, held)
        if kind == 1:
            named = ", ".join(f"{t} AS {h}" for t, h in sorted(zip(taken, held, strict=True), key=lambda p: p[0]))
            sql = f"INSERT INTO {target} BY NAME SELECT w, {named}, k FROM ({query.sql}) q"
            return Program(self.tables, (sql,), target, held)
        order = self.random.sample(range(len(held)), len(held))
        columns = ", ".join([*(held[i] for i in order), *NUMBERS])
        return Program(self.tables, (f"INSERT INTO {target} ({columns}) {source}",), target, held)

    def without(self, target: str, depth: int) -> Query:
        """A query that does not read `target`: DuckDB shows an INSERT the rows that it has just put there itself."""
        everything = self.tables
        self.tables = {name: columns for name, columns in everything.items() if name != target}
        if len(self.tables) < 2:
            self.tables["t9"] = everything["t9"] = ("a", "b")
        try:
            return self.query(depth)
        finally:
            self.tables = everything

    def update(self) -> Program:
        target = self.random.choice(list(self.tables))
        source = self.relation("s", 1)
        scope = {"s": source[1], target: self.tables[target]}
        changed = self.random.sample(self.tables[target], self.random.randint(1, 2))
        if self.random.random() < 0.3:
            name = self.other(target)
            sets = ", ".join(f"{c} = {self.scalar({target: self.tables[target]}, name)}" for c in changed)
            return Program(self.tables, (f"UPDATE {target} SET {sets}",), target, self.tables[target])
        sets = ", ".join(f"{c} = {self.expression(scope, 2)}" for c in changed)
        one = (
            f"(SELECT * FROM {source[0]} ORDER BY random() LIMIT 1) AS s"  # of several rows DuckDB takes a certain one
        )
        sql = f"UPDATE {target} SET {sets} FROM {one} WHERE s.k = {target}.k AND s.w >= 1"
        if self.random.random() < 0.3:
            inner = self.query(1)
            scope["s"] = inner.columns
            sets = ", ".join(f"{c} = {self.expression(scope, 2)}" for c in changed)
            one = f"SELECT * FROM ({inner.sql}) q ORDER BY random() LIMIT 1"
            sql = f"WITH s AS ({one}) UPDATE {target} SET {sets} FROM s WHERE s.k = {target}.k"
        return Program(self.tables, (sql,), target, self.tables[target])

    def merge(self) -> Program:
        target = self.random.choice(list(self.tables))
        held = self.tables[target]
        source = self.relation("s", 1)
        both, only = {"s": source[1], "t": held}, {"s": source[1]}
        whens = []
        for condition in self.random.sample(["", " AND random() < 0.5"], self.random.randint(1, 2))[::-1]:
            changed = self.random.sample(held, self.random.randint(1, len(held)))
            sets = ", ".join(f"{c} = {self.expression(both, 1)}" for c in changed)
            whens.append((condition, f"WHEN MATCHED{condition} THEN UPDATE SET {sets}"))
        whens.sort(key=lambda w: not w[0])
        text = " ".join(w for _, w in whens)
        if self.random.random() < 0.8:
            values = ", ".join([*(self.expression(only, 1) for _ in held), "s.k", "s.w"])
            columns = ", ".join([*held, *NUMBERS])
            text += f" WHEN NOT MATCHED THEN INSERT ({columns}) VALUES ({values})"
        sql = f"MERGE INTO {target} AS t USING {source[0]} ON t.k = s.k AND random() < 0.7 {text}"
        return Program(self.tables, (sql,), target, held)

    def script(self) -> Program:
        """A chain of temporary tables, the last one read into a table that stays."""
        outside = dict(self.tables)
        statements = []
        for i in range(self.random.randint(1, 3)):
            query = self.query(1)
            statements.append(f"CREATE TEMP TABLE m{i} AS {query.sql}")
            self.tables = {**self.tables, f"m{i}": query.columns}
            if self.random.random() < 0.4:
                more = self.without(f"m{i}", 1)
                taken = ", ".join([*(self.random.choice(more.columns) for _ in query.columns), *NUMBERS])
                statements.append(f"INSERT INTO m{i} SELECT {taken} FROM ({more.sql}) q")
        last = self.query(2)
        statements.append(f"CREATE TABLE z AS {last.sql}")
        self.tables = outside
        return Program(outside, tuple(statements), "z", last.columns)

    # -- queries

    def query(self, depth: int, ctes: dict[str, tuple[str, ...]] | None = None) -> Query:
        chance = self.random.random()
        ctes = dict(ctes or {})
        if depth > 0 and chance < 0.25:
            return self.with_ctes(depth, ctes)
        if depth > 0 and chance < 0.4:
            return self.set_operation(depth, ctes)
        if chance < 0.5:
            return self.star(depth, ctes)
        if chance < 0.65:
            return self.grouped(depth, ctes)
        if depth > 0 and chance < 0.7:
            return self.unpivoted(depth, ctes)
        return self.plain(depth, ctes)

    def with_ctes(self, depth: int, ctes: dict[str, tuple[str, ...]]) -> Query:
        parts = []
        recursive = self.random.random() < 0.2
        for _ in range(self.random.randint(1, 2)):
            self._named += 1
            name = f"c{self._named}"
            if not recursive and self.random.random() < 0.2:
                free = [t for t in self.tables if t not in ctes and t not in self._hidden]
                name = self.random.choice(free) if len(free) > 2 else name  # from here on, it is another table
            inner = self.query(depth - 1, ctes)
            names = inner.columns
            listed = ""
            if self.random.random() < 0.3:
                names = tuple(f"n{i}" for i in range(len(inner.columns)))
                listed = f" ({', '.join([*names, *NUMBERS])})"
            if recursive:
                turned = ", ".join(f"r.{n}" for n in (*names[1:], names[0], "k"))
                again = f"SELECT {turned}, r.w + 10 FROM {name} r WHERE r.w < {10 * len(names)}"
                body = f"({inner.sql}) UNION ALL {again}"
                listed = f" ({', '.join([*names, *NUMBERS])})"
                parts.append(f"{name}{listed} AS ({body})")
            else:
                parts.append(f"{name}{listed} AS ({inner.sql})")
            ctes[name] = names
            if name in self.tables:
                self._hidden.add(name)
        last = self.plain(depth - 1, ctes, prefer=list(ctes)[-1])
        return Query(f"WITH {'RECURSIVE ' if recursive else ''}{', '.join(parts)} {last.sql}", last.columns)

    def set_operation(self, depth: int, ctes: dict[str, tuple[str, ...]]) -> Query:
        left, right = self.query(depth - 1, ctes), self.query(depth - 1, ctes)
        kind = self.random.choice(["UNION ALL", "UNION", "EXCEPT", "UNION ALL BY NAME"])
        if kind == "UNION ALL BY NAME":
            names = tuple(dict.fromkeys([*left.columns, *right.columns]))
            sql = f"SELECT {', '.join([*names, *NUMBERS])} FROM (({left.sql}) UNION ALL BY NAME ({right.sql})) u"
            return Query(sql, names)
        taken = ", ".join([*(self.random.choice(right.columns) for _ in left.columns), *NUMBERS])
        if kind == "EXCEPT":
            taken = taken.replace(", k", " || '!', k", 1)  # or nothing may be left
        return Query(f"({left.sql}) {kind} SELECT {taken} FROM ({right.sql}) q", left.columns)

    def star(self, depth: int, ctes: dict[str, tuple[str, ...]]) -> Query:
        item, columns = self.relation("x", depth, ctes)
        kind = self.random.randrange(4)
        if kind == 0:
            sql = f"SELECT * FROM {item}"
        elif kind == 1:
            changed = self.random.choice(columns)
            sql = f"SELECT x.* REPLACE ({self.expression({'x': columns}, 1)} AS {changed}) FROM {item}"
        elif kind == 2 and len(columns) > 1:
            sql = f"SELECT * EXCLUDE ({columns[0]}) FROM {item}"
            columns = columns[1:]
        else:
            self._named += 1
            made = f"e{self._named}"
            sql = f"SELECT x.*, {self.expression({'x': columns}, 1)} AS {made} FROM {item}"
            columns = (*columns, made)
        inner = ", ".join([*columns, *NUMBERS])
        return Query(f"SELECT {inner} FROM ({sql}) y", columns)

    def grouped(self, depth: int, ctes: dict[str, tuple[str, ...]]) -> Query:
        clause, scope = self.sources(depth, ctes)
        alias = self.random.choice(list(scope))
        made, names = [], []
        for i in range(self.random.randint(1, 3)):
            inner = self.expression(scope, 1)
            call = self.random.choice([
                "max({})", "min({})", "string_agg({}, '~')", "any_value({} ORDER BY random())",
                "first({} ORDER BY random())", "array_to_string(list({}), '~')", "max({}) FILTER (WHERE {w} >= 1)",
                "string_agg({}, '~' ORDER BY {w})", "arg_max({}, {w} + random())",
            ])  # fmt: skip
            made.append(f"{call.format(inner, w=f'{alias}.w')} AS g{i}")
            names.append(f"g{i}")
        sql = f"SELECT {', '.join(made)}, {alias}.k AS k, max({alias}.w) AS w FROM {clause} GROUP BY {alias}.k"
        if self.random.random() < 0.3:
            sql += f" HAVING max({alias}.w) >= 1"
        return Query(sql, tuple(names))

    def unpivoted(self, depth: int, ctes: dict[str, tuple[str, ...]]) -> Query:
        inner = self.query(depth - 1, ctes)
        if len(inner.columns) < 2:
            return inner
        taken = self.random.sample(inner.columns, 2)
        kept = tuple(c for c in inner.columns if c not in taken)
        self._named += 1
        val = f"val{self._named}"
        shown, folded = ", ".join([*kept, val, *NUMBERS]), ", ".join(taken)
        sql = f"SELECT {shown} FROM ({inner.sql}) q UNPIVOT INCLUDE NULLS ({val} FOR nam IN ({folded}))"
        return Query(sql, (*kept, val))

    def plain(self, depth: int, ctes: dict[str, tuple[str, ...]], prefer: str | None = None) -> Query:
        clause, scope = self.sources(depth, ctes, prefer)
        alias = self.random.choice(list(scope))
        made, names = [], []
        for _ in range(self.random.randint(1, 4)):
            self._named += 1
            names.append(f"o{self._named}")
            made.append(
                f"{self.window(scope) if self.random.random() < 0.1 else self.expression(scope, 2)} AS {names[-1]}"
            )
        distinct = "DISTINCT " if self.random.random() < 0.15 else ""
        sql = f"SELECT {distinct}{', '.join(made)}, {alias}.k AS k, {alias}.w AS w FROM {clause}"
        where = self.condition(scope, alias)
        if where:
            sql += f" WHERE {where}"
        if not distinct and self.random.random() < 0.15:
            sql += f" QUALIFY row_number() OVER (PARTITION BY {alias}.k ORDER BY {alias}.w) >= 1"
        if self.random.random() < 0.15:
            sql = f"SELECT * FROM ({sql} ORDER BY {names[0]}) p"
        elif len(scope) > 1 and not distinct:  # few rows are enough, whichever
            sql += " ORDER BY random() LIMIT 9"
        return Query(sql, tuple(names))

    def condition(self, scope: dict[str, tuple[str, ...]], alias: str) -> str:
        chance = self.random.random()
        if chance < 0.3:
            return f"{alias}.w >= {self.random.randint(0, 2)}"
        if chance < 0.4:
            return f"{alias}.k IN (SELECT k FROM {self.other('')})"
        if chance < 0.5:
            return f"EXISTS (SELECT 1 FROM {self.other('')} h WHERE h.k = {alias}.k)"
        return ""

    def sources(
        self, depth: int, ctes: dict[str, tuple[str, ...]], prefer: str | None = None
    ) -> tuple[str, dict[str, tuple[str, ...]]]:
        self._named += 1
        first = f"s{self._named}"
        item, columns = self.relation(first, depth, ctes, prefer)
        clause, scope = item, {first: columns}
        for _ in range(self.random.choice([0, 0, 1, 1, 2])):
            self._named += 1
            alias = f"s{self._named}"
            item, columns = self.relation(alias, 0, ctes)
            how = self.random.randrange(7)
            if how == 0:
                clause += f" CROSS JOIN {item}"
            elif how == 1:
                clause += f", {item}"
            elif how == 2:
                clause += f" LEFT JOIN {item} ON {alias}.k = {first}.k"
            elif how == 6 and len(scope) == 1:
                clause += f" {self.random.choice(['', 'LEFT '])}JOIN {item} USING (k)"
            elif how == 3:
                self._qualified = True  # within, a bare name would be of the inner table first
                inner = self.expression({**scope, "l": columns}, 1)
                self._qualified = False
                name = item.split(" AS ")[0]
                made = f"lat{self._named}"
                rows = f"SELECT {inner} AS {made}, l.k, l.w FROM {name} AS l WHERE l.k = {first}.k"
                clause += f", LATERAL ({rows}) AS {alias}"
                columns = (made,)
            else:
                clause += f" JOIN {item} ON {alias}.k = {first}.k AND {alias}.w >= 0"
            scope[alias] = columns
        return clause, scope

    def relation(
        self, alias: str, depth: int, ctes: dict[str, tuple[str, ...]] | None = None, prefer: str | None = None
    ) -> tuple[str, tuple[str, ...]]:
        ctes = ctes or {}
        if prefer is not None:
            return f"{prefer} AS {alias}", ctes[prefer]
        if depth > 0 and self.random.random() < 0.4:
            inner = self.query(depth - 1, ctes)
            return f"({inner.sql}) AS {alias}", inner.columns
        known = {**self.tables, **ctes}
        name = self.random.choice(list(known))
        return f"{name} AS {alias}", known[name]

    def other(self, target: str) -> str:
        return self.random.choice([name for name in self.tables if name != target and name not in self._hidden])

    # -- expressions

    def expression(self, scope: dict[str, tuple[str, ...]], depth: int) -> str:
        alias = self.random.choice(list(scope))
        if depth == 0 or self.random.random() < 0.35:
            return self.reference(scope, alias)
        one, two = (self.expression(scope, depth - 1) for _ in range(2))
        other, coin = self.other(""), "random() < 0.5"
        column, plain = self.random.choice(self.tables[other]), self.reference(scope, alias)
        shapes = [
            f"upper({one})", f"coalesce({one}, '') || coalesce({two}, '')",
            f"coalesce(CASE WHEN {coin} THEN {one} END, {two})",
            f"CASE WHEN {alias}.w >= 0 AND {coin} THEN {one} ELSE {two} END",
            f"CASE CAST(random() * 2 AS INT) WHEN 1 THEN {one} WHEN 2 THEN 'x' ELSE {two} END",
            f"CAST({one} AS VARCHAR)", f"concat({one}, '-', {two})", f"nullif({one}, 'zz')", f"{one}::TEXT",
            f"replace({one}, '#', '+')", f"substring({one}, 1, 9999)", f"({one})", f"concat_ws('/', {one}, {two})",
            f"if({alias}.w >= 0 AND {coin}, {one}, {two})", f"list_extract([{one}, {two}], 1 + CAST(random() AS INT))",
            f"(SELECT max(i.{column}) FROM {other} i WHERE i.k = {alias}.k)",
            f"(SELECT string_agg(i.{column} || {alias}.{self.random.choice(scope[alias])}) FROM {other} i)",
            f"list_aggregate([{one}, {two}], 'string_agg', '~')", f"array_to_string([{one}, {two}], '+')",
            f"list_extract(list_transform([{one}], lambda e: coalesce(e, '') || coalesce({plain}, '')), 1)",
        ]  # fmt: skip
        return self.random.choice(shapes)

    def window(self, scope: dict[str, tuple[str, ...]]) -> str:
        alias = self.random.choice(list(scope))
        inner = self.reference(scope, alias)
        call = self.random.choice(
            ["max({})", "first_value({} IGNORE NULLS)", "lag({})", "string_agg({}, '~')", "last_value({} IGNORE NULLS)"]
        )
        keys = self.random.choice(
            [f"PARTITION BY {alias}.k", f"ORDER BY {alias}.k", f"PARTITION BY {alias}.w ORDER BY {alias}.k"]
        )
        return f"{call.format(inner)} OVER ({keys})"

    def scalar(self, scope: dict[str, tuple[str, ...]], table: str) -> str:
        alias = next(iter(scope))
        column = self.random.choice(self.tables[table])
        return f"(SELECT max(i.{column}) FROM {table} i WHERE i.k = {alias}.k)"

    def reference(self, scope: dict[str, tuple[str, ...]], alias: str) -> str:
        name = self.random.choice(scope[alias])
        alone = sum(name in columns for columns in scope.values()) == 1
        return name if alone and not self._qualified and self.random.random() < 0.4 else f"{alias}.{name}"
