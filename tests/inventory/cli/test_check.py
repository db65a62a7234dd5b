"""`sharemap check` and its neighbours, as they are used: exit codes, formats, suppressions, nasty names."""

import json

import pytest

from tests.world import AUTH, TO_AD, world

FORMATS = ("text", "json", "sarif", "github")
NASTY = "a'\"<script>alert(1)</script>\n\x1b[31m\u202e=cmd|'/C calc'!A0"


@pytest.mark.parametrize("format", FORMATS)
def test_exit_codes_are_the_same_for_every_format(folder, format):
    check = ("check", "--as-of", "2026-06-15", "--format", format)
    assert folder.run(*check).code == 3  # nothing was read
    folder.entries(**world())
    assert folder.run(*check).code == 0
    folder.entries(**world(authorizations=[]))
    assert folder.run(*check).code == 1
    assert folder.run(*check, "--fail-on", "never").code == 0
    assert folder.run(*check, "--fail-on", "everything").code == 2


def test_no_project_and_no_such_option_are_usage_errors(tmp_path, folder):
    (tmp_path / "sharemap.yaml").unlink()
    done = folder.run("check")
    assert done.code == 2
    assert "sharemap init" in done.err
    assert folder.run("check", "--frmat", "json").code == 2


def test_two_runs_are_equal_byte_for_byte(folder):
    folder.entries(**world(authorizations=[]))
    one, two = (folder.run("check", "--known-at", "2999-01-01", "--format", "json").out for _ in range(2))
    folder.run("scan")
    assert one == two


def test_a_suppression_hides_until_it_expires(folder):
    folder.entries(**world(authorizations=[]))
    (finding,) = folder.run("check", "--format", "json").json["findings"]
    told = ("--reason", "asked legal", "--owner", "dpo", "--expires", "2999-12-31")
    assert folder.run("suppress", finding["fingerprint"][:8], *told).code == 0
    done = folder.run("check", "--format", "json")
    assert done.code == 0
    assert done.json["findings"][0]["suppressed"]["owner"] == "dpo"
    later = folder.run("check", "--format", "json", "--as-of", "3000-01-01")
    assert later.code == 1
    assert "which is over" in later.json["findings"][0]["message"]


def test_a_baseline_counts_only_what_is_new(folder):
    folder.entries(**world(authorizations=[]))
    folder.run("check", "--format", "json", "-o", "before.json")
    assert folder.run("check", "--baseline", "before.json").code == 0
    folder.entries(**world(authorizations=[], flows=[TO_AD, {**TO_AD, "target": "adapi:in#other"}]))
    assert folder.run("check", "--baseline", "before.json").code == 1


def test_an_authorization_entered_late_does_not_rewrite_what_was_known(folder):
    folder.entries(**world(authorizations=[]))
    folder.run("scan")
    known = folder.run("check", "--format", "json").json["known_at"]
    folder.entries(**world())
    assert folder.run("check").code == 0
    assert folder.run("check", "--known-at", known).code == 1


@pytest.mark.parametrize("format", FORMATS)
def test_nasty_names_do_no_harm(folder, format):
    crm = {"namespace": "sharemap://crm", "dataset": NASTY, "field": NASTY + "x" * 10_000}
    flow = {"source": crm, "target": "adapi:in#email", "data_use": "marketing"}
    label = {"field": crm, "data_category": "user.contact.email"}
    folder.entries(**world(flows=[flow], classifications=[label], authorizations=[]))
    done = folder.run("check", "--format", format)
    assert done.code == 1
    assert "\x1b" not in done.out
    if format in ("text", "github"):
        assert all(len(line) < 70_000 for line in done.out.splitlines())
        assert "\u202e" not in done.out or format == "github"
    if format in ("json", "sarif"):
        assert json.loads(done.out)


def test_explain_tells_of_checks_findings_and_fields(folder):
    folder.entries(**world(authorizations=[{**AUTH, "form": "hashed"}]))
    assert "authorization" in folder.run("explain", "unauthorized-share").out
    (finding,) = folder.run("check", "--format", "json").json["findings"]
    assert "A1 allows only a less telling form" in folder.run("explain", "F-" + finding["fingerprint"][:8]).out
    assert "user.contact.email" in folder.run("explain", "crm:users#email").out
    missing = folder.run("explain", "crm:users#emial")
    assert missing.code == 2
    assert "did you mean 'crm:users#email'" in missing.err
