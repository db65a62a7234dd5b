"""Whatever spelling of a namespace a source or an entry uses, the project's aliases make it one."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from inventory import placing
from inventory.knownschema import StoreSchema
from inventory.project import Source
from inventory.scanners import Context
from lineage.model import Batch, Claim, Dataset, Evidence, Fact, Field, FieldId, Flow, Symlink, System
from lineage.stores.sqlite import SqliteStore
from tests.project import Folder
from tests.world import AUTH, EMAIL, PARTIES

ALIASES = {"postgresql://db": "postgres://db:5432"}
THERE, HERE = FieldId("postgresql://db", "users"), FieldId("postgres://db:5432", "users")
EVIDENCE = Evidence("test", "here")


def placed(*readings):
    source = Source("ev", "openlineage", Path())
    return list(placing.placed(source, Context(aliases=ALIASES), set(), readings))


def test_all_that_a_scanner_reads_is_spelled_one_way():
    flow = Flow(THERE, FieldId("s3://lake", "users"))
    (link, batch) = placed(
        Fact(Symlink(FieldId("s3://lake", "users"), THERE), EVIDENCE),
        Batch([THERE], [flow.target], flow, EVIDENCE),
    )
    assert link.statement.dataset == HERE
    assert list(batch.sources) == [HERE]


def test_a_source_that_says_its_namespace_claims_no_other():
    """A file that SQL writes into somebody's bucket would count as ours, and no share be seen."""
    source = Source("etl", "sql", Path(), options={"namespace": "postgresql://db"})
    datasets = [Fact(Dataset(node), EVIDENCE) for node in (THERE, FieldId("s3://adloom", "inbox"))]
    readings = list(placing.placed(source, Context(aliases=ALIASES), set(), datasets))
    claims = [r.statement.namespaces for r in readings if isinstance(r.statement, System)]
    assert claims == [(Claim(HERE.namespace),)]


def test_names_are_spelled_as_who_knows_them_best_does(tmp_path):
    store = SqliteStore(tmp_path / "store.db")
    known = [Fact(Field(FieldId("postgres://db:5432", f"shop.{t}", c)), Evidence("database", "d"))
             for t, c in (("public.users", "email"), ("sales.orders", "nr"), ("crm.users", "email"))]  # fmt: skip
    store.record("db", "database", known, now=datetime.now(UTC))
    cases = {
        ("sql", "Users", "EMAIL"): ("shop.public.users", "email"),
        ("sql", "shop.Orders", "NR"): ("shop.sales.orders", "nr"),
        ("openlineage", "CRM.users", "Email"): ("shop.crm.users", "email"),
        ("sql", "Unknown", "Column"): ("unknown", "column"),
        ("openlineage", "Unknown", "Column"): ("Unknown", "Column"),
        ("database", "Users", "EMAIL"): ("Users", "EMAIL"),
        ("export", "Users", "EMAIL"): ("Users", "EMAIL"),
    }
    for (kind, name, column), spelled in cases.items():
        node = FieldId("postgresql://db", name, column)
        readings = [Fact(Flow(node, node), EVIDENCE), Batch([node], [node], Flow(node, node), EVIDENCE)]
        context = Context(StoreSchema(store), ALIASES)
        fact, batch = placing.placed(Source("x", kind, Path()), context, set(), readings)
        assert fact.statement.source == FieldId(HERE.namespace, *spelled), (kind, name)
        assert batch.sources == [fact.statement.source]


def test_what_is_entered_by_hand_is_spelled_the_same(tmp_path):
    folder = Folder(tmp_path)
    folder.write("sharemap.yaml", 'aliases: {"postgresql://db": "postgres://db:5432"}\n')
    folder.entries(
        parties=PARTIES,
        systems=[
            {"key": "crm", "operator": "us", "country": "DE", "namespaces": ["postgresql://db"]},
            {"key": "adapi", "operator": "ad", "country": "DE"},
        ],
        classifications=[EMAIL],
        flows=[
            {
                "source": {"namespace": "postgres://db:5432", "dataset": "users", "field": "email"},
                "target": "adapi:in#email",
                "data_use": "marketing",
            }
        ],
        authorizations=[AUTH],
    )
    (share,) = folder.run("check", "--format", "json").json["shares"]
    assert (share["source"], share["sender"], share["authorized"]) == ("crm:users#email", "us", True)


def test_a_scanned_database_is_ours_until_an_entry_says_who_operates_it(tmp_path):
    folder = Folder(tmp_path)
    folder.write("sharemap.yaml", 'sources: {db: {kind: database, url: "sqlite:///x.db", system: shop}}\n')
    sqlite3.connect(tmp_path / "x.db").executescript("CREATE TABLE users (email TEXT)")
    folder.run("scan")
    assert "missing-retention" in folder.run("check").out
    folder.entries(parties=PARTIES, systems=[{"key": "shop", "operator": "ad", "country": "DE"}])
    assert "missing-retention" not in folder.run("check").out
