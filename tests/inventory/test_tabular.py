"""Flows and fields as plain texts, and back."""

import pytest
from hypothesis import given, settings

from inventory.tabular import evidence_text, field_facts, field_texts, flow_facts, flow_texts
from lineage.errors import LineageError
from lineage.model import Evidence, Fact, Field, FieldId
from tests.exports import evidence, flows, nodes

HERE = Evidence("export", "flows.csv", 2)
A, B = FieldId("n", "d", "a"), FieldId("n", "d", "b")


@settings(deadline=None)
@given(flows, evidence)
def test_a_flow_and_its_evidence_read_back(flow, said):
    texts = {**flow_texts(flow), "evidence": evidence_text([said])}
    assert flow_facts(flow.source, flow.target, texts, HERE) == [Fact(flow, said)]


@settings(deadline=None)
@given(nodes)
def test_a_field_without_evidence_is_known_from_the_file(node):
    field = Field(node, "text", None, True)
    assert field_facts(node, field_texts(field), HERE) == [Fact(field, HERE)]


def test_truth_values_read_as_a_spreadsheet_writes_them():
    (fact,) = flow_facts(A, B, {"masking": "TRUE", "encrypted_in_transit": "FALSE", "type": ""}, HERE)
    assert (fact.statement.masking, fact.statement.encrypted_in_transit) == (True, False)
    assert fact.statement.type == "DIRECT"


@pytest.mark.parametrize(
    "texts", [{"masking": "perhaps"}, {"masking": "1"}, {"evidence": "{"}, {"evidence": '[{"agnet": "x"}]'}]
)
def test_what_is_no_flow_is_refused(texts):
    with pytest.raises(LineageError):
        flow_facts(A, B, texts, HERE)
