"""What each kind of flow lets through: the table of docs/semantics.md, row by row, and what holds of all rows."""

import pytest

from lineage.carry import FORMS, Code, carries, codes
from lineage.model import FieldId, Flow, Form

A, B = FieldId("n", "t", "a"), FieldId("n", "t", "b")
RAW, HASHED, PSEUDONYMISED, AGGREGATED = FORMS


def arriving(form=RAW, *, keyed=False, sensitive=False, **flow):
    return carries(codes(Flow(A, B, **flow))[keyed], form, sensitive=sensitive)


@pytest.mark.parametrize(
    ("flow", "arrives"),
    [
        ({}, RAW),
        ({"subtype": "IDENTITY"}, RAW),
        ({"subtype": "TRANSFORMATION", "function": "lower"}, RAW),
        ({"masking": True}, HASHED),
        ({"function": "SHA256", "masking": True}, HASHED),
        ({"function": "HMAC", "masking": True}, PSEUDONYMISED),
        ({"function": "never-heard-of", "masking": True}, HASHED),
        ({"subtype": "AGGREGATION", "function": "count"}, AGGREGATED),
        ({"subtype": "AGGREGATION", "function": "sum", "masking": True}, AGGREGATED),
        ({"subtype": "AGGREGATION", "masking": True}, AGGREGATED),
        ({"subtype": "AGGREGATION", "function": "max"}, RAW),
        ({"subtype": "AGGREGATION", "function": "max", "masking": True}, HASHED),
        ({"subtype": "AGGREGATION", "function": "never-heard-of", "masking": True}, HASHED),
        ({"subtype": "AGGREGATION"}, RAW),
        ({"type": "INDIRECT", "subtype": "JOIN"}, None),
        ({"type": "INDIRECT", "subtype": "GROUP_BY"}, None),
        ({"type": "INDIRECT", "subtype": "FILTER"}, None),
    ],
)
def test_what_arrives_of_a_raw_value(flow, arrives):
    assert arriving(**flow) == arrives


@pytest.mark.parametrize("subtype", ["FILTER", "CONDITIONAL", None])
def test_being_on_a_list_tells_what_is_sensitive(subtype):
    assert arriving(type="INDIRECT", subtype=subtype, sensitive=True) == RAW
    assert arriving(type="INDIRECT", subtype="SORT", sensitive=True) is None


def test_a_key_that_tells_who_undoes_the_aggregating_and_not_the_masking():
    assert arriving(subtype="AGGREGATION", function="sum", keyed=True) == RAW
    assert arriving(subtype="AGGREGATION", function="sum", masking=True, keyed=True) == HASHED


def test_what_is_undone_is_raw_again_but_for_figures_about_groups():
    assert [arriving(form, function="decrypt") for form in FORMS] == [RAW, RAW, RAW, AGGREGATED]


@pytest.mark.parametrize("code", [c for c in Code if c is not Code.UNDO])
@pytest.mark.parametrize("sensitive", [True, False])
def test_nothing_but_undoing_makes_a_value_more_telling(code, sensitive):
    arrived = [carries(code, form, sensitive=sensitive) for form in FORMS]
    assert all(out is None or FORMS.index(out) >= i for i, out in enumerate(arrived))
    assert arrived == sorted(arrived, key=lambda form: FORMS.index(form) if form else 0)


def test_forms_stand_from_most_to_least_telling():
    assert tuple(map(str, FORMS)) == ("raw", "hashed", "pseudonymised", "aggregated")
    assert set(FORMS) == set(Form)
