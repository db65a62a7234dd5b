"""Of statements that disagree, the one most trusted is believed, and the disagreement is kept."""

from datetime import UTC, datetime

import pytest

from lineage.model import Claim, Evidence, Fact, Field, FieldId, Method, System
from lineage.world import World

HERE = Evidence("test", "here")


def facts(*statements):
    return [Fact(statement, HERE) for statement in statements]


def evidence(method, day=None):
    return Evidence("test", f"{method}", method=method, time=datetime(2026, 1, day, tzinfo=UTC) if day else None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (evidence(Method.ATTESTED), evidence(Method.OBSERVED, 9)),
        (evidence(Method.OBSERVED), evidence(Method.INFERRED, 9)),
        (evidence(Method.OBSERVED, 2), evidence(Method.OBSERVED, 1)),
    ],
)
def test_trust_comes_first_then_time(one, other):
    said = [Fact(System("crm", country="DE"), one), Fact(System("crm", country="FR"), other)]
    for order in (said, said[::-1]):
        world = World.from_facts(order)
        assert world.systems["crm"].country == "DE"
        assert world.conflicts[0].values == ("DE", "FR")


def test_lists_are_joined():
    world = World.from_facts(facts(System("crm", namespaces=(Claim("a"),)), System("crm", namespaces=(Claim("b"),))))
    assert set(world.systems["crm"].namespaces) == {Claim("a"), Claim("b")}
    assert world.conflicts == ()


def test_types_in_the_words_of_two_engines_are_no_conflict_and_descriptions_are():
    field = FieldId("n", "t", "f")
    world = World.from_facts(facts(Field(field, "TEXT", "login"), Field(field, "string", "telephone")))
    assert [conflict.attribute for conflict in world.conflicts] == ["description"]
