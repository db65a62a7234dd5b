"""Every stored copy of personal data can be erased."""

import pytest

from tests.world import TO_AD, found, world

COPY = {"source": "crm:users#email", "target": "crm:public.copy#e"}


@pytest.mark.parametrize(
    ("routes", "lacking"),
    [
        (["users", "public.copy"], []),
        (["users", "public"], []),  # a whole schema
        (["users"], ["crm:public.copy"]),
        (["users", "pub"], ["crm:public.copy"]),  # segment by segment
        ([], ["crm:public.copy", "crm:users"]),
    ],
)
def test_a_route_holds_for_its_dataset_and_those_below(folder, routes, lacking):
    entered = [{"dataset": f"crm:{name}", "method": "DELETE"} for name in routes]
    folder.entries(**world(flows=[TO_AD, COPY], erasure_routes=entered))
    assert [f["source"] for f in found(folder, "missing-erasure-route")] == lacking


def test_views_store_nothing(folder):
    view = {"dataset": "crm:public.copy", "kind": "view"}
    folder.entries(**world(flows=[COPY], datasets=[view]))
    assert not found(folder, "missing-erasure-route")


def test_aggregates_and_copies_of_others_need_none(folder):
    counted = {**COPY, "subtype": "AGGREGATION", "function": "count"}
    folder.entries(**world(flows=[TO_AD, counted]))
    assert not found(folder, "missing-erasure-route")
