"""Drawings of worlds: what is told, in which look, and nothing of it live."""

import random
import re
from functools import cache
from xml.etree import ElementTree

from hypothesis import given, settings

from inventory.drawing import engine, picture
from inventory.drawing.clean import cleaned
from lineage.model import Classification, Collection, Fact, FieldId
from tests.exports import NASTY, SAID, report, shop, worlds

SVG = "{http://www.w3.org/2000/svg}"


def drawn(facts):
    return picture.of_all(report(facts).judgement, "Shop")


@cache
def svg(*names):
    """The drawing of shops that hand over fields of these names, and two more: one round the flows, one aside."""
    facts = [fact for name in names for fact in shop(name, party=name)]
    theirs = FieldId("sharemap://theirs", "in", "direct")
    facts += [Fact(Collection(theirs, "checkout \\N"), SAID), Fact(Classification(theirs, "user.name"), SAID)]
    pictured = drawn(facts)
    return cleaned(engine.svg(pictured.source), pictured.title, pictured.description)


def groups(root, kind):
    """Title -> the group, of all marks of a kind."""
    return {g.find(f"{SVG}title").text: g for g in root.iter(f"{SVG}g") if g.get("class") == kind}


def texts(root):
    return [element.text for element in root.iter(f"{SVG}text")]


def test_it_says_who_operates_what_each_field_holds_and_what_was_not_authorised():
    root = ElementTree.fromstring(svg("email", "mail2"))
    shown = texts(root)
    assert {"Us (us, CN)", "email (recipient, controller, DE)", "ours", "theirs", "users"} <= set(shown)
    assert "E-mail address 电子邮箱地址" in shown
    assert "NOT AUTHORISED" in shown
    assert "Shares: 0 authorised (green), 3 not authorised (red)" in shown
    assert "Not drawn: 1 of the fields, as nothing flows through them" in shown
    assert "email receives E-mail address (raw), NOT authorised." in root.find(f"{SVG}desc").text


def test_every_mark_says_its_meaning_and_evidence_to_who_points_at_it():
    root = ElementTree.fromstring(svg("email", "mail2"))
    assert "theirs:in#email\nuser.contact.email (customer, raw)" in groups(root, "node")
    assert "ours:copy#email -> theirs:in#email\ninventory/world.yaml:3\nNOT AUTHORISED" in groups(root, "edge")
    assert "dataset ours:users" in groups(root, "cluster")


def test_recipients_stand_right_of_all_that_is_ours():
    root = ElementTree.fromstring(svg("email", "mail2"))
    left = {ref: float(next(g.iter(f"{SVG}text")).get("x")) for ref, g in groups(root, "node").items()}
    ours = [x for ref, x in left.items() if ref.startswith("ours:")]
    theirs = [x for ref, x in left.items() if ref.startswith("theirs:") and "direct" not in ref]
    assert max(ours) < min(theirs)


def test_a_point_of_ours_that_feeds_a_recipient_directly_is_a_red_arrow():
    root = ElementTree.fromstring(svg("email", "mail2"))
    edge = groups(root, "edge")["collected at checkout \\N"]
    assert next(edge.iter(f"{SVG}path")).get("stroke") == "#c4161c"
    assert "checkout \\N" in texts(root)


def test_nasty_names_are_shown_as_they_are_or_spelled_out_and_do_nothing():
    text = svg(*NASTY)
    root = ElementTree.fromstring(text)
    assert not re.search("<script|href=|<a[ >]|\\son\\w+=", text)
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {
        "svg", "g", "title", "desc", "path", "polygon", "polyline", "ellipse", "text",
    }  # fmt: skip
    assert {name for name in NASTY if name.isprintable() and len(name) < 60} <= set(texts(root))
    assert max(map(len, filter(None, texts(root)))) < 120
    assert not set("\u202e\x1b\x85") & set(text)


@settings(deadline=None, max_examples=60)
@given(worlds)
def test_the_order_of_facts_changes_no_byte_of_the_source(facts):
    assert drawn(random.Random(1).sample(facts, len(facts))) == drawn(facts)


def test_some_fields_can_be_drawn_alone():
    judgement = report(shop()).judgement
    source = picture.of_some(judgement, [0, 1], "Two fields").source
    assert "Two fields" in source
    assert sorted(re.findall(r"^\s+(n\d+) \[", source, re.M)) == ["n0", "n1"]
