"""The plan of an erasure as it is told."""

from tests.world import TO_AD, world

COPY = {"source": "crm:users#email", "target": "crm:copy#e"}


def test_it_tells_the_order_the_routes_and_whom_to_notify(folder):
    folder.entries(**world(flows=[COPY, {**TO_AD, "source": "crm:copy#e"}]))
    for asked in ("customer", "user.contact", "crm:users#email"):
        told = folder.run("erase", asked, "--format", "json").json
        order = [copy["dataset"] for stage in told["stages"] for ring in stage["rings"] for copy in ring]
        assert order == ["crm:users", "crm:copy", "adapi:in"]
        assert [person["recipient"] for person in told["notify"]] == ["ad"]
        assert told["nobody_can_delete"] == []
    text = folder.run("erase", "customer")
    assert text.code == 0
    assert "  1 crm:users  email\n      DELETE\n      retention all: P2Y then erase\n" in text.out
    assert "held by Ad: ask for it" in text.out
    assert "tell those who got it (GDPR art. 19)\n  Ad: E-mail address (raw)" in text.out


def test_a_copy_that_nobody_can_delete_is_exit_code_1(folder):
    folder.entries(**world(flows=[COPY, {**COPY, "target": "crm:loose#e"}]))
    text = folder.run("erase", "customer")
    assert text.code == 1
    assert "1 copy that nobody is known to be able to delete\n  crm:loose: no erasure route is entered" in text.out


def test_only_one_kind_of_data_of_a_subject_can_be_asked_for(folder):
    folder.entries(**world())
    assert folder.run("erase", "customer", "--category", "user.name").out == "no copy of customer is known\n"
    assert folder.run("erase", "user.contact", "--category", "user.name").code == 2
    wrong = folder.run("erase", "custmer")
    assert (wrong.code, "did you mean 'customer'?" in wrong.err) == (2, True)
