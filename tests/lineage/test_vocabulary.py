"""The words are those of fideslang, each said plainly in both languages."""

import pytest
from fideslang.default_taxonomy import DEFAULT_TAXONOMY

from lineage.errors import InvalidInput
from lineage.vocabulary import (
    CATEGORIES,
    LANGUAGES,
    SENSITIVE,
    SUBJECTS,
    USES,
    check_key,
    covers,
    is_for_others,
    is_sensitive,
    label,
)


@pytest.mark.parametrize(
    ("ours", "theirs"), [(CATEGORIES, "data_category"), (USES, "data_use"), (SUBJECTS, "data_subject")]
)
def test_the_keys_are_fideslangs(ours, theirs):
    assert set(ours) == {term.fides_key for term in getattr(DEFAULT_TAXONOMY, theirs)}


@pytest.mark.parametrize("terms", [CATEGORIES, USES, SUBJECTS])
def test_every_key_has_its_own_label_in_each_language(terms):
    for language in LANGUAGES:
        labels = [term.labels[language] for term in terms.values()]
        assert all(labels)
        assert len(set(labels)) == len(labels)


def test_a_key_covers_itself_and_what_lies_below_but_not_its_namesake():
    assert covers("user.contact", "user.contact.email")
    assert not covers("user.contact.email", "user.contact")
    assert not covers("user.cont", "user.contact")


def test_what_is_sensitive_is_named_by_a_law():
    assert set(SENSITIVE) <= set(CATEGORIES)
    assert is_sensitive("user.health_and_medical.genetic")
    assert not is_sensitive("user.contact.email")
    assert is_for_others("marketing.advertising.third_party.targeted")


def test_own_keys_are_called_as_their_parent():
    assert label("user.contact.email.work", "zh-Hans") == label("user.contact.email", "zh-Hans")


def test_an_unknown_key_is_refused_with_the_nearest():
    with pytest.raises(InvalidInput, match=r"did you mean 'user\.contact\.email'"):
        check_key("data category", "user.contact.emial")
