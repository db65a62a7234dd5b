"""What statements about the world say together: names that are one dataset, and whose it then is."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.model import Claim, Classification, Evidence, Fact, FieldId, Method, Party, Symlink, System
from lineage.world import World

HERE = Evidence("test", "here")
CATALOG, BUCKET, OTHER = (
    FieldId("hive://m", "exports"),
    FieldId("s3://partner", "exports"),
    FieldId("glue://g", "exports"),
)


def facts(*statements):
    return [Fact(statement, HERE) for statement in statements]


@pytest.mark.parametrize("link", [Symlink(BUCKET, CATALOG), Symlink(CATALOG, BUCKET)])
def test_a_dataset_is_with_everyone_who_has_one_of_its_names(link):
    world = World.from_facts(
        facts(
            link,
            Party("us", own=True),
            Party("ad"),
            System("lake", operator="us", namespaces=(Claim("hive://m"),)),
            System("drop", operator="ad", namespaces=(Claim("s3://partner"),)),
            System("scanned", namespaces=(Claim("s3://partner"),), ours=True),
        )
    )
    assert world.operators_of(CATALOG) == world.operators_of(BUCKET) == ("ad", "us")
    assert world.resolve("s3://partner:exports#email") == world.resolve("hive://m:exports#email")


# -- who and where ----------------------------------------------------------------------------------------------

DATASETS = FieldId("s3://lake", "exports.adloom.users"), FieldId("s3://lake/eu", "exports.users")


@pytest.mark.parametrize(
    ("claims", "systems"),
    [
        ({"a": Claim("s3://lake")}, ["a", "a"]),
        ({"a": Claim("s3://lake"), "b": Claim("s3://lake/eu")}, ["a", "b"]),
        ({"a": Claim("s3://lake"), "b": Claim("s3://lake", "exports/adloom")}, ["b", "a"]),
        ({"a": Claim("s3://lake", "exports"), "b": Claim("s3://lake", "exports.ad")}, ["a", "a"]),
        ({"a": Claim("s3://lak")}, ["", ""]),
        ({"a": Claim("s3://lake"), "b": Claim("s3://lake")}, ["a b", "a b"]),
    ],
)
def test_the_longest_namespace_then_the_longest_prefix_claims_a_dataset(claims, systems):
    world = World.from_facts(facts(*(System(key, namespaces=(claim,)) for key, claim in claims.items())))
    assert [" ".join(s.key for s in world.systems_of(dataset)) for dataset in DATASETS] == systems


@given(st.lists(st.tuples(*[st.sampled_from("abcd")] * 2), max_size=4), st.sets(st.sampled_from("abcd")))
def test_parties_are_one_by_alias_or_registry_id_and_never_by_name(aliases, registered):
    entries = [
        Party(
            key,
            "Same name",
            aliases=tuple(b for a, b in aliases if a == key),
            registry_id="R" if key in registered else None,
        )
        for key in "abcd"
    ]
    world = World.from_facts(facts(*entries))
    groups = [{key} for key in "abcd"]
    for linked in [*map(set, aliases), registered]:
        touched = [group for group in groups if group & linked]
        groups = [group for group in groups if not group & linked] + [set().union(*touched)]
    for group in filter(None, groups):
        assert len({world.head(key) for key in group}) == 1
    assert len(world.parties) == len([group for group in groups if group])


def test_one_entry_of_a_party_that_is_ours_makes_all_of_them_ours():
    world = World.from_facts(facts(Party("a", registry_id="R", own=True), Party("b", registry_id="R")))
    assert world.is_own("b")


@given(st.permutations([(Method.INFERRED, "FR"), (Method.OBSERVED, "DE"), (Method.ATTESTED, "CN")]))
def test_a_plain_attribute_is_believed_by_trust_and_the_rest_is_kept_as_a_conflict(told):
    said = [Fact(System("s", country=c), Evidence("t", m.value, method=m)) for m, c in told]
    world = World.from_facts(said)
    assert world.systems["s"].country == "CN"
    assert [(c.subject, c.attribute, c.values) for c in world.conflicts] == [("s", "country", ("CN", "DE", "FR"))]


def test_no_is_an_answer_where_nothing_is_known_without_one():
    said = [
        Fact(System("s", encrypted_at_rest=True), Evidence("t", "scan", method=Method.OBSERVED)),
        Fact(System("s", encrypted_at_rest=False), Evidence("t", "entry", method=Method.ATTESTED)),
    ]
    assert World.from_facts(said).systems["s"].encrypted_at_rest is False


def test_of_equal_trust_the_later_is_believed_whatever_its_time_zone():
    early = datetime(2026, 1, 2, 1, tzinfo=timezone(timedelta(hours=8)))  # still 1 January in UTC
    late = datetime(2026, 1, 1, 20, tzinfo=UTC)
    said = [Fact(System("s", country=c), Evidence("t", c, time=t)) for t, c in [(early, "FR"), (late, "DE")]]
    assert World.from_facts(said).systems["s"].country == "DE"


FIELD = FieldId("n", "t", "f")


def classified(*told):
    said = [Fact(Classification(FIELD, **c), Evidence("t", str(i), method=m)) for i, (m, c) in enumerate(told)]
    return [c.data_category for c in World.from_facts(said).classifications[FIELD] if c.data_category]


def test_not_personal_by_hand_takes_only_what_was_inferred():
    guess = (Method.INFERRED, {"data_category": "user.name"})
    known = (Method.ATTESTED, {"data_category": "user.contact"})
    denied = {"not_personal": "a product's name"}
    assert classified(guess, known, (Method.ATTESTED, denied)) == ["user.contact"]
    assert classified(guess, known, (Method.INFERRED, denied)) == ["user.contact", "user.name"]


def test_a_correction_takes_what_it_names_and_never_another_correction():
    first = (Method.ATTESTED, {"data_category": "user.name", "replaces": "user.contact"})
    second = (Method.ATTESTED, {"data_category": "user.contact", "replaces": "user.name"})
    assert classified((Method.ATTESTED, {"data_category": "user.contact"}), first) == ["user.name"]
    assert classified(first, second) == ["user.contact", "user.name"]
