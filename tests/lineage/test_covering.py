"""What an entry of an authorization covers: sensitive data and uses for others only by name, the EEA as one area."""

import pytest

from lineage.covering import area, covers_category, covers_country, covers_use


@pytest.mark.parametrize(
    ("entry", "category", "covered"),
    [
        ("user.contact", "user.contact.email", True),
        ("user.contact.email", "user.contact", False),
        ("*", "user.contact.email", True),
        ("*", "user.health_and_medical", False),
        ("user", "user.health_and_medical", False),
        ("user.health_and_medical", "user.health_and_medical", True),
    ],
)
def test_sensitive_categories_must_be_named(entry, category, covered):
    assert covers_category(("other", entry), category) is covered


@pytest.mark.parametrize(
    ("entry", "use", "covered"),
    [
        ("marketing", "marketing.advertising", True),
        ("*", "marketing.advertising", True),
        ("*", "marketing.advertising.third_party", False),
        ("marketing", "marketing.advertising.third_party", False),
        ("marketing.advertising.third_party", "marketing.advertising.third_party.targeted", True),
        ("*", None, False),
    ],
)
def test_uses_for_others_must_be_named_and_an_unknown_use_is_never_covered(entry, use, covered):
    assert covers_use(("other", entry), use) is covered


@pytest.mark.parametrize(
    ("entries", "country", "covered"),
    [
        (("DE",), "DE", True), (("DE",), "FR", True), (("EU",), "NO", True), (("EEA",), "US", False),
        (("CN",), "HK", False), (("HK",), "HK", True), (("*",), "US", True), (("*",), None, False),
    ],
)  # fmt: skip
def test_the_eea_is_one_area_and_hong_kong_its_own(entries, country, covered):
    assert covers_country(entries, country) is covered


def test_every_other_country_is_an_area_of_its_own():
    assert [area(country) for country in ("DE", "NO", "CN", "HK", "US")] == ["EEA", "EEA", "CN", "HK", "US"]
