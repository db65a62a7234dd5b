"""A database is read without being changed, and nothing personal leaves it."""

import sqlite3

import pytest

from tests.project import Folder

CANARY = ("canary.person@leak.example", "13912345678", "s3cr3t-Passw0rd")
CONFIG = 'sources: {shop: {kind: database, url: "sqlite:///shop.db"}}\n'


@pytest.fixture
def shop(tmp_path):
    folder = Folder(tmp_path)
    folder.write("sharemap.yaml", CONFIG)
    with sqlite3.connect(tmp_path / "shop.db") as db:
        db.executescript(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, phone TEXT, is_active INT);"
            "CREATE VIEW mails AS SELECT email AS e, upper(phone) AS p FROM users;"
        )
        db.execute("INSERT INTO users VALUES (1, ?, ?, 1)", CANARY[:2])
    return folder


def test_columns_and_the_flows_of_views_are_read(shop):
    assert shop.run("scan").code == 0
    told = shop.run("trace", "shop:mails#e", "--format", "json").json
    assert [b["field"] for b in told["journeys"][0]["upstream"]] == ["shop:users#email"]
    assert "user.contact.email" in shop.run("explain", "users#email").out
    assert "no personal data" in shop.run("explain", "users#is_active").out


def test_a_dropped_table_is_gone_and_was_known(shop):
    shop.run("scan")
    with sqlite3.connect(shop.root / "shop.db") as db:
        db.executescript("DROP VIEW mails; DROP TABLE users; CREATE TABLE things (id INT)")
    shop.run("scan")
    assert shop.run("explain", "users#email").code == 2


def test_a_database_that_is_not_there_is_a_gap_and_loses_nothing(shop):
    shop.run("scan")
    (shop.root / "shop.db").rename(shop.root / "away.db")
    done = shop.run("scan")
    assert done.code == 3
    assert "there is no file shop.db" in done.err
    assert not (shop.root / "shop.db").exists()
    assert shop.run("explain", "users#email").code == 0


def test_no_value_and_no_password_leaves_the_scanner(shop):
    url = f"postgresql://u:{CANARY[2]}@127.0.0.1:1/nothing"
    shop.write("sharemap.yaml", CONFIG.rstrip("}\n") + '}, far: {kind: database, url: "${FAR_URL}"}}\n')
    done = [shop.run(*c, FAR_URL=url) for c in (("scan",), ("check", "--format", "json"), ("config", "show"))]
    assert done[0].code == 3
    assert "127.0.0.1:1 cannot be read: nothing answers there" in done[0].err
    said = "".join(d.out + d.err for d in done).encode()
    said += b"".join(p.read_bytes() for p in (shop.root / ".sharemap").iterdir())
    assert not [secret for secret in CANARY if secret.encode() in said]


def test_nasty_names_are_read_as_they_are(shop):
    name = "a\"'<script>\n\x1b[31m=cmd"
    with sqlite3.connect(shop.root / "shop.db") as db:
        quoted = name.replace('"', '""')
        db.execute(f'CREATE TABLE "{quoted}" ("{quoted}" TEXT)')
    assert shop.run("scan").code == 0
    assert "\x1b" not in shop.run("trace", "shop:*").out


def test_unknown_options_are_refused(shop):
    shop.write("sharemap.yaml", "sources: {shop: {kind: database, ulr: x}}\n")
    assert "did you mean 'url'" in shop.run("scan").err
