"""Only addresses that are what they look like become links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.page.links import href


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://heyu.example/a?b=c", "https://heyu.example/a?b=c"),
        ("privacy@heyu.example", "mailto:privacy@heyu.example"),
        ("+86 571 5555 0100", "tel:+8657155550100"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://", None),
        ("https://user:secret@heyu.example", None),
        ("https://[broken", None),
        ('https://heyu.example/"onclick="x', None),
        ("a@b.example?subject=x", None),
        ("Desk 4, Example Road", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_becomes_a_link_or_stays_text(address, target):
    assert href(address) == target


@given(st.text())
def test_no_text_becomes_a_link_of_another_kind(address):
    target = href(address)
    assert target is None or target.lower().startswith(("http://", "https://", "mailto:", "tel:"))
