"""What is read from a statement is what running it shows: a few hundred random programs, always the same ones.

More of them, and others: ``python -m bench.sql_oracle``.
"""

from random import Random

import duckdb
import pytest

from tests.inventory.sql.oracle import difference
from tests.inventory.sql.worlds import Program, Worlds


def programs(seed, number):
    worlds = Worlds(Random(seed))
    return [worlds.program() for _ in range(number)]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_read_is_what_running_shows(seed):
    refused, doubtful = 0, []
    for number, program in enumerate(programs(seed, 30)):
        try:
            found = difference(program, number)
        except duckdb.Error:
            refused += 1
            continue
        assert found is None or not (found.missed or found.gaps), str(found)
        doubtful += [found] if found else []
    assert refused <= 5
    assert len(doubtful) <= 1, "\n".join(map(str, doubtful))  # a coin that did not fall


def test_without_the_schema_what_is_missed_is_said():
    for number, program in enumerate(programs(99, 40)):
        if program.needs_schema:
            continue
        try:
            found = difference(program, number, with_schema=False)
        except duckdb.Error:
            continue
        assert found is None or not found.missed, str(found)


def test_the_oracle_sees_what_is_missed_and_what_is_made_up():
    tables = {"t0": ("a", "b"), "t1": ("a", "c")}
    sql = "CREATE TABLE z AS SELECT t0.a AS x, CASE WHEN false THEN t1.c END AS y, t0.k, t0.w FROM t0, t1"
    found = difference(Program(tables, (sql,), "z", ("x", "y")), 1)
    assert found is not None
    assert found.made_up == {("t1.c", "y")}
    unknown = "CREATE TABLE z AS SELECT x.* FROM (SELECT * FROM query('SELECT a FROM t0')) x"
    found = difference(Program(tables, (unknown,), "z", ("a",)), 1)
    assert found is not None
    assert found.missed == {("t0.a", "a")}
