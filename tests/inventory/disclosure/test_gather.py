"""What is collected, used, kept and protected is told for each item, as far as it is known."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.disclosure.gather import Gathering
from tests.inventory.judged import judged
from tests.inventory.page.marketplace import marketplace


def gathered(**changed):
    return Gathering(judged(marketplace(**changed))).disclosure()


def item_of(disclosure, category):
    return next(item for item in disclosure.items if item.category == category)


def test_an_item_says_where_it_is_collected_and_with_which_consent():
    card = item_of(gathered(), "user.financial.credit_card")
    (point,) = card.collected
    assert point.required
    assert dict(point.point)["zh-Hans"] == "结账页面"
    assert point.consent.kind == "separate"
    assert card.sensitive


def test_a_consent_without_words_is_still_asked_for():
    (point,) = item_of(gathered(consents=[]), "user.financial.credit_card").collected
    assert point.consent is not None
    assert point.consent.text == ()


def test_without_activities_the_systems_say_what_an_item_is_for():
    systems = [{**s, "data_uses": ["personalize"]} for s in marketplace()["systems"]]
    (use,) = item_of(gathered(activities=[], systems=systems), "user.name").uses
    assert dict(use.purpose)["en"] == "Fitting things to you"


def test_groups_are_the_second_level_of_categories():
    groups = {group.id: [item.id for item in group.items] for group in gathered().groups}
    assert groups["contact"] == [
        "user-contact-address-city", "user-contact-address-street", "user-contact-email", "user-contact-phone_number",
    ]  # fmt: skip


def test_protection_counts_what_is_known():
    disclosure = gathered()
    assert (disclosure.at_rest.yes, disclosure.at_rest.no, disclosure.at_rest.unknown) == (2, 0, 1)
    assert (disclosure.in_transit.yes, disclosure.in_transit.unknown) == (14, 1)


@given(st.permutations(range(16)))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_order_of_entries_changes_nothing(order):
    flows = marketplace()["flows"]
    assert gathered(flows=[flows[i] for i in order]) == gathered()
