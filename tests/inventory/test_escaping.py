"""Hostile text on one line, and text that can be read back."""

from hypothesis import example, given
from hypothesis import strategies as st

from inventory.escaping import printable, spelled, unspelled
from tests.exports import NASTY

TRICKS = st.text(st.sampled_from("_x005FAa\x00\x1f'= ;\u202e")) | st.text() | st.sampled_from(NASTY)


@given(TRICKS)
@example("_x0041\x00")
@example("_x005F_x0041_")
def test_what_is_spelled_out_reads_back_and_holds_nothing_unseen(text):
    assert unspelled(spelled(text)) == text
    assert not set(spelled(text)) & set("\x00\x1b\r\n\t\x85\u202e\u2028\ufffe")


def test_ordinary_text_is_left_as_it_is():
    for text in ("snake_case_x", "_x12_", "C:\\temp", "手机号 <b> & 'x'", "😀"):
        assert spelled(text) == text


@given(st.text())
def test_what_is_shown_is_one_line_of_visible_characters(text):
    assert all(c.isprintable() for c in printable(text).replace("\u3000", " ").replace("\xa0", " ") if c > "\x7f" or c)
