"""Facts survive being written down."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage import model
from lineage.codec import KINDS, canonical, decode, encode
from lineage.errors import LineageError

nasty = st.sampled_from(["a", "b\x00c", "<b>", "=cmd", "名"])
st.register_type_strategy(str, nasty)
st.register_type_strategy(date, st.just(date(2026, 1, 2)))
st.register_type_strategy(datetime, st.just(datetime(2026, 1, 2, 3, tzinfo=UTC)))
st.register_type_strategy(float, st.sampled_from([0.0, 0.5, 1.0]))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_statement_round_trips(kind):
    @given(st.builds(model.Fact, st.from_type(KINDS[kind]), st.from_type(model.Evidence)))
    def holds(fact):
        assert decode(encode(fact)) == fact
        assert canonical(encode(fact)) == canonical(encode(decode(encode(fact))))

    holds()


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"kind": "partie", "statement": {}, "evidence": {}}, "did you mean 'party'"),
        ({"kind": "party", "statement": {"kye": "x"}, "evidence": {}}, "did you mean 'key'"),
        ({"kind": "party", "statement": {"key": 3}, "evidence": {}}, "expected str"),
        ({"kind": "party"}, "keys kind, statement and evidence"),
    ],
)
def test_a_wrong_record_is_refused_by_name(record, message):
    with pytest.raises(LineageError, match=message):
        decode(record)
