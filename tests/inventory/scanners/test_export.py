"""What was exported reads back: the same facts from JSON, the same graph from GraphML and CSV."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from inventory.formats import csv_flows, graph_json, graphml
from inventory.project import Source
from inventory.scanners import Context
from inventory.scanners.export import scan
from lineage.errors import InvalidInput
from lineage.graph import LineageGraph
from lineage.model import Dataset, Fact, Flow, Gap, ScopeComplete
from tests.exports import shop, worlds, written
from tests.world import world


def read(root, name, content):
    path = Path(root) / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(scan(Source("audit", "export", Path(root), options={"path": name}), Context()))


def facts_of(readings):
    assert readings[-1] == ScopeComplete()
    return set(readings[:-1])


def flows_of(facts):
    graph = LineageGraph.from_facts(facts)
    return {(graph.flow(i), frozenset(graph.evidence_of_flow(i))) for i in range(graph.flows)}


@settings(deadline=None)
@given(worlds)
def test_json_gives_back_every_fact_with_its_evidence(tmp_path_factory, facts):
    readings = read(tmp_path_factory.mktemp("json"), "graph.json", written(graph_json, facts))
    assert facts_of(readings) == set(facts)


@settings(deadline=None)
@given(worlds)
def test_csv_gives_back_every_flow_with_its_evidence(tmp_path_factory, facts):
    readings = read(tmp_path_factory.mktemp("csv"), "flows.csv", written(csv_flows, facts))
    assert flows_of(facts_of(readings)) == flows_of(facts)


@settings(deadline=None)
@given(worlds)
def test_graphml_gives_back_every_node_and_every_flow(tmp_path_factory, facts):
    readings = read(tmp_path_factory.mktemp("xml"), "graph.graphml", written(graphml, facts))
    before, after = LineageGraph.from_facts(facts), LineageGraph.from_facts(facts_of(readings))
    known_whole = {fact.statement.dataset for fact in facts_of(readings) if isinstance(fact.statement, Dataset)}
    assert set(before.nodes) == set(after.nodes) | known_whole
    assert flows_of(facts_of(readings)) == flows_of(facts)


def test_a_project_moves_by_its_export_alone(folder, tmp_path_factory):
    folder.entries(**world(collections=[{"field": "crm:users#email", "point": "sign-up form"}]))
    assert folder.run("export", "json", "-o", "audit/graph.json", "--as-of", "2026-06-15").code == 0
    there = type(folder)(tmp_path_factory.mktemp("there"))
    there.write("sharemap.yaml", "sources: {audit: {kind: export, path: graph.json}}\n")
    there.write("graph.json", (folder.root / "audit/graph.json").read_text())
    assert there.run("scan").code == 0
    before, after = (
        f.run("export", "json", "--as-of", "2026-06-15", "--known-at", "2999-01-01").json for f in (folder, there)
    )
    assert after["facts"] == before["facts"]
    assert {k: v for k, v in after["derived"].items() if k != "coverage"} == {
        k: v for k, v in before["derived"].items() if k != "coverage"
    }


def test_a_later_export_retires_what_it_no_longer_holds_a_broken_one_nothing(folder):
    folder.write("sharemap.yaml", "sources: {audit: {kind: export, path: graph.json}}\n")
    facts = shop()
    flows = [fact for fact in facts if isinstance(fact.statement, Flow)]
    folder.write("graph.json", written(graph_json, facts))
    folder.run("scan")
    broken = json.loads(written(graph_json, facts[:3]))
    broken["facts"].append({"kind": "no such"})
    folder.write("graph.json", json.dumps(broken))
    assert folder.run("scan").code == 3
    assert len(folder.run("export", "csv-flows").out.splitlines()) == 1 + len(flows)
    folder.write("graph.json", written(graph_json, facts[:3]))
    assert folder.run("scan").code == 0
    assert len(folder.run("export", "csv-flows").out.splitlines()) == 1


def test_an_imported_dataset_is_not_made_ours(folder):
    facts = [*shop(), Fact(Dataset(shop()[-1].statement.target.dataset), shop()[0].evidence)]
    without_systems = [fact for fact in facts if type(fact.statement).__name__ != "System"]
    folder.write("sharemap.yaml", "sources: {audit: {kind: export, path: graph.json}}\n")
    folder.write("graph.json", written(graph_json, without_systems))
    folder.run("scan")
    assert folder.run("export", "json").json["derived"]["coverage"]["systems"] == 0


RECORD = {"kind": "gap", "statement": {"source": "s", "reason": "r"}, "evidence": {"agent": "sql", "source": "s"}}


def envelope(*records, **more):
    return json.dumps({"version": 1, "command": "export", "facts": records, **more})


def changed(**evidence):
    return {**RECORD, "evidence": {**RECORD["evidence"], **evidence}}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", "Jane Doe", "not readable as JSON"),
        ("a.json", b"\xff\xfe", "not readable as JSON"),
        ("a.json", "[" * 100_000, "not readable as JSON"),
        ("a.json", '{"facts": NaN}', "not readable as JSON"),
        ("a.json", "1" * 10_000, "not readable as JSON"),
        ("a.json", '[{"name": "Jane Doe"}]', "it is no export"),
        ("a.json", envelope(version=2), "of another version"),
        ("a.json", envelope({"kind": "Jane Doe", "statement": {}, "evidence": {}}), "fact 1 is not one"),
        ("a.json", envelope(RECORD, {**RECORD, "statement": {"Jane Doe": 1}}), "fact 2 is not one"),
        ("a.json", envelope({**RECORD, "kind": ["Jane Doe"]}), "fact 1 is not one"),
        ("a.json", envelope(changed(time="Jane Doe")), "fact 1 is not one"),
        ("a.json", envelope(changed(line=2**70)), "out of range"),
        ("a.json", envelope(changed(line=0)), "out of range"),
        ("a.json", envelope(changed(time="0001-01-01T00:00:00+14:00")), "out of range"),
        ("a.json", envelope(changed(note="\ud800")), "out of range"),
        ("a.csv", "name\r\nJane Doe\r\n", "does not name the columns source_namespace"),
        ("a.graphml", "Jane Doe", "not well-formed XML"),
        ("a.graphml", "<!DOCTYPE Jane>", "document type"),
    ],
)
def test_what_cannot_be_read_is_a_gap_that_quotes_nothing_and_retires_nothing(tmp_path, name, content, reason):
    readings = read(tmp_path, name, content)
    assert not any(isinstance(reading, ScopeComplete) for reading in readings)
    gaps = [r.statement for r in readings if isinstance(r.statement, Gap) and r.evidence.agent == "export"]
    assert [(gap.source, reason in gap.reason) for gap in gaps] == [(name, True)]
    assert "Jane" not in repr(gaps)


def test_a_row_that_is_no_flow_is_a_gap_at_its_line(tmp_path):
    content = written(csv_flows, shop()).replace('"false"', '"perhaps"', 1)
    gaps = [r.statement for r in read(tmp_path, "a.csv", content) if isinstance(r.statement, Gap)]
    assert gaps == [Gap("a.csv:2", "the row is not one of csv-flows")]


def test_a_file_that_is_not_there_is_a_gap(tmp_path):
    (gap,) = scan(Source("audit", "export", tmp_path, options={"path": "none.json"}), Context())
    assert gap.statement == Gap("none.json", "there is no such file")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "expected path"),
        ({"path": 3}, "expected path"),
        ({"path": "a.svg"}, "no .json, .csv, .graphml file"),
        ({"path": "a.json", "pth": "b"}, "did you mean 'path'"),
    ],
)
def test_options_that_cannot_be_are_refused(tmp_path, options, message):
    with pytest.raises(InvalidInput, match=message):
        list(scan(Source("audit", "export", tmp_path, options=options), Context()))
