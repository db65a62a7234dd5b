"""The nearest promise holds; what we promise of ourselves is not said of others."""

import pytest

from inventory.disclosure.gather import Gathering
from inventory.disclosure.promises import remedies_for
from lineage.model import Control
from tests.inventory.judged import judged
from tests.inventory.page.marketplace import RETENTION, marketplace


def item(category, **changed):
    (found,) = [i for i in Gathering(judged(marketplace(**changed))).disclosure().items if i.category == category]
    return found


def kept_by(recipient, **changed):
    (handover,) = [h for h in item("user.contact.email", **changed).handovers if h.recipient == f"r-{recipient}"]
    return handover.keeping


def test_our_own_rule_for_a_category_binds_a_processor_but_nobody_else():
    ours = [{"key": "all", "data_categories": ["user.contact"], "period": "P9D", "after": "erase"}]
    assert kept_by("lettermill", retention=ours).period == "P9D"
    assert kept_by("adloom", retention=ours) is None


def test_what_is_said_of_the_recipient_comes_first_then_the_narrowest_category():
    more = [
        {"key": "a", "recipients": ["adloom"], "data_categories": ["user.contact.email"], "period": "P1D"},
        {"key": "b", "data_categories": ["user"], "period": "P2D"},
    ]
    assert kept_by("adloom", retention=[*RETENTION, *more]).period == "P1D"
    assert kept_by("lettermill", retention=[*RETENTION, *more]).period == "P30D"


def test_two_systems_with_two_rules_show_both_and_one_without_shows_that():
    copy = {"source": "accounts:heyu.public.users#email_addr", "target": "events:sessions#email"}
    assert len(item("user.contact.email", flows=[copy]).keeping) == 2
    no_rule = [entry for entry in RETENTION if entry["key"] != "events"]
    assert None in item("user.contact.email", flows=[copy], retention=no_rule).keeping


@pytest.mark.parametrize(
    ("kinds", "consented", "shown"),
    [
        (("deletion", "consent-withdrawal"), True, ["consent-withdrawal", "deletion"]),
        (("deletion", "consent-withdrawal"), False, ["deletion"]),
        (("deletion", "objection"), True, ["objection", "deletion"]),
        (("deletion",), True, []),
    ],
)
def test_where_consent_is_the_basis_what_stops_it_stands_first_or_nothing_does(kinds, consented, shown):
    controls = [Control(kind, kind) for kind in kinds]
    assert [r.kind for r in remedies_for(controls, ["shop"], consented=consented)] == shown


def test_a_control_of_another_system_is_no_help():
    assert remedies_for([Control("c", "deletion", ("crm",))], ["shop"], consented=False) == ()
