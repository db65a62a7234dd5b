"""People can see, delete and stop what is held about them."""

from tests.world import KEPT, SYSTEMS, found, world


def lacking(folder):
    return sorted(f["ways_out"][0].rsplit(" ", 1)[1] for f in found(folder, "missing-control"))


def test_seeing_and_deleting_are_needed_wherever_data_is_held(folder):
    folder.entries(**world(controls=[]))
    assert lacking(folder) == ["access", "deletion"]
    folder.entries(**world(controls=[{"key": "c", "kind": "copy"}, {"key": "d", "kind": "account-closing"}]))
    assert not lacking(folder)


def test_a_control_holds_for_the_systems_it_names(folder):
    shop = {**SYSTEMS[0], "key": "shop"}
    onward = {"source": "crm:users#email", "target": "shop:users#email"}
    controls = [{**c, "systems": ["crm"]} for c in KEPT["controls"]]
    folder.entries(**world(controls=controls, systems=[*SYSTEMS, shop], flows=[onward]))
    told = found(folder, "missing-control")
    assert [f["source"] for f in told] == ["shop", "shop"]


def test_consent_can_be_withdrawn_where_it_is_asked_for(folder):
    point = {"field": "crm:users#email", "point": "sign-up", "consent": "news"}
    consents = [{"key": "news", "kind": "general"}]
    controls = [c for c in KEPT["controls"] if c["kind"] != "consent-withdrawal"]
    folder.entries(**world(controls=controls))
    assert not lacking(folder)
    folder.entries(**world(controls=controls, collections=[point], consents=consents))
    assert lacking(folder) == ["consent-withdrawal"]
    folder.entries(**world(controls=[*controls, {"key": "o", "kind": "objection"}], collections=[point],
                           consents=consents))  # fmt: skip
    assert not lacking(folder)
