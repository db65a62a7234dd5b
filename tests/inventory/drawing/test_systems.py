"""The map of systems says what it is, in both languages, and does nothing with hostile names."""

import random
import re
from xml.etree import ElementTree

from hypothesis import given, settings

from inventory.drawing import engine, picture
from inventory.drawing.clean import cleaned
from inventory.drawing.systems import AGGREGATE
from lineage.model import System
from tests.exports import NASTY, report, shop, worlds

SVG = "{http://www.w3.org/2000/svg}"


def drawn(facts):
    return picture.of_systems(report(facts).judgement, "Shop")


def texts(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_it_says_in_both_languages_that_no_path_of_a_field_can_be_read_in_it():
    pictured = drawn(shop())
    shown = texts(cleaned(engine.svg(pictured.source), pictured.title, pictured.description))
    assert set(AGGREGATE.values()) <= set(shown)
    assert {"ours", "theirs", "1 flow 条流向", "E-mail address 电子邮箱地址"} <= set(shown)
    assert "1 of 1 shares NOT AUTHORISED 未授权" in shown
    assert {"Us (us 我方)", "Ad (recipient 接收方)"} <= set(shown)
    assert pictured.description.startswith("AGGREGATE")


def test_no_field_is_named_in_it():
    assert "users" not in drawn(shop("secret_field")).source
    assert "secret_field" not in drawn(shop("secret_field")).source


def test_nasty_names_do_nothing():
    facts = [fact for name in NASTY for fact in shop(name, party=name)]
    facts += [f for f in shop() if isinstance(f.statement, System)]
    pictured = drawn(facts)
    svg = cleaned(engine.svg(pictured.source), pictured.title, pictured.description)
    assert not re.search("<script|href=|<a[ >]|\\son\\w+=", svg)
    assert not set("\u202e\x1b\x85") & set(svg)


@settings(deadline=None, max_examples=40)
@given(worlds)
def test_the_order_of_facts_changes_no_byte_of_the_source(facts):
    assert drawn(random.Random(1).sample(facts, len(facts))) == drawn(facts)
