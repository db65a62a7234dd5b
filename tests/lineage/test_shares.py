"""Is each share authorised, and if not, on what does the nearest authorization fail?"""

import pytest

from tests.world import AUTH, TO_AD, world

DAY = ("--as-of", "2026-06-15")
WRONG = [
    ({"sender": "pr"}, ["sender"]),
    ({"data_categories": ["user.name"]}, ["category"]),
    ({"data_categories": ["user.contact"]}, []),
    ({"data_categories": ["*"]}, []),
    ({"data_uses": ["essential"]}, ["data-use"]),
    ({"data_subjects": ["employee"]}, ["subject"]),
    ({"data_subjects": ["*"]}, []),
    ({"form": "hashed"}, ["form"]),
    ({"countries": ["CN"]}, ["country"]),
    ({"countries": ["FR"]}, []),  # the EEA is one area
    ({"role": "processor"}, ["instrument"]),
    ({"legal_basis": None}, ["legal-basis"]),
    ({"legal_basis": "consent", "consent": "ads"}, ["consent"]),
    ({"valid_from": "2026-06-16"}, ["not-yet-valid"]),
    ({"valid_until": "2026-06-15"}, []),
    ({"valid_until": "2026-06-14"}, ["expired"]),
    ({"form": "hashed", "valid_until": "2026-06-14", "sender": "pr"}, ["sender", "form", "expired"]),
]


@pytest.mark.parametrize(("change", "failed"), WRONG)
def test_every_part_must_be_covered(folder, change, failed):
    changed = {k: v for k, v in {**AUTH, **change}.items() if v is not None}
    folder.entries(**world(authorizations=[changed], consents=[{"key": "ads", "kind": "separate"}]))
    (share,) = folder.run("check", "--format", "json", *DAY).json["shares"]
    assert (share["failed"], share["authorized"], share["authorization"]) == (failed, not failed, "A1")


def test_consent_must_gate_every_way(folder):
    by_consent = {**AUTH, "legal_basis": "consent", "consent": "ads"}
    gated, open_ = {**TO_AD, "consent": "ads"}, {"source": "crm:users#email", "target": "crm:copy#e"}
    second = {**gated, "source": "crm:copy#e", "target": "adapi:in#copy"}
    consents = [{"key": "ads", "kind": "separate"}]
    folder.entries(**world(flows=[gated, open_, second], authorizations=[by_consent], consents=consents))
    assert all(s["authorized"] for s in folder.run("check", "--format", "json", *DAY).json["shares"])
    ungated = {k: v for k, v in second.items() if k != "consent"}
    folder.entries(**world(flows=[gated, open_, ungated], authorizations=[by_consent], consents=consents))
    failed = {s["source"]: s["failed"] for s in folder.run("check", "--format", "json", *DAY).json["shares"]}
    assert failed == {"crm:users#email": [], "crm:copy#e": ["consent"]}


def test_what_nobody_operates_is_an_unknown_recipient(folder):
    folder.entries(**world(flows=[{**TO_AD, "target": "drop:in#e"}]))
    told = folder.run("check", "--format", "json", *DAY).json
    assert [(s["recipient"], s["failed"]) for s in told["shares"]] == [(None, ["none"])]
    assert [f["check"] for f in told["findings"] if f["severity"] == "high"] == ["unknown-recipient"]


def test_a_missing_agreement_is_its_own_finding(folder):
    processor = {**AUTH, "recipient": "pr", "role": "processor"}
    folder.entries(**world(flows=[{**TO_AD, "target": "prsys:in#e"}], authorizations=[processor]))
    told = folder.run("check", "--format", "json", *DAY).json
    assert [f["check"] for f in told["findings"]] == ["missing-processing-agreement"]


def test_the_finding_walks_from_the_collection_point(folder):
    point = {"field": "crm:form#mail", "point": "sign-up"}
    first = {"source": "crm:form#mail", "target": "crm:users#email"}
    said = [{**point, "data_category": "user.contact.email", "data_subject": "customer"}]
    said = [{k: v for k, v in s.items() if k != "point"} for s in said]
    folder.entries(**world(flows=[first, TO_AD], authorizations=[], classifications=said, collections=[point]))
    (finding,) = folder.run("check", "--format", "json", *DAY).json["findings"]
    assert [hop["field"] for hop in finding["path"]] == ["crm:form#mail", "crm:users#email", "adapi:in#email"]
    assert "sign-up" in finding["path"][0]["evidence"]
    assert finding["path"][2]["evidence"].startswith("inventory/world.yaml:")
