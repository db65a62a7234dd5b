"""Is something collected from people that nothing declared ever uses (GDPR art. 5(1)(c), PIPL art. 6)?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lineage.declarations import collected, declares, declaring
from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.model import FieldId
from lineage.ordering import each_once
from lineage.vocabulary import covers, label

NAME = "unneeded-collection"
SEVERITY = "medium"
PROMISE = "collect"
SUMMARY = "A field is collected and declared, but reaches no declared use."
HELP = """The activity that declares the field only collects it (data_use collect), and in no system that its data
reaches does an activity of another use declare it. Say what it is needed for, or stop collecting it. What is not
declared at all is undeclared-collection."""


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each collected field and category that reaches no use but its collection."""
    world = judgement.world
    for collection, category in collected(judgement):
        if not declaring(judgement, collection, category):
            continue
        systems = _reached(judgement, collection.field, category)
        uses = {a.data_use for a in world.activities if declares(a, systems, category)}
        if all(covers("collect", use) for use in uses):
            ref = world.ref(collection.field)
            yield Finding(
                NAME, SEVERITY,
                f"{ref} is collected at {collection.point} and holds {label(category)} ({category}); because nothing "
                "that it reaches uses it for more than collecting",
                (ref, collection.point, category), source=ref,
                ways_out=("stop collecting it", "enter the activity that needs it, with its necessity"),
                place=world.evidence(collection)[0].place,
            )  # fmt: skip


def _reached(judgement: Judgement, field: FieldId, category: str) -> set[str]:
    """The systems that a category reaches from one field, its own among them."""
    labels, origins = judgement.labels, judgement.labels.origins
    begun = origins.where((origins.node == judgement.graph.index[field]) & origins.in_category(category))
    places, count = judgement.graph.places, len(judgement.graph.nodes)
    hit = np.logical_or.reduce([held[:count] != 0 for held in labels.from_origins(begun).held])
    return {key for place in each_once(places.of_node[hit]).tolist() for key in places.all[place].keys}
