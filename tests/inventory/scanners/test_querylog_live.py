"""What real servers log of what they ran: csvlog, plain log and pg_stat_statements of PostgreSQL, and a general log."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

from tests.project import Folder
from tests.servers import PASSWORD, postgresql_server

pytestmark = pytest.mark.server

CANARY = "logged.canary@leak.example"
TABLES = (
    "CREATE TABLE users (id int, email varchar(99), phone varchar(99))",
    "CREATE TABLE audience (mail varchar(99), kind varchar(99))",
)
RUN = (
    f"INSERT INTO users VALUES (1, '{CANARY}', '13910000077')",
    *(
        f"INSERT INTO audience (mail, kind)\n  SELECT email, '{i}{CANARY}'\n  FROM users WHERE phone <> '{i}'"
        for i in range(3)
    ),
    f"UPDATE users SET phone = '{CANARY}' WHERE id = 1",
    "CREATE TABLE copy AS SELECT id, phone FROM users",
    f"SELECT email FROM users WHERE email = '{CANARY}'",
)
FLOWS = {
    ("users#email", "audience#mail"),
    ("users#id", "copy#id"),
    ("users#phone", "copy#phone"),
}


@pytest.fixture(scope="module")
def logging():
    """A server that logs all that it is told, both ways, and counts it."""
    settings = {
        "shared_preload_libraries": "pg_stat_statements", "logging_collector": "on", "log_destination": "csvlog,stderr",
        "log_statement": "all", "log_line_prefix": "%m [%p] %u@%d ", "log_filename": "postgresql.log",
        "log_file_mode": "0644",
    }  # fmt: skip
    with postgresql_server(**settings) as server:
        database = server.fresh("shop")
        server.run("CREATE EXTENSION pg_stat_statements", *TABLES, *RUN, database=database)
        with server.cursor(database) as cursor:
            cursor.execute(
                "INSERT INTO audience (mail, kind) SELECT email, %s FROM users WHERE phone = %s",
                (CANARY, CANARY),
                prepare=True,
            )
        yield server


def read_log(server, name):
    """A log of the server once the collector has written all of it."""
    path = server.log.parent / "data" / "log" / name
    for _ in range(100):
        text = path.read_text() if path.is_file() else ""
        if "execute _pg" in text:
            return text
        time.sleep(0.1)
    raise AssertionError(f"{path} is not written")


def flows(folder: Folder, namespace: str, prefix: str):
    """The direct flows of columns that the store knows, without what all names begin with."""
    from lineage.stores.sqlite import SqliteStore

    columns = SqliteStore(folder.root / ".sharemap" / "store.db").columns()
    assert {node.namespace for node in columns.nodes} == {namespace}
    told = zip(columns.source.tolist(), columns.target.tolist(), columns.kind.tolist(), strict=True)
    name = [f"{node.name.removeprefix(prefix)}#{node.field}" for node in columns.nodes]
    return {(name[s], name[t]) for s, t, k in told if columns.kinds[k].type == "DIRECT" and columns.nodes[s].field}


def kept(folder: Folder) -> bytes:
    return b"".join(path.read_bytes() for path in (folder.root / ".sharemap").rglob("*"))


def scanned(folder: Folder, **options: str):
    folder.write("sharemap.yaml", f"sources: {{log: {{kind: querylog, {options_text(options)}}}}}\n")
    done = folder.run("scan")
    assert done.code == 0, done.err
    again = folder.run("scan")
    assert ", 0 new, 0 gone" in again.err
    text = done.err + again.err + folder.run("check", "--format", "json").out
    assert CANARY not in text
    assert PASSWORD not in text
    assert CANARY.encode() not in kept(folder)
    return done


def options_text(options):
    return ", ".join(
        f"{name}: {value if value.startswith('[') else chr(34) + value + chr(34)}" for name, value in options.items()
    )


@pytest.mark.parametrize(
    ("file", "format"), [("postgresql.csv", "postgresql-csvlog"), ("postgresql.log", "postgresql-log")]
)
def test_what_postgresql_logs_becomes_flows_once_for_each_statement(folder, logging, file, format):
    folder.write(f"logs/{file}", read_log(logging, file))
    scanned(folder, paths="[logs/*]", format=format, namespace=logging.namespace)
    assert flows(folder, logging.namespace, "shop.public.") >= FLOWS


def test_a_running_server_tells_what_it_counted_by_any_of_its_users(folder, logging):
    scanned(folder, url=logging.url("shop"))
    assert flows(folder, logging.namespace, "shop.public.") >= FLOWS


def test_an_export_of_the_statistics_tells_the_same(folder, logging):
    with logging.cursor("shop") as cursor:
        held = cursor.execute(
            "SELECT d.datname, s.queryid, s.query FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid"
        ).fetchall()
    path = folder.write("stats.csv", "")
    with open(path, "w", newline="") as out:
        csv.writer(out).writerows([("datname", "queryid", "query"), *held])
    scanned(folder, paths="[stats.csv]", format="pg_stat_statements", namespace=logging.namespace)
    assert flows(folder, logging.namespace, "shop.public.") >= FLOWS


def test_the_schema_of_the_database_resolves_stars_and_bare_names(folder, logging):
    logging.run("CREATE SCHEMA IF NOT EXISTS sales", "DROP TABLE IF EXISTS sales.orders",
                "CREATE TABLE sales.orders (nr int, note text)", database="shop")  # fmt: skip
    line = "2026-01-01 00:00:00 UTC [1] app@shop LOG:  statement: "
    folder.write(
        "log.txt",
        f"{line}CREATE TABLE backup AS SELECT * FROM orders\n{line}INSERT INTO Users (EMAIL) SELECT Note FROM ORDERS\n",
    )
    folder.write(
        "sharemap.yaml",
        f"""sources:
  log: {{kind: querylog, paths: [log.txt], format: postgresql-log, namespace: "{logging.namespace}"}}
  shop: {{kind: database, url: "{logging.url("shop")}"}}
""",
    )
    assert folder.run("scan").code == 0
    found = flows(folder, logging.namespace, "shop.")
    assert {("sales.orders#note", "public.backup#note"), ("sales.orders#note", "public.users#email")} <= found


def test_a_server_that_cannot_be_read_is_a_gap(folder, logging):
    logging.run("DROP ROLE IF EXISTS bird", "CREATE ROLE bird LOGIN PASSWORD 'x'")
    for url, reason in (
        (logging.url("shop", password="c4nary-wrong"), "refuses the user or the password"),
        (logging.url("postgres"), "CREATE EXTENSION"),
        (logging.url("shop", "bird", "x"), "GRANT pg_read_all_stats"),
        ("postgresql://127.0.0.1:1/x", "nothing answers there"),
    ):
        folder.write("sharemap.yaml", f'sources: {{log: {{kind: querylog, url: "{url}"}}}}\n')
        done = folder.run("scan")
        assert done.code == 3
        assert reason in done.err
        assert "c4nary" not in done.err


def test_what_mariadb_logs_becomes_flows(folder, mariadb):
    database = mariadb.fresh("shop")
    path = Path(mariadb.log.parent) / "general.log"
    mariadb.run(f"SET GLOBAL general_log_file = '{path}'", "SET GLOBAL general_log = 1")
    try:
        mariadb.run(*TABLES, *RUN, database=database)
    finally:
        mariadb.run("SET GLOBAL general_log = 0")
    folder.write("general.log", path.read_text())
    scanned(folder, paths="[general.log]", format="mysql-general", namespace=mariadb.namespace)
    assert flows(folder, mariadb.namespace, "shop.") >= FLOWS
