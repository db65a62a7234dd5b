"""Looking through all ends, or looking a few up in order, finds what grouping all of them would find."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lineage.frontier import among, ends_of, grouped, rows_of, spans

COUNT = 40
ends = st.lists(st.integers(0, COUNT - 1), max_size=60).map(lambda some: np.array(some, dtype=np.int32))
nodes = st.sets(st.integers(0, COUNT - 1)).map(lambda some: np.array(sorted(some), dtype=np.int64))


@given(ends, nodes)
def test_those_among_few_or_many_nodes_are_found_in_order(ends, nodes):
    assert among(ends, nodes, COUNT).tolist() == np.flatnonzero(np.isin(ends, nodes)).tolist()


@given(ends, nodes)
def test_rows_in_order_are_found_without_counting_them_all(ends, nodes):
    ordered = np.sort(ends)
    first, _ = grouped(ordered, COUNT)
    assert spans(*ends_of(ordered, nodes))[0].tolist() == rows_of(first, nodes).tolist()
