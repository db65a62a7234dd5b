"""Rows are looked at only when asked, a bounded number of them, and nothing of them stays."""

import json
import sqlite3
from pathlib import Path

import pytest

from inventory.project import Source
from inventory.scanners import Context
from inventory.scanners.database import scan
from inventory.scanners.database.catalog import Table, TableColumn
from inventory.scanners.database.connection import Unreachable, connected
from inventory.scanners.database.sampling import limit_time, sample
from inventory.scanners.database.settings import read_settings
from lineage.errors import InvalidInput
from lineage.model import Classification, Fact, Field, Flow, Gap, Method
from tests.project import Folder

ROWS = 40
TABLES = (
    "CREATE TABLE t1 (a varchar(200), b varchar(200), n bigint, extra {json}, note varchar(200))",
    "CREATE VIEW v1 AS SELECT a FROM t1",
)


def rows():
    for n in range(ROWS):
        extra = {"phone": f"139{n * 7919 % 10**8:08}", "shop": {"nick": f"nick{n}"}, f"only{n}": "x", "n": n}
        yield f"person{n}@mail.example", f"text {n}", 1_700_000_000 + n, json.dumps(extra), None


INSERT = "INSERT INTO t1 (a, b, n, extra, note) VALUES ({0}, {0}, {0}, {0}, {0})"


@pytest.fixture
def lite(tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as db:
        for statement in TABLES:
            db.execute(statement.format(json="json"))
        db.executemany(INSERT.format("?"), rows())
    return f"sqlite:///{tmp_path / 'shop.db'}"


@pytest.fixture
def pg(postgresql):
    name = postgresql.fresh("sampled")
    postgresql.run(*(statement.format(json="jsonb") for statement in TABLES), database=name)
    with postgresql.cursor(name) as cursor:
        cursor.executemany(INSERT.format("%s"), list(rows()))
    return postgresql.url(name)


@pytest.fixture
def maria(mariadb):
    name = mariadb.fresh("sampled")
    mariadb.run(*(statement.format(json="json") for statement in TABLES), database=name)
    with mariadb.cursor(name) as cursor:
        cursor.executemany(INSERT.format("%s"), list(rows()))
    return mariadb.url(name)


@pytest.fixture(
    params=["lite", pytest.param("pg", marks=pytest.mark.server), pytest.param("maria", marks=pytest.mark.server)]
)
def url(request):
    return request.getfixturevalue(request.param)


def source(url, **options):
    return Source("shop", "database", Path("/nowhere"), None, {"url": url, **options})


def read(url, context=None, **options):
    facts = [r for r in scan(source(url, **options), context or Context()) if isinstance(r, Fact)]
    assert not [f.statement for f in facts if isinstance(f.statement, Gap)]
    return facts


def classified(facts):
    found = (f.statement for f in facts if isinstance(f.statement, Classification))
    return {(s.field.name.rpartition(".")[2], s.field.field): s.data_category for s in found}


def test_no_row_is_read_unless_asked(url):
    assert classified(read(url)) == {}


def test_values_tell_what_a_column_holds(url):
    facts = read(url, sample=100)
    assert classified(facts) == {
        ("t1", "a"): "user.contact.email",
        ("t1", "extra.phone"): "user.contact.phone_number",
        ("t1", "extra.shop.nick"): "user.account.username",
    }
    assert all(f.evidence.method is Method.INFERRED for f in facts if isinstance(f.statement, Classification))


def test_paths_into_json_are_fields_that_their_column_holds(url):
    facts = read(url, sample=100)
    fields = {
        f.statement.field.field for f in facts if isinstance(f.statement, Field) and ".v1" not in str(f.statement)
    }
    assert {"extra.phone", "extra.n", "extra.shop.nick"} <= fields
    assert not [name for name in fields if "only" in name]
    flows = {(f.statement.source.field, f.statement.target.field) for f in facts if isinstance(f.statement, Flow)}
    assert ("extra.phone", "extra") in flows


def test_the_command_and_the_source_both_say_how_many(url):
    assert classified(read(url, Context(sample=50)))
    assert classified(read(url, Context(sample=50), sample=0)) == {}


def test_a_scan_that_samples_again_says_the_same(url):
    assert read(url, sample=100) == read(url, sample=100)


def test_nothing_of_the_rows_is_in_the_facts(url):
    told = repr(read(url, sample=100))
    assert not [v for row in rows() for v in row[:3] if str(v) in told]
    assert "nick1" not in told


@pytest.mark.parametrize("wrong", [-1, "many", 1.5, True, 10**9])
def test_a_number_that_cannot_be_is_refused(wrong):
    with pytest.raises(InvalidInput, match="source shop: sample: expected a number of rows"):
        read_settings(source("sqlite:///x.db", sample=wrong))


def test_at_most_so_many_rows_are_read(url):
    settings = read_settings(source(url))
    with connected(settings) as connection:
        limit_time(connection)
        schema = {"postgresql": "public", "sqlite": "main"}.get(connection.dialect.name, "sampled")
        table = Table(schema, "t1", "table", columns=(TableColumn("a", "text"), TableColumn("n", "bigint")))
        seen = sample(connection, table, 7)
        assert {name: len(values) for name, values in seen.values.items()} == {"a": 7, "n": 7}
        assert "person" not in repr(seen)


@pytest.mark.server
def test_blocks_of_a_large_table_are_chosen_by_chance(postgresql):
    name = postgresql.fresh("large")
    postgresql.run(
        "CREATE TABLE t AS SELECT 'p' || n || '@mail.example' AS a FROM generate_series(1, 50000) n",
        "ANALYZE t",
        database=name,
    )
    with connected(read_settings(source(postgresql.url(name)))) as connection:
        seen = sample(connection, Table("public", "t", "table", columns=(TableColumn("a", "text"),)), 100)
    numbers = [int(a[1:].split("@")[0]) for a in seen.values["a"]]
    assert 0 < len(numbers) <= 100
    assert max(numbers) > 1000


@pytest.mark.server
def test_a_table_whose_rows_may_not_be_read_is_a_gap_and_its_columns_are_known(postgresql):
    name = postgresql.fresh("closed")
    postgresql.run(
        "CREATE TABLE users (email text)",
        "DROP ROLE IF EXISTS looker",
        "CREATE ROLE looker LOGIN PASSWORD 'look'",
        database=name,
    )
    url = f"postgresql://looker:look@127.0.0.1:{postgresql.port}/{name}"
    facts = [r for r in scan(source(url, sample=10), Context()) if isinstance(r, Fact)]
    assert [f.statement.reason for f in facts if isinstance(f.statement, Gap)] == [
        "its rows cannot be sampled: it does not let the user in; check rights"
    ]
    assert classified(facts) == {("users", "email"): "user.contact.email"}


@pytest.mark.server
def test_a_statement_that_takes_too_long_is_given_up(postgresql):
    with connected(read_settings(source(postgresql.url(postgresql.fresh("slow"))))) as connection:
        limit_time(connection)
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "10s"


def test_a_table_that_is_gone_meanwhile_is_said_to_be_unread(lite):
    with connected(read_settings(source(lite))) as connection, pytest.raises(Unreachable, match="cannot be sampled"):
        sample(connection, Table("main", "gone", "table", columns=(TableColumn("a", "text"),)), 5)


def test_the_command_samples_and_keeps_nothing(tmp_path, lite):
    folder = Folder(tmp_path)
    folder.write("sharemap.yaml", 'sources: {shop: {kind: database, url: "sqlite:///shop.db"}}\n')
    done = folder.run("scan", "--sample", "100")
    assert done.code == 0, done.err
    told = folder.run("explain", "t1#a")
    assert "user.contact.email" in told.out
    assert "values:email" in told.out
    said = (done.out + done.err + told.out + told.err).encode()
    said += b"".join(path.read_bytes() for path in (folder.root / ".sharemap").iterdir())
    assert not [v for row in rows() for v in (str(row[0]), str(row[2])) if v.encode() in said]


def test_words_of_the_project_reach_the_scanner(tmp_path):
    folder = Folder(tmp_path)
    folder.write(
        "sharemap.yaml",
        """
sources: {shop: {kind: database, url: "sqlite:///shop.db"}}
classification:
  words: {user.contact.email: [courriel]}
  not: [phone model]
""",
    )
    with sqlite3.connect(tmp_path / "shop.db") as db:
        db.execute("CREATE TABLE users (courriel text, phone_model text)")
    assert folder.run("scan").code == 0
    assert "user.contact.email" in folder.run("explain", "users#courriel").out
    assert "no personal data" in folder.run("explain", "users#phone_model").out


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("{words: {user.nope: [x]}}", "classification.words.user.nope: unknown category"),
        ("{words: {user.name: x}}", "classification.words.user.name: expected a list of words"),
        ("{not: [1]}", "classification.not: expected a list of words"),
        ("{nots: [a]}", "unknown key 'nots'"),
    ],
)
def test_words_that_cannot_be_used_are_told_by_place(tmp_path, said, place):
    folder = Folder(tmp_path)
    folder.write("sharemap.yaml", f"classification: {said}\n")
    done = folder.run("scan")
    assert done.code == 2
    assert place in done.err
