"""What could not be read is said, and never counts as a breach."""

from tests.world import found, world


def test_a_gap_is_a_finding_and_exit_three(folder):
    folder.write("sharemap.yaml", 'sources: {etl: {kind: sql, paths: ["*.sql"], namespace: "db://x"}}\n')
    folder.entries(**world())
    assert folder.run("scan").code == 3
    (finding,) = found(folder, "unread-source")
    assert (finding["severity"], finding["place"]) == ("low", "etl")
    assert folder.run("check", "--as-of", "2026-06-15", "--fail-on", "low").code == 3
