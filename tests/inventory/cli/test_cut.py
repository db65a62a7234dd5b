"""The fewest flows to stop, asked for a recipient or a finding."""

from tests.world import EMAIL, TO_AD, found, world

RISKY = {**TO_AD, "data_use": "essential"}  # not what was agreed
BY = ["--as-of", "2026-06-15"]


def two_ways(folder):
    """One field goes to the advertiser twice, by a copy and at once, for what was not agreed."""
    copy = {"source": "crm:users#email", "target": "crm:copy#e", "job": "etl"}
    folder.entries(**world(flows=[copy, {**RISKY, "source": "crm:copy#e"}, RISKY]))


def test_it_names_the_flows_the_ways_they_cut_and_what_was_judged_again(folder):
    two_ways(folder)
    told = folder.run("cut", "ad", *BY, "--format", "json").json
    assert {flow["source"] for flow in told["flows"]} == {"crm:users#email", "crm:copy#e"}
    assert (told["at_least"], told["exact"], told["max_flow"], told["cleared"]) == (2, True, 2, True)
    assert [len(way) for way in told["ways"]] == [1, 2]
    text = folder.run("cut", "ad", *BY)
    assert text.code == 0
    assert text.out.splitlines()[0] == "stop 2 flows, and nothing unauthorised arrives at Ad"
    assert "2 ways carry it and share no flow" in text.out
    assert "crm:users#email -> crm:copy#e -> adapi:in#email" in text.out
    assert "judged again without them: cleared" in text.out


def test_one_finding_clears_by_less_than_all(folder):
    two_ways(folder)
    prints = [f["fingerprint"] for f in found(folder, "unauthorized-share")]
    assert len(prints) == 2
    for fingerprint in prints:
        told = folder.run("cut", f"F-{fingerprint[:8]}", *BY, "--format", "json").json
        assert (len(told["flows"]), told["exact"], told["cleared"]) == (1, True, True)


def test_a_transfer_clears_when_nothing_goes_that_way(folder):
    abroad = [{"key": "ad", "own": False, "country": "US"}, {"key": "us", "own": True, "country": "CN"}]
    systems = [{"key": "crm", "operator": "us", "country": "CN"}, {"key": "adapi", "operator": "ad", "country": "US"}]
    folder.entries(**world(parties=abroad, systems=systems))
    (transfer,) = found(folder, "transfer-without-mechanism")
    told = folder.run("cut", transfer["fingerprint"], *BY, "--format", "json").json
    assert [flow["target"] for flow in told["flows"]] == ["adapi:in#email"]
    assert told["cleared"]


def test_collection_points_are_told_apart_as_no_flow_ends_them(folder):
    there = {**EMAIL, "field": "adapi:in#email"}
    script = {"field": "adapi:in#email", "point": "their script"}
    folder.entries(**world(flows=[], classifications=[there], collections=[script], authorizations=[]))
    told = folder.run("cut", "ad", *BY)
    assert "stop 1 collection point, and nothing" in told.out
    assert "stop collecting adapi:in#email at their script" in told.out


def test_nothing_is_cut_where_nothing_is_wrong_and_what_is_no_goal_is_told(folder):
    folder.entries(**world())
    assert "no flow need be stopped" in folder.run("cut", "ad", *BY).out
    unknown = folder.run("cut", "adx")
    assert (unknown.code, "did you mean 'ad'?" in unknown.err) == (2, True)
    folder.entries(**{**world(), "channels": []})
    (finding,) = found(folder, "missing-channel")
    assert "is about no flow" in folder.run("cut", finding["fingerprint"], *BY).err
