"""Near-duplicates are found by what must be equal, and what is known to be two is left alone."""

from __future__ import annotations

import pytest

from inventory.unresolved import unresolved
from lineage.graph import LineageGraph
from lineage.model import Claim, Dataset, Evidence, Fact, Field, FieldId, Party, Symlink, System

HOME = "postgres://db.example:5432"
ALIAS = "postgresql://10.0.0.5"


def told(namespace, name, *columns, agent="openlineage"):
    evidence = Evidence(agent, f"{agent}/{name}")
    yield Fact(Dataset(FieldId(namespace, name)), evidence)
    yield from (Fact(Field(FieldId(namespace, name, column)), evidence) for column in columns)


def live(name, *columns, namespace=HOME):
    return told(namespace, name, *columns, agent="database")


def near(*facts):
    found = unresolved(LineageGraph.from_facts(fact for group in facts for fact in group))
    return [(n.kind, n.alias.name or n.alias.namespace, n.home.name or n.home.namespace) for n in found.near]


def test_the_same_names_in_two_namespaces_are_one_finding_that_counts_them():
    facts = [
        *live("shop.public.users", "id", "email"), *live("shop.public.orders", "nr"), *live("shop.public.other", "x"),
        *told(ALIAS, "shop.public.users", "EMAIL", "extra"), *told(ALIAS, "shop.public.orders"), *told(ALIAS, "a.b.c"),
    ]  # fmt: skip
    (found,) = unresolved(LineageGraph.from_facts(facts)).near
    assert (found.kind, found.alias.namespace, found.home.namespace) == ("namespace", ALIAS, HOME)
    assert (found.names, found.of_names) == (("shop.public.orders", "shop.public.users"), 3)
    assert (found.columns, found.of_columns) == (1, 2)
    assert found.alias_places == ("openlineage/shop.public.orders", "openlineage/shop.public.users")
    assert found.home_places == ("database/shop.public.orders", "database/shop.public.users")


@pytest.mark.parametrize(
    ("namespace", "found"),
    [
        ("warehouse", True), ("POSTGRES://db.example", True), ("mysql://db.example:3306", False),
        ("s3://bucket", False), ("https://api.example", False),
    ],
)  # fmt: skip
def test_only_places_of_one_kind_or_of_none_are_compared(namespace, found):
    facts = near(live("shop.public.users", "id"), told(namespace, "shop.public.users", "id"))
    assert bool(facts) is found


def test_a_namespace_is_told_by_names_without_their_database_too():
    facts = near(live("shop.public.users", "id"), told(ALIAS, "public.Users", "id"))
    assert facts == [("namespace", ALIAS, HOME)]
    for other in ("crm.public.users", "users"):
        assert near(live("shop.public.users"), told(ALIAS, other)) == []


def test_names_that_differ_in_case_only_are_near_where_case_says_nothing():
    assert near(live("shop.public.users"), told(HOME, "shop.public.Users")) == [
        ("case", "shop.public.Users", "shop.public.users")
    ]
    for namespace in ("bigquery", "s3://bucket", "mysql://db.example:3306"):
        assert near(told(namespace, "a.b.users"), told(namespace, "a.b.Users")) == []


@pytest.mark.parametrize(
    "name", ["users", "public.users", "shop.users", "PUBLIC.Users", "spark_catalog.shop.public.users"]
)
def test_names_that_leave_out_or_add_parts_are_near(name):
    assert near(live("shop.public.users"), told(HOME, name)) == [("parts", name, "shop.public.users")]


@pytest.mark.parametrize("name", ["public", "shop.public", "user", "crm.users", "public.shop.users.x"])
def test_other_names_are_not(name):
    assert near(live("shop.public.users"), told(HOME, name)) == []


def test_of_several_that_fit_the_one_with_most_columns_in_common_is_named_first():
    facts = [
        *live("shop.public.users", "id"),
        *live("shop.crm.users", "id", "email"),
        *told(HOME, "users", "email", "id"),
    ]
    (found,) = unresolved(LineageGraph.from_facts(facts)).near
    assert found.home.name == "shop.crm.users"
    assert [node.name for node in found.candidates] == ["shop.public.users"]


def test_what_was_read_live_twice_or_shares_no_column_is_two():
    assert near(live("a.b.users"), live("a.b.users", namespace="postgres://other.example:5432")) == []
    assert near(live("a.b.Users"), live("a.b.users")) == []
    assert near(live("a.b.users", "id"), told(HOME, "users", "sku")) == []


def test_what_different_parties_have_is_never_joined():
    """An alias would hide a share."""
    by = Evidence("manual", "x.yaml")
    entries = [
        Fact(Party("us", own=True), by), Fact(Party("ad"), by),
        Fact(System("a", operator="us", namespaces=(Claim(HOME),)), by),
        Fact(System("b", operator="ad", namespaces=(Claim(ALIAS),)), by),
    ]  # fmt: skip
    both = [*live("shop.public.users", "id"), *told(ALIAS, "shop.public.users", "id")]
    assert near(both)
    assert near(both, entries) == []


def test_what_is_joined_already_is_not_told_again():
    link = Fact(Symlink(FieldId(HOME, "users"), FieldId(HOME, "shop.public.users")), Evidence("manual", "x"))
    assert near(live("shop.public.users"), told(HOME, "users"), [link]) == []


def test_a_name_in_very_many_namespaces_says_nothing():
    facts = [f for i in range(20) for f in told(f"postgres://shard{i}.example:5432", "shop.public.users")]
    found = unresolved(LineageGraph.from_facts(facts))
    assert (found.near, found.shards, found.datasets) == ((), 1, 20)
