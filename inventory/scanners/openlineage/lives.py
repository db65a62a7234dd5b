"""Which datasets are gone: dropped, or renamed, and not named again later?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from inventory.scanners.openlineage.facets import facet
from inventory.scanners.openlineage.ledger import Seen
from inventory.scanners.openlineage.names import dataset_id
from inventory.scanners.openlineage.shape import Shape
from lineage.model import Dataset, Field, FieldId, Statement


@dataclass
class Lives:
    """When each dataset was last named by an event, and when it last went away."""

    named: dict[FieldId, datetime] = field(default_factory=dict)
    gone: dict[FieldId, datetime] = field(default_factory=dict)

    def add(self, dataset: FieldId, facets: Mapping[str, Any], seen: Seen) -> None:
        """Take in that an event named a dataset, or said that it goes."""
        shape = Shape()  # what is wrong in the facet is told where it is read for flows
        change = facet(facets, "lifecycleStateChange", shape)
        kind = shape.text(change.get("lifecycleStateChange"), "lifecycleStateChange").upper()
        _later(self.gone if kind == "DROP" else self.named, dataset, seen.time)
        before = shape.mapping(change.get("previousIdentifier"), "previousIdentifier") if kind == "RENAME" else {}
        previous = dataset_id(before, shape, "previousIdentifier") if before else None
        if previous and previous != dataset:
            _later(self.gone, previous, seen.time)

    def until(self, statement: Statement) -> date | None:
        """The last day on which a dataset, and each of its fields, is there; None where it still is.

        What flowed through it stays: it is still where it went.
        """
        match statement:
            case Dataset(dataset=dataset):
                return self.last_day(dataset)
            case Field(field=field):
                return self.last_day(field.dataset)
        return None

    def last_day(self, dataset: FieldId) -> date | None:
        gone, named = self.gone.get(dataset), self.named.get(dataset)
        return gone.date() if gone and gone.year < datetime.max.year and (named is None or named < gone) else None


def _later(times: dict[FieldId, datetime], dataset: FieldId, time: datetime) -> None:
    if dataset not in times or times[dataset] < time:
        times[dataset] = time
