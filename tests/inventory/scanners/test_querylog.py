"""What logs and exported histories of queries tell: which statements count, which are one, and no literal of them."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.project import Source
from inventory.scanners import Context
from inventory.scanners.querylog import scan
from inventory.scanners.querylog.settings import FORMATS
from inventory.scanners.querylog.statements import fingerprint, moves_data
from lineage.errors import InvalidInput
from lineage.model import Dataset, Fact, FieldId, Flow, Gap

CANARY = "history.canary@leak.example"


class Read:
    """One scan, by short names."""

    def __init__(self, readings):
        self.readings = list(readings)
        self.text = repr(self.readings)

    def of(self, kind):
        return [r.statement for r in self.readings if isinstance(r, Fact) and isinstance(r.statement, kind)]

    @property
    def flows(self):
        return {(_short(f.source), _short(f.target)) for f in self.of(Flow) if f.type == "DIRECT"}

    @property
    def gaps(self):
        return {g.source: g.reason for g in self.of(Gap)}


def _short(node: FieldId) -> str:
    return f"{node.name}#{node.field}" if node.field else node.name


def read(folder, name, content, format, namespace="snowflake://acme", **options):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    options = {"paths": [name], "format": format, **({"namespace": namespace} if namespace else {}), **options}
    found = Read(scan(Source("log", "querylog", folder, options=options), Context()))
    assert CANARY not in found.text
    return found


def lines(*rows):
    return "\n".join(json.dumps(row) for row in rows)


# -- statements ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO a SELECT b FROM c", "  /* x */ insert into a -- y\n with q as (select 1) select * from q",
        "REPLACE INTO a SELECT 1", "CREATE TABLE a AS SELECT 1", "CREATE OR REPLACE VIEW a AS TABLE b",
        "UPDATE a SET b = c", "MERGE INTO a USING b ON a.i = b.i WHEN MATCHED THEN DELETE", "COPY a TO 's3://b'",
        "WITH x AS (INSERT INTO a SELECT 1 RETURNING *) SELECT * FROM x", "SELECT a INTO b FROM c", "CALL p()",
        "ALTER TABLE a RENAME TO b", "ALTER TABLE a SWAP WITH b", "UNLOAD ('select 1') TO 's3://b'",
    ],
)  # fmt: skip
def test_what_may_move_data_is_read(text):
    assert moves_data(text)


@pytest.mark.parametrize(
    "text",
    [
        "", ";", "SELECT a FROM b", "INSERT INTO a VALUES (1, 'x')", "DELETE FROM a", "CREATE TABLE a (b int)",
        "DROP TABLE a", "BEGIN", "COMMIT", "SET x = 1", "SHOW TABLES", "EXPLAIN INSERT INTO a SELECT 1", "TRUNCATE a",
        "WITH x AS (SELECT 1) SELECT * FROM x", "ALTER TABLE a ADD COLUMN b int", "-- insert into a select 1", "'x'",
    ],
)  # fmt: skip
def test_what_moves_none_is_not(text):
    assert not moves_data(text)


@pytest.mark.parametrize(
    "others",
    [
        ("INSERT INTO a SELECT b FROM c WHERE d = 'x'", "insert into a\n select b from c where d = 'it''s' ;",
         "/* app */ INSERT INTO a SELECT b -- why\n FROM c WHERE d = $1", "INSERT INTO a SELECT b FROM c WHERE d = 17"),
        ("UPDATE a SET b = 1 WHERE c IN (1, 2, 3)", "UPDATE a SET b = ? WHERE c IN ('x')"),
        ("INSERT INTO a VALUES (1), (2), (3)", "INSERT INTO a VALUES (4)"),
        (r"INSERT INTO a SELECT 'it\'s', b", "INSERT INTO a SELECT $q$ ' $q$, b"),
    ],
)  # fmt: skip
def test_statements_that_differ_in_values_only_are_one(others):
    assert len({fingerprint(text) for text in others}) == 1


def test_statements_that_differ_in_names_are_two():
    texts = ("SELECT a FROM b", "SELECT b FROM a", 'SELECT a FROM "b c"', 'SELECT a FROM "b d"', "SELECT a1 FROM b")
    assert len({fingerprint(text) for text in texts}) == len(texts)


@given(st.text(alphabet=st.sampled_from("a'\"`-/*#$?1,() \n;x\\"), max_size=40))
def test_every_text_has_a_fingerprint(text):
    assert len(fingerprint(text)) == 12
    assert moves_data(text) is False


@given(st.text(max_size=30))
def test_a_literal_changes_no_fingerprint(value):
    literal = value.replace("\\", "").replace("'", "''")
    assert fingerprint(f"INSERT INTO a SELECT b FROM c WHERE d = '{literal}' AND e") == fingerprint(
        "INSERT INTO a SELECT b FROM c WHERE d = 'x' AND e"
    )


# -- Snowflake ----------------------------------------------------------------------------------------

QUERY = f"insert into marts.audience (mail) select email from users where email <> '{CANARY}'"


def test_query_history_is_read_by_the_database_and_schema_of_each_query(tmp_path):
    row = {"QUERY_TEXT": QUERY, "DATABASE_NAME": "SHOP", "SCHEMA_NAME": "RAW", "EXECUTION_STATUS": "SUCCESS"}
    failed = {**row, "QUERY_TEXT": "insert into t select x from u", "EXECUTION_STATUS": "FAIL"}
    heading, cells = ",".join(row), ",".join(f'"{v}"' for v in row.values())
    for name, content in (
        ("h.json", json.dumps([row, row, failed])),
        ("h.jsonl", lines(row, {**row, "QUERY_TEXT": QUERY.replace(CANARY, "x")}, failed)),
        ("h.csv", f"{heading}\n{cells}\n"),
        ("h.csv.gz", gzip.compress(f"{heading}\n{cells}\n".encode())),
    ):
        found = read(tmp_path, name, content, "snowflake-query-history")
        assert found.flows == {("SHOP.RAW.users#email", "SHOP.marts.audience#mail")}
        assert found.gaps == {}
        assert len(found.of(Flow)) == 2  # what is copied, and what it is chosen by


ACCESS = {
    "QUERY_ID": "1",
    "DIRECT_OBJECTS_ACCESSED": [{"objectDomain": "Table", "objectName": "SHOP.RAW.USERS", "columns": []},
                                {"objectDomain": "Function", "objectName": "SHOP.RAW.F"}],
    "OBJECTS_MODIFIED": [
        {"objectDomain": "Table", "objectName": "SHOP.MARTS.AUDIENCE", "columns": [
            {"columnName": "MAIL", "directSources": [{"objectName": "SHOP.RAW.USERS", "columnName": "EMAIL"}],
             "baseSources": [{"objectName": "SHOP.RAW.OLD", "columnName": "EMAIL"}]},
            {"columnName": "NAME", "directSources": [],
             "baseSources": [{"objectName": "SHOP.RAW.USERS", "columnName": "NAME"}]},
            {"columnName": "FIXED", "directSources": [], "baseSources": []}]},
        {"objectDomain": "Stage", "objectName": "SHOP.RAW.OUT", "locations": ["s3://adloom-inbox/kora"]},
    ],
}  # fmt: skip


@pytest.mark.parametrize("as_text", [False, True])
def test_access_history_tells_columns_without_any_sql(tmp_path, as_text):
    row = {name: json.dumps(value) if as_text else value for name, value in ACCESS.items()}
    found = read(tmp_path, "a.jsonl", lines(row, row), "snowflake-access-history")
    assert found.flows == {
        ("SHOP.RAW.USERS#EMAIL", "SHOP.MARTS.AUDIENCE#MAIL"),
        ("SHOP.RAW.USERS#NAME", "SHOP.MARTS.AUDIENCE#NAME"),
        ("SHOP.RAW.USERS", "kora"),
    }
    assert {f.target.namespace for f in found.of(Flow)} == {"snowflake://acme", "s3://adloom-inbox"}
    assert {d.dataset.namespace for d in found.of(Dataset)} == {
        "snowflake://acme"
    }  # else the bucket would count as ours


@pytest.mark.parametrize("nasty", [None, 7, "x", "[", [], [None], [{}], [{"columns": 7, "objectName": 7}]])
def test_an_access_history_of_any_shape_is_read_as_far_as_it_goes(tmp_path, nasty):
    for name in ("OBJECTS_MODIFIED", "DIRECT_OBJECTS_ACCESSED"):
        read(tmp_path, "a.json", json.dumps([{**ACCESS, name: nasty}]), "snowflake-access-history")


# -- BigQuery -----------------------------------------------------------------------------------------


def job(query, target=("acme", "marts", "audience"), **more):
    return {
        "query": query,
        "project_id": "acme",
        "destination_table": dict(zip(("project_id", "dataset_id", "table_id"), target, strict=True)),
        "referenced_tables": [{"project_id": "acme", "dataset_id": "raw", "table_id": "users"}],
        **more,
    }


def test_jobs_of_bigquery_are_read_with_the_table_that_they_wrote(tmp_path):
    rows = (
        job(f"SELECT email AS mail FROM raw.users WHERE email <> '{CANARY}'"),
        job("SELECT email FROM raw.users", ("acme", "_anon", "x")),
        job("INSERT INTO marts.log (m) SELECT email FROM raw.users", error_result={"reason": "x"}),
        job(f"SELECT ( '{CANARY}' FROM", ("acme", "marts", "lost$20260101")),
    )
    found = read(tmp_path, "j.jsonl", lines(*rows), "bigquery-jobs", None)
    assert found.flows == {
        ("acme.raw.users#email", "acme.marts.audience#mail"),
        ("acme.raw.users", "acme.marts.lost"),
    }
    assert list(found.gaps) == ["j.jsonl:4"]
    assert {d.dataset.namespace for d in found.of(Dataset)} == {"bigquery"}


# -- logs ---------------------------------------------------------------------------------------------

PLAIN = f"""\
2026-01-01 00:00:00.000 UTC [7] app@shop LOG:  duration: 12.3 ms  statement: INSERT INTO audience (mail)
\tSELECT email
\tFROM users WHERE email <> '{CANARY}'
2026-01-01 00:00:01.000 UTC [7] app@shop ERROR:  syntax error at or near "{CANARY}"
2026-01-01 00:00:01.000 UTC [7] app@shop STATEMENT:  INSERT INTO lost SELECT '{CANARY}'
2026-01-01 00:00:02.000 UTC [8] LOG:  execute <unnamed>: UPDATE users SET phone = other WHERE id = $1
2026-01-01 00:00:02.000 UTC [8] DETAIL:  parameters: $1 = '{CANARY}'
"""
GENERAL = f"""\
/usr/sbin/mariadbd, Version: 10.11. started with:
Time\t\t    Id Command\tArgument
260101 10:00:00\t    12 Connect\tapp@localhost on shop using TCP/IP
\t\t    12 Query\tINSERT INTO audience (mail)
SELECT email FROM users
WHERE email <> "{CANARY}"
2026-01-01T10:00:00.123456Z\t   13 Connect\troot@localhost on  using Socket
2026-01-01T10:00:00.123456Z\t   13 Query\tUSE crm
2026-01-01T10:00:01.123456Z\t   13 Execute\tINSERT INTO a (b) SELECT c FROM d WHERE e = '{CANARY}'
2026-01-01T10:00:02.123456Z\t   13 Quit\t
"""


def test_the_plain_log_of_postgresql_is_read_over_several_lines(tmp_path):
    found = read(tmp_path, "x.log", PLAIN, "postgresql-log", "postgres://db.example:5432", default_database="crm")
    assert found.flows == {
        ("shop.public.users#email", "shop.public.audience#mail"),
        ("crm.public.users#other", "crm.public.users#phone"),
    }


def test_a_general_log_is_read_in_the_database_of_each_session(tmp_path):
    found = read(tmp_path, "x.log", GENERAL, "mysql-general", "mysql://db.example:3306")
    assert found.flows == {("shop.users#email", "shop.audience#mail"), ("crm.d#c", "crm.a#b")}
    assert found.gaps == {}


def test_a_log_that_goes_on_in_another_file_tells_nothing_twice(tmp_path):
    first = read(tmp_path, "1.log", PLAIN, "postgresql-log", "postgres://db.example:5432")
    second = read(tmp_path, "2.log", f"{PLAIN}\n{PLAIN}", "postgresql-log", "postgres://db.example:5432")
    assert set(first.readings) == set(second.readings)


def test_of_very_many_unreadable_statements_the_first_are_told_and_the_rest_counted(tmp_path):
    rows = [{"query": f"INSERT INTO a{i} SELEC b FROM WHERE '{CANARY}'"} for i in range(30)]
    found = read(tmp_path, "s.jsonl", lines(*rows), "pg_stat_statements", "postgres://db.example:5432")
    assert len(found.gaps) == 21
    assert found.gaps["s.jsonl"].startswith("10 more")


@pytest.mark.parametrize("format", [*FORMATS, "snowflake-access-history"])
@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff\xfe", f"{CANARY},'".encode(), f'{{"query": "{CANARY}'.encode(), b"[" * 9999, b'"\n\n']
)
def test_a_file_of_another_kind_quotes_nothing(tmp_path, format, content):
    for name in ("x.csv", "x.json", "x.json.gz"):
        assert read(tmp_path, name, content, format, "postgres://db.example:5432").flows == set()


# -- options ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "expected paths and their format, or the url"),
        ({"paths": ["x"], "url": "postgresql://x"}, "expected paths and their format, or the url"),
        ({"paths": ["x"], "format": "postgresql-csvlogs"}, "did you mean 'postgresql-csvlog'"),
        ({"paths": ["x"]}, "expected format, one of bigquery-jobs"),
        ({"paths": "x", "format": "postgresql-log", "namespace": "n"}, "a list of patterns"),
        ({"paths": ["../x"], "format": "postgresql-log", "namespace": "n"}, "below the project's folder"),
        ({"paths": ["x"], "format": "postgresql-log"}, "expected namespace"),
        ({"paths": ["x"], "format": "postgresql-log", "namespace": 7}, "namespace: expected a text"),
        ({"paths": ["x"], "formt": "x"}, "did you mean 'format'"),
        ({"url": "mysql://u:c4nary@x/y"}, "expected that of a PostgreSQL"),
        ({"url": "postgresql://u:c4nary@x:port/y"}, "expected that of a PostgreSQL"),
        ({"url": "postgresql://x/y", "format": "postgresql-log"}, "format belongs to paths"),
    ],
)
def test_wrong_options_are_refused_with_the_way_out(tmp_path, options, message):
    with pytest.raises(InvalidInput, match="source log: ") as refused:
        list(scan(Source("log", "querylog", tmp_path, options=options), Context()))
    assert message in str(refused.value)
    assert "c4nary" not in str(refused.value)


def test_paths_that_name_no_file_are_a_gap(tmp_path):
    options = {"paths": ["x"], "format": "postgresql-log", "namespace": "n"}
    found = Read(scan(Source("log", "querylog", tmp_path, options=options), Context()))
    assert found.gaps == {"log": "its paths name no file"}
