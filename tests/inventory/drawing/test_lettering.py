"""Texts in a drawing."""

from inventory.drawing.lettering import short, text, width


def test_what_graphviz_would_read_as_its_own_is_meant_literally():
    assert text("a\\N") == "a\\\\N"
    assert text("&lt;") == "&amp;lt;"
    assert text("two\nlines") == "two\\nlines"
    assert text("two\nlines", left=True) == "two\\llines\\l"


def test_names_are_cut_and_made_visible():
    assert short("a\x1b[31m") == "a\\x1b[31m"
    assert len(short("x" * 10_000)) < 70


def test_chinese_characters_are_wide():
    assert float(width("手机号码")) > float(width("abcd"))
