"""`sharemap export`: every format by its name, complete or not at all."""

import csv
import io
import json
import zipfile

import pytest

from inventory import plugins
from tests.exports import NASTY
from tests.world import AUTH, TO_AD, world

FORMATS = plugins.names(plugins.EXPORTS)
STILL = ("--as-of", "2026-06-15", "--known-at", "2999-01-01")


def test_the_list_says_of_each_format_what_it_is_for(folder):
    lines = folder.run("export", "--list").out.splitlines()
    assert [line.split()[0] for line in lines] == list(FORMATS)
    assert all(len(line.split()) > 5 for line in lines)


@pytest.mark.parametrize("format", FORMATS)
def test_two_exports_are_equal_byte_for_byte(folder, format):
    folder.entries(**world(authorizations=[]))
    assert folder.run("scan").code == 0
    one, two = (folder.run("export", format, *STILL) for _ in range(2))
    assert (one.code, one.err) == (0, "")
    assert one.out == two.out != ""
    assert folder.run("export", format, "-o", "out/x", *STILL).out == ""
    assert (folder.root / "out" / "x").read_bytes() == one.out.encode("utf-8", "surrogateescape")


def test_bytes_do_not_depend_on_the_process(folder):
    folder.entries(**world(flows=[TO_AD, {**TO_AD, "target": "adapi:in#other"}]))
    folder.run("scan")
    for format in ("graphml", "dot"):
        one, two = (folder.process("export", format, *STILL, PYTHONHASHSEED=str(seed)) for seed in (1, 2))
        assert one.out == two.out == folder.run("export", format, *STILL).out


def test_an_unknown_format_is_told_with_the_nearest_and_none_with_all(folder):
    done = folder.run("export", "grphml")
    assert (done.code, done.out) == (2, "")
    assert "did you mean 'graphml'?" in done.err
    assert "csv-flows" in folder.run("export").err


def test_what_was_not_read_is_said_and_makes_the_export_incomplete(folder):
    assert folder.run("export", "csv").code == 3  # nothing was read
    folder.entries(**world())
    folder.write("sharemap.yaml", "sources: {audit: {kind: export, path: missing.json}}\n")
    folder.run("scan")
    done = folder.run("export", "json")
    assert done.code == 3
    assert "not read: missing.json: there is no such file" in done.err
    assert done.json["derived"]["coverage"]["unread"] == 1


def test_a_day_and_a_moment_choose_what_is_exported(folder):
    folder.entries(**world(authorizations=[]))
    folder.run("scan")
    known = folder.run("export", "json").json["known_at"]
    folder.entries(**world(authorizations=[{**AUTH, "valid_until": "2026-06-30"}]))
    folder.run("scan")

    def verdict(*options):
        (row,) = csv.DictReader(io.StringIO(folder.run("export", "csv", *options).out.lstrip("\ufeff"), newline=""))
        return row["authorized"], row["failed"]

    assert verdict("--as-of", "2026-06-15") == ("true", "")
    assert verdict("--as-of", "2026-07-15") == ("false", "expired")
    assert verdict("--known-at", known) == ("false", "none")


def shown(out: str) -> str:
    """The text of an export; of an archive, that of its files."""
    if not out.startswith("PK"):
        return out
    with zipfile.ZipFile(io.BytesIO(out.encode("utf-8", "surrogateescape"))) as archive:
        return "".join(archive.read(name).decode("utf-8") for name in archive.namelist())


def test_nasty_names_come_through_every_format_without_harm(folder):
    fields = [name for name in NASTY if max(name) <= "\uffff"]  # JSON writes others as pairs, which are no YAML
    ends = [{"namespace": "sharemap://crm", "dataset": "users", "field": name} for name in fields]
    folder.write("inventory/world.yaml", json.dumps(world(
        flows=[{**TO_AD, "source": end, "function": end["field"][:200]} for end in ends],
        classifications=[{"field": end, "data_category": "user.contact.email"} for end in ends],
    )))  # fmt: skip
    assert folder.run("scan").code == 0
    for format in FORMATS:
        done = folder.run("export", format, *STILL)
        assert (done.code, done.err) == (0, ""), format
        assert not set("\x1b\u202e") & set(shown(done.out)) or format in ("json", "sarif"), format
    assert "\x1b" not in folder.run("export", "json", *STILL).out


def test_a_field_can_be_drawn_with_its_journey(folder):
    folder.entries(**world(flows=[TO_AD, {"source": "crm:form#m", "target": "crm:users#email"}]))
    source = folder.run("trace", "adapi:in#email", "--format", "dot").out
    assert source.count(" -> n") == 2
    assert "The journey of adapi:in#email" in source
