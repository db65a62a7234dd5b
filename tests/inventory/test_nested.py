"""Parts of nested objects are judged by the object they stand in, not by the one at the top."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.classification import Column, classify_table
from inventory.nested import classify_paths
from inventory.project import OwnWords


def held(table, *paths):
    verdicts = classify_paths(table, [Column(path) for path in paths], OwnWords())
    return [verdict and verdict.data_category for verdict in verdicts]


@pytest.mark.parametrize(
    ("table", "path", "category"),
    [
        ("orders", "customer.name", "user.name"),
        ("orders", "items[].name", None),
        ("orders", "shipping_address.city", "user.contact.address"),
        ("orders", "payment.card.number", "user.financial.credit_card"),
        ("orders", "warehouse.address.city", None),
        ("review", "service.name", None),
        ("review", "staff.user.name", "user.name"),
        ("users", "data[].name", "user.name"),
        ("products", "data[].name", None),
        ("push", "commits[].author.email", "user.contact.email"),
        ("订单", "收货人.姓名", "user.name"),
        ("订单", "商品.名称", None),
        ("orders", "phones.{}", "user.contact.phone_number"),
    ],
)
def test_the_object_tells_whose_it_is(table, path, category):
    (found,) = held(table, path)
    assert (found or "").startswith(category) if category else found is None


NAMES = st.sampled_from(["id", "name", "email", "user_id", "created_at", "city", "status", "手机号", "price"])


@given(st.sampled_from(["users", "orders", "products", ""]), st.lists(NAMES, max_size=6, unique=True))
def test_without_nesting_it_is_a_table(table, names):
    columns = [Column(name) for name in names]
    assert classify_paths(table, columns, OwnWords()) == classify_table(table, columns)


@given(st.text(max_size=12), st.lists(st.text(max_size=12), max_size=4))
def test_every_path_gets_an_answer(table, paths):
    assert len(held(table, *paths)) == len(paths)
