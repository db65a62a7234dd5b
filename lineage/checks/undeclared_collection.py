"""Is everything that is collected from people declared by an activity of the system that collects it?"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.declarations import collected, declaring
from lineage.findings import Finding
from lineage.judgement import Judgement
from lineage.vocabulary import label

NAME = "undeclared-collection"
SEVERITY = "high"
PROMISE = "collect"
SUMMARY = "A field is collected from people, and no activity of its system declares data of its category."
HELP = """What is collected must be declared with its purpose (GDPR art. 13, PIPL art. 17): an activity of the field's
system, or one of no system in particular, must name the category or one above it; sensitive ones must be named
themselves. Declare it, or stop collecting it."""


def check(judgement: Judgement) -> Iterator[Finding]:
    """One finding for each collected field and category that is not declared."""
    world = judgement.world
    for collection, category in collected(judgement):
        if not declaring(judgement, collection, category):
            ref = world.ref(collection.field)
            yield Finding(
                NAME, SEVERITY,
                f"{ref} is collected at {collection.point} and holds {label(category)} ({category}); because no "
                "activity of its system declares it",
                (ref, collection.point, category), source=ref,
                ways_out=(
                    f"declare it: sharemap add activity, data_categories [{category}]",
                    "stop collecting it",
                ),
                place=world.evidence(collection)[0].place,
            )  # fmt: skip
