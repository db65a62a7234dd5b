"""Whatever spelling of a namespace a source or an entry uses, the project's aliases make it one."""

import sqlite3
from pathlib import Path

from inventory import placing
from inventory.project import Source
from inventory.scanners import Context
from lineage.model import Batch, Evidence, Fact, FieldId, Flow, Symlink
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
