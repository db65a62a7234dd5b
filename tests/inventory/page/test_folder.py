"""A folder of pages is new or old, never half of each, and what is not ours stays."""

import json

import pytest

from inventory.page import Page
from inventory.page.folder import LIST, digest_of, put
from lineage.errors import InvalidInput

OLD = (Page("index.html", "old"), Page("en/a.html", "old"), Page("en/b.html", "old"))
NEW = (Page("index.html", "new"), Page("en/a.html", "new"), Page("zh-Hans/a.html", "new"))


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and path.name != LIST
    }


def test_new_pages_replace_the_old_and_stale_ones_go(tmp_path):
    folder = tmp_path / "deep" / "public"
    assert put(OLD, folder) == ()
    assert put(NEW, folder) == ("en/b.html",)
    assert contents(folder) == {page.path: "new" for page in NEW}
    assert sorted(p.name for p in folder.parent.iterdir()) == ["public"]


def test_a_folder_left_empty_goes_too(tmp_path):
    put(OLD, tmp_path / "p")
    put(OLD[:1], tmp_path / "p")
    assert sorted(p.name for p in (tmp_path / "p").iterdir()) == [LIST, "index.html"]


def test_files_of_others_stay(tmp_path):
    put(OLD, tmp_path)
    (tmp_path / "CNAME").write_text("heyu.example")
    (tmp_path / "en" / "theirs.html").write_text("theirs")
    put(NEW[:1], tmp_path)
    assert contents(tmp_path) == {"index.html": "new", "CNAME": "heyu.example", "en/theirs.html": "theirs"}


def test_a_file_of_others_is_never_overwritten(tmp_path):
    (tmp_path / "index.html").write_text("theirs")
    with pytest.raises(InvalidInput, match="was not written by sharemap publish"):
        put(OLD, tmp_path)
    assert contents(tmp_path) == {"index.html": "theirs"}


def test_a_list_that_names_files_elsewhere_is_not_believed(tmp_path):
    folder, outside = tmp_path / "public", tmp_path / "outside.html"
    put(OLD, folder)
    outside.write_text("theirs")
    (folder / "notes.txt").write_text("theirs")
    (folder / LIST).write_text(json.dumps({"pages": ["../outside.html", "notes.txt", str(outside), 3]}))
    (folder / "index.html").unlink()
    (folder / "en" / "a.html").unlink()
    put(NEW, folder)
    assert outside.read_text() == "theirs"
    assert (folder / "notes.txt").read_text() == "theirs"


def test_a_move_that_fails_leaves_everything_as_it_was(tmp_path):
    folder = tmp_path / "public"
    put(OLD, folder)
    before = contents(folder)
    (folder / "en" / "b.html").unlink()
    (folder / "en" / "b.html").mkdir()
    (folder / "en" / "b.html" / "kept").write_text("theirs")
    with pytest.raises(InvalidInput, match="nothing there was changed"):
        put((Page("en/a.html", "new"), Page("en/b.html", "new"), Page("en/c.html", "new")), folder)
    del before["en/b.html"]
    assert contents(folder) == {**before, "en/b.html/kept": "theirs"}


def test_a_digest_tells_every_change(tmp_path):
    assert digest_of(OLD) == digest_of(reversed(OLD))
    assert digest_of(OLD) != digest_of(OLD[:2])
    assert digest_of([Page("a.html", "x")]) != digest_of([Page("b.html", "x")])
