"""Which column goes into which, and what is done to it on the way."""

import pytest

from inventory.sql import column_lineage

SCHEMA = {"users": {"id": "int", "email": "text", "phone": "text"}, "orders": {"user_id": "int", "total": "int"}}


def direct(sql, **options):
    found = column_lineage(sql, schema=SCHEMA, **options)
    return {
        (f"{e.source_table}.{e.source_column}", f"{e.target_table}.{e.target_column}", e.subtype, e.function, e.masking)
        for e in found.edges
        if e.type == "DIRECT"
    }


@pytest.mark.parametrize(
    ("sql", "edges"),
    [
        ("INSERT INTO t (m) SELECT email FROM users", {("users.email", "t.m", "IDENTITY", None, False)}),
        (
            "CREATE TABLE t AS WITH a AS (SELECT sha256(email) AS h FROM users) SELECT h AS x FROM a",
            {("users.email", "t.x", "TRANSFORMATION", "sha256", True)},
        ),
        (
            "CREATE VIEW t AS SELECT * FROM users",
            {(f"users.{c}", f"t.{c}", "IDENTITY", None, False) for c in ("id", "email", "phone")},
        ),
        (
            "CREATE TABLE t AS SELECT sum(o.total) AS s FROM users u JOIN orders o ON o.user_id = u.id",
            {("orders.total", "t.s", "AGGREGATION", "sum", False)},
        ),
        (
            "MERGE INTO t USING users u ON t.id = u.id WHEN MATCHED THEN UPDATE SET m = u.email "
            "WHEN NOT MATCHED THEN INSERT (p) VALUES (u.phone)",
            {("users.email", "t.m", "IDENTITY", None, False), ("users.phone", "t.p", "IDENTITY", None, False)},
        ),
        (
            "CREATE TABLE t AS SELECT email AS c FROM users UNION ALL SELECT phone FROM users",
            {("users.email", "t.c", "IDENTITY", None, False), ("users.phone", "t.c", "IDENTITY", None, False)},
        ),
        (
            "CREATE VIEW t AS SELECT u.email AS m, o.total AS s FROM ((users u JOIN orders o ON (o.user_id = u.id)))",
            {("users.email", "t.m", "IDENTITY", None, False), ("orders.total", "t.s", "IDENTITY", None, False)},
        ),
    ],
)
def test_direct_edges(sql, edges):
    assert direct(sql) == edges


@pytest.mark.parametrize(
    ("dialect", "call", "name"),
    [
        ("postgres", "sha256(email::bytea)", "sha256"),
        ("bigquery", "sha512(email)", "sha512"),
        ("bigquery", "md5(email)", "md5"),
        ("bigquery", "sha1(email)", "sha1"),
        ("mysql", "sha2(email, 512)", "sha512"),
    ],
)
def test_a_digest_is_masking_in_every_dialect(dialect, call, name):
    found = direct(f"CREATE VIEW v AS SELECT {call} AS h FROM users", dialect=dialect)
    assert found == {("users.email", "v.h", "TRANSFORMATION", name, True)}


@pytest.mark.parametrize("row", ["row_to_json(u)", "row_to_json(u.*)"])
def test_a_whole_row_is_all_its_columns(row):
    edges = direct(f"CREATE TABLE t AS SELECT {row} AS j FROM users u", dialect="postgres")
    assert {source for source, *_ in edges} == {"users.id", "users.email", "users.phone"}


def test_a_column_named_like_its_table_is_the_column():
    edges = column_lineage("CREATE TABLE t AS SELECT email FROM email", schema={"email": {"email": "text", "x": "int"}})
    assert [(e.source_column, e.target_column) for e in edges.edges] == [("email", "email")]


def test_a_query_within_an_expression_is_read():
    edges = direct("CREATE TABLE t AS SELECT ARRAY(SELECT email FROM users) AS a", dialect="postgres")
    assert {(source, target) for source, target, *_ in edges} == {("users.email", "t.a")}


def test_what_decides_is_indirect():
    sql = "INSERT INTO t (m) SELECT u.email FROM users u JOIN orders o ON o.user_id = u.id WHERE o.total > 9"
    found = column_lineage(sql, schema=SCHEMA)
    indirect = {(e.source_column, e.subtype, e.target_column) for e in found.edges if e.type == "INDIRECT"}
    assert indirect == {("user_id", "JOIN", None), ("id", "JOIN", None), ("total", "FILTER", None)}


def test_one_bad_statement_does_not_lose_the_others():
    found = column_lineage(
        "INSERT INTO t SELECT email FROM users;\nSELEC FROM WHERE;\nCREATE TABLE v AS SELECT id FROM users"
    )
    assert {e.target_table for e in found.edges} == {"t", "v"}
    assert [gap.line for gap in found.gaps] in ([2], [])


def test_a_column_that_could_be_of_two_tables_is_a_gap_not_a_guess():
    found = column_lineage("INSERT INTO t (x) SELECT c FROM a, b")
    assert not [e for e in found.edges if e.type == "DIRECT"]
    assert found.gaps[0].reason == "column c could be of a, b"


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        (
            "CREATE FUNCTION f() RETURNS int AS $$ return 1 $$ LANGUAGE plpython3u",
            "CREATE FUNCTION is not read: it is written in plpython3u",
        ),
        ("CALL refresh_marts()", "CALL is not read"),
        ("DO $$ BEGIN EXECUTE 'INSERT INTO ' || x; END $$", "dynamic SQL is not read: its text is made while it runs"),
    ],
)
def test_what_may_move_data_and_is_not_understood_is_a_gap(sql, reason):
    found = column_lineage(sql, dialect="postgres", schema=SCHEMA)
    assert [gap.reason for gap in found.gaps] == [reason]


@pytest.mark.parametrize(
    "sql", ["CREATE TABLE t (id int)", "DROP TABLE t", "GRANT SELECT ON t TO u", "SET x = 1", "COMMIT"]
)
def test_what_moves_no_data_is_passed_over(sql):
    assert column_lineage(sql, dialect="postgres").gaps == ()


@pytest.mark.parametrize("sql", ["", ";;", "'", "/*", "SELECT", "\x00", "DROP TABLE x", "(" * 500])
def test_nothing_raises(sql):
    assert column_lineage(sql).edges == ()


def test_the_text_of_a_statement_is_not_logged(caplog, capfd):
    column_lineage("CREATE PROCEDURE p() BEGIN INSERT INTO t (m) VALUES ('canary@leak.example'); END")
    assert "canary" not in caplog.text + capfd.readouterr().err
