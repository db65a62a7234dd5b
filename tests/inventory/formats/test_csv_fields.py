"""Every field, what it holds, and how that is known."""

import csv
import io
import random

import pytest

from inventory.formats import csv_fields
from tests.exports import NASTY, shop, written


def rows(facts):
    return list(csv.DictReader(io.StringIO(written(csv_fields, facts).lstrip("\ufeff"), newline="")))


def test_a_field_is_a_row_with_its_classification_and_what_flows_into_it():
    by_name = {row["reference"]: row for row in rows(shop())}
    assert set(by_name) == {"ours:users#email", "ours:users#idle", "ours:copy#email", "theirs:in#email"}
    users, copy = by_name["ours:users#email"], by_name["ours:copy#email"]
    assert (users["type"], users["data_categories_zh"], users["collected_at"]) == ("text", "电子邮箱地址", "email")
    assert users["how_known"] == "user.contact.email attested at inventory/world.yaml:3"
    assert (copy["data_categories"], copy["labels_held"]) == ("", "user.contact.email (customer, raw)")
    assert by_name["ours:users#idle"]["labels_held"] == ""


@pytest.mark.parametrize("name", NASTY)
def test_nasty_names_stay_texts_on_one_line(name):
    facts = shop(name)
    text = written(csv_fields, facts)
    assert len(text.splitlines()) == 5
    assert all(value[:1] not in tuple("=+-@\t\r\uff1d") for row in rows(facts) for value in row.values() if value)
    assert written(csv_fields, random.Random(2).sample(facts, len(facts))) == text
