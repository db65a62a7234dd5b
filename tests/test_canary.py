"""No personal value and no credential from any source is ever in the store, an output, a log or an error.

Canaries are planted everywhere a scanner can look; then every command runs, and everything it wrote is searched.
A new command goes into COMMANDS, a new place where values can hide into PLANTED and one of the worlds below.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

import pytest
import typer

from inventory import plugins
from inventory.cli.commands import program
from tests.project import Done, Folder
from tests.receiver import Receiver
from tests.servers import Server

PLANTED = {
    "row": ("row.canary@leak.example", "13910000001", "Rowena Canary"),
    "default": ("default.canary@leak.example",),
    "check": ("check.canary@leak.example", "13910000003"),
    "generated": ("generated.canary@leak.example",),
    "view": ("view.canary@leak.example", "13910000004"),
    "index": ("index.canary@leak.example",),
    "label": ("label.canary@leak.example", "Enrico Canary"),
    "comment": ("comment.canary@leak.example", "139-1000-0005", "sk_live_c4n4ry0f4c0mm3nt"),
    "url-password": ("c4nary-Url-Passw0rd",),
    "url-query": ("c4nary-Query-Passw0rd",),
    "url-inline": ("c4nary-Inline-Passw0rd",),
    "url-broken": ("c4nary-Broken-Passw0rd",),
    "sql-literal": ("literal.canary@leak.example", "13910000006"),
    "sql-comment": ("sqlcomment.canary@leak.example",),
    "sql-unreadable": ("unreadable.canary@leak.example",),
    "event-query": ("query.canary@leak.example",),
    "event-error": ("error.canary@leak.example",),
    "event-documentation": ("documentation.canary@leak.example",),
    "event-owner": ("owner.canary@leak.example",),
    "event-statistics": ("statistics.canary@leak.example", "13910000007"),
    "event-unknown": ("unknown.canary@leak.example",),
    "event-broken": ("broken.canary@leak.example",),
    "yaml-broken": ("c4nary-Yaml-Passw0rd",),
    "file-cell": ("cell.canary@leak.example", "13910000008", "Filippa Canary"),
    "file-key": ("key.canary@leak.example",),
    "file-headless": ("headless.canary@leak.example", "Helen Canary"),
    "api-example": ("apiexample.canary@leak.example", "13910000009"),
    "api-url": ("c4nary-Api-Passw0rd",),
    "dbt-literal": ("dbtliteral.canary@leak.example", "13910000010"),
    "dbt-description": ("dbtdescription.canary@leak.example",),
    "dbt-meta": ("dbtmeta.canary@leak.example",),
    "dbt-owner": ("dbtowner.canary@leak.example", "Dorothea Canary"),
    "dbt-url": ("c4nary-Exposure-Passw0rd",),
    "log-literal": ("loggedliteral.canary@leak.example", "13910000011"),
    "log-parameter": ("loggedparameter.canary@leak.example",),
    "log-error": ("loggederror.canary@leak.example",),
}  # fmt: skip
"""Place -> values planted there."""

COMMANDS = (
    ("scan",),
    ("scan", "--sample", "50"),
    ("check", "--fail-on", "never"),
    *(("check", "--format", name) for name in ("text", "json", "sarif", "github")),
    ("check", "--format", "json", "-o", "out/check.json"),
    ("explain", "*mail*"),
    ("explain", "unauthorized-share"),
    ("who-gets", "user.contact.email"),
    ("who-gets", "*", "--format", "json"),
    ("trace", "*"),
    ("trace", "*", "--indirect", "--format", "json"),
    ("paths", "*mail*", "out:*", "--format", "json"),
    ("unresolved",),
    ("unresolved", "--format", "json", "-o", "out/unresolved.json"),
    ("paths", "*mail*", "out:*", "--longer", "--carrying", "user"),
    ("cut", "ad"),
    ("cut", "ad", "--format", "json"),
    ("erase", "user", "--format", "json"),
    ("erase", "*mail*"),
    ("diff", "1"),
    *(("diff", "1", "--format", name) for name in ("json", "sarif", "github")),
    ("review", "--list"),
    ("review", "--list", "--format", "json", "-o", "out/review.json"),
    ("sync", ".sharemap/store.db", "out/copy.db"),
    ("diff", "inventory", "out/copy.db"),
    ("config", "show"),
    ("doctor",),
    ("publish", "-o", "out/pages"),
    *(("export", name, "-o", f"out/{name}") for name in plugins.names(plugins.EXPORTS)),
)
WITHOUT_SOURCES = {"init", "version", "demo", "add", "suppress", "key"}
"""Commands that read no source and print only what they are given."""
OF_ITS_OWN = {"serve"}
"""Commands that a test of their own searches."""


def _(place: str, which: int = 0) -> str:
    return PLANTED[place][which]


# -- the worlds ---------------------------------------------------------------------------------------

SQLITE = (
    f"""CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT DEFAULT '{_("default")}', phone TEXT,
        mail TEXT AS (coalesce(email, '{_("generated")}')),
        CHECK (email <> '{_("check")}' AND phone <> '{_("check", 1)}'))""",
    f"CREATE INDEX few ON users (email) WHERE email <> '{_('index')}'",
    f"CREATE VIEW mails AS SELECT email, '{_('view')}' AS fixed FROM users WHERE phone <> '{_('view', 1)}'",
)
POSTGRESQL = (
    f"CREATE TYPE who AS ENUM ('{_('label')}', '{_('label', 1)}')",
    f"""CREATE TABLE users (id int PRIMARY KEY, email text DEFAULT '{_("default")}', phone text, who who,
        CHECK (email <> '{_("check")}'), mail text GENERATED ALWAYS AS (coalesce(email, '{_("generated")}')) STORED)""",
    f"CREATE INDEX few ON users (email) WHERE email <> '{_('index')}'",
    f"CREATE VIEW mails AS SELECT email, '{_('view')}' AS fixed FROM users WHERE phone <> '{_('view', 1)}'",
    f"CREATE MATERIALIZED VIEW twice AS SELECT email || '{_('view')}' AS email FROM users",
    f"COMMENT ON TABLE users IS 'like {_('comment')}'",
    f"COMMENT ON COLUMN users.phone IS 'e.g. {_('comment', 1)}, token {_('comment', 2)}'",
)
MARIADB = (
    f"""CREATE TABLE users (id int PRIMARY KEY, email varchar(99) DEFAULT '{_("default")}', phone varchar(99)
        COMMENT 'e.g. {_("comment", 1)}, token {_("comment", 2)}', who enum('{_("label")}', '{_("label", 1)}'),
        CHECK (email <> '{_("check")}'), mail varchar(99) AS (coalesce(email, '{_("generated")}')))
        COMMENT 'like {_("comment")}'""",
    f"CREATE VIEW mails AS SELECT email, '{_('view')}' AS fixed FROM users WHERE phone <> '{_('view', 1)}'",
)
ROW = f"INSERT INTO users (id, email, phone) VALUES (1, '{_('row')}', '{_('row', 1)}'), (2, '{_('row', 2)}', '')"
SQL = f"""
-- ask {_("sql-comment")} about this
INSERT INTO audience (email, kind) SELECT email, '{_("sql-literal")}' FROM users WHERE phone = '{_("sql-literal", 1)}';
INSERT INTO audience (email) VALUES ('{_("sql-literal")}');
SELEC email FRM users WHERE '{_("sql-unreadable")}';
CREATE PROCEDURE p() BEGIN DELETE FROM users WHERE email = '{_("sql-unreadable")}'; END;
INSERT INTO audience SELECT email FROM users WHERE email = '{_("sql-unreadable")}
"""
CONFIGURATION = f"""
sources:
  shop: {{kind: database, url: "${{SHOP_URL}}", system: shop}}
  inline: {{kind: database, url: "postgresql://app:{_("url-inline")}@127.0.0.1:1/db?sslpassword={_("url-query")}"}}
  broken: {{kind: database, url: "${{BROKEN_URL}}"}}
  etl: {{kind: sql, paths: ["etl/*.sql"], namespace: "postgres://shop.example:5432", dialect: postgres, system: shop}}
  events: {{kind: openlineage, paths: ["events/*.json"]}}
  files: {{kind: files, paths: ["data/*"]}}
  api: {{kind: openapi, paths: ["api/*"], collects: true}}
  models: {{kind: dbt, manifest: models/manifest.json, namespace: "postgres://shop.example:5432", system: shop}}
  log: {{kind: querylog, paths: ["logs/*"], format: postgresql-log, namespace: "postgres://shop.example:5432"}}
"""
FILES = {
    "data/people.csv": f"id,email,name\n1,{_('file-cell')},{_('file-cell', 2)}\n",
    "data/headless.csv": f"{_('file-headless', 1)},{_('file-headless')}\n",
    "data/keys.json": f'[{{"by": {{"{_("file-key")}": {{"n": "{_("file-cell", 1)}"}}}}}}]',
    "data/broken.json": f'{{"email": "{_("file-cell")}',
    "api/api.yaml": f"""\
openapi: 3.1.0
servers: [{{url: "https://user:{_("api-url")}@api.example/?key={_("api-url")}"}}]
paths:
  /users:
    post:
      summary: Sign up like {_("api-example")}
      requestBody:
        content:
          a/b: {{schema: {{properties: {{email: {{default: "{_("api-example")}", enum: ["{_("api-example", 1)}"]}}}}}}}}
""",
}
ENTRIES = {
    "parties": [{"key": "us", "own": True, "country": "DE"}, {"key": "ad", "country": "DE"}],
    "systems": [{"key": "shop", "operator": "us"}, {"key": "out", "operator": "ad", "country": "DE"}],
    "flows": [{"source": {"namespace": "NAMESPACE", "dataset": "USERS", "field": "email"}, "target": "out:in#email"}],
}


def _manifest() -> str:
    """A dbt project that holds a canary wherever its manifest can hold a text."""
    node = {"resource_type": "model", "package_name": "shop", "database": "shop", "schema": "public"}
    column = {"name": "email", "description": f"e.g. {_('dbt-description')}", "meta": {"owner": _("dbt-meta")}}
    literals = f"'{_('dbt-literal')}' as who from users where phone = {_('dbt-literal', 1)}"
    models = {
        "sent": {"compiled_code": f"select email, {literals}"},
        "unread": {"compiled_code": f"selec {literals} '"},
        "script": {"language": "python", "compiled_code": f"x = '{_('dbt-literal')}'"},
    }
    exposure = {"name": "report", "owner": {"email": _("dbt-owner"), "name": _("dbt-owner", 1)},
                "url": f"https://u:{_('dbt-url')}@bi.example/{_('dbt-url')}?key={_('dbt-url')}#{_('dbt-url')}",
                "description": _("dbt-owner"), "depends_on": {"nodes": ["model.shop.sent"]}}  # fmt: skip
    version = "https://schemas.getdbt.com/dbt/manifest/v12.json"
    return json.dumps(
        {
            "metadata": {"dbt_schema_version": version, "adapter_type": "postgres", "env": {"x": _("dbt-meta")}},
            "nodes": {
                f"model.shop.{name}": {
                    **node, "alias": name, "columns": {"email": column}, "tags": [_("dbt-meta")],
                    "meta": {"contact": _("dbt-meta")}, "description": _("dbt-description"), **model,
                }
                for name, model in models.items()
            },
            "exposures": {"exposure.shop.report": exposure},
        }
    )  # fmt: skip


LOG = f"""\
2026-01-01 00:00:00 UTC [1] app@shop LOG:  statement: INSERT INTO sent SELECT email, '{_("log-literal")}'
\tFROM users WHERE phone = {_("log-literal", 1)} -- {_("log-literal")}
2026-01-01 00:00:00 UTC [1] app@shop LOG:  statement: INSERT INTO sent SELEC '{_("log-literal")}' FRM
2026-01-01 00:00:00 UTC [1] app@shop LOG:  execute q: UPDATE users SET email = $1 WHERE id = "{_("log-literal")}"
2026-01-01 00:00:00 UTC [1] app@shop DETAIL:  parameters: $1 = '{_("log-parameter")}'
2026-01-01 00:00:00 UTC [1] app@shop ERROR:  there is no "{_("log-error")}"
2026-01-01 00:00:00 UTC [1] app@shop STATEMENT:  INSERT INTO lost SELECT '{_("log-error")}'
"""


def _event() -> str:
    """An event that holds a canary in every facet that can hold a text."""
    maker = {"_producer": "https://p.example", "_schemaURL": "https://s.example"}
    statistics = {"rowCount": 1, "columnMetrics": {"email": {"min": _("event-statistics"),
                                                            "quantiles": {_("event-statistics", 1): 1}}}}  # fmt: skip
    dataset = {
        "namespace": "postgres://shop.example:5432",
        "name": "shop.public.mails",
        "facets": {
            "schema": {**maker, "fields": [{"name": "email", "type": "text", "description": _("event-documentation")}]},
            "documentation": {**maker, "description": f"ask {_('event-documentation')}"},
            "ownership": {**maker, "owners": [{"name": _("event-owner"), "type": "MAINTAINER"}]},
            "dataQualityMetrics": {**maker, **statistics},
            "unheardOf": {**maker, "sample": [_("event-unknown")]},
        },
    }
    return json.dumps(
        {
            "eventType": "COMPLETE",
            "eventTime": "2026-01-01T00:00:00Z",
            "producer": "https://p.example",
            "run": {
                "runId": "01941f29-7c00-7743-8b7c-d5b2a9e5a000",
                "facets": {
                    "errorMessage": {**maker, "message": _("event-error"), "stackTrace": _("event-error")},
                    "environment-properties": {**maker, "environment-properties": {"TOKEN": _("event-unknown")}},
                },
            },
            "job": {
                "namespace": "airflow",
                "name": "mails",
                "facets": {"sql": {**maker, "query": f"INSERT INTO mails SELECT '{_('event-query')}' FROM users"}},
            },
            "inputs": [dataset],
            "outputs": [{**dataset, "name": "shop.public.sent"}],
        }
    )


@dataclass(frozen=True)
class World:
    """A project whose sources hold canaries; `environment` has its URLs."""

    folder: Folder
    environment: dict[str, str]

    def run(self, *arguments: str, **environment: str) -> Done:
        return self.folder.run(*arguments, SHAREMAP_DEBUG="1", **{**self.environment, **environment})


def sqlite(folder: Folder, request: pytest.FixtureRequest) -> str:
    with sqlite3.connect(folder.root / "shop.db") as db:
        db.executescript(";".join((*SQLITE, ROW)))
    db.close()
    return "sqlite:///shop.db"


def postgresql(folder: Folder, request: pytest.FixtureRequest) -> str:
    server: Server = request.getfixturevalue("postgresql")
    database = server.fresh("canary")
    server.run("DROP ROLE IF EXISTS bird", f"CREATE ROLE bird LOGIN PASSWORD '{_('url-password')}'")
    server.run(*POSTGRESQL, ROW, database=database)
    return server.url(database, "bird", _("url-password"), f"application_name={_('url-query')}")


def mariadb(folder: Folder, request: pytest.FixtureRequest) -> str:
    server: Server = request.getfixturevalue("mariadb")
    database = server.fresh("canary")
    server.run(
        "DROP USER IF EXISTS bird",
        f"CREATE USER bird IDENTIFIED BY '{_('url-password')}'",
        f"GRANT SELECT, SHOW VIEW ON {database}.* TO bird",
    )
    server.run(*MARIADB, ROW, database=database)
    return server.url(database, "bird", _("url-password"), f"program_name={_('url-query')}")


NAMES = {
    sqlite: ("sqlite://shop.db", "users"),
    postgresql: ("postgres://127.0.0.1:{port}", "canary.public.users"),
    mariadb: ("mysql://127.0.0.1:{port}", "canary.users"),
}


@pytest.fixture(
    params=[
        sqlite,
        pytest.param(postgresql, marks=pytest.mark.server),
        pytest.param(mariadb, marks=pytest.mark.server),
    ],
    ids=lambda make: make.__name__,
)
def world(request: pytest.FixtureRequest, folder: Folder) -> World:
    url = request.param(folder, request)
    namespace, users = NAMES[request.param]
    port = url.rsplit(":", 1)[1].split("/")[0]
    entries = json.dumps(ENTRIES).replace("NAMESPACE", namespace.format(port=port)).replace("USERS", users)
    folder.write("sharemap.yaml", CONFIGURATION)
    folder.write("inventory/world.yaml", entries)
    folder.write("etl/audience.sql", SQL)
    for name, text in FILES.items():
        folder.write(name, text)
    folder.write("models/manifest.json", _manifest())
    folder.write("logs/postgresql.log", LOG)
    folder.write("events/mails.json", f'{_event()}\n{{"eventType": "{_("event-broken")}", \n')
    broken = f"postgresql://app:{_('url-broken')}@host.example:port/db"
    return World(folder, {"SHOP_URL": url, "BROKEN_URL": broken})


def leaked(folder: Folder, *runs: Done) -> dict[str, list[str]]:
    """Canary -> where it was found: in what was printed, and in every file that no test planted."""
    planted = ("shop.db", "sharemap.yaml", "inventory", "etl", "events", "data", "api", "models", "logs")
    written = [p for p in folder.root.rglob("*") if p.is_file() and p.relative_to(folder.root).parts[0] not in planted]
    texts = {str(path): path.read_bytes() for path in written}
    texts |= {f"run {i}": (run.out + run.err).encode() for i, run in enumerate(runs)}
    found: dict[str, list[str]] = {}
    for value in (value for values in PLANTED.values() for value in values):
        if places := [name for name, text in texts.items() if value.encode() in text]:
            found[value] = places
    return found


# -- the search ---------------------------------------------------------------------------------------


def test_no_canary_leaves_its_source(world):
    scanned = world.run("scan")
    assert scanned.code == 2  # a URL that is none
    assert "source broken" in scanned.err
    world.folder.write("sharemap.yaml", CONFIGURATION.replace("  broken:", "  # broken:"))
    runs = [scanned, *(world.run(*command) for command in COMMANDS)]
    assert {run.code for run in runs} <= {0, 1, 2, 3}
    assert runs[1].code == 3, runs[1].err  # one source is away
    assert (world.folder.root / "out" / "check.json").stat().st_size > 1000
    assert "user.contact.email" in (world.folder.root / "out" / "check.json").read_text()
    assert leaked(world.folder, *runs) == {}


@pytest.mark.parametrize(
    "configuration",
    [
        'sources: {shop: "postgresql://app:%s@host/db"}',
        'sources: {shop: {kind: database, url: ["postgresql://app:%s@host/db"]}}',
        'sources: {shop: {kind: database, url: "postgresql://app:%s@host/db"',
        'sources: {shop: {kind: database, url: "postgresql://app:%s@host/db" url: x}}',
        'sources: {shop: {kind: database, url: "postgresql+nothing://app:%s@host/db"}}',
        'sources: {shop: {kind: database, url: "postgresql://app:x@%s@host/db"}}',
        'sources: {shop: {kind: database, url: "postgresql://app:%s@127.0.0.1:1/db", schemas: 5}}',
        'sources: {shop: {kind: database, url: "postgresql://app:%s@127.0.0.1:1/db?connect_timeout=never"}}',
        'sources: {shop: {kind: database, url: "postgresql://127.0.0.1:1/db?password=%s&unheard_of=1"}}',
        'sources: {shop: {kind: database, url: "mysql://app:%s@127.0.0.1:1/db?unheard_of=1"}}',
        'sources: {shop: {kind: database, url: "mysql://app:%s@127.0.0.1:1/db?connect_timeout=never"}}',
        'sources: {shop: {kind: database, url: "sqlite:///shop.db?unheard_of=%s"}}',
        'sources: {shop: {kind: sql, paths: "postgresql://app:%s@host/db"}}',
        'store: "neo4j://app:%s@127.0.0.1:1"',
        'store: ["neo4j://app:%s@127.0.0.1:1"]',
    ],
)
def test_no_password_is_in_what_is_said_of_a_configuration_that_cannot_be_used(folder, configuration):
    folder.write("sharemap.yaml", configuration % _("yaml-broken"))
    sqlite3.connect(folder.root / "shop.db").executescript("CREATE TABLE t (x TEXT)")
    runs = [
        folder.run(*command, SHAREMAP_DEBUG="1") for command in (("scan",), ("config", "show"), ("doctor",), ("check",))
    ]
    assert runs[0].code in (2, 3) or "sqlite" in configuration, runs[0].err
    assert leaked(folder, *runs) == {}


def test_no_canary_of_an_event_that_is_posted_outlives_the_receiver(folder):
    receiver = Receiver(folder)
    receiver.start()
    for sent in (json.loads(_event()), [json.loads(_event()), {"eventType": _("event-broken")}]):
        path = "/api/v1/lineage" + ("/batch" if isinstance(sent, list) else "")
        assert receiver.post(sent, path).status in (200, 201)
    told = receiver.post({"eventTime": _("event-broken")}).body + receiver.request("GET", "/metrics").body
    assert receiver.stop() == 0
    assert folder.run("check", "--fail-on", "never").code in (0, 3)
    assert len(receiver.facts()) > 5
    assert leaked(folder, Done(0, told.decode(), receiver.log.read_text())) == {}


def test_every_command_is_searched():
    assert {*typer.main.get_command(program()).commands} == {
        command[0] for command in COMMANDS
    } | WITHOUT_SOURCES | OF_ITS_OWN


def test_every_canary_is_planted():
    """Else a search that finds nothing proves nothing."""
    url = [place for place in PLANTED if place.startswith(("url-", "yaml-", "event-broken"))]
    text = " ".join(
        (*SQLITE, *POSTGRESQL, *MARIADB, ROW, SQL, CONFIGURATION, _event(), _manifest(), LOG, *FILES.values())
    )
    assert [p for p, values in PLANTED.items() if p not in url and not all(value in text for value in values)] == []


def test_a_leak_would_be_seen(folder):
    path = folder.write(".sharemap/store.db", _("row"))
    assert leaked(folder, Done(0, "", _("comment"))) == {_("row"): [str(path)], _("comment"): ["run 0"]}
