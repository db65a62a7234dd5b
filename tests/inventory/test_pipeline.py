"""Sources are read into the store one by one, and what is judged is never yesterday's."""

from tests.project import Folder
from tests.world import world

SQL = 'sources: {{{0}: {{kind: sql, paths: ["*.sql"], namespace: "db://x"}}}}\n'


def test_an_unknown_source_is_refused_with_the_nearest_and_nothing_is_read(folder):
    folder.write("sharemap.yaml", SQL.format("etl"))
    done = folder.run("scan", "etk")
    assert done.code == 2
    assert "did you mean 'etl'" in done.err
    assert "etl " not in folder.run("scan", "manual").err


def test_only_the_named_source_is_read(folder):
    folder.write("a.sql", "INSERT INTO t (a) SELECT b FROM s;")
    folder.write(
        "sharemap.yaml",
        SQL.format("etl").replace("}}\n", '}, more: {kind: sql, paths: ["*.sql"], namespace: "db://y"}}\n'),
    )
    assert "more" not in folder.run("scan", "etl").err
    assert "more" in folder.run("scan").err


def test_a_source_that_the_configuration_names_no_more_is_retired_by_a_whole_scan(folder):
    folder.write("a.sql", "INSERT INTO t (a) SELECT b FROM s;")
    folder.write("sharemap.yaml", SQL.format("etl"))
    folder.run("scan")
    assert folder.run("explain", "t#a").code == 0
    folder.write("sharemap.yaml", "{}\n")
    assert "etl" in folder.run("scan").err
    assert folder.run("explain", "t#a").code == 2


def runs(folder: Folder) -> int:
    from lineage.stores.sqlite import SqliteStore

    store = SqliteStore(folder.root / ".sharemap" / "store.db")
    try:
        return len(store.runs())
    finally:
        store.close()


def test_judging_reads_the_entries_if_they_changed_and_only_then(folder):
    folder.entries(**world())
    folder.run("check")
    folder.run("check")
    assert runs(folder) == 1
    folder.entries(**world(authorizations=[]))
    assert folder.run("check", "--as-of", "2026-06-15").code == 1
    assert runs(folder) == 2
