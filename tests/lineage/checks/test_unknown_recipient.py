"""Data that leaves for nobody knows whom is found, once."""

from tests.world import TO_AD, found, world


def test_a_system_without_an_operator(folder):
    folder.entries(**world(flows=[{**TO_AD, "target": "drop:in#e"}]))
    (finding,) = found(folder, "unknown-recipient")
    assert (finding["target"], finding["recipient"]) == ("drop:in#e", None)
    assert not found(folder, "unauthorized-share")


def test_a_namespace_that_no_system_claims(folder):
    away = {"namespace": "s3://somewhere", "dataset": "dump", "field": "e"}
    folder.entries(**world(flows=[{**TO_AD, "target": away}]))
    assert [f["target"] for f in found(folder, "unknown-recipient")] == ["s3://somewhere:dump#e"]


def test_what_we_operate_ourselves_is_no_recipient(folder):
    folder.entries(**world(flows=[{**TO_AD, "target": "crm:copy#e"}]))
    assert not found(folder, "unknown-recipient")
