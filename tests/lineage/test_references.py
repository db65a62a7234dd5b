"""References read back as they were written, whatever the names hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.errors import InvalidInput
from lineage.references import join, split

names = st.text(alphabet='ab:#\\. "<', min_size=1, max_size=8)


@given(names, names, names)
def test_round_trip(system, dataset, field):
    assert split(join(system, dataset, field)) == (system, dataset, field)


@given(names)
def test_a_namespace_may_stand_for_the_system(dataset):
    assert split(join("postgres://db.example:5432", dataset)) == ("postgres://db.example:5432", dataset, "")


@pytest.mark.parametrize("text", ["", "users", "crm:", ":users", "crm:users#", "crm:#email"])
def test_what_is_no_reference_is_refused(text):
    with pytest.raises(InvalidInput, match="SYSTEM:DATASET"):
        split(text)
