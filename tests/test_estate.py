"""The invented estate that benchmarks measure: the same each time, and of the shape it says."""

import numpy as np
import pytest

from bench.estate import A_DATASET, Shape, estate, field_id
from lineage.model import Authorization, Batch, Classification, Fact, Field, ScopeComplete

FIELDS, FLOWS = 4_000, 20_000


def told(readings):
    return [(list(r.sources), list(r.targets), r.like, r.evidence) if isinstance(r, Batch) else r for r in readings]


def statements(readings, kind):
    return [r.statement for r in readings if isinstance(r, Fact) and isinstance(r.statement, kind)]


def test_an_estate_is_the_same_each_time():
    first = told(estate(FIELDS, FLOWS))
    assert first == told(estate(FIELDS, FLOWS))
    assert first != told(estate(FIELDS, FLOWS, seed=2))
    assert first[-1] == ScopeComplete()


def test_it_has_the_fields_flows_and_classifications_it_says():
    readings = list(estate(FIELDS, FLOWS))
    fields = [f.field for f in statements(readings, Field)]
    assert fields == [field_id(i, FIELDS) for i in range(FIELDS)]
    assert len({f.dataset for f in fields}) == FIELDS // A_DATASET
    flows = [(a, b) for r in readings if isinstance(r, Batch) for a, b in zip(r.sources, r.targets, strict=True)]
    assert 0.8 * FLOWS < len(flows) == len(set(flows)) <= FLOWS
    assert len(statements(readings, Classification)) == FIELDS // 20
    assert len(statements(readings, Authorization)) == 3_000
    into = np.unique([b.name + b.field for _, b in flows], return_counts=True)[1]
    assert into.max() > 5 * into.mean()


@pytest.mark.parametrize("labels", [40, 128, 512])
def test_as_many_labels_occur_as_are_asked_for(labels):
    assert len(set(Shape(FIELDS, FLOWS, labels=labels).meanings)) == labels
    readings = estate(40_000, 10, labels=labels)
    found = {(c.data_category, c.data_subject) for c in statements(readings, Classification)}
    assert len(found) == labels
