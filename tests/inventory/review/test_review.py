"""What is asked, in which order, and what an answer makes of it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory import pipeline
from inventory.project import Project
from inventory.review import Item, accepted, corrected, rejected, suggestions, to_review
from inventory.review.reach import reached
from lineage.errors import InvalidInput
from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.model import Classification, Evidence, Fact, FieldId, Form, Method
from lineage.queries import who_gets
from lineage.references import join
from lineage.stores import open_store
from lineage.vocabulary import CATEGORIES
from lineage.world import World
from tests.exports import worlds
from tests.world import AUTH, TO_AD, world

CSV = "id,email,phone,religion,note_text\n1,a,2,b,c\n"


@pytest.fixture
def shop(folder):
    """A file of ours whose e-mail addresses reach the advertiser, authorised, and whose telephone numbers, not."""
    folder.write("data/users.csv", CSV)
    folder.write("sharemap.yaml", "sources: {files: {kind: files, paths: ['data/*.csv'], system: crm}}\n")
    there = {"namespace": "file://data", "dataset": "users.csv"}
    to_ad = [{**TO_AD, "source": {**there, "field": name}, "target": f"adapi:in#{name}"} for name in ("email", "phone")]
    given = world(flows=to_ad, classifications=(), authorizations=({**AUTH, "data_subjects": ["*"]},))
    folder.entries(**given)
    assert folder.run("scan").code == 0
    return folder


def asked(folder):
    project = Project.read(folder.root / "sharemap.yaml")
    store = open_store(project.store_url)
    return to_review(pipeline.judge(project, store), store)


def open_items(folder):
    return [(item.field.field, item.data_category) for item in asked(folder).items]


def test_unauthorised_shares_come_first_then_shared_ones_then_sensitive_ones_then_the_rest(shop):
    assert [name for name, _ in open_items(shop)][:3] == ["phone", "email", "religion"]
    first, second, third = asked(shop).items[:3]
    assert (first.reaches, first.unauthorized) == ({"ad": False}, True)
    assert (second.reaches, second.unauthorized) == ({"ad": True}, False)
    assert (third.reaches, third.sensitive) == ({}, True)


def test_each_says_why_where_and_since_when(shop):
    item = asked(shop).items[0]
    assert item.rules
    assert item.places == ("data/users.csv:1",)
    assert 0 < item.confidence <= 1
    assert item.first_seen.date() == datetime.now(UTC).date()
    assert item.change is None


def test_coverage_counts_what_was_read_classified_answered_and_not(shop):
    shop.write("data/broken.csv", "")
    shop.run("scan")
    told = asked(shop).coverage
    assert told["unread"] == 1
    assert told["fields"] == told["classified"] + told["unclassified"]
    assert (told["reviewed"], told["open"]) == (0, told["classified"])


def answer(folder, entry):
    written = folder.root / "inventory/classifications.yaml"
    text = written.read_text() if written.exists() else "classifications:\n"
    written.write_text(text + f"  - {entry}\n")


@pytest.mark.parametrize(
    "entry",
    [
        '{field: "crm:users.csv#phone", data_category: user.contact.phone_number}',
        '{field: "crm:users.csv#phone", data_category: user.contact.fax_number, replaces: user.contact.phone_number}',
        '{field: "crm:users.csv#phone", not_personal: a house telephone}',
    ],
)
def test_what_was_answered_is_not_asked_again(shop, entry):
    answer(shop, entry)
    assert "phone" not in [name for name, _ in open_items(shop)]
    shop.run("scan")
    assert "phone" not in [name for name, _ in open_items(shop)]
    assert asked(shop).reviewed == 1


def test_another_category_by_hand_leaves_the_guess_open_because_it_still_counts(shop):
    answer(shop, '{field: "crm:users.csv#phone", data_category: user.name}')
    assert ("phone", "user.contact.phone_number") in open_items(shop)


def test_what_came_after_the_last_answer_is_marked(shop):
    answer(shop, '{field: "crm:users.csv#phone", not_personal: a house telephone}')
    shop.run("scan")
    shop.write("data/users.csv", CSV.replace("id,", "id,first_name,").replace("1,", "1,x,"))
    shop.run("scan")
    marks = {item.field.field: item.change for item in asked(shop).items}
    assert marks["first_name"] == "new"
    assert marks["email"] is None


def test_a_field_that_is_thought_otherwise_than_at_the_last_answer_is_changed(shop):
    project = Project.read(shop.root / "sharemap.yaml")
    answer(shop, '{field: "crm:users.csv#phone", not_personal: a house telephone}')
    shop.run("scan")
    store = open_store(project.store_url)
    guess = Classification(FieldId("file://data", "users.csv", "note_text"), "user.name", confidence=0.5, rules=("x",))
    store.record("other", "files", [Fact(guess, Evidence("files", "x", method=Method.INFERRED))], now=datetime.now(UTC))
    assert {i.change for i in asked(shop).items if i.field.field == "note_text" and i.data_category == "user.name"} == {
        "changed"
    }


def test_what_a_document_hints_or_a_person_said_is_not_asked(shop):
    answer(shop, '{field: "crm:users.csv#id", data_category: user.unique_id}')
    assert all(category != "user.unique_id" for _, category in open_items(shop))


# -- laws -------------------------------------------------------------------------------------------------


@given(worlds)
def test_the_recipients_of_a_field_are_among_those_that_who_gets_names(facts):
    """Both walk the same flows; who-gets follows exact forms, a review a category in any form, so it may see more."""
    judgement = Judgement(
        LineageGraph.from_facts(facts), datetime(2026, 6, 15).date(), datetime(2026, 6, 15, tzinfo=UTC)
    )
    wanted = [
        (n, c.data_category) for n, group in judgement.world.classifications.items() for c in group if c.data_category
    ]
    found = reached(judgement, wanted)
    for field, category in wanted:
        exact = [s for s in who_gets(judgement, [judgement.graph.index[field]]) if s.data_category == category]
        told = found.get((field, category), {})
        assert {s.recipient for s in exact} <= set(told)
        assert all(not told[s.recipient] for s in exact if not s.authorized)


NAMES = st.text(min_size=1, max_size=12)


@given(NAMES, NAMES, NAMES)
def test_an_entry_names_the_field_that_was_asked_about_whatever_it_is_called(system, dataset, name):
    node = FieldId(f"file://{system}", dataset, name)
    made = World.from_facts([])
    item = Item(node, join(node.namespace, node.name, node.field), "user.name")
    told = accepted(made, item, "dpo")["field"]
    if isinstance(told, str):
        from inventory.manual import _node

        assert _node(told, {}) == node
    else:
        assert told == {"namespace": node.namespace, "dataset": dataset, "field": name}


def test_an_answer_keeps_subject_and_form_of_the_guess_and_who_gave_it():
    item = Item(FieldId("a://b", "c", "d"), "a://b:c#d", "user.name", "customer", Form.HASHED)
    about = {"field": "a://b:c#d", "data_subject": "customer", "form": "hashed", "by": "dpo"}
    made = World.from_facts([])
    assert accepted(made, item, "dpo") == {**about, "data_category": "user.name"}
    assert corrected(made, item, "user.contact.email", "dpo", "seen") == {
        **about, "data_category": "user.contact.email", "replaces": "user.name", "note": "seen",
    }  # fmt: skip
    assert rejected(made, item, " a shop ", "dpo") == {"field": "a://b:c#d", "not_personal": "a shop", "by": "dpo"}


@pytest.mark.parametrize("category", ["user.nam", "user.name"])
def test_a_correction_must_be_a_category_and_another(category):
    with pytest.raises(InvalidInput, match=r"user[.]name"):
        corrected(World.from_facts([]), Item(FieldId("a", "b", "c"), "a:b#c", "user.name"), category, "dpo")


def test_a_rejection_without_a_reason_is_none():
    with pytest.raises(InvalidInput, match="say why"):
        rejected(World.from_facts([]), Item(FieldId("a", "b", "c"), "a:b#c", "user.name"), " ", "dpo")


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_suggestions_are_other_known_categories(category):
    assert category not in suggestions(category)
    assert set(suggestions(category)) <= set(CATEGORIES)
