"""Every flow with its attributes and evidence; reading back is tested in scanners/test_export.py."""

import csv
import io
import random

import pytest

from inventory.formats import csv_flows
from tests.exports import NASTY, shop, written


def rows(facts):
    return list(csv.DictReader(io.StringIO(written(csv_flows, facts).lstrip("\ufeff"), newline="")))


def test_a_flow_is_a_row_for_reading_and_for_reading_back():
    first, second = rows(shop())
    assert tuple(first) == csv_flows.COLUMNS
    assert (first["source"], first["target"], first["carries"]) == (
        "ours:copy#email",
        "theirs:in#email",
        "user.contact.email (customer, raw)",
    )
    assert (first["from_operator"], first["to_operator"], first["places"]) == ("us", "ad", "inventory/world.yaml:3")
    assert (first["type"], first["masking"], first["encrypted_in_transit"]) == ("DIRECT", "false", "")
    assert (second["subtype"], second["function"]) == ("TRANSFORMATION", "email")


@pytest.mark.parametrize("name", NASTY)
def test_nasty_names_stay_texts_on_one_line(name):
    facts = shop(name)
    text = written(csv_flows, facts)
    assert len(text.splitlines()) == 3
    assert all(value[:1] not in tuple("=+-@\t\r\uff1d") for row in rows(facts) for value in row.values() if value)
    assert written(csv_flows, random.Random(2).sample(facts, len(facts))) == text
