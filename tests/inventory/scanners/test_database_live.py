"""What the database scanner reads from a real PostgreSQL and a real MariaDB, and how it stays out of trouble."""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from inventory.project import Source
from inventory.scanners import Context
from inventory.scanners.database import scan
from inventory.scanners.database.connection import connected
from inventory.scanners.database.settings import read_settings
from lineage.errors import InvalidInput
from lineage.model import Dataset, Fact, Field, Flow, Gap, ScopeComplete, Symlink
from tests.servers import PASSWORD, Server

pytestmark = pytest.mark.server

POSTGRESQL = (
    "CREATE SCHEMA sales",
    "CREATE TYPE mood AS ENUM ('sad', 'happy')",
    "CREATE DOMAIN postcode AS text CHECK (VALUE ~ '^[0-9]{5}$')",
    """CREATE TABLE users (id int PRIMARY KEY, email varchar(200) NOT NULL, phone text, first text, last text,
        full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED, tags text[], profile jsonb, feeling mood,
        zip postcode, "Last.Seen" timestamptz)""",
    "COMMENT ON TABLE users IS 'people who registered'",
    "COMMENT ON COLUMN users.phone IS '手机号码'",
    """CREATE TABLE sales.orders (user_id int REFERENCES users, nr int, region int, total numeric(9, 2),
        PRIMARY KEY (nr, region))""",
    """CREATE TABLE sales.items (nr int, region int, sku text, FOREIGN KEY (nr, region)
        REFERENCES sales.orders (nr, region))""",
    "CREATE TABLE events (at date, who text) PARTITION BY RANGE (at)",
    "CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') "
    "PARTITION BY RANGE (at)",
    "CREATE TABLE events_2026_q1 PARTITION OF events_2026 FOR VALUES FROM ('2026-01-01') TO ('2026-04-01')",
    "CREATE VIEW sales.spending (mail, spent) AS SELECT u.email, sum(o.total) FROM users u "
    "JOIN sales.orders o ON o.user_id = u.id GROUP BY u.email",
    "CREATE VIEW big_spenders AS SELECT lower(mail) AS m, spent FROM sales.spending WHERE spent > 1000",
    "CREATE MATERIALIZED VIEW hashes AS SELECT sha256(email::bytea) AS h FROM users",
    "CREATE VIEW first_quarter AS SELECT who FROM events_2026_q1",
    'CREATE TABLE "Users" ("E.mail" text, "q""uote" text)',
    'CREATE TABLE "a.b" (x text)',
    'CREATE VIEW "V.w" AS SELECT "E.mail" AS "Q""x", x FROM "Users", "a.b"',
)
MARIADB = (
    """CREATE TABLE users (id int PRIMARY KEY, email varchar(200) NOT NULL COMMENT '电子邮箱', phone text,
        first varchar(50), last varchar(50), full_name varchar(101) AS (concat(first, ' ', last)) STORED,
        feeling enum('sad', 'happy'), profile json, net inet6) COMMENT 'people who registered'""",
    "CREATE TABLE orders (nr int, region int, user_id int, total int, PRIMARY KEY (nr, region), "
    "FOREIGN KEY (user_id) REFERENCES users (id))",
    "CREATE TABLE items (nr int, region int, FOREIGN KEY (nr, region) REFERENCES orders (nr, region))",
    "CREATE SEQUENCE numbers",
    "CREATE VIEW spending (mail, spent) AS SELECT u.email, sum(o.total) FROM users u "
    "JOIN orders o ON o.user_id = u.id GROUP BY u.email",
    "CREATE VIEW big_spenders AS SELECT lower(mail) AS m, sha2(mail, 256) AS h FROM spending WHERE spent > 1000",
    'CREATE TABLE `Odd ``name` (`E.mail` varchar(9), `q"` varchar(9))',
    'CREATE VIEW `V.w` AS SELECT `E.mail` AS `Q"` FROM `Odd ``name`',
    "CREATE TABLE gone (email text)",
    "CREATE VIEW broken AS SELECT email FROM gone",
    "DROP TABLE gone",
)


@dataclass(frozen=True)
class Read:
    """What one scan gave, by short names: datasets without what all their names begin with."""

    readings: list
    prefix: str

    def _of(self, kind):
        return [r.statement for r in self.readings if isinstance(r, Fact) and isinstance(r.statement, kind)]

    def name(self, node):
        dataset = node.name.removeprefix(self.prefix)
        return f"{dataset}#{node.field}" if node.field else dataset

    @property
    def kinds(self):
        return {self.name(d.dataset): d.kind for d in self._of(Dataset)}

    @property
    def comments(self):
        told = [(d.dataset, d.description) for d in self._of(Dataset)] + [
            (f.field, f.description) for f in self._of(Field)
        ]
        return {self.name(node): comment for node, comment in told if comment}

    def types(self, dataset):
        return {f.field.field: f.type for f in self._of(Field) if self.name(f.field.dataset) == dataset}

    def flows(self, dataset, type="DIRECT"):
        return {
            (self.name(f.source), f.target.field, f.subtype, f.function)
            for f in self._of(Flow)
            if self.name(f.target.dataset) == dataset and f.type == type
        }

    @property
    def links(self):
        return {self.name(s.alias): self.name(s.dataset) for s in self._of(Symlink)}

    @property
    def gaps(self):
        return {g.source: g.reason for g in self._of(Gap)}

    @property
    def complete(self):
        return [r for r in self.readings if isinstance(r, ScopeComplete)]

    @property
    def namespaces(self):
        return {d.dataset.namespace for d in self._of(Dataset)}


def source(url, **options):
    return Source("shop", "database", Path("/nowhere"), None, {"url": url, **options})


def read(url, prefix, **options):
    return Read(list(scan(source(url, **options), Context())), prefix)


@pytest.fixture(scope="module")
def pg(postgresql):
    postgresql.run(*POSTGRESQL, database=postgresql.fresh("shop"))
    return read(postgresql.url("shop"), "shop.public.")


@pytest.fixture(scope="module")
def maria(mariadb):
    mariadb.run(*MARIADB, database=mariadb.fresh("shop"))
    return read(mariadb.url("shop"), "shop.")


# -- what is read -------------------------------------------------------------------------------------


def test_postgresql_tables_are_named_as_openlineage_names_them(pg, postgresql):
    assert pg.namespaces == {f"postgres://127.0.0.1:{postgresql.port}"}
    assert pg.kinds == {
        "users": "table", "Users": "table", "a.b": "table", "events": "table", "hashes": "materialized view",
        "big_spenders": "view", "first_quarter": "view", "V.w": "view", "shop.sales.orders": "table",
        "shop.sales.items": "table", "shop.sales.spending": "view",
    }  # fmt: skip
    assert not pg.gaps
    assert pg.complete == [ScopeComplete()]


def test_mariadb_tables_are_named_as_openlineage_names_them(maria, mariadb):
    assert maria.namespaces == {f"mysql://127.0.0.1:{mariadb.port}"}
    assert maria.kinds == {
        "users": "table", "orders": "table", "items": "table", "Odd `name": "table", "spending": "view",
        "big_spenders": "view", "V.w": "view", "broken": "view",
    }  # fmt: skip


def test_types_are_the_servers_own_and_show_no_label_of_an_enum(pg, maria):
    assert pg.types("users") == {
        "id": "integer", "email": "character varying", "phone": "text", "first": "text", "last": "text",
        "full_name": "text", "tags": "text[]", "profile": "jsonb", "feeling": "public.mood", "zip": "public.postcode",
        "Last.Seen": "timestamp with time zone",
    }  # fmt: skip
    assert maria.types("users") == {
        "id": "int", "email": "varchar", "phone": "text", "first": "varchar", "last": "varchar",
        "full_name": "varchar", "feeling": "enum", "profile": "longtext", "net": "inet6",
    }  # fmt: skip


def test_comments_are_read(pg, maria):
    assert pg.comments == {"users": "people who registered", "users#phone": "手机号码"}
    told = {"users": "people who registered", "users#email": "电子邮箱"}
    assert maria.comments == {**told, "spending#mail": "电子邮箱"}  # its views take over comments of columns


def test_a_partition_is_another_name_of_its_table(pg):
    assert pg.links == {"events_2026": "events", "events_2026_q1": "events"}
    assert pg.flows("first_quarter") == {("events_2026_q1#who", "who", "IDENTITY", None)}


def test_foreign_keys_are_no_flows(pg, maria):
    for found, items in ((pg, "shop.sales.items"), (maria, "items")):
        assert found.kinds[items] == "table"
        assert not found.flows(items) | found.flows(items, "INDIRECT")


# -- flows --------------------------------------------------------------------------------------------


def test_a_generated_column_flows_from_the_columns_of_its_formula(pg, maria):
    assert {(s, t) for s, t, *_ in pg.flows("users")} == {
        ("users#first", "full_name"),
        ("users#last", "full_name"),
    }
    assert maria.flows("users") == {
        ("users#first", "full_name", "TRANSFORMATION", "concat"),
        ("users#last", "full_name", "TRANSFORMATION", "concat"),
    }


def test_views_across_schemas_and_over_views(pg):
    assert pg.flows("shop.sales.spending") == {
        ("users#email", "mail", "IDENTITY", None),
        ("shop.sales.orders#total", "spent", "AGGREGATION", "sum"),
    }
    assert pg.flows("big_spenders") == {
        ("shop.sales.spending#mail", "m", "TRANSFORMATION", "lower"),
        ("shop.sales.spending#spent", "spent", "IDENTITY", None),
    }
    assert pg.flows("hashes") == {("users#email", "h", "TRANSFORMATION", "sha256")}


def test_views_of_mariadb(maria):
    assert maria.flows("spending") == {
        ("users#email", "mail", "IDENTITY", None),
        ("orders#total", "spent", "AGGREGATION", "sum"),
    }
    assert maria.flows("big_spenders") == {
        ("spending#mail", "m", "TRANSFORMATION", "lower"),
        ("spending#mail", "h", "TRANSFORMATION", "sha256"),
    }


def test_names_with_quotes_dots_and_capitals_stay_what_they_are(pg, maria):
    assert set(pg.types("Users")) == {"E.mail", 'q"uote'}
    assert pg.flows("V.w") == {
        ("Users#E.mail", 'Q"x', "IDENTITY", None),
        ("a.b#x", "x", "IDENTITY", None),
    }
    assert maria.flows("V.w") == {("Odd `name#E.mail", 'Q"', "IDENTITY", None)}


def test_a_view_over_what_is_gone_is_a_gap_and_stops_nothing(maria):
    assert set(maria.gaps) == {"shop/shop.broken"}


def test_a_function_that_a_view_selects_from_is_a_gap(postgresql):
    postgresql.run(
        "CREATE FUNCTION everybody() RETURNS TABLE (email text) LANGUAGE sql AS $$ SELECT 'x'::text $$",
        "CREATE VIEW all_of_them AS SELECT email FROM everybody()",
        "CREATE VIEW counted AS SELECT n FROM generate_series(1, 9) n",
        database=postgresql.fresh("functions"),
    )
    found = read(postgresql.url("functions"), "functions.public.")
    assert "everybody" in found.gaps["shop/public.all_of_them"]


# -- what is left out ---------------------------------------------------------------------------------


def test_temporary_and_system_tables_are_left_out(postgresql, mariadb):
    database = postgresql.fresh("temporary")
    with postgresql.cursor(database) as cursor:
        cursor.execute("CREATE TABLE kept (email text)")
        cursor.execute("CREATE TEMP TABLE lost (email text)")
        assert set(read(postgresql.url(database), "temporary.public.").kinds) == {"kept"}
    database = mariadb.fresh("temporary")
    with mariadb.cursor(database) as cursor:
        cursor.execute("CREATE TABLE kept (email text)")
        cursor.execute("CREATE TEMPORARY TABLE lost (email text)")
        assert set(read(mariadb.url(), "temporary.").kinds) >= {"kept"}
    assert {n.split(".")[0] for n in read(mariadb.url(), "").kinds}.isdisjoint({"mysql", "sys", "information_schema"})


def test_schemas_and_exclude_choose(pg, postgresql):
    chosen = read(postgresql.url("shop"), "shop.public.", schemas=["public"], exclude=["*.users", "V*", "events"])
    assert set(chosen.kinds) == {"Users", "a.b", "hashes", "big_spenders", "first_quarter"}
    assert chosen.flows("hashes") == {("users#email", "h", "TRANSFORMATION", "sha256")}


def test_a_view_over_a_schema_that_was_not_chosen_keeps_its_flows(pg, postgresql):
    chosen = read(postgresql.url("shop"), "shop.public.", schemas=["sales"])
    assert not chosen.gaps
    assert chosen.flows("shop.sales.spending") == pg.flows("shop.sales.spending")


def test_a_schema_that_is_not_there_is_a_gap_that_names_the_nearest(pg, postgresql):
    found = read(postgresql.url("shop"), "shop.", schemas=["publik", "sales"])
    assert "did you mean 'public'" in found.gaps["shop/publik"]
    assert found.complete == [ScopeComplete(unread=("shop/publik",))]


def test_a_database_without_tables_retires_nothing(postgresql):
    found = read(postgresql.url(postgresql.fresh("nothing")), "nothing.")
    assert "no table can be seen" in found.gaps["shop"]
    assert not found.complete


# -- rights -------------------------------------------------------------------------------------------


def test_postgresql_needs_no_right_on_any_table(pg, postgresql):
    postgresql.run("DROP ROLE IF EXISTS looker", f"CREATE ROLE looker LOGIN PASSWORD '{PASSWORD}'")
    seen = read(postgresql.url("shop", user="looker"), "shop.public.")
    assert seen.kinds == pg.kinds
    assert seen.flows("big_spenders") == pg.flows("big_spenders")


def test_mariadb_shows_a_restricted_user_what_it_may_see_and_the_rest_is_a_gap(maria, mariadb):
    mariadb.run(
        "DROP USER IF EXISTS looker",
        f"CREATE USER looker IDENTIFIED BY '{PASSWORD}'",
        "GRANT SELECT ON shop.orders TO looker",
        "GRANT SELECT (id, email) ON shop.users TO looker",
        "GRANT SELECT ON shop.spending TO looker",
        "GRANT SELECT, SHOW VIEW ON shop.big_spenders TO looker",
    )
    seen = read(mariadb.url("shop", user="looker"), "shop.")
    assert set(seen.kinds) == {"orders", "users", "spending", "big_spenders"}
    assert set(seen.types("users")) == {"id", "email"}
    assert seen.gaps == {"shop/shop.spending": "the view does not show its definition; check rights"}
    assert seen.flows("big_spenders") == maria.flows("big_spenders")


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_the_connection_cannot_write(kind, request):
    server: Server = request.getfixturevalue(kind)
    server.run("CREATE TABLE t (x int)", database=server.fresh("written"))
    settings = read_settings(source(server.url("written")))
    with connected(settings) as connection:
        for statement in ("INSERT INTO {}t VALUES (1)", "CREATE TABLE {}u (x int)", "DROP TABLE {}t"):
            with pytest.raises(SQLAlchemyError, match=r"read-only|READ ONLY"):
                connection.execute(text(statement.format("public." if kind == "postgresql" else "written.")))
        assert connection.execute(text("SELECT 1")).scalar() == 1


# -- what goes wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password": "wr0ng-Passw0rd"}, "it refuses the user or the password"),
        ({"user": "nobody"}, "it refuses the user or the password"),
        ({"database": "nowhere"}, "there is no such database"),
        ({"query": {"postgresql": "sslmode=require", "mariadb": "ssl_ca=/etc/ssl/certs/ca-certificates.crt"}},
         "the encryption that url asks for"),
        ({"query": {"postgresql": "passwort=s3cr3t-Query", "mariadb": "passwort=s3cr3t-Query"}},
         "does not know an option in the query of url"),
        ({"port": 1}, "nothing answers there"),
        ({"host": "no-such-host.example"}, "no such host is known"),
    ],
)  # fmt: skip
def test_what_cannot_be_entered_is_a_gap_without_the_password(kind, change, said, folder, request):
    server: Server = request.getfixturevalue(kind)
    parts = {"database": "shop", **change}
    parts["query"] = parts.get("query", {}).get(kind, "")
    target = Server(server.scheme, parts.pop("port", server.port), server.log, parts.pop("host", server.host))
    folder.write("sharemap.yaml", 'sources: {shop: {kind: database, url: "${SHOP_URL}"}}')
    done = folder.run("scan", SHOP_URL=target.url(**parts), SHAREMAP_DEBUG="1")
    assert done.code == 3, done.err
    assert said in done.err
    everything = done.out + done.err + "".join(p.read_bytes().decode("latin-1") for p in folder.root.rglob("*.db*"))
    assert not [secret for secret in (PASSWORD, "wr0ng", "s3cr3t") if secret in everything]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"url": 5}, "url: expected a SQLAlchemy URL"),
        ({"url": "postgresql://u:hid:den@host:pass/db"}, "url: expected a SQLAlchemy URL"),
        ({"url": "postgresql://u:hid@den@host/db"}, "each @ / : ?"),
        ({"url": "postgresql://u:hid@den/x@host/db"}, "each @ / : ?"),
        ({"url": "postgresql://u:hid?den@host/db?a"}, "each @ / : ?"),
        ({"url": "postgresql://dom/u:hidden@host/db"}, "each @ / : ?"),
        ({"url": "postgresqk://u:hidden@host/db"}, "did you mean 'postgresql'?"),
        ({"url": "mysql+nothing://u:hidden@host/db"}, "no driver for 'mysql+nothing'"),
        ({"schemas": "public"}, "schemas: expected a list of names"),
        ({"schemas": [1]}, "schemas: expected a list of names"),
        ({"schemas": []}, "schemas: expected a list of names"),
        ({"exclude": {"a": 1}}, "exclude: expected a list of patterns"),
        ({"namespace": ["x"]}, "namespace: expected a name"),
        ({"schema": ["public"]}, "unknown option 'schema' (did you mean 'schemas'?)"),
    ],
)
def test_options_that_cannot_be_used_are_refused_by_name(options, said):
    with pytest.raises(InvalidInput) as refused:
        list(scan(source(**{"url": "postgresql://u:hidden@127.0.0.1:1/db", **options}), Context()))
    assert str(refused.value).startswith("source shop: ")
    assert said in str(refused.value)
    shown = traceback.TracebackException.from_exception(refused.value)
    while shown is not None:
        assert "hid" not in str(shown)
        shown = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)


def test_a_rescan_of_the_same_adds_nothing(pg, postgresql, folder):
    folder.write("sharemap.yaml", 'sources: {shop: {kind: database, url: "${SHOP_URL}"}}')
    assert folder.run("scan", SHOP_URL=postgresql.url("shop")).code == 0
    again = folder.run("scan", SHOP_URL=postgresql.url("shop"))
    assert "0 new, 0 gone" in next(line for line in again.err.splitlines() if line.startswith("shop"))
    told = folder.run("trace", "big_spenders#m", "--format", "json").json
    assert "users#email" in json.dumps(told)


# -- what the documentation promises ------------------------------------------------------------------

PAGE = Path(__file__).parents[3] / "docs" / "scanners" / "database.md"


def documented(name):
    """The statements of one block of SQL in the documentation."""
    block = PAGE.read_text(encoding="utf-8").split(f"```sql {name}\n")[1].split("```")[0]
    return [statement for statement in block.split(";\n") if statement.strip()]


def test_on_postgresql_the_rights_of_the_documentation_show_all_and_no_row(pg, postgresql):
    postgresql.run(*documented("postgresql"))
    url = postgresql.url("shop", "sharemap_reader", "choose one")
    assert read(url, "shop.public.").readings == pg.readings
    refuses_rows(url, "public.users")


def test_on_mariadb_the_rights_of_the_documentation_show_all_but_views_and_no_row(maria, mariadb):
    mariadb.run(*documented("mariadb"))
    url = mariadb.url("shop", "sharemap_reader", "choose one")
    seen = read(url, "shop.")
    assert (seen.kinds, seen.comments) == (maria.kinds, maria.comments)
    assert set(seen.gaps) == {f"shop/shop.{view}" for view in ("spending", "big_spenders", "V.w", "broken")}
    refuses_rows(url, "shop.users")
    mariadb.run(*documented("mariadb views"))
    assert read(url, "shop.").flows("big_spenders") == maria.flows("big_spenders")


def refuses_rows(url, table):
    with connected(read_settings(source(url))) as connection, pytest.raises(SQLAlchemyError, match="denied"):
        connection.execute(text(f"SELECT email FROM {table}"))
