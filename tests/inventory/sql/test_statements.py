"""Every kind of statement that moves data: into what, from what."""

import pytest

from inventory.sql import column_lineage

SCHEMA = {
    "s": {"id": "int", "a": "text", "b": "text"},
    "t": {"id": "int", "x": "text", "y": "text"},
    "p": {"v": "text", "day": "text", "hour": "text"},
}


def direct(sql, dialect="postgres", **options):
    found = column_lineage(sql, dialect=dialect, schema=SCHEMA, **options)
    assert found.gaps == ()
    return {
        f"{e.source_table}.{e.source_column or '*'} > {e.target_table}.{e.target_column or '*'}"
        for e in found.edges
        if e.type == "DIRECT"
    }


def indirect(sql, dialect="postgres"):
    found = column_lineage(sql, dialect=dialect, schema=SCHEMA)
    return {
        (f"{e.source_table}.{e.source_column}", e.subtype, e.target_table, e.target_column)
        for e in found.edges
        if e.type == "INDIRECT"
    }


@pytest.mark.parametrize(
    ("dialect", "sql", "edges"),
    [
        ("postgres", "INSERT INTO t SELECT id, a, b FROM s", {"s.id > t.id", "s.a > t.x", "s.b > t.y"}),
        ("postgres", "INSERT INTO t (y, x) SELECT a, b FROM s", {"s.a > t.y", "s.b > t.x"}),
        ("duckdb", "INSERT INTO t BY NAME SELECT a AS y FROM s", {"s.a > t.y"}),
        ("postgres", "INSERT INTO t (x) VALUES ((SELECT max(a) FROM s))", {"s.a > t.x"}),
        (
            "hive",
            "INSERT OVERWRITE TABLE p PARTITION (day='x', hour) SELECT a, b FROM s",
            {"s.a > p.v", "s.b > p.hour"},
        ),
        (
            "postgres",
            "INSERT INTO t (id, x) SELECT id, a FROM s ON CONFLICT (id) DO UPDATE SET y = EXCLUDED.x",
            {"s.id > t.id", "s.a > t.x", "s.a > t.y"},
        ),
        (
            "mysql",
            "INSERT INTO t (id, x) SELECT id, a FROM s ON DUPLICATE KEY UPDATE y = VALUES(x)",
            {"s.id > t.id", "s.a > t.x", "s.a > t.y"},
        ),
        ("sqlite", "REPLACE INTO t SELECT id, a, b FROM s", {"s.id > t.id", "s.a > t.x", "s.b > t.y"}),
        (
            "oracle",
            "INSERT ALL INTO q (v) VALUES (a) INTO r (w) VALUES (b) SELECT a, b FROM s",
            {"s.a > q.v", "s.b > r.w"},
        ),
        ("hive", "FROM s INSERT INTO TABLE q SELECT a INSERT INTO TABLE r SELECT b", {"s.a > q.a", "s.b > r.b"}),
        (
            "tsql",
            "INSERT INTO t (id) OUTPUT inserted.id INTO kept (k) SELECT id FROM s",
            {"s.id > t.id", "t.id > kept.k"},
        ),
        (
            "postgres",
            "WITH gone AS (DELETE FROM s RETURNING *) INSERT INTO q SELECT a FROM gone",
            {"s.a > q.a"},
        ),
        ("postgres", "UPDATE t SET x = s.a FROM s WHERE s.id = t.id", {"s.a > t.x"}),
        ("postgres", "UPDATE t SET (x, y) = (SELECT a, b FROM s WHERE s.id = t.id)", {"s.a > t.x", "s.b > t.y"}),
        ("mysql", "UPDATE t JOIN s ON s.id = t.id SET t.x = s.a, s.b = t.y", {"s.a > t.x", "t.y > s.b"}),
        ("tsql", "UPDATE q SET x = s.a FROM t AS q JOIN s ON s.id = q.id", {"s.a > t.x"}),
        ("tsql", "WITH c AS (SELECT x, y FROM t) UPDATE c SET x = y", {"t.y > t.x"}),
        (
            "tsql",
            "MERGE t USING s ON s.id = t.id WHEN MATCHED AND s.b = 'q' THEN UPDATE SET x = a "
            "WHEN NOT MATCHED THEN INSERT (id, y) VALUES (id, b) WHEN NOT MATCHED BY SOURCE THEN DELETE;",
            {"s.a > t.x", "s.id > t.id", "s.b > t.y"},
        ),
        (
            "databricks",
            "MERGE INTO t USING s ON s.id = t.id WHEN NOT MATCHED THEN INSERT *",
            {"s.id > t.id", "s.a > t.a", "s.b > t.b"},
        ),
        ("bigquery", "MERGE t USING (SELECT a FROM s) s ON FALSE WHEN NOT MATCHED THEN INSERT ROW", {"s.a > t.a"}),
        ("postgres", "DELETE FROM t USING s WHERE s.id = t.id", set()),
        ("postgres", "CREATE VIEW v (one, two) AS SELECT a, b FROM s", {"s.a > v.one", "s.b > v.two"}),
        ("postgres", "SELECT a INTO q FROM s", {"s.a > q.a"}),
        ("clickhouse", "CREATE MATERIALIZED VIEW v TO q AS SELECT a FROM s", {"s.a > q.a"}),
        ("snowflake", "CREATE TABLE q CLONE s", {"s.id > q.id", "s.a > q.a", "s.b > q.b"}),
        ("postgres", "CREATE TABLE g (a text, h text GENERATED ALWAYS AS (md5(a)) STORED)", {"g.a > g.h"}),
    ],
)
def test_what_goes_where(dialect, sql, edges):
    assert direct(sql, dialect) == edges


@pytest.mark.parametrize(
    ("dialect", "sql", "edges"),
    [
        ("snowflake", "COPY INTO t FROM @in/x", {"@in/x.* > t.*"}),
        ("snowflake", "COPY INTO t (x) FROM (SELECT $2 FROM @in/x)", {"@in/x.$2 > t.x"}),
        ("snowflake", "COPY INTO @out/x FROM (SELECT a FROM s)", {"s.a > @out/x.a"}),
        ("postgres", "COPY (SELECT a FROM s) TO 's3://key:secret@bucket/x?sig=1'", {"s.a > s3://bucket/x.a"}),
        ("postgres", "COPY s FROM stdin;\n1\tcanary@leak.example\t\\N\n\\.\nSELECT a FROM s", {"s.a > .a"}),
        ("redshift", "UNLOAD ('select a from s where b = ''x''') TO 's3://bucket/x'", {"s.a > s3://bucket/x.a"}),
        ("bigquery", "EXPORT DATA OPTIONS (uri='gs://bucket/x') AS SELECT a FROM s", {"s.a > gs://bucket/x.a"}),
        ("tsql", "BULK INSERT t FROM '/in/x.csv'", {"/in/x.csv.* > t.*"}),
        ("hive", "CREATE EXTERNAL TABLE q (a int) LOCATION 's3://bucket/x'", {"s3://bucket/x.* > q.*"}),
        ("duckdb", "CREATE TABLE q AS SELECT * FROM read_parquet('s3://bucket/x')", {"s3://bucket/x.* > q.*"}),
        ("spark", "INSERT OVERWRITE DIRECTORY '/out' SELECT a FROM s", {"s.a > /out.a"}),
        ("postgres", "CREATE TABLE q AS SELECT a FROM s; ALTER TABLE q RENAME TO r", {"s.a > r.a"}),
        ("snowflake", "CREATE TABLE q AS SELECT a FROM s; ALTER TABLE r SWAP WITH q", {"s.a > r.a"}),
        ("mysql", "RENAME TABLE q TO r", {"q.* > r.*"}),
        ("redshift", "ALTER TABLE q APPEND FROM s", {"s.id > q.id", "s.a > q.a", "s.b > q.b"}),
    ],
)
def test_files_stages_and_whole_tables(dialect, sql, edges):
    assert direct(sql, dialect) == edges


@pytest.mark.parametrize(
    ("dialect", "sql", "edges"),
    [
        ("snowflake", "SELECT * FROM s PIVOT(max(b) FOR a IN ('u')) AS p", {"s.id > .id", "s.b > .u"}),
        ("snowflake", "SELECT * FROM s UNPIVOT(v FOR n IN (a, b))", {"s.id > .id", "s.a > .v", "s.b > .v"}),
        ("bigquery", "SELECT x.q FROM u, UNNEST(u.list) AS x", {"u.list > .q"}),
        ("bigquery", "SELECT o.address.city AS c FROM orders o", {"orders.address.city > .c"}),
        (
            "bigquery",
            "WITH c AS (SELECT address FROM orders) SELECT address.city AS q FROM c",
            {"orders.address.city > .q"},
        ),
        ("hive", "SELECT c FROM s LATERAL VIEW explode(b) x AS c", {"s.b > .c"}),
        ("postgres", "SELECT q.b FROM t, LATERAL (SELECT s.b FROM s WHERE s.id = t.id) q", {"s.b > .b"}),
        ("snowflake", "SELECT f.value:k AS v FROM u, LATERAL FLATTEN(input => u.list) f", {"u.list > .v"}),
        ("bigquery", "SELECT * EXCEPT (id) REPLACE (upper(b) AS b) FROM s", {"s.a > .a", "s.b > .b"}),
        (
            "postgres",
            "SELECT * FROM s JOIN t USING (id)",
            {"s.id > .id", "s.a > .a", "s.b > .b", "t.x > .x", "t.y > .y"},
        ),
        (
            "postgres",
            "WITH c AS (SELECT * FROM u) SELECT k FROM (SELECT * FROM c UNION ALL SELECT * FROM w) q",
            {"u.k > .k", "w.k > .k"},
        ),
        (
            "postgres",
            "WITH RECURSIVE r AS (SELECT a, b FROM s UNION ALL SELECT b, a FROM r) SELECT a FROM r",
            {"s.a > .a", "s.b > .a"},
        ),
        (
            "postgres",
            "WITH s AS (SELECT x AS a FROM t UNION ALL SELECT a FROM s) SELECT a FROM s",
            {"t.x > .a", "s.a > .a"},
        ),
        ("snowflake", "SELECT a AS k, k || b AS w FROM s", {"s.a > .k", "s.a > .w", "s.b > .w"}),
    ],
)
def test_what_queries_select_from(dialect, sql, edges):
    assert direct(sql, dialect) == edges


def test_what_only_decides_is_of_its_kind():
    sql = (
        "CREATE TABLE q AS SELECT max(CASE WHEN s.b = 'x' THEN s.a END) AS m, lag(s.a) OVER (ORDER BY s.id) AS l "
        "FROM s JOIN t ON t.id = s.id WHERE t.x > 'a' GROUP BY s.b HAVING count(t.y) > 1 ORDER BY m"
    )
    assert indirect(sql) == {
        ("s.b", "CONDITIONAL", "q", "m"), ("s.id", "WINDOW", "q", "l"), ("t.id", "JOIN", "q", None),
        ("s.id", "JOIN", "q", None), ("t.x", "FILTER", "q", None), ("s.b", "GROUP_BY", "q", None),
        ("t.y", "FILTER", "q", None), ("s.a", "SORT", "q", None), ("s.b", "CONDITIONAL", "q", None),
    }  # fmt: skip


def test_rows_taken_away_only_decide():
    assert direct("SELECT a FROM s EXCEPT SELECT x FROM t") == {"s.a > .a"}
    assert indirect("SELECT a FROM s EXCEPT SELECT x FROM t") == {("t.x", "FILTER", "", None)}
    assert indirect("DELETE FROM t USING s WHERE s.b = t.x") == {
        ("s.b", "FILTER", "t", None),
        ("t.x", "FILTER", "t", None),
    }


@pytest.mark.parametrize("value", ["CASE a WHEN '1' THEN 'm' END", "if(a = '1', 'm', 'f')", "rank() OVER (ORDER BY a)"])
def test_a_value_made_of_nothing_but_decisions_is_a_recoding(value):
    assert direct(f"SELECT {value} AS v FROM s", "mysql") == {"s.a > .v"}


def test_candidates_are_all_named_and_none_is_guessed():
    known = column_lineage("SELECT id FROM s, t", schema=SCHEMA)
    assert [gap.reason for gap in known.gaps] == ["column id could be of s, t"]
    unknown = column_lineage("WITH c AS (SELECT * FROM u, w) SELECT k FROM c")
    assert unknown.edges == ()
    assert [gap.reason for gap in unknown.gaps] == ["column k could be of u, w"]
    around = column_lineage("SELECT (SELECT a FROM u) AS v FROM s", schema=SCHEMA)
    assert [gap.reason for gap in around.gaps] == ["column a could be of s, u"]
