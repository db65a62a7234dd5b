"""The marketplace example: what the README shows is what it does."""

import shutil
import sqlite3
from pathlib import Path

from tests.project import Folder

EXAMPLE = Path(__file__).parents[1] / "examples" / "marketplace"


def test_the_telephone_number_that_nobody_authorised_is_found(tmp_path):
    folder = Folder(tmp_path / "m")
    shutil.copytree(EXAMPLE, folder.root)
    sqlite3.connect(folder.root / "shop.db").executescript((EXAMPLE / "shop.sql").read_text())
    assert folder.run("scan").code == 0
    done = folder.run("check", "--format", "json")
    assert done.code == 1
    (finding,) = done.json["findings"]
    assert [hop["field"] for hop in finding["path"]] == [
        "shop:customers#phone_number",
        "shop:customer_mart#phone",
        "shop:ads_audience#phone",
        "adloom-api:audience#phone",
    ]
    assert {(s["recipient"], s["data_category"], s["form"], s["authorized"]) for s in done.json["shares"]} == {
        ("adloom", "user.contact.email", "hashed", True),
        ("adloom", "user.contact.phone_number", "raw", False),
        ("swiftpost", "user.name", "raw", True),
        ("swiftpost", "user.contact.address.street", "raw", True),
        ("swiftpost", "user.contact.address.city", "raw", True),
        ("swiftpost", "user.contact.address.postal_code", "raw", True),
    }
