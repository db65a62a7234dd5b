"""Raw personal data lies encrypted, and somebody says so."""

import pytest

from tests.world import EMAIL, SYSTEMS, found, world


def entries(encrypted, **more):
    crm = {k: v for k, v in {**SYSTEMS[0], "encrypted_at_rest": encrypted}.items() if v is not None}
    return world(systems=[crm, *SYSTEMS[1:]], **more)


@pytest.mark.parametrize(
    ("encrypted", "why"), [(None, "nobody says that it is encrypted"), (False, "it is not encrypted")]
)
def test_unknown_counts_as_not_encrypted(folder, encrypted, why):
    folder.entries(**entries(encrypted))
    (finding,) = found(folder, "unencrypted-at-rest")
    assert (finding["source"], finding["severity"]) == ("crm", "medium")
    assert why in finding["message"]


def test_sensitive_data_makes_it_high(folder):
    folder.entries(**entries(None, classifications=[{**EMAIL, "data_category": "user.health_and_medical"}]))
    assert [f["severity"] for f in found(folder, "unencrypted-at-rest")] == ["high"]


def test_hashes_and_systems_of_others_are_not_asked(folder):
    folder.entries(**entries(None, classifications=[{**EMAIL, "form": "hashed"}]))
    assert not found(folder, "unencrypted-at-rest")
    folder.entries(**entries(True))
    assert not found(folder, "unencrypted-at-rest")
