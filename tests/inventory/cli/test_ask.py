"""Who gets this, where does it go, how does this reach that."""

from tests.world import TO_AD, world


def test_who_gets_names_the_recipient_the_authority_and_the_way(folder):
    copy = {"source": "crm:users#email", "target": "crm:copy#e", "function": "sha256", "masking": True}
    onward = {"source": "crm:copy#e", "target": "prsys:in#e", "data_use": "essential"}
    folder.entries(**world(flows=[TO_AD, copy, onward]))
    for asked in ("user.contact", "crm:users#email", "crm:users#*", "users#email"):
        told = folder.run("who-gets", asked, "--format", "json").json["shares"]
        assert [(s["recipient"], s["authorization"]) for s in told] == [("ad", "A1"), ("pr", None)]
    (only,) = folder.run("who-gets", "crm:copy#e", "--format", "json").json["shares"]
    assert (only["recipient"], only["form"]) == ("pr", "hashed")
    assert "no sharing" in folder.run("who-gets", "user.name").out
    assert "NOT AUTHORISED" in folder.run("who-gets", "user.contact.email").out


def test_trace_goes_both_ways(folder):
    folder.entries(**world(flows=[{"source": "crm:form#m", "target": "crm:users#email"}, TO_AD]))
    (told,) = folder.run("trace", "crm:users#email", "--format", "json").json["journeys"]
    assert [b["field"] for b in told["upstream"]] == ["crm:form#m"]
    assert [b["field"] for b in told["downstream"]] == ["adapi:in#email"]


def test_paths_are_the_shortest_and_end_at_fields_or_parties(folder):
    long = [
        {"source": "crm:users#email", "target": "crm:a#x"},
        {"source": "crm:a#x", "target": "adapi:in#email"},
    ]
    folder.entries(**world(flows=[*long, TO_AD]))
    for goal in ("adapi:in#email", "ad"):
        (way,) = folder.run("paths", "crm:users#email", goal, "--format", "json").json["paths"]
        assert [leg["target"] for leg in way] == ["adapi:in#email"]
