"""Keys are seen once, kept as digests, and told apart."""

import pytest

from inventory.receive.keys import Keys
from lineage.errors import InvalidInput


@pytest.fixture
def keys(tmp_path):
    return Keys(tmp_path / "keys.json")


def test_a_key_opens_until_it_is_removed_and_another_process_did_that(keys):
    first, second = keys.add("first"), keys.add("second")
    assert keys.admits(first, 0.0)
    assert keys.admits(second, 0.0)
    assert not keys.admits(first + "x", 0.0)
    assert not keys.admits("", 0.0)
    assert not keys.admits("\ud800ü", 0.0)
    Keys(keys.path).remove("first")
    assert keys.admits(first, 0.5)
    assert not keys.admits(first, 1.5)
    assert keys.admits(second, 1.5)


def test_only_digests_are_kept_for_the_owner_alone(keys):
    secret = keys.add("x")
    assert secret not in keys.path.read_text()
    assert secret.removeprefix("smk_") not in keys.path.read_text()
    assert keys.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101])
def test_names_that_cannot_be_shown_are_refused(keys, name):
    with pytest.raises(InvalidInput, match="needs a name"):
        keys.add(name)


@pytest.mark.parametrize("text", ["{", '[{"name": 1}]', "5"])
def test_a_damaged_file_is_told(keys, text):
    keys.path.write_text(text)
    with pytest.raises(InvalidInput, match=r"keys\.json"):
        keys.all()
