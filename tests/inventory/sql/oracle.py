"""What really goes where: programs are run in DuckDB over cells that say which column they come from.

Whatever mark comes out in a column is direct lineage of it.  So what is read without running must hold

- at least what came out (else a flow is missed), and
- nothing that never comes out over many fillings of the tables (else a flow is made up).

Numbers decide and are not looked at; a column's own mark in an UPDATE proves nothing and is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from random import Random

import duckdb

from inventory.sql import column_lineage
from tests.inventory.sql.worlds import NUMBERS, Program

Flow = tuple[str, str]
"""(table.column, column of the target)"""

_MARK = re.compile(r"<([^<>]+)>")
_ROWS = 4
FILLINGS = 60


@dataclass(frozen=True)
class Difference:
    """A program that was read otherwise than it ran."""

    program: Program
    missed: frozenset[Flow]
    made_up: frozenset[Flow]
    gaps: tuple[str, ...]

    def __str__(self) -> str:
        told = "".join(f"\n  {name}: {sorted(flows)}" for name, flows in
                       (("missed", self.missed), ("made up", self.made_up), ("gaps", self.gaps)) if flows)  # fmt: skip
        tables = ", ".join(f"{name}({', '.join(columns)})" for name, columns in self.program.tables.items())
        return f"{self.program.sql}\n  over {tables}{told}"


def difference(program: Program, seed: int, *, with_schema: bool = True) -> Difference | None:
    """What running shows and reading does not, or the other way round; None if they agree.

    Without the schema, reading may miss what it says is ambiguous.
    """
    read, gaps = _read(program, with_schema)
    random = Random(seed)
    seen: set[Flow] = set()
    for _ in range(FILLINGS):
        seen |= _run(program, random)
        if read <= seen:
            break
    missed, made_up = seen - read, read - seen
    if (gaps and not with_schema) or not (missed or made_up or gaps):
        return None
    return Difference(program, frozenset(missed), frozenset(made_up), gaps)


def _read(program: Program, with_schema: bool) -> tuple[set[Flow], tuple[str, ...]]:
    found = column_lineage(program.sql, dialect="duckdb", schema=program.schema if with_schema else None)
    flows = {
        (f"{e.source_table}.{e.source_column}".lower(), str(e.target_column).lower())
        for e in found.edges
        if e.type == "DIRECT" and e.target_table == program.target and e.source_column not in NUMBERS
    }
    own = {(f"{program.target}.{column}", column) for column in program.columns}
    return flows - own, tuple(gap.reason for gap in found.gaps)


def _run(program: Program, random: Random) -> set[Flow]:
    database = _database()
    database.execute(f"SELECT setseed({random.random()})")
    database.execute("BEGIN")
    try:
        for name, columns in program.tables.items():
            _fill(database, name, columns, random)
        for statement in program.statements:
            last = database.execute(statement)
        if program.target:
            last = database.execute(f"SELECT * FROM {program.target}")
        names = [each[0].lower() for each in last.description]
        flows = {
            (mark.lower(), name)
            for row in last.fetchall()
            for name, cell in zip(names, row, strict=True)
            if isinstance(cell, str)
            for mark in _MARK.findall(cell)
        }
    finally:
        database.execute("ROLLBACK")
    return {flow for flow in flows if flow != (f"{program.target}.{flow[1]}", flow[1])}


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def _fill(database: duckdb.DuckDBPyConnection, name: str, columns: tuple[str, ...], random: Random) -> None:
    """Rows whose texts say where they stand, in an order that says nothing, with holes."""
    rows = []
    for _ in range(_ROWS):
        texts = ["NULL" if random.random() < 0.25 else f"'{random.randrange(999)}<{name}.{c}>'" for c in columns]
        rows.append(f"({', '.join([*texts, str(random.randint(1, 3)), str(random.randint(0, 3))])})")
    listed = ", ".join([*columns, *NUMBERS])
    types = ", ".join([*(f"{c}::TEXT AS {c}" for c in columns), *NUMBERS])
    database.execute(f"CREATE TABLE {name} AS SELECT {types} FROM (VALUES {', '.join(rows)}) v({listed})")
