"""In which column each of our fields stands."""

from inventory.drawing.columns import columns


def test_a_field_stands_right_of_all_that_flows_into_it():
    assert columns({1, 2, 3}, [(1, 2), (2, 3), (1, 3), (3, 9)]) == {1: 0, 2: 1, 3: 2}


def test_a_ring_ends_and_so_does_a_flow_into_itself():
    assert columns({1, 2, 3, 4}, [(1, 2), (2, 3), (3, 2), (4, 4)]) == {1: 0, 2: 1, 3: 0, 4: 0}
