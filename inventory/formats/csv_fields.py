"""Every field as a table: where it is, what it was classified as, what it holds, and how that is known.

Cannot say: flows, parties, authorizations; it is for reading and is not read back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import IO

from inventory import csvfile
from inventory.report import Report
from lineage.judgement import Judgement
from lineage.model import Classification, FieldId
from lineage.queries import describe
from lineage.vocabulary import label

COLUMNS = (
    "system", "operator", "dataset", "field", "type", "required", "description", "data_categories",
    "data_categories_en", "data_categories_zh", "labels_held", "collected_at", "how_known", "namespace", "reference",
)  # fmt: skip


def write(report: Report, out: IO[str]) -> None:
    """Write a heading and the fields in their order; a row without a field is a dataset as a whole."""
    judgement, points = report.judgement, defaultdict(list)
    for collection in judgement.world.collections:
        points[collection.field].append(collection.point)
    csvfile.write(COLUMNS, (_row(judgement, node, points.get(node, [])) for node in judgement.graph.nodes), out)


def _row(judgement: Judgement, node: FieldId, points: list[str]) -> Iterator[object]:
    world = judgement.world
    said = world.classifications.get(node, ())
    categories = sorted({c.data_category for c in said if c.data_category})
    about = world.fields.get(node)
    yield "; ".join(system.key for system in world.systems_of(node))
    yield "; ".join(world.operators_of(node))
    yield from (node.name, node.field)
    yield from (about.type, about.required, about.description) if about else (None, None, None)
    yield "; ".join(categories)
    yield "; ".join(label(c, "en") for c in categories)
    yield "; ".join(label(c, "zh-Hans") for c in categories)
    yield "; ".join(describe(judgement, node))
    yield "; ".join(points)
    yield "; ".join(_known(judgement, c) for c in said)
    yield from (node.namespace, world.ref(node))


def _known(judgement: Judgement, said: Classification) -> str:
    """Who says what a field is: ``user.name inferred by rule 12 (0.9) at shop/customers``."""
    evidence = judgement.world.evidence(said)[0]
    what = said.data_category or f"not personal ({said.not_personal})"
    rules = f" by {', '.join(said.rules)}" if said.rules else ""
    sure = f" ({said.confidence:.2f})" if said.confidence is not None else ""
    return f"{what} {evidence.method}{rules}{sure} at {evidence.place}"
