"""A share without cover is found, with its way, its reasons and its ways out."""

from tests.world import AUTH, EMAIL, TO_AD, found, world


def test_an_authorised_share_is_no_finding(folder):
    folder.entries(**world())
    assert not found(folder, "unauthorized-share")


def test_without_any_authorization_the_recipient_is_named(folder):
    folder.entries(**world(authorizations=[]))
    (finding,) = found(folder, "unauthorized-share")
    assert (finding["severity"], finding["recipient"], finding["target"]) == ("high", "ad", "adapi:in#email")
    assert "no authorization for this recipient" in finding["message"]
    assert [hop["action"] for hop in finding["path"]] == ["collection unknown", "SHARED"]


def test_every_failed_part_is_told(folder):
    folder.entries(**world(authorizations=[{**AUTH, "form": "hashed", "valid_until": "2026-01-31"}]))
    (finding,) = found(folder, "unauthorized-share")
    assert "allows only a less telling form, and has expired" in finding["message"]


def test_a_trace_of_whole_datasets_is_medium_and_says_so(folder):
    coarse = {**TO_AD, "source": "crm:users", "target": "adapi:in"}
    folder.entries(**world(flows=[coarse], authorizations=[]))
    (finding,) = found(folder, "unauthorized-share")
    assert finding["severity"] == "medium"
    assert "whole datasets" in finding["message"]


def test_authorising_exactly_what_it_proposes_clears_it(folder):
    folder.entries(**world(authorizations=[]))
    (finding,) = found(folder, "unauthorized-share")
    assert f"data_categories [{EMAIL['data_category']}], data_uses [marketing]" in finding["ways_out"][-1]
    folder.entries(**world(authorizations=[{**AUTH, "form": "raw"}]))
    assert not found(folder, "unauthorized-share")


def test_a_hash_that_becomes_raw_is_a_new_finding(folder):
    hashed = {**TO_AD, "function": "sha256", "masking": True}
    prints = []
    for flow in (hashed, TO_AD):
        folder.entries(**world(flows=[flow], authorizations=[]))
        prints.append(found(folder, "unauthorized-share")[0]["fingerprint"])
    assert len(set(prints)) == 2
    assert all(len(p) >= 12 for p in prints)
