"""Personal data goes from system to system encrypted, and somebody says so."""

from tests.world import EMAIL, TO_AD, found, world

OPEN = {k: v for k, v in TO_AD.items() if k != "encrypted_in_transit"}


def test_one_finding_a_pair_of_systems(folder):
    folder.entries(**world(flows=[OPEN, {**OPEN, "target": "adapi:in#other"}, {**TO_AD, "target": "prsys:in#e"}]))
    (finding,) = found(folder, "unencrypted-in-transit")
    assert (finding["source"], finding["target"]) == ("crm", "adapi")
    assert "2 flows" in finding["message"]
    assert "nobody says" in finding["message"]


def test_known_to_be_open_is_said(folder):
    folder.entries(**world(flows=[{**OPEN, "encrypted_in_transit": False}]))
    assert "it is not encrypted" in found(folder, "unencrypted-in-transit")[0]["message"]


def test_a_connection_speaks_for_flows_that_do_not_speak_themselves(folder):
    connection = {"from_system": "crm", "to_system": "adapi", "encrypted": True}
    folder.entries(**world(flows=[OPEN], connections=[connection]))
    assert not found(folder, "unencrypted-in-transit")
    folder.entries(**world(flows=[{**OPEN, "encrypted_in_transit": False}], connections=[connection]))
    assert len(found(folder, "unencrypted-in-transit")) == 1
    folder.entries(**world(flows=[OPEN], connections=[{**connection, "encrypted": False}]))
    assert "it is not encrypted" in found(folder, "unencrypted-in-transit")[0]["message"]


def test_within_a_system_without_personal_data_or_as_an_aggregate_it_is_not_asked(folder):
    inside = {"source": "crm:users#email", "target": "crm:copy#e"}
    counted = {**OPEN, "subtype": "AGGREGATION", "function": "count"}
    for flows, labels in (([inside], [EMAIL]), ([OPEN], []), ([counted], [EMAIL])):
        folder.entries(**world(flows=flows, classifications=labels))
        assert not found(folder, "unencrypted-in-transit")
