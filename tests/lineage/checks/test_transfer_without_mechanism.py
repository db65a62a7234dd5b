"""Personal data leaves the area of a law only by a mechanism of that law."""

import pytest

from tests.world import AUTH, EMAIL, PARTIES, SYSTEMS, TO_AD, found, world


def sent(origin, destination, transfer=(), *, categories=("user.contact.email",), **more):
    """Our shop in one country sends to the advertiser in another, on an authorization with these mechanisms."""
    parties = [{**PARTIES[0], "country": origin}, {**PARTIES[1], "country": destination}, PARTIES[2]]
    systems = [{**SYSTEMS[0], "country": origin}, {**SYSTEMS[1], "country": destination}, *SYSTEMS[2:]]
    allowed = {**AUTH, "countries": [destination], "transfer": list(transfer), "data_categories": list(categories)}
    return world(parties=parties, systems=systems, authorizations=[allowed], **more)


@pytest.mark.parametrize(
    ("origin", "destination", "transfer", "passes"),
    [
        ("DE", "FR", [], True),  # one area
        ("DE", "JP", [], True),  # an adequacy decision for all
        ("DE", "US", [], False),
        ("DE", "US", ["gdpr:adequacy"], True),  # certified, and said so
        ("DE", "US", ["gdpr:scc"], True),
        ("DE", "CN", ["gdpr:adequacy"], False),  # no such decision
        ("DE", "CN", ["pipl:standard-contract"], False),
        ("CN", "US", ["gdpr:scc"], False),  # EU clauses never clear China
        ("CN", "US", ["pipl:standard-contract"], True),
        ("CN", "US", ["pipl:gba-contract"], False),
        ("CN", "HK", ["pipl:gba-contract"], True),
        ("CN", "HK", [], False),
        ("CN", "TW", [], False),
        ("CN", "DE", ["pipl:exemption"], False),  # without its ground
        ("CN", "DE", ["pipl:exemption:contract"], True),
        ("CN", "DE", ["pipl:exemption:volume"], True),
        ("DE", "US", ["gdpr:bcr"], False),  # not of one group
    ],
)
def test_the_mechanism_belongs_to_the_exporting_law(folder, origin, destination, transfer, passes):
    folder.entries(**sent(origin, destination, transfer))
    told = found(folder, "transfer-without-mechanism")
    assert [f["severity"] for f in told] == ([] if passes else ["high"])


def test_the_finding_tells_the_way_and_why_each_mechanism_does_not_hold(folder):
    folder.entries(**sent("CN", "US", ["gdpr:scc"]))
    (finding,) = found(folder, "transfer-without-mechanism")
    assert "A1 names gdpr:scc, which is no mechanism of the exporting law (pipl)" in finding["message"]
    assert [hop["field"] for hop in finding["path"]] == ["crm:users#email", "adapi:in#email"]
    assert not found(folder, "unauthorized-share")


def test_a_law_without_a_table_is_said_not_to_be_judged(folder):
    folder.entries(**sent("SG", "US", ["gdpr:scc"]))
    (finding,) = found(folder, "transfer-without-mechanism")
    assert finding["severity"] == "low"
    assert "no table is kept for the law of SG" in finding["message"]


def test_the_volume_exemption_never_holds_for_sensitive_data(folder):
    health = {**EMAIL, "data_category": "user.health_and_medical"}
    exempt = ["pipl:exemption:volume"]
    folder.entries(**sent("CN", "DE", exempt, categories=["user.health_and_medical"], classifications=[health]))
    assert "never holds for sensitive data" in found(folder, "transfer-without-mechanism")[0]["message"]


def test_an_expired_authorization_lends_no_mechanism(folder):
    told = sent("CN", "US", ["pipl:standard-contract"])
    told["authorizations"][0]["valid_until"] = "2026-06-14"
    folder.entries(**told)
    assert len(found(folder, "transfer-without-mechanism")) == 1


def test_another_valid_authorization_of_the_route_may_lend_it(folder):
    told = sent("CN", "US")
    told["authorizations"].append({**told["authorizations"][0], "key": "A2", "transfer": ["pipl:assessment"],
                                   "data_categories": ["user.name"]})  # fmt: skip
    folder.entries(**told)
    assert not found(folder, "transfer-without-mechanism")


@pytest.mark.parametrize(("origin", "destination", "findings"), [("CN", "SG", 1), ("DE", "SG", 0)])
def test_within_one_company_pipl_asks_and_gdpr_does_not(folder, origin, destination, findings):
    branch = {"key": "branch", "operator": "us", "country": destination}
    inside = {"source": "crm:users#email", "target": "branch:users#email", "encrypted_in_transit": True}
    told = sent(origin, destination, flows=[inside])
    told["systems"] = [*told["systems"], branch]
    folder.entries(**told)
    assert len(found(folder, "transfer-without-mechanism")) == findings


def test_members_of_one_group_may_rest_on_binding_rules(folder):
    told = sent("DE", "US", ["gdpr:bcr"])
    told["parties"] = [{**p, "groups": ["g"]} for p in told["parties"]]
    folder.entries(**told)
    assert not found(folder, "transfer-without-mechanism")


def test_aggregates_are_no_transfer(folder):
    told = sent("CN", "US", flows=[{**TO_AD, "subtype": "AGGREGATION", "function": "count"}])
    folder.entries(**told)
    assert not found(folder, "transfer-without-mechanism")


def test_data_taken_directly_by_an_outsiders_system_is_a_transfer_too(folder):
    point = {"field": "adapi:sdk#email", "point": "checkout"}
    told = sent("CN", "US", flows=[], collections=[point], classifications=[{**EMAIL, "field": "adapi:sdk#email"}])
    folder.entries(**told)
    (finding,) = found(folder, "transfer-without-mechanism")
    assert finding["path"][0]["field"] == "adapi:sdk#email"


def test_a_share_into_an_unknown_country_is_told_once_as_unauthorised(folder):
    told = sent("CN", "US")
    for entry in (told["parties"][1], told["systems"][1]):
        del entry["country"]
    folder.entries(**told)
    assert not found(folder, "transfer-without-mechanism")
    assert "does not cover every country" in found(folder, "unauthorized-share")[0]["message"]


def test_a_system_of_ours_without_a_country_is_not_judged(folder):
    inside = {"source": "crm:users#email", "target": "branch:users#email", "encrypted_in_transit": True}
    told = sent("CN", "US", flows=[inside])
    told["systems"] = [*told["systems"], {"key": "branch", "operator": "us"}]
    folder.entries(**told)
    (finding,) = found(folder, "transfer-without-mechanism")
    assert (finding["severity"], "was not judged" in finding["message"]) == ("low", True)
