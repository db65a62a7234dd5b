"""Personal columns are known by their words in English, Chinese and pinyin; look-alikes are not."""

import csv
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.classification import Column, classify_table
from lineage import vocabulary

PSEUDONYM = "user.unique_id.pseudonymous"


def category(name, table="users", beside=(), **more):
    """What the first column is said to hold, in a table that has the columns `beside` too."""
    verdict = classify_table(table, [Column(name, **more), *map(Column, beside)])[0]
    return verdict.data_category if verdict else None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("email", "user.contact.email"),
        ("contactEmail", "user.contact.email"),
        ("receiver_name", "user.name"),
        ("手机号", "user.contact.phone_number"),
        ("xingming", "user.name"),
        ("id_card_no", "user.government_id.national_identification_number"),
        ("gender", "user.demographic.gender"),
        ("session_token", "user.authorization.credentials"),
        ("last_login_ip", "user.device.ip_address"),
    ],
)
def test_words_tell(name, expected):
    assert category(name) == expected


@pytest.mark.parametrize("name", ["email_verified", "is_phone", "created_at", "email_template", "price"])
def test_flags_times_and_templates_are_not_personal(name):
    assert category(name) is None


def test_a_comment_tells_where_the_name_does_not():
    assert category("f17", comment="手机号码") == "user.contact.phone_number"
    assert category("f17", comment="活动页面链接地址") is None


def test_a_hash_is_known_as_one():
    (verdict,) = classify_table("users", [Column("email_sha256")])
    assert (verdict.data_category, verdict.form) == ("user.contact.email", "hashed")


@pytest.mark.parametrize(
    ("table", "name", "expected"),
    [
        ("address_useraddress", "state", "user.contact.address.state"),
        ("orders", "state", None),
        ("orders", "shipping_state", "user.contact.address.state"),
        ("order_shippingaddress", "country_id", "user.contact.address.country"),
        ("products", "country_id", None),
        ("payment_bankcard", "number", "user.financial.credit_card"),
        ("order_order", "number", None),
        ("people", "image", "user.content.self_image"),
        ("listings", "image", None),
        ("orders", "customer_note", "user.content"),
        ("products", "note", None),
        ("django_session", "session_key", "user.authorization.credentials"),
    ],
)
def test_some_words_tell_only_in_their_place(table, name, expected):
    assert category(name, table) == expected


@pytest.mark.parametrize("name", ["body", "title", "name", "email"])
def test_what_people_write_is_theirs_where_the_table_says_whose_it_is(name):
    assert category(name, "productreview", beside=["user_id"])
    assert name == "email" or category(name, "reviewtemplates") is None


def test_a_number_is_no_text_of_a_person():
    assert category("note", "orders", type="integer") is None


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("carts", Column("owner", references="users#id")),
        ("carts", Column("buyer_id")),
        ("customers", Column("id")),
        ("basket", Column("made_by", references="auth_user#id")),
    ],
)
def test_a_key_of_a_person_is_a_pseudonym(table, column):
    (verdict,) = classify_table(table, [column])
    assert verdict.data_category == PSEUDONYM


@pytest.mark.parametrize(("table", "name"), [("address", "address_id"), ("member_level", "id"), ("orders", "order_id")])
def test_other_keys_are_not(table, name):
    assert category(name, table, type="integer") is None


@pytest.mark.parametrize("name", ["address", "telephone", "city", "name"])
@pytest.mark.parametrize("table", ["warehouses", "partner_partneraddress", "oms_company_address"])
def test_addresses_of_companies_are_not_personal(table, name):
    assert category(name, table) is None or (table, name) == ("warehouses", "telephone")


def test_the_tables_of_words_are_in_order():
    """Every category exists, every kind of table is one that is asked for, no phrase stands twice in one place."""
    rows = list(csv.DictReader(files("inventory.classification").joinpath("lexicon.csv").read_text().splitlines()))
    kinds = {"", "human", "named", "address", "card", "text", "search", "session", "person"}
    phrases = [(row["where"], phrase) for row in rows for phrase in row["words"].split(";")]
    assert {row["category"] for row in rows} <= set(vocabulary.CATEGORIES)
    assert {row["where"] for row in rows} == kinds
    assert sorted(phrases) == sorted(set(phrases))


@given(st.text(max_size=400), st.lists(st.text(max_size=400), max_size=4), st.text(max_size=50))
def test_any_names_get_one_verdict_a_column(table, names, comment):
    verdicts = classify_table(table, [Column(name, comment=comment) for name in names], comment=comment)
    assert len(verdicts) == len(names)
    assert verdicts == classify_table(table, [Column(name, comment=comment) for name in names], comment=comment)
