"""Personal columns are known by their words in English, Chinese and pinyin; look-alikes are not."""

import pytest

from inventory.classification import Column, classify_table


def category(name, table="users", **more):
    (verdict,) = classify_table(table, [Column(name, **more)])
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
    ],
)
def test_words_tell(name, expected):
    assert category(name) == expected


@pytest.mark.parametrize("name", ["email_verified", "is_phone", "created_at", "email_template", "price"])
def test_flags_times_and_templates_are_not_personal(name):
    assert category(name) is None


def test_a_comment_tells_where_the_name_does_not():
    assert category("f17", comment="手机号码") == "user.contact.phone_number"


def test_a_key_into_a_persons_table_is_a_pseudonym():
    assert category("owner", table="carts", references="users#id") == "user.unique_id.pseudonymous"


def test_a_hash_is_known_as_one():
    (verdict,) = classify_table("users", [Column("email_sha256")])
    assert (verdict.data_category, verdict.form) == ("user.contact.email", "hashed")
