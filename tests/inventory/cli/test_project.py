"""Setting up a project, and asking whether it works."""

import json

from tests.project import Folder


def test_init_writes_a_project_with_a_schema_for_editors_and_never_over_another(tmp_path):
    folder = Folder(tmp_path)
    assert folder.run("init", "shop").code == 0
    shop = Folder(tmp_path / "shop")
    assert shop.run("scan").code == 0
    schema = json.loads((shop.root / ".sharemap-schema.json").read_text())
    assert "authorizations" in schema["properties"]
    assert folder.run("init", "shop").code == 2


def test_a_project_of_which_no_field_is_known_is_incomplete_not_clean(tmp_path):
    folder = Folder(tmp_path)
    folder.run("init")
    done = folder.run("check")
    assert done.code == 3
    assert "no field is known" in done.out


def test_the_configuration_is_shown_without_passwords(folder):
    folder.write("sharemap.yaml", 'sources: {shop: {kind: database, url: "postgresql://u:s3cr3t@db.example/x"}}\n')
    shown = folder.run("config", "show")
    assert shown.json["sources"]["shop"]["kind"] == "database"
    assert "s3cr3t" not in shown.out


def test_unknown_keys_of_the_configuration_are_refused_with_the_nearest(folder):
    folder.write("sharemap.yaml", "version: 1\nsuorces: {}\n")
    done = folder.run("config", "show")
    assert done.code == 2
    assert "sharemap.yaml:2: suorces: unknown key 'suorces' (did you mean 'sources'?)" in done.err


def test_the_doctor_tells_what_is_broken(folder):
    assert folder.run("doctor").code == 0
    folder.write("inventory/x.yaml", "parties: 3\n")
    done = folder.run("doctor")
    assert done.code == 2
    assert "broken  entries: inventory/x.yaml:1" in done.out


def test_the_version_names_the_rule_set(folder):
    assert "rule set" in folder.run("version").out


def test_the_shell_completes_commands(folder):
    done = folder.process(_SHAREMAP_COMPLETE="complete_bash", COMP_WORDS="sharemap che", COMP_CWORD="1")
    assert "check" in done.out
