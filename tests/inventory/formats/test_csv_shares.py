"""The sharing inventory for auditors."""

import csv
import io
import random

import pytest

from inventory.formats import csv_shares
from tests.exports import NASTY, shop, written


def rows(facts):
    return list(csv.DictReader(io.StringIO(written(csv_shares, facts).lstrip("\ufeff"), newline="")))


def test_a_share_is_a_row_that_names_who_what_why_and_how_it_is_known():
    (row,) = rows(shop())
    assert tuple(row) == csv_shares.COLUMNS
    assert (row["sender_name"], row["recipient_name"], row["role"], row["countries"]) == (
        "Us",
        "Ad",
        "controller",
        "DE",
    )
    assert row["data_category"] == "user.contact.email"
    assert (row["data_category_en"], row["data_category_zh"]) == ("E-mail address", "电子邮箱地址")
    assert (row["form"], row["data_use"], row["authorized"], row["failed"]) == ("raw", "marketing", "false", "none")
    assert row["path"] == "ours:users#email -> ours:copy#email -> theirs:in#email"
    assert row["evidence"] == "email (inventory/world.yaml:3); inventory/world.yaml:3"


@pytest.mark.parametrize("name", NASTY)
def test_nasty_names_stay_texts_on_one_line(name):
    facts = shop(name, party=name)
    (row,) = rows(facts)
    assert not any(value[:1] in tuple("=+-@\t\r\uff1d") for value in row.values() if value)
    assert len(written(csv_shares, facts).splitlines()) == 2
    assert written(csv_shares, random.Random(2).sample(facts, len(facts))) == written(csv_shares, facts)
