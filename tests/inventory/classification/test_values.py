"""Values tell by the share that validates: people's are known, numbers that look like theirs are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.classification import Column, classify_table
from inventory.classification.values import FEWEST, decide
from inventory.project import OwnWords
from tests.inventory.classification.samples import COLUMNS, figures

MAILS = [f"person{n}@mail.example" for n in range(20)]


@pytest.fixture(scope="module")
def measured():
    return figures()


def test_personal_values_are_found(measured):
    recall, _ = measured
    low = {at: share for at, share in recall.items() if share < 0.9}
    assert not low


def test_numbers_words_and_days_that_look_like_them_are_not(measured):
    _, false = measured
    assert not {trap: share for trap, share in false.items() if share > 1 / COLUMNS}


def test_names_of_companies_and_things_are_no_names_of_people():
    companies = [f"{name} GmbH" for name in ("Anna Weber", "Karl Fuchs", "Lena Vogt", "Otto Keller", "Paul Roth")]
    assert decide(companies * 5) is None
    assert (
        decide(["Human Resources", "Customer Service", "Quality Assurance", "Legal Affairs", "Supply Chain"] * 5)
        is None
    )


def test_one_value_tells_nothing():
    assert decide(MAILS[: FEWEST - 1]) is None
    assert decide([*MAILS[:5], *("no" for _ in range(20))]) is None


@pytest.mark.parametrize("table", ["users", "t1"])
def test_values_tell_where_the_name_does_not(table):
    (verdict,) = classify_table(table, [Column("f17", values=MAILS)])
    assert (verdict.data_category, verdict.rules) == ("user.contact.email", ("values:email",))


def test_what_a_project_says_is_nothing_is_not_looked_into():
    own = OwnWords(vetoes=("support mail",))
    (verdict,) = classify_table("shops", [Column("support_mail", "datetime", values=MAILS)], own=own)
    assert verdict is None


def test_values_confirm_the_name():
    by_name, confirmed = (classify_table("users", [Column("email", values=v)])[0] for v in (None, MAILS))
    assert confirmed.confidence > by_name.confidence
    assert confirmed.rules == ("name:email", "values:email")


def test_values_correct_the_name():
    (verdict,) = classify_table("users", [Column("phone", values=MAILS)])
    assert verdict.data_category == "user.contact.email"


def test_values_that_are_digests_show_that_a_column_is_hashed():
    (verdict,) = classify_table("users", [Column("email", values=[f"{n:064x}" for n in range(20)])])
    assert (verdict.data_category, verdict.form) == ("user.contact.email", "hashed")


def test_a_verdict_shows_no_value():
    assert not any(mail in repr(classify_table("users", [Column("email", values=MAILS)])) for mail in MAILS)
    assert not any(mail in repr(Column("email", values=MAILS)) for mail in MAILS)


@given(st.lists(st.text(max_size=400), max_size=30))
def test_any_values_get_a_verdict_or_none(values):
    assert decide(values) == decide(values)
