"""`sharemap publish`, as it is used: whole or not at all, the same for the same facts, and remembered."""

import json
from itertools import pairwise

import pytest

from lineage.model import Publication
from lineage.stores import open_store
from tests.inventory.page.marketplace import AUTHORIZATIONS, DAY, FLOWS, PARTIES, marketplace

PUBLISH = ("publish", "--as-of", DAY)


@pytest.fixture
def heyu(folder):
    folder.entries(**marketplace())
    return folder


def pages(root):
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def publications(folder):
    store = open_store(folder.root / ".sharemap/store.db")
    return [f.statement for f in store.facts() if isinstance(f.statement, Publication)]


def test_pages_in_both_languages_and_one_that_offers_them(heyu):
    done = heyu.run(*PUBLISH)
    assert (done.code, done.err) == (0, "")
    assert "19 pages that tell of 16 shares" in done.out
    assert {"index.html", "en/index.html", "zh-Hans/index.html", "en/contact.html", "zh-Hans/recipients.html"} <= set(
        pages(heyu.root / "public")
    )


def test_the_same_facts_give_the_same_bytes_and_add_nothing_to_the_store(heyu):
    written = []
    for _ in range(3):
        assert heyu.run(*PUBLISH).code == 0
        heyu.run("scan")
        written.append(pages(heyu.root / "public"))
    assert all(one == two for one, two in pairwise(written))
    assert len(publications(heyu)) == 1


def test_what_was_said_is_remembered_and_a_scan_leaves_it_alone(heyu):
    heyu.run(*PUBLISH)
    heyu.run("scan")
    (said,) = publications(heyu)
    assert said.published.isoformat() == DAY
    assert len(said.shares) == 16
    heyu.entries(**marketplace(flows=FLOWS[1:]))
    heyu.run(*PUBLISH)
    assert {len(p.shares) for p in publications(heyu)} == {15, 16}


def test_publishing_changes_nothing_that_check_reports(heyu):
    checked = ("check", "--format", "json", "--as-of", DAY, "--known-at", "2999-01-01")
    heyu.run("scan")
    before = heyu.run(*checked).out
    heyu.run(*PUBLISH)
    assert heyu.run(*checked).out == before


def test_a_refusal_tells_every_reason_one_a_line_and_touches_nothing(heyu):
    heyu.run(*PUBLISH)
    before = pages(heyu.root / "public")
    no_contact = [{k: v for k, v in p.items() if k != "contact"} if p["key"] == "tax" else p for p in PARTIES]
    heyu.entries(**marketplace(authorizations=AUTHORIZATIONS[1:], parties=no_contact))
    done = heyu.run(*PUBLISH)
    assert done.code == 1
    assert done.out == ""
    lines = done.err.splitlines()
    assert lines[0] == "sharemap: the page is not published, for 5 reasons"
    assert sum("goes to Beichen Express Co., Ltd. (no authorization)" in line for line in lines) == 4
    assert any("Hangzhou Tax Service: contact is not known" in line for line in lines)
    assert pages(heyu.root / "public") == before
    assert len(publications(heyu)) == 1


def test_a_blank_that_is_allowed_in_the_project_is_printed_as_such(heyu):
    no_contact = [{k: v for k, v in p.items() if k != "contact"} if p["key"] == "tax" else p for p in PARTIES]
    heyu.entries(**marketplace(parties=no_contact))
    heyu.write("sharemap.yaml", "publish: {allow_unknown: ['tax:contact'], folder: site}\n")
    assert heyu.run(*PUBLISH).code == 0
    assert "尚未确定" in (heyu.root / "site/zh-Hans/recipients.html").read_text()


def test_the_wrong_words_in_the_project_are_usage_errors(heyu):
    for text, message in (
        ("publish: {allow_unknown: [contcat]}", "did you mean 'contact'"),
        ("publish: {title: {de: Heyu}}", "unknown key 'de'"),
        ("publish: {folders: x}", "did you mean 'folder'"),
        ("sources: {publications: {kind: sql}}", "is taken by the record of what was published"),
    ):
        heyu.write("sharemap.yaml", text)
        done = heyu.run(*PUBLISH)
        assert done.code == 2
        assert message in done.err


def test_another_folder_keeps_what_others_put_there(heyu):
    heyu.write("web/robots.txt", "theirs")
    assert heyu.run(*PUBLISH, "-o", "web").code == 0
    assert (heyu.root / "web/robots.txt").read_text() == "theirs"
    heyu.write("other/index.html", "theirs")
    done = heyu.run(*PUBLISH, "-o", "other")
    assert done.code == 2
    assert "was not written by sharemap publish" in done.err
    assert sorted(pages(heyu.root / "other")) == ["index.html"]


def test_a_page_that_is_no_longer_true_goes(heyu):
    heyu.run(*PUBLISH)
    kept = [c for c in marketplace()["classifications"] if c["data_category"] != "user.name"]
    collections = [c for c in marketplace()["collections"] if "receiver_name" not in c["field"]]
    flows = [f for f in FLOWS if "name" not in f["source"]]
    heyu.entries(**marketplace(classifications=kept, collections=collections, flows=flows))
    done = heyu.run(*PUBLISH)
    assert done.code == 0
    assert "removed en/name.html" in done.err
    assert not (heyu.root / "public/en/name.html").exists()


def test_pages_with_a_source_unread_say_so_and_exit_3(heyu):
    heyu.write("sharemap.yaml", "sources: {etl: {kind: sql, paths: ['*.sql'], namespace: 'sqlite://x'}}\n")
    heyu.run("scan")
    done = heyu.run("publish")
    assert done.code == 3
    assert "not read: etl" in done.err
    assert "1 source could not be read" in (heyu.root / "public/en/index.html").read_text()


def test_the_program_says_the_same_in_a_process_of_its_own(heyu):
    assert heyu.process(*PUBLISH).code == 0
    listed = json.loads((heyu.root / "public/.sharemap-pages.json").read_text())
    assert len(listed["pages"]) == 19
