"""A check for machines: the contract of docs/entries.md."""

import io
import json

from inventory.formats import json as check_json
from tests.exports import checked, nasty_shops, shop


def written(facts):
    out = io.StringIO()
    check_json.write(checked(facts), out)
    return out.getvalue()


def test_it_has_the_keys_of_the_contract_in_their_order():
    value = json.loads(written(shop()))
    assert list(value) == [
        "version", "command", "as_of", "known_at", "rule_set", "coverage", "gaps", "shares", "findings",
    ]  # fmt: skip
    (share,) = value["shares"]
    assert (share["sender"], share["recipient"], share["authorized"], share["failed"]) == ("us", "ad", False, ["none"])
    finding = next(f for f in value["findings"] if f["check"] == "unauthorized-share")
    assert [hop["field"] for hop in finding["path"]][-1] == finding["target"] == "theirs:in#email"
    assert finding["suppressed"] is None


def test_nasty_names_come_through_as_they_are():
    value = json.loads(written(nasty_shops()))
    assert "theirs:in#\x1b[31mred" in {share["target"] for share in value["shares"]}
    assert "a\x00b" in {gap["source"] for gap in value["gaps"]}
