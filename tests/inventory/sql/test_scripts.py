"""Scripts of many statements: temporary tables, variables, blocks, procedures, and what is made while it runs."""

import pytest

from inventory.sql import column_lineage
from inventory.sql.splitting import cleaned

DYNAMIC = "dynamic SQL is not read: its text is made while it runs"


def read(sql, dialect):
    found = column_lineage(sql, dialect=dialect)
    edges = {
        f"{e.source_table}.{e.source_column or '*'} > {e.target_table}.{e.target_column or '*'}"
        for e in found.edges
        if e.type == "DIRECT"
    }
    return edges, [(gap.line, gap.reason) for gap in found.gaps]


@pytest.mark.parametrize(
    ("dialect", "sql", "edges"),
    [
        ("postgres", "CREATE TEMP TABLE m AS SELECT a FROM s; INSERT INTO t (x) SELECT md5(a) FROM m", {"s.a > t.x"}),
        ("tsql", "SELECT a INTO #m FROM s\nINSERT INTO t (x) SELECT a FROM #m", {"s.a > t.x"}),
        ("tsql", "DECLARE @m TABLE (k int)\nINSERT @m SELECT a FROM s\nINSERT t (x) SELECT k FROM @m", {"s.a > t.x"}),
        (
            "postgres",
            "CREATE TEMP TABLE m (k int); INSERT INTO m SELECT a FROM s; UPDATE m SET k = u.b FROM u; "
            "INSERT INTO t (x) SELECT k FROM m",
            {"s.a > t.x", "u.b > t.x"},
        ),
        ("postgres", "CREATE TEMP TABLE m AS SELECT a FROM s", {"s.a > m.a"}),
        (
            "postgres",
            "CREATE TABLE m AS SELECT a FROM s; CREATE TABLE t AS SELECT * FROM m",
            {"s.a > m.a", "m.a > t.a"},
        ),
        (
            "postgres",
            "DO $$ DECLARE v text; BEGIN SELECT a INTO v FROM s; INSERT INTO t (x) VALUES (v); END $$",
            {"s.a > t.x"},
        ),
        ("postgres", "DO $$ BEGIN FOR r IN SELECT a FROM s LOOP UPDATE t SET x = r.a; END LOOP; END $$", {"s.a > t.x"}),
        ("mysql", "SET @v = (SELECT max(a) FROM s); INSERT INTO t (x) VALUES (@v)", {"s.a > t.x"}),
        ("tsql", "DECLARE @v int\nSELECT @v = a FROM s\nINSERT INTO t (x) VALUES (@v)", {"s.a > t.x"}),
        ("mysql", "CREATE TRIGGER g AFTER UPDATE ON s FOR EACH ROW INSERT INTO t (x) VALUES (OLD.a)", {"s.a > t.x"}),
        (
            "oracle",
            "CREATE TRIGGER g AFTER INSERT ON s FOR EACH ROW BEGIN INSERT INTO t (x) VALUES (:NEW.a); END;",
            {"s.a > t.x"},
        ),
        ("snowflake", "CREATE TASK k WAREHOUSE = w AS INSERT INTO t (x) SELECT a FROM s", {"s.a > t.x"}),
        ("snowflake", "CREATE PIPE k AS COPY INTO t FROM @in", {"@in.* > t.*"}),
        ("snowflake", "EXECUTE IMMEDIATE $$ BEGIN INSERT INTO t (x) SELECT a FROM s; END $$", {"s.a > t.x"}),
        ("tsql", "EXEC sp_executesql N'INSERT INTO t (x) SELECT a FROM s'", {"s.a > t.x"}),
    ],
)
def test_what_passes_through_is_stitched(dialect, sql, edges):
    assert read(sql, dialect) == (edges, [])


ROUTINES = {
    "postgres": """CREATE FUNCTION f(pid int) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE n int := 0;
BEGIN
  IF pid > 3 THEN
    INSERT INTO t (x) SELECT a FROM s WHERE id = pid;
  ELSE
    DELETE FROM t WHERE id = pid;
  END IF;
  EXECUTE 'INSERT INTO ' || n || ' SELECT 1';
END $body$;""",
    "mysql": """DELIMITER //
CREATE PROCEDURE f(IN pid INT)
BEGIN
  DECLARE m VARCHAR(9);
  DECLARE c CURSOR FOR SELECT a FROM s WHERE id = pid;
  OPEN c;
  l: LOOP
    FETCH c INTO m;
    INSERT INTO t (x) VALUES (m);
  END LOOP;
  PREPARE q FROM @text;
END //
DELIMITER ;""",
    "tsql": """CREATE PROCEDURE dbo.f @pid int AS
BEGIN
  SET NOCOUNT ON
  IF EXISTS (SELECT 1 FROM k) BEGIN
    INSERT INTO t (x) SELECT a FROM s WITH (NOLOCK) WHERE id = @pid
  END
  EXEC (@text)
END
GO""",
    "snowflake": """CREATE PROCEDURE f(pid INT) RETURNS STRING LANGUAGE SQL EXECUTE AS CALLER AS $$
BEGIN
  CREATE TEMPORARY TABLE m AS SELECT a FROM s WHERE id = :pid;
  INSERT INTO t (x) SELECT a FROM m;
  EXECUTE IMMEDIATE :text;
  RETURN 'done';
END $$""",
    "bigquery": """CREATE PROCEDURE d.f(pid INT64)
BEGIN
  DECLARE v STRING DEFAULT (SELECT max(a) FROM s WHERE id = pid);
  INSERT INTO t (x) VALUES (v);
  EXECUTE IMMEDIATE CONCAT('SELECT ', v);
END""",
}


@pytest.mark.parametrize("dialect", ROUTINES)
def test_procedures_are_read_and_what_they_make_while_running_is_said(dialect):
    edges, gaps = read(ROUTINES[dialect], dialect)
    assert edges == {"s.a > t.x"}
    assert [reason for _, reason in gaps] == [DYNAMIC]


def test_places_are_those_of_the_text():
    found = column_lineage(ROUTINES["postgres"], dialect="postgres")
    assert {edge.line for edge in found.edges if edge.type == "DIRECT"} == {5}
    assert [gap.line for gap in found.gaps] == [9]


@pytest.mark.parametrize(
    ("dialect", "sql", "reason"),
    [
        ("postgres", "CALL refresh()", "CALL is not read"),
        ("tsql", "INSERT INTO t EXEC dbo.p", "INSERT of what a procedure gives is not read"),
        (
            "snowflake",
            "CREATE PROCEDURE f() RETURNS INT LANGUAGE JAVASCRIPT AS 'x'",
            "CREATE PROCEDURE is not read: it is written in JAVASCRIPT",
        ),
        (
            "postgres",
            "SELECT * FROM mystery(3)",
            "it reads the function mystery, which is not among the tables that are known",
        ),
    ],
)
def test_what_cannot_be_read_is_said(dialect, sql, reason):
    assert reason in [told for _, told in read(sql, dialect)[1]]


def test_what_a_function_of_the_script_gives_is_known():
    made = "CREATE FUNCTION f() RETURNS TABLE (k text) LANGUAGE sql AS $$ SELECT a AS k FROM s $$"
    sql = f"{made}; INSERT INTO t (x) SELECT k FROM f()"
    assert "s.a > t.x" in read(sql, "postgres")[0]


def test_a_procedure_of_the_script_may_be_called():
    sql = "CREATE PROCEDURE f() LANGUAGE sql AS $$ INSERT INTO t (x) SELECT a FROM s $$; CALL f()"
    assert read(sql, "postgres") == ({"s.a > t.x"}, [])


def test_statements_of_t_sql_need_no_semicolons():
    sql = "INSERT INTO t (x) SELECT a FROM s\nUPDATE q SET y = s.b FROM s\nDELETE FROM q\nSELECT c FROM s ORDER BY c"
    assert read(sql, "tsql") == ({"s.a > t.x", "s.b > q.y", "s.c > .c"}, [])


def test_what_is_for_the_client_is_blank_and_keeps_the_lines():
    sql = "\\set x 1\nCOPY t FROM stdin;\n1\tcanary\n\\.\nDELIMITER //\nSELECT 1 //\nDELIMITER ;\nGO\n"
    assert cleaned(sql).count("\n") == sql.count("\n")
    assert "canary" not in cleaned(sql)


def test_one_broken_text_does_not_lose_the_statements_around_it():
    edges, gaps = read(
        "INSERT INTO t (x) SELECT a FROM s;\nSELECT 'oops;\nINSERT INTO u (y) SELECT b FROM s;\n", "postgres"
    )
    assert "s.a > t.x" in edges
    assert gaps


@pytest.mark.parametrize("dialect", ROUTINES)
def test_a_script_that_is_cut_anywhere_does_not_raise(dialect):
    text = ROUTINES[dialect]
    for end in range(0, len(text), 23):
        assert column_lineage(text[:end], dialect=dialect).edges is not None


@pytest.mark.parametrize(
    "deep", ["SELECT " + "(" * 3000 + "a" + ")" * 3000, "SELECT " + "f(" * 2000 + "a" + ")" * 2000]
)
def test_what_is_nested_too_deep_is_a_gap(deep):
    found = column_lineage(deep + " FROM s")
    assert [gap.reason for gap in found.gaps] == ["the statement cannot be read (RecursionError)"]


def test_a_long_chain_is_not_deep():
    edges, gaps = read("SELECT " + " || ".join(["a"] * 3000) + " AS v FROM s", "postgres")
    assert (edges, gaps) == ({"s.a > .v"}, [])
