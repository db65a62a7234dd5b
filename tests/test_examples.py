"""The marketplace example: what the tour prints and writes is what lies in examples/marketplace/expected.

After a change that is meant: WRITE_EXPECTED=1 pytest tests/test_examples.py, and read the difference.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.project import Folder

EXPECTED = Path(__file__).parents[1] / "examples" / "marketplace" / "expected"


@pytest.fixture(scope="module")
def tour(tmp_path_factory):
    folder = Folder(tmp_path_factory.mktemp("tour"))
    return folder.run("demo", "shop"), Folder(folder.root / "shop")


def same(name, text):
    path = EXPECTED / name
    if os.environ.get("WRITE_EXPECTED"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return text == path.read_bytes().decode("utf-8")


def test_the_tour_prints_what_is_expected(tour):
    done, _ = tour
    assert done.code == 0
    assert same("tour.txt", done.out.replace(datetime.now(UTC).date().isoformat(), "TODAY"))


def test_the_inventory_of_shares_is_the_expected_one(tour):
    _, folder = tour
    assert same("shares.csv", (folder.root / "audit" / "shares.csv").read_bytes().decode("utf-8"))


def test_the_telephone_number_is_followed_from_the_form_to_the_advertiser(tour):
    done, _ = tour
    way = [
        "shop:customers#phone_number",
        "shop:customer_mart#phone",
        "shop:ads_audience#phone",
        "adloom-api:audience#phone",
    ]
    assert all(place in done.out for place in way)
    assert "etl/ads.sql:2" in done.out


def test_the_same_facts_give_the_same_bytes(tour):
    _, folder = tour
    for export in ("csv", "csv-fields", "csv-flows", "graphml", "dot", "svg"):
        again = folder.run("export", export, "-o", "again")
        assert again.code == 0
        (written,) = (folder.root / "audit").glob({"csv": "shares.csv", "csv-fields": "fields.csv",
                                                   "csv-flows": "flows.csv"}.get(export, f"*.{export}"))  # fmt: skip
        assert (folder.root / "again").read_bytes() == written.read_bytes()


def test_publishing_again_changes_nothing(tour):
    _, folder = tour
    before = {p: p.read_bytes() for p in (folder.root / "public").rglob("*.html")}
    assert folder.run("publish", "-o", "public").code == 0
    assert {p: p.read_bytes() for p in (folder.root / "public").rglob("*.html")} == before
    assert len(before) > 10


def test_every_one_of_the_seven_promises_is_told_of(tour):
    done, _ = tour
    from lineage.findings import PROMISES

    assert all(words in done.out for words in PROMISES.values())
