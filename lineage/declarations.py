"""What is collected from people, and which activities declare it?"""

from __future__ import annotations

from lineage.judgement import Judgement
from lineage.model import Activity, Collection
from lineage.shares import covers_category


def collected(judgement: Judgement) -> list[tuple[Collection, str]]:
    """The collections of a world, each with the personal categories of its field, sorted."""
    begun: dict[int, set[str]] = {}
    for node, row in judgement.labels.origins:
        begun.setdefault(node, set()).add(row.data_category)
    index = judgement.graph.index
    return [(c, category) for c in judgement.world.collections for category in sorted(begun.get(index[c.field], ()))]


def declaring(judgement: Judgement, collection: Collection, category: str) -> list[Activity]:
    """The activities of a collected field's system that declare a category."""
    systems = {s.key for s in judgement.world.systems_of(collection.field)}
    return [a for a in judgement.world.activities if declares(a, systems, category)]


def declares(activity: Activity, systems: set[str], category: str) -> bool:
    """Does an activity of one of these systems (or of none in particular) declare a category?"""
    at_home = activity.system is None or activity.system in systems
    return at_home and any(covers_category(entry, category) for entry in activity.data_categories)
