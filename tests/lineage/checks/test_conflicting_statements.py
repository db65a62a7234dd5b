"""Where statements disagree, the reader is told which was believed."""

from datetime import UTC, date, datetime

from lineage.checks.conflicting_statements import check
from lineage.graph import LineageGraph
from lineage.judgement import Judgement
from lineage.model import Claim, Evidence, Fact, Method, Statement, System

ATTESTED = Evidence("manual", "inventory/company.yaml", 3, Method.ATTESTED)
OBSERVED = Evidence("configuration", "sharemap.yaml")


def findings(*said: tuple[Statement, Evidence]):
    graph = LineageGraph.from_facts(Fact(statement, evidence) for statement, evidence in said)
    return list(check(Judgement(graph, date(2026, 6, 15), datetime(2026, 6, 15, tzinfo=UTC))))


def test_the_trusted_one_is_named_first_with_both_places():
    one, two = System("crm", country="DE"), System("crm", country="FR")
    (finding,) = findings((two, OBSERVED), (one, ATTESTED))
    assert "country of crm is DE (inventory/company.yaml:3) but FR (sharemap.yaml)" in finding.message
    assert finding.severity == "low"


def test_lists_are_joined_and_silence_is_no_contradiction():
    one = System("crm", namespaces=(Claim("a"),), country="DE")
    two = System("crm", namespaces=(Claim("b"),), owner="team")
    assert not findings((one, ATTESTED), (two, OBSERVED))
