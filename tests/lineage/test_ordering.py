"""Rows in order, as one sort of whole rows would have them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lineage.ordering import distinct, each_once, first_of_each, order

NUMBERS = st.one_of(st.integers(0, 3), st.integers(0, 2**31 - 1))
TABLES = st.integers(1, 6).flatmap(lambda width: st.lists(st.tuples(*[NUMBERS] * width), min_size=1, max_size=30))


def columns(rows):
    return [np.array(column, dtype=np.int32) for column in zip(*rows, strict=True)]


@given(TABLES)
def test_rows_are_ordered_by_their_columns_and_equal_ones_stay_as_they_were(rows):
    assert order(*columns(rows)).tolist() == sorted(range(len(rows)), key=rows.__getitem__)


@given(TABLES)
def test_each_row_is_kept_once(rows):
    found = distinct(*columns(rows))
    assert list(zip(*(column.tolist() for column in found), strict=True)) == sorted(set(rows))


@given(st.lists(NUMBERS))
def test_each_number_is_kept_once(numbers):
    assert each_once(np.array(numbers, dtype=np.int32)).tolist() == sorted(set(numbers))
    assert each_once(np.array([numbers, numbers], dtype=np.int32)).tolist() == sorted(set(numbers))


def test_no_rows_are_in_order():
    none = np.zeros(0, dtype=np.int32)
    assert [len(part) for part in (order(none, none), first_of_each(none), *distinct(none))] == [0, 0, 0]
