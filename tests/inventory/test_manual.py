"""What people write is read exactly, or refused with the place and the way out."""

import sqlite3

import pytest

from inventory.manual import read_entries
from inventory.project import Project
from lineage.model import Collection, Fact
from tests.world import AUTH, world

REFUSED = [
    ("partys: []", "did you mean 'parties'"),
    ("parties:\n  - {key: us, nmae: Us}", r"world.yaml:2: parties[0].nmae: unknown key (did you mean 'name'?)"),
    ("parties:\n  - {name: Us}", "parties[0].key: this key is required"),
    ("parties:\n  - {key: a}\n  - {key: a}", "world.yaml:3: parties[1].key: 'a' is entered twice"),
    ("systems:\n  - {key: s, operator: nobody}", "no party 'nobody'"),
    ("a: &x [1]\nb: *x", "anchors and aliases are not allowed"),
    ("parties: []\nparties: []", "world.yaml:2"),
    ("parties: !!python/object:os.system x", "tags are not allowed"),
    (
        "classifications:\n  - {field: 'crm:t#f', data_category: user.contact.emial}",
        "did you mean 'user.contact.email'",
    ),
    ("trainings:\n  - {key: t, audience: all, interval: yearly}", "ISO 8601 duration"),
    ("[1, 2", "world.yaml:1"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_cannot_be_is_refused_by_name(folder, text, message):
    folder.write("inventory/world.yaml", text)
    done = folder.run("scan")
    assert done.code == 2
    assert message in done.err


def test_an_end_before_its_start_is_refused(folder):
    folder.entries(**world(authorizations=[{**AUTH, "valid_until": "2025-12-31"}]))
    assert "valid_until lies before valid_from" in folder.run("scan").err


def test_add_keeps_the_comments_that_are_there(folder):
    folder.write("inventory/parties.yaml", "# who we deal with\nparties:\n  - {key: us, own: true}  # us\n")
    folder.write("new.yaml", "{key: mail, name: Mailer, role: processor}")
    assert folder.run("add", "party", "--from", "new.yaml").code == 0
    text = (folder.root / "inventory/parties.yaml").read_text()
    assert "# who we deal with" in text
    assert "# us" in text
    assert "Mailer" in text


def test_add_refuses_what_would_not_hold_and_changes_nothing(folder):
    before = "parties:\n  - {key: us, own: true}\n"
    path = folder.write("inventory/parties.yaml", before)
    folder.write("new.yaml", "{key: us}")
    done = folder.run("add", "party", "--from", "new.yaml")
    assert done.code == 2
    assert "entered twice" in done.err
    assert path.read_text() == before


def test_init_makes_a_project_that_can_be_scanned(tmp_path, folder):
    (tmp_path / "sharemap.yaml").unlink()
    assert folder.run("init").code == 0
    assert folder.run("scan").code == 0
    assert folder.run("init").code == 2


def test_words_for_the_public_may_be_written_in_both_languages(folder):
    both = {"zh-Hans": "注册页面", "en": "sign-up form"}
    folder.entries(**world(collections=[{"field": "crm:users#email", "point": both}]))
    project = Project.read(folder.root / "sharemap.yaml")
    (said,) = [
        f.statement for f in read_entries(project) if isinstance(f, Fact) and isinstance(f.statement, Collection)
    ]
    assert said.point == "sign-up form"
    assert said.wording == (("en", "sign-up form"), ("zh-Hans", "注册页面"))


def test_a_language_nobody_reads_here_is_refused(folder):
    folder.entries(**world(collections=[{"field": "crm:users#email", "point": {"de": "Anmeldung"}}]))
    done = folder.run("scan")
    assert done.code == 2
    assert "collections[0].point" in done.err


def test_a_system_without_a_namespace_is_where_its_source_was_found(folder):
    folder.write("sharemap.yaml", 'sources: {shop: {kind: database, url: "sqlite:///shop.db"}}\n')
    sqlite3.connect(folder.root / "shop.db").executescript("CREATE TABLE users (login TEXT)")
    label = {"field": "shop:users#login", "data_category": "user.account.username"}
    folder.entries(parties=[{"key": "us", "own": True}], classifications=[label])
    assert folder.run("scan").code == 0
    assert "user.account.username" in folder.run("explain", "shop:users#login").out


def test_a_system_that_nobody_entered_is_refused_wherever_it_is_named(folder):
    connection = {"from_system": "crm", "to_system": "adapy", "encrypted": True}
    retention = {"key": "r", "period": "P1Y", "systems": ["cmr"]}
    folder.entries(**world(connections=[connection], retention=[retention]))
    done = folder.run("scan")
    assert "connections[0].to_system: no system 'adapy' (did you mean 'adapi'?)" in done.err
    assert "retention[0].systems: no system 'cmr' (did you mean 'crm'?)" in done.err
