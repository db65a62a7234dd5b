"""Files of SQL become flows between the tables that the database scanner saw."""

import sqlite3

import pytest

from tests.project import Folder

CONFIG = """
sources:
  shop: {kind: database, url: "sqlite:///shop.db"}
  etl: {kind: sql, paths: ["etl/*.sql"], namespace: "sqlite://shop.db", dialect: sqlite}
"""


@pytest.fixture
def shop(tmp_path):
    folder = Folder(tmp_path)
    folder.write("sharemap.yaml", CONFIG)
    with sqlite3.connect(tmp_path / "shop.db") as db:
        db.executescript("CREATE TABLE users (zip TEXT, email TEXT); CREATE TABLE Copy (z TEXT, a TEXT);")
    return folder


def upstream(folder, field):
    (journey,) = folder.run("trace", field, "--format", "json").json["journeys"]
    return [(branch["field"], branch["flow"]) for branch in journey["upstream"]]


def test_a_star_is_read_in_the_order_of_the_columns(shop):
    shop.write("etl/copy.sql", "-- nightly\nINSERT INTO copy SELECT * FROM users;")
    assert shop.run("scan").code == 0
    assert upstream(shop, "shop:Copy#z") == [("shop:users#zip", "identity [etl/copy.sql:2]")]
    assert upstream(shop, "shop:Copy#a") == [("shop:users#email", "identity [etl/copy.sql:2]")]


def test_what_cannot_be_read_is_a_gap_and_the_rest_is_read(shop):
    shop.write("etl/bad.sql", "INSERT INTO copy (a) SELECT email FROM users;\nSELEC oops FROM;\n")
    shop.root.joinpath("etl/latin.sql").write_bytes("SELECT 'é'".encode("latin-1"))
    done = shop.run("scan")
    assert done.code == 3
    assert "not read: etl/bad.sql:2" in done.err
    assert "not read: etl/latin.sql" in done.err
    assert upstream(shop, "shop:Copy#a")


def test_a_file_that_is_gone_retires_its_flows(shop):
    path = shop.write("etl/copy.sql", "INSERT INTO copy SELECT * FROM users;")
    shop.write("etl/other.sql", "SELECT 1;")
    shop.run("scan")
    path.unlink()
    shop.run("scan")
    assert upstream(shop, "shop:Copy#z") == []


def test_no_literal_of_a_statement_is_kept(shop):
    shop.write("etl/copy.sql", "INSERT INTO copy (a) SELECT email FROM users WHERE email <> 'canary@leak.example';")
    shop.run("scan")
    assert b"canary@leak" not in b"".join(p.read_bytes() for p in (shop.root / ".sharemap").iterdir())


def test_a_text_quoted_as_a_name_is_a_gap_and_not_kept(shop):
    shop.write("etl/copy.sql", 'INSERT INTO far (a) SELECT "canary@leak.example" FROM elsewhere;')
    done = shop.run("scan")
    assert done.code == 3
    assert "name the dialect" in done.err
    assert b"canary@leak" not in b"".join(p.read_bytes() for p in (shop.root / ".sharemap").iterdir())


def test_unknown_and_missing_options_are_refused(shop):
    for options, message in (("paths: [x], namespac: y", "did you mean 'namespace'"), ("paths: x", "expected paths")):
        shop.write("sharemap.yaml", f"sources: {{etl: {{kind: sql, {options}}}}}\n")
        done = shop.run("scan")
        assert done.code == 2
        assert message in done.err


def test_a_file_that_is_read_or_written_is_a_dataset_of_its_own(shop):
    shop.write("etl/out.sql", "INSERT INTO copy (a) SELECT email FROM read_csv('s3://me:secret@lake/in.csv?sig=1');")
    shop.write("sharemap.yaml", CONFIG.replace("dialect: sqlite", "dialect: duckdb"))
    shop.run("scan")
    assert upstream(shop, "shop:Copy#a")[0][0] == "s3://lake:in.csv#email"


def test_what_functions_of_the_project_keep_is_known_in_files(shop):
    shop.write("sharemap.yaml", CONFIG + "functions: {acme_token: pseudonymised}\n")
    shop.write("etl/copy.sql", "INSERT INTO copy (a) SELECT acme_token(email) FROM users;")
    shop.run("scan")
    assert "pseudonymise" in upstream(shop, "shop:Copy#a")[0][1]


def test_what_no_function_can_keep_is_refused_with_what_is_near(shop):
    shop.write("sharemap.yaml", CONFIG + "functions: {acme_token: hash}\n")
    done = shop.run("scan")
    assert done.code == 2
    assert "sharemap.yaml:" in done.err
    assert "did you mean 'hashed'" in done.err
