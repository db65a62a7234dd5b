"""What changed between runs, days, stores and folders of entries, as a reader of a pull request is told."""

import json

import pytest

from tests.world import AUTH, TO_AD, world

BY = ["--as-of", "2026-06-15"]
MORE = {**TO_AD, "target": "prsys:in#e"}


@pytest.fixture
def changed(folder):
    """A project whose last run knows a flow more than its first."""
    folder.entries(**world())
    folder.run("scan")
    folder.entries(**world(flows=[TO_AD, MORE]))
    folder.run("scan")
    return folder


def test_what_a_run_brought_is_new_and_exits_1(changed):
    told = changed.run("diff", "1", *BY)
    assert told.code == 1
    assert "+ Pr now gets E-mail address of Customers (raw) for " in told.out
    assert "NOT AUTHORISED (none)" in told.out
    assert "crm:users#email -> prsys:in#e  [inventory/world.yaml:" in told.out
    assert "+ new finding  unauthorized-share  high  F-" in told.out
    assert "shares: 1 new (1 not authorised), 0 gone, 0 judged otherwise" in told.out
    assert changed.run("diff", "1", *BY, "--fail-on", "never").code == 0


def test_the_other_way_round_it_is_gone_and_exits_0(changed):
    told = changed.run("diff", "now", "1", *BY)
    assert told.code == 0
    assert "- Pr no longer gets E-mail address" in told.out
    assert "- gone finding  unauthorized-share" in told.out


def test_two_stores_can_be_compared_and_neither_is_written(changed):
    changed.entries(**world())
    here = changed.root / ".sharemap" / "store.db"
    there = changed.write("there.db", "")
    there.unlink()
    assert changed.run("sync", str(here), str(there)).code == 0
    assert changed.run("scan").code == 0
    told = changed.run("diff", "there.db", *BY, "--format", "json").json
    assert [share["recipient"] for share in told["shares"]["gone"]] == ["pr"]
    again = changed.run("diff", "there.db", *BY, "--format", "json").json
    assert again["shares"] == told["shares"]


def test_entries_of_another_folder_say_what_would_be(changed):
    changed.write("proposed/world.yaml", json.dumps(world(flows=[TO_AD, MORE], authorizations=[])))
    told = changed.run("diff", "now", "proposed", *BY, "--format", "json").json
    assert told["shares"]["new"] == told["shares"]["gone"] == []
    (pair,) = told["shares"]["changed"]
    assert (pair["before"]["authorization"], pair["after"]["failed"]) == ("A1", ["none"])
    text = changed.run("diff", "now", "proposed", *BY)
    assert text.code == 1
    assert "NOT AUTHORISED (none), was authorised by A1" in text.out
    assert not changed.run("diff", "now", "inventory", *BY, "--format", "json").json["shares"]["changed"]


def test_a_day_is_judged_as_it_was(folder):
    folder.entries(**world(authorizations=[{**AUTH, "valid_until": "2026-03-01"}]))
    told = folder.run("diff", "2026-02-01", *BY, "--format", "json").json
    assert told["from"]["as_of"] == "2026-02-01"
    folder.run("scan")
    early = folder.run("diff", "now", "now", "--as-of", "2026-02-01", "--format", "json").json
    assert early["shares"] == {"new": [], "gone": [], "changed": []}


def test_sarif_holds_what_is_new_and_says_so(changed):
    run = changed.run("diff", "1", *BY, "--format", "sarif").json["runs"][0]
    assert {result["baselineState"] for result in run["results"]} == {"new"}
    assert "unauthorized-share" in {result["ruleId"] for result in run["results"]}
    assert changed.run("diff", "1", *BY, "--format", "github").out.startswith("::error file=inventory/world.yaml")
    assert changed.run("diff", "now", "now", *BY, "--format", "sarif").json["runs"][0]["results"] == []


def test_what_is_nothing_to_compare_with_is_told(changed):
    for wrong, said in (("7", "it has 1 to 2"), ("nowhere", "a folder of entries"), ("2026-13-01", "a day")):
        told = changed.run("diff", wrong)
        assert (told.code, said in told.err) == (2, True)
