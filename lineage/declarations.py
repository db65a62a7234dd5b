"""What is collected from people, and which activities declare it?"""

from __future__ import annotations

import numpy as np

from lineage.covering import covers_category
from lineage.judgement import Judgement
from lineage.model import Activity, Collection


def collected(judgement: Judgement) -> list[tuple[Collection, str]]:
    """The collections of a world, each with the personal categories of its field, sorted."""
    index, origins = judgement.graph.index, judgement.labels.origins
    filled = [index[c.field] for c in judgement.world.collections]
    begun: dict[int, set[str]] = {}
    for node, row in origins.where(np.isin(origins.node, filled)):
        begun.setdefault(node, set()).add(row.data_category)
    pairs = zip(judgement.world.collections, filled, strict=True)
    return [(c, category) for c, at in pairs for category in sorted(begun.get(at, ()))]


def declaring(judgement: Judgement, collection: Collection, category: str) -> list[Activity]:
    """The activities of a collected field's system that declare a category."""
    systems = {s.key for s in judgement.world.systems_of(collection.field)}
    return [a for a in judgement.world.activities if declares(a, systems, category)]


def declares(activity: Activity, systems: set[str], category: str) -> bool:
    """Does an activity of one of these systems (or of none in particular) declare a category?"""
    at_home = activity.system is None or activity.system in systems
    return at_home and covers_category(activity.data_categories, category)
