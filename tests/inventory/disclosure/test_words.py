"""Words for the public are clean, in a known language, and their ids tell nothing."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from inventory.disclosure.words import clean, graph_digest, named_subject, slug, told
from lineage.model import Evidence, Fact, Publication
from tests.inventory.judged import judged
from tests.inventory.page.marketplace import FLOWS, marketplace

keys = st.text(st.sampled_from("ab.-_/A<\u202e名"), max_size=8)


@given(st.text(st.characters(), max_size=40))
def test_clean_words_are_one_line_that_can_be_seen(words):
    kept = clean(words)
    assert kept is None or (kept == kept.strip() and not {unicodedata.category(c)[0] for c in kept} & {"C"})
    assert clean(kept) == kept


@given(keys, keys)
def test_two_keys_never_share_an_id_and_none_is_a_path(one, other):
    assert (slug(one) == slug(other)) == (one == other)
    assert not set(slug(one)) & set("./<>\"' ")
    assert slug(one) != ""


def test_the_script_tells_the_language_of_words_that_came_without_one():
    assert told("注册页 sign-up") == (("zh-Hans", "注册页 sign-up"),)
    assert told("sign-up") == (("en", "sign-up"),)
    assert told("12") == (("", "12"),)
    assert told(" \n") == ()
    assert told("b", (("en", "b"), ("zh-Hans", "\u202e乙"))) == (("en", "b"), ("zh-Hans", "乙"))


def test_all_subjects_are_everybody_not_everything():
    assert dict(named_subject("*"))["en"] == "Everybody"


def test_the_digest_of_the_graph_tells_knowledge_not_publications():
    published = Fact(Publication("2026", judged(marketplace()).day, "d"), Evidence("publish", "publications"))
    whole = graph_digest(judged(marketplace()).graph)
    assert graph_digest(judged(marketplace(), more=[published]).graph) == whole
    assert graph_digest(judged(marketplace(flows=FLOWS[1:])).graph) != whole
