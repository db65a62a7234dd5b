"""Nothing false, open, vague or internal is published; every reason is told at once, with its way out."""

import pytest

from inventory.disclosure import disclose
from lineage.errors import InvalidInput, Refused
from tests.inventory.judged import judged
from tests.inventory.page.marketplace import (
    ACTIVITIES,
    AUTHORIZATIONS,
    CONTROLS,
    FLOWS,
    PARTIES,
    RETENTION,
    SYSTEMS,
    marketplace,
)


def refusal(allow=(), **changed):
    with pytest.raises(Refused) as refused:
        disclose(judged(marketplace(**changed)), allow)
    return str(refused.value)


def without(entries, *keys):
    return [entry for entry in entries if entry["key"] not in keys]


def but(entries, key, **changes):
    """The entries with one changed; None leaves a key out."""
    changed = [{**entry, **changes} if entry["key"] == key else entry for entry in entries]
    return [{name: value for name, value in entry.items() if value is not None} for entry in changed]


REASONS = [
    ({"authorizations": without(AUTHORIZATIONS, "H-6")}, "goes to Hangzhou Tax Service (no authorization)"),
    ({"authorizations": but(AUTHORIZATIONS, "H-3", form="hashed")}, "AdLoom GmbH (fails on form of H-3)"),
    ({"systems": but(SYSTEMS, "dunan-api", operator=None)}, "a place nobody is known to operate"),
    ({"parties": but(PARTIES, "adloom", legal_name=None)}, "adloom: legal-name is not known; give the party"),
    ({"parties": but(PARTIES, "adloom", contact=None)}, "(to allow: adloom:contact)"),
    ({"parties": but(PARTIES, "heyu", legal_name=None)}, "we ourselves: legal-name"),
    ({"channels": []}, "we ourselves: channel"),
    ({"controls": without(CONTROLS, "stop-ads", "object", "stop-ranking")}, "enter a control that withdraws"),
    ({"retention": without(RETENTION, "at-adloom")}, "user.contact.email to AdLoom GmbH: retention"),
    ({"retention": without(RETENTION, "orders")}, "user.name: retention is not known; enter a retention for each"),
    ({"retention": but(RETENTION, "events", after=None)}, "say what happens after it"),
    ({"authorizations": but(AUTHORIZATIONS, "H-4", transfer=[])}, "Lettermill Ltd.: transfer is not known"),
    ({"activities": without(ACTIVITIES, "payment")}, "user.financial.credit_card: use is not known"),
    ({"collections": []}, "user.name: collection is not known"),
    ({"controls": but(CONTROLS, "erase", name="Ask us or our partners")}, "says 'partners'"),
    ({"controls": but(CONTROLS, "erase", name="删除姓名、地址等信息")}, "says '等'"),
    ({"controls": but(CONTROLS, "erase", name="Clears Email_Addr")}, "tells an internal name ('email_addr')"),
    ({"controls": but(CONTROLS, "erase", where="see PG-core-01.heyu.example")}, "tells an internal name"),
    ({"controls": but(CONTROLS, "erase", where="x" * 10_000)}, "has 10000 characters"),
    ({"parties": but(PARTIES, "lettermill", legal_name="Mail partners")}, "reads as a class ('partners')"),
    ({"parties": but(PARTIES, "lettermill", legal_name="合作伙伴")}, "name each one, or give its registry_id"),
]


@pytest.mark.parametrize(("changed", "reason"), REASONS)
def test_each_reason_stands_against_the_page_and_tells_the_way_out(changed, reason):
    assert reason in refusal(**changed)


def test_the_whole_marketplace_may_be_published():
    assert len(disclose(judged(marketplace())).handovers) == 16


def test_every_reason_is_told_at_once_under_its_heading():
    told = refusal(
        authorizations=without(AUTHORIZATIONS, "H-6"),
        parties=but(PARTIES, "lettermill", contact=None),
        controls=but(CONTROLS, "erase", name="and so on, etc."),
    ).splitlines()
    assert told[0].startswith("the page is not published, for ")
    assert [line for line in told if not line.startswith("  ")][1:] == [
        "shares that nothing authorises: authorise exactly this, or stop the flow (1)",
        "what the page must say and nobody entered: enter it, or allow it by name (publish: allow_unknown:) (1)",
        "words that may not stand on a public page: change them where they were entered (1)",
    ]


def test_a_suppressed_share_still_blocks():
    suppressed = [{"finding": "0000000", "reason": "r", "owner": "o", "expires": "2999-01-01"}]
    assert "no authorization" in refusal(authorizations=without(AUTHORIZATIONS, "H-6"), suppressions=suppressed)


def test_a_field_nobody_looked_at_that_goes_to_others_blocks():
    strange = {"source": "orders:ship_to#gift_note", "target": "beichen-api:parcels#note", "data_use": "essential"}
    assert "sends unclassified fields to others: gift_note" in refusal(flows=[*FLOWS, strange])


def test_a_cell_may_be_left_open_by_name():
    no_contact = but(PARTIES, "lettermill", contact=None)
    for allowed in ("contact", "lettermill:contact"):
        assert disclose(judged(marketplace(parties=no_contact)), [allowed])
    assert "lettermill:contact" in refusal(["adloom:contact"], parties=no_contact)


@pytest.mark.parametrize(
    ("allowed", "message"),
    [
        ("retention", "cannot be allowed"),
        ("adloom:retention", "cannot be allowed"),
        ("contacts", "did you mean 'contact'"),
        ("adlom:contact", "did you mean 'adloom'"),
    ],
)
def test_what_may_not_be_left_open_is_refused_by_name(allowed, message):
    with pytest.raises(InvalidInput, match=message):
        disclose(judged(marketplace()), [allowed])


def test_a_class_of_recipients_may_stand_with_its_register():
    sellers = but(PARTIES, "chenguang", legal_name="Sellers and their partners", registry_id="https://heyu.example/s")
    assert disclose(judged(marketplace(parties=sellers)))
