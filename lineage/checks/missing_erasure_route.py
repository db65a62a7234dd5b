"""Can every stored copy of personal data be erased (GDPR art. 17, PIPL art. 47)?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.erasure import Routes, stores
from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.world import ref_among

NAME = "missing-erasure-route"
SEVERITY = "medium"
PROMISE = "control"
SUMMARY = "A dataset of ours stores personal data, and nobody says how it is erased there; one finding a dataset."
HELP = """Enter how a person's data is erased in the dataset (erasure_routes: dataset, method, owner, within). A route
holds for the dataset it names and for those below it, segment by segment (a whole schema). Views and screens store
nothing and need none."""


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each dataset of ours that stores personal data about single people and has no route."""
    world, routes = judgement.world, Routes.of(judgement.world)
    places = judgement.graph.places
    ours = [any(map(world.is_own, place.operators)) for place in places.all]
    of_dataset = places.of_dataset.tolist()
    for at, dataset, about in judgement.holdings.about_people():
        if ours[of_dataset[at]] and stores(world, dataset) and routes.to(dataset) is None:
            ref = ref_among(places.all[of_dataset[at]].systems, dataset)
            shown = ", ".join(about[:4]) + (f" and {len(about) - 4} more" if len(about) > 4 else "")
            yield Finding(
                NAME, SEVERITY, f"{ref} stores {shown}; because no erasure route is entered for it", (ref,), source=ref,
                ways_out=(f"say how it is erased: sharemap add erasure-route, dataset {ref}", "stop storing it"),
            )  # fmt: skip
