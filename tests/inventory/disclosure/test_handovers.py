"""A statement stands for shares that agree in every cell, and says no more than is known of all of them."""

from datetime import UTC, date, datetime

import pytest

from inventory.disclosure.gather import Gathering
from lineage.model import Evidence, Fact, FieldId, Flow, Method
from tests.inventory.judged import judged
from tests.inventory.page.marketplace import FLOWS, RETENTION, marketplace

EMAIL = "accounts:heyu.public.users#email_addr"
TO_MILL = {"source": EMAIL, "target": "lettermill-api:digest#address"}


def handovers(recipient, more=(), seen=None, **changed):
    world = judged(marketplace(**changed), more=more, **(seen or {}))
    return [h for h in Gathering(world).disclosure().handovers if h.recipient == f"r-{recipient}"]


def test_two_flows_that_agree_make_one_statement():
    (statement,) = handovers("lettermill", flows=[*FLOWS, TO_MILL])
    assert len(statement.flows) == len(statement.shares) == 2
    assert statement.encrypted is None  # of one of them nobody knows


def test_flows_that_differ_in_a_cell_make_two():
    other_use = {**TO_MILL, "data_use": "essential.service.notifications.sms"}
    assert len(handovers("lettermill", flows=[*FLOWS, other_use])) == 2
    assert len(handovers("lettermill", flows=[*FLOWS, {**TO_MILL, "masking": True}])) == 2
    gated = {**TO_MILL, "consent": "ads"}
    assert {h.condition for h in handovers("lettermill", flows=[*FLOWS, gated])} == {"behalf", "consent"}


def test_who_hands_on_is_named():
    (statement,) = handovers("lanjing")
    assert statement.passed_on_by == "r-chenguang"
    assert all(h.passed_on_by is None for h in handovers("adloom"))


def test_countries_outside_the_law_of_the_sender_come_with_what_lets_them():
    assert {(t.country, t.mechanism) for h in handovers("lettermill") for t in h.transfers} == {
        ("IE", "pipl:standard-contract")
    }
    assert all(h.transfers == () for h in handovers("beichen"))


def test_an_sdk_is_taken_directly():
    sdk = {"field": "adloom-api:sdk#ad_id", "point": "Home screen", "consent": "ads"}
    world = marketplace()
    world["collections"] = [*world["collections"], sdk]
    label = {"field": "adloom-api:sdk#ad_id", "data_category": "user.device.cookie_id", "data_subject": "customer"}
    world["classifications"] = [*world["classifications"], label]
    (statement,) = [h for h in handovers("adloom", **world) if h.item == "user-device-cookie_id"]
    assert (statement.method, statement.condition, statement.encrypted) == ("direct", "consent", None)
    assert [words for scene in statement.scenes for _, words in scene] == ["Home screen"]


SOURCE = FieldId("postgres://pg-core-01.heyu.example:5432", "heyu.public.users", "email_addr")
SEEN, LATER = ({"mailer": datetime(2026, month, 10, tzinfo=UTC)} for month in (6, 7))


@pytest.mark.parametrize(
    ("evidence", "seen", "how", "on"),
    [
        ([Evidence("sql", "mailer/a.sql")], SEEN, "verified", date(2026, 6, 10)),
        ([Evidence("sql", "elsewhere.sql")], SEEN, "verified", None),
        ([Evidence("sql", "mailer/a.sql")], LATER, "verified", date(2026, 6, 15)),
        ([Evidence("sql", "mailer/a.sql", method=Method.INFERRED)], SEEN, "review", None),
        ([Evidence("manual", "w.yaml", method=Method.ATTESTED)], SEEN, "declared", None),
        ([Evidence("manual", "w.yaml", method=Method.ATTESTED), Evidence("sql", "mailer/a.sql")], SEEN, "verified",
         date(2026, 6, 10)),
    ],
)  # fmt: skip
def test_how_a_statement_is_known_is_told(evidence, seen, how, on):
    flow = Flow(SOURCE, FieldId("sharemap://lettermill-api", "mails", "to"))
    (statement,) = handovers("lettermill", [Fact(flow, e) for e in evidence], seen, flows=[])
    assert (statement.provenance.how, statement.provenance.on) == (how, on)


def test_a_statement_is_verified_only_where_a_scanner_saw_every_flow():
    flow = Flow(SOURCE, FieldId("sharemap://lettermill-api", "mails", "to"))
    (statement,) = handovers("lettermill", [Fact(flow, Evidence("sql", "mailer/a.sql"))], SEEN, flows=[TO_MILL])
    assert statement.provenance.how == "declared"


def test_another_period_in_another_system_of_the_recipient_is_another_statement():
    entries = marketplace()
    systems = [*entries["systems"], {"key": "mill-archive", "operator": "lettermill", "country": "IE",
               "data_uses": ["essential.service.notifications.email"]}]  # fmt: skip
    archive = {"key": "z", "recipients": ["lettermill"], "systems": ["mill-archive"],
               "data_categories": ["user.contact"], "period": "P9Y"}  # fmt: skip
    flows = [*FLOWS, {**TO_MILL, "target": "mill-archive:mails#to"}]
    found = handovers("lettermill", systems=systems, retention=[*RETENTION, archive], flows=flows)
    assert {h.keeping.period for h in found} == {"P30D", "P9Y"}
