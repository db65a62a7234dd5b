"""One table, named by a live database, a dbt model, files of SQL, a Spark job and the server's own log, is one node."""

from __future__ import annotations

import json
import shutil

import pytest

from lineage.graph import LineageGraph
from lineage.model import Field, FieldId
from lineage.stores.sqlite import SqliteStore
from tests.dbt_project import TABLES, build
from tests.servers import PASSWORD

pytestmark = pytest.mark.server

ETL = """
CREATE VIEW Mails AS SELECT Email AS Mail FROM Users;
INSERT INTO public.audience_copy SELECT * FROM shop.public.AUDIENCE;
"""


def event(namespace):
    """A Spark job that reads over JDBC leaves out the schema; what it wrote it knows by place and by table."""
    catalog = {"namespace": namespace, "name": "shop.public.users", "type": "TABLE"}
    columns = {"mail": {"inputFields": [{"namespace": namespace, "name": "shop.users", "field": "EMAIL"}]}}
    files = {"namespace": "s3://lake", "name": "landing/users", "facets": {"symlinks": {"identifiers": [catalog]}}}
    target = {"namespace": "s3://lake", "name": "out/mails", "facets": {"columnLineage": {"fields": columns}}}
    return {
        "eventType": "COMPLETE", "eventTime": "2026-01-01T00:00:00Z", "producer": "https://p.example",
        "run": {"runId": "01941f29-7c00-7743-8b7c-d5b2a9e5a000"}, "job": {"namespace": "spark", "name": "nightly"},
        "inputs": [{"namespace": namespace, "name": "shop.users"}, files], "outputs": [target],
    }  # fmt: skip


def test_one_table_is_one_node_whoever_names_it(folder, postgresql):
    database = postgresql.fresh("shop")
    postgresql.run(*TABLES, database=database)
    build(folder.root / "models", "postgres", SHOP_HOST=postgresql.host, SHOP_PORT=str(postgresql.port),
          SHOP_USER="sharemap", SHOP_PASSWORD=PASSWORD, SHOP_DBNAME=database)  # fmt: skip
    other = postgresql.namespace.replace("postgres://", "postgresql://")
    folder.write("etl/mails.sql", ETL)
    folder.write("events/spark.json", json.dumps(event(other)))
    log = "2026-01-01 00:00:00 UTC [1] app@shop LOG:  statement: "
    folder.write("log.txt", f"{log}INSERT INTO archive (m) SELECT EMAIL FROM users\n")
    at = f'namespace: "{postgresql.namespace}"'
    folder.write(
        "sharemap.yaml",
        f"""\
sources:
  live: {{kind: database, url: "{postgresql.url(database)}"}}
  models: {{kind: dbt, manifest: models/target/manifest.json, {at}}}
  etl: {{kind: sql, paths: ["etl/*.sql"], dialect: postgres, default_database: shop, default_schema: public, {at}}}
  spark: {{kind: openlineage, paths: ["events/*"]}}
  log: {{kind: querylog, paths: [log.txt], format: postgresql-log, {at}}}
aliases: {{"{other}": "{postgresql.namespace}"}}
""",
    )
    for _ in range(2):
        done = folder.run("scan")
        assert done.code == 0, done.err
    assert ", 0 new, 0 gone" in done.err.splitlines()[-1]
    graph = LineageGraph.from_store(SqliteStore(folder.root / ".sharemap" / "store.db"))
    names = {node.dataset for node in graph.nodes if "users" in node.name.lower() and "_" not in node.name}
    assert names == {FieldId(postgresql.namespace, "shop.public.users")}
    email = graph.index[FieldId(postgresql.namespace, "shop.public.users", "email")]
    rows = graph.outward
    ends = {graph.nodes[n] for n in rows.end[rows.first[email] : rows.first[email + 1]].tolist()}
    places = {(end.name, end.field) for end in ends if end.field}
    assert places >= {
        ("shop.public.stg_users", "email"),  # dbt, and the view that it made, which the database shows
        ("shop.public.mails", "mail"),  # the file of SQL
        ("out/mails", "mail"),  # the job
        ("shop.public.archive", "m"),  # the log
    }
    wanted = FieldId(postgresql.namespace, "shop.public.audience", "mail")
    copies = {graph.nodes[n].name for n in rows.end[slice(*rows.first[[graph.index[wanted], graph.index[wanted] + 1]])]}
    assert "shop.public.audience_copy" in copies
    assert folder.run("unresolved").code == 0


def test_a_file_of_duckdb_that_dbt_built_is_read_live_as_the_same_tables(folder, dbt_target):
    shutil.copy(dbt_target.parent / "shop.duckdb", folder.root)
    shutil.copytree(dbt_target, folder.root / "target")
    live = 'live: {kind: database, url: "duckdb:///shop.duckdb"}'
    models = 'models: {kind: dbt, manifest: target/manifest.json, namespace: "duckdb://shop.duckdb"}'
    seen = []
    for sources in ([live], [models], [live, models]):
        folder.write("sharemap.yaml", "sources:\n" + "".join(f"  {source}\n" for source in sources))
        folder.write("inventory/x.yaml", "{}")
        done = folder.run("scan", "--store", f"{len(seen)}.db", "--sample", "5")
        assert done.code == 0, done.err
        store = SqliteStore(folder.root / f"{len(seen)}.db")
        seen.append({f.statement.field for f in store.statements(Field) if isinstance(f.statement, Field)})
        flows = {
            (n.dataset.name, m.field) for n, m in ends(store) if m.dataset.name == "shop.main.stg_users" and n.field
        }
        assert {("shop.main.users", "tel"), ("shop.main.users", "email")} <= flows  # the view's own definition, too
    assert seen[0] == seen[1] == seen[2]
    assert FieldId("duckdb://shop.duckdb", "shop.main.customers", "tel_hash") in seen[0]


def ends(store):
    columns = store.columns()
    told = zip(columns.source.tolist(), columns.target.tolist(), strict=True)
    return [(columns.nodes[source], columns.nodes[target]) for source, target in told]


def test_what_events_told_before_the_database_was_read_is_joined_by_an_alias_of_its_namespace(folder):
    """Events are never retired, so an alias must also reach what they told long ago."""
    near = {"namespace": "postgresql://db", "name": "shop.public.users"}
    far = {"namespace": "postgres://db:5432", "name": "shop.public.users"}
    base = event("x")
    for number, (source, target) in enumerate(((near, "a"), (far, "b"))):
        told = {**base, "inputs": [source], "outputs": [{"namespace": "s3://lake", "name": target}]}
        folder.write(f"events/{number}.json", json.dumps(told))
    folder.write("sharemap.yaml", 'sources: {spark: {kind: openlineage, paths: ["events/*"]}}\n')
    folder.run("scan")

    def sources():
        graph = LineageGraph.from_store(SqliteStore(folder.root / ".sharemap" / "store.db"))
        return {graph.nodes[n].namespace for n in graph.flow_source.tolist()}

    assert sources() == {"postgresql://db", "postgres://db:5432"}
    folder.write(
        "sharemap.yaml",
        'sources: {spark: {kind: openlineage, paths: ["events/*"]}}\naliases: {"postgresql://db": "postgres://db:5432"}\n',
    )
    folder.run("scan")
    assert sources() == {"postgres://db:5432"}
    folder.write("sharemap.yaml", 'sources: {spark: {kind: openlineage, paths: ["events/*"]}}\n')
    folder.run("scan")
    assert sources() == {"postgresql://db", "postgres://db:5432"}
