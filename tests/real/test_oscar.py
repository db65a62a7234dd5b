"""A shop nobody here wrote: django-oscar's tables on a live PostgreSQL, read, judged, and compared with the truth.

oscar/truth.csv was written by eye, column by column: `core` identifies or describes a person, `linked` is about a
person only by a key beside it (pseudonymous keys, times, amounts, free text; reasonable people disagree), `none`
is neither.  It covers all tables of users, addresses, orders, payments, vouchers, wish lists, reviews, baskets,
analytics and messages.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lineage.model import Classification, Field
from lineage.stores import open_store
from tests.project import Folder
from tests.servers import ADMIN, PASSWORD

pytestmark = pytest.mark.server

HERE = Path(__file__).parent / "oscar"
COVERED = ("auth_user", "address_", "order_", "customer_", "payment_", "voucher_", "wishlists_", "reviews_", "basket_",
           "analytics_", "communication_", "django_session", "django_admin_log")  # fmt: skip


@pytest.fixture(scope="module")
def shop(postgresql, tmp_path_factory):
    """A project folder whose database has oscar's tables and what the ETL makes of them, scanned."""
    database = postgresql.fresh("oscar")
    at = {"HOST": postgresql.host, "PORT": postgresql.port, "USER": ADMIN, "PASSWORD": PASSWORD, "NAME": database}
    migrate = [sys.executable, "-W", "ignore", "-m", "django", "migrate", "--no-input", "--skip-checks", "-v0"]
    settings = {"DJANGO_SETTINGS_MODULE": "tests.real.oscar.settings", "OSCAR_DATABASE": json.dumps(at)}
    done = subprocess.run(
        migrate, env={**os.environ, **settings}, capture_output=True, text=True, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 0, done.stderr[-2000:]
    folder = Folder(tmp_path_factory.mktemp("fjord") / "project")
    shutil.copytree(HERE, folder.root, ignore=shutil.ignore_patterns("*.py", "truth.csv", "__pycache__"))
    postgresql.run("CREATE SCHEMA mart", "CREATE SCHEMA export", database=database)
    postgresql.run(*(path.read_text() for path in sorted((HERE / "etl").glob("*.sql"))), database=database)
    scanned = folder.run("scan", OSCAR_URL=postgresql.url(database))
    assert scanned.code == 0, scanned.err
    return folder


@pytest.fixture(scope="module")
def said(shop):
    """(table, column) -> category or None, of oscar's own tables."""
    statements = [f.statement for f in open_store(shop.root / ".sharemap/store.db").statements()]
    found = {_short(s.field): None for s in statements if isinstance(s, Field) and ".public." in s.field.name}
    found |= {_short(s.field): s.data_category for s in statements if isinstance(s, Classification)}
    return {key: category for key, category in found.items() if "." not in key[0]}


def _short(field):
    return field.name.removeprefix("oscar.public."), field.field


@pytest.fixture(scope="module")
def truth():
    with open(HERE / "truth.csv", encoding="utf-8") as file:
        return {(row["table"], row["column"]): (row["tier"], row["category"]) for row in csv.DictReader(file)}


def _right(category, expected):
    """Is the category the expected one, one below it, or its parent?"""
    return category == expected or category.startswith(f"{expected}.") or category == expected.rpartition(".")[0]


def test_the_truth_is_about_every_column_of_the_tables_it_covers(said, truth):
    assert set(truth) == {key for key in said if key[0].startswith(COVERED)}


def test_personal_columns_are_found_and_others_are_not(said, truth):
    """The floors are what was reached, less one or two columns that reasonable people would see otherwise."""
    core = {key: category for key, (tier, category) in truth.items() if tier == "core"}
    found = [key for key in core if said[key]]
    missed = sorted(set(core) - set(found))
    wrong = sorted((key, said[key]) for key in found if not _right(said[key], core[key]))
    false = sorted((key, said[key]) for key, (tier, _) in truth.items() if tier == "none" and said[key])
    assert not missed
    assert len(found) / (len(found) + len(false)) >= 0.97, false
    assert not wrong


def test_some_of_what_is_personal_only_by_a_key_beside_it_is_found(said, truth):
    """All keys of persons and what people write; times and amounts of what they did are not told from others."""
    linked = {key: category for key, (tier, category) in truth.items() if tier == "linked"}
    missed = sorted(key for key in linked if not said[key])
    assert 1 - len(missed) / len(linked) >= 0.44, missed
    assert not [key for key in missed if key[1] in ("user_id", "owner_id", "body", "message", "notes")]


# -- what the shop shares -------------------------------------------------------------------------------

EXPECTED = {
    # Right: the carrier's contract is on names and addresses.
    ("unauthorized-share", "shop:oscar.export.parcel#phone", "parcelo"),
    # Right: AdReach may have hashed addresses of those who agreed, nothing else.
    ("unauthorized-share", "shop:oscar.export.audience#phone", "adreach"),
    # Right: the agreement with Clicklens is over.
    ("unauthorized-share", "shop:oscar.export.clicks#visitor", "clicklens"),
    ("unauthorized-share", "shop:oscar.export.clicks#searched", "clicklens"),
    # Right: nobody knows who runs the review feed, which gets two kinds of names.
    ("unknown-recipient", "shop:oscar.export.reviews#author", None),
    # Right: the United States, and no mechanism.
    ("transfer-without-mechanism", "shop:oscar.export.mail#recipient", "mailquick"),
    # Right: sums and product numbers leave, and nobody has looked at them.
    ("unlabelled-field", "shop:oscar.export.audience", None),
    ("unlabelled-field", "shop:oscar.export.reviews", None),
    # Right: every table the ETL copies people into, and only those (mart.product holds nobody).
    *{("missing-erasure-route", f"shop:oscar.{name}", None) for name in (
        "mart.customer", "export.audience", "export.clicks", "export.mail", "export.parcel", "export.payment",
        "export.reviews")},
    # Right: none is entered.
    ("overdue-review", None, None),
    ("overdue-training", None, None),
}  # fmt: skip


def test_each_finding_is_expected_and_each_expected_one_is_found(shop):
    done = shop.run("check", "--format", "json")
    assert done.code == 1, done.err
    assert not done.json["gaps"]
    assert {(f["check"], f["source"], f["recipient"]) for f in done.json["findings"]} == EXPECTED


def test_a_telephone_number_is_followed_from_the_table_to_the_advertiser(shop):
    (finding,) = (
        f
        for f in shop.run("check", "--format", "json").json["findings"]
        if f["source"] == "shop:oscar.export.audience#phone"
    )
    assert [hop["field"] for hop in finding["path"]] == [
        "shop:oscar.public.address_useraddress#phone_number",
        "shop:oscar.mart.customer#phone",
        "shop:oscar.export.audience#phone",
        "adreach-api:audience#phone",
    ]
    assert [hop["evidence"].split(":")[0] for hop in finding["path"]][1:3] == [
        "etl/01_customer_mart.sql",
        "etl/02_audience.sql",
    ]


def test_what_is_authorised_is_not_reported(shop):
    shares = shop.run("check", "--format", "json").json["shares"]
    assert {(s["recipient"], s["data_category"], s["form"]) for s in shares if s["authorized"]} == {
        ("adreach", "user.contact.email", "hashed"),
        ("mailquick", "user.contact.email", "raw"),
        ("mailquick", "user.content", "raw"),
        ("parcelo", "user.name", "raw"),
        ("parcelo", "user.name.first", "raw"),
        ("parcelo", "user.name.last", "raw"),
        ("parcelo", "user.contact.address.street", "raw"),
        ("parcelo", "user.contact.address.postal_code", "raw"),
        ("paywell", "user.name", "raw"),
        ("paywell", "user.contact.email", "raw"),
        ("paywell", "user.financial.credit_card", "raw"),
    }
    assert {s["recipient"] for s in shares if not s["authorized"]} == {"adreach", "clicklens", "parcelo", None}


def test_who_gets_my_telephone_number(shop):
    told = shop.run("who-gets", "user.contact.phone_number", "--format", "json").json
    assert {s["recipient"] for s in told["shares"]} == {"adreach", "parcelo"}
