"""A processor gets data on a processing agreement, and only a processor does."""

from tests.world import AUTH, TO_AD, found, world

TO_PR = {**TO_AD, "target": "prsys:in#e"}
PROCESSOR = {**AUTH, "recipient": "pr", "role": "processor"}


def test_a_contract_is_no_processing_agreement(folder):
    folder.entries(**world(flows=[TO_PR], authorizations=[PROCESSOR]))
    (finding,) = found(folder, "missing-processing-agreement")
    assert finding["recipient"] == "pr"
    assert not found(folder, "unauthorized-share")


def test_with_the_agreement_all_is_well(folder):
    agreed = {**PROCESSOR, "instrument": {"kind": "processing-agreement", "ref": "DPA-1"}}
    folder.entries(**world(flows=[TO_PR], authorizations=[agreed]))
    assert not found(folder, "missing-processing-agreement")
    assert not found(folder, "unauthorized-share")


def test_where_more_is_wrong_it_is_an_unauthorized_share(folder):
    folder.entries(**world(flows=[TO_PR], authorizations=[{**PROCESSOR, "data_uses": ["essential"]}]))
    assert not found(folder, "missing-processing-agreement")
    assert found(folder, "unauthorized-share")[0]["recipient"] == "pr"
