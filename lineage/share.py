"""What one crossing flow hands to another party, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.model import Collection, FieldId, Form
from lineage.propagate import Label
from lineage.world import World

PARTS = (
    "sender",
    "category",
    "data-use",
    "subject",
    "form",
    "country",
    "instrument",
    "legal-basis",
    "consent",
    "not-yet-valid",
    "expired",
)
"""Everything an authorization must cover, in the order in which failures are listed."""

NONE = ("none",)


@dataclass(frozen=True, slots=True)
class Share:
    """One tuple handed over by one crossing flow, and the verdict on it.

    `flow` is the position of the crossing flow in the graph, -1 where a collection point of ours feeds the
    recipient's system directly (`point` names it).  `recipient` and `sender` are party keys, None if unknown;
    `countries` are those of the target's system and operator, None among them if unknown.
    """

    sender: str | None
    recipient: str | None
    data_category: str
    data_subject: str
    form: Form
    data_use: str | None
    countries: tuple[str | None, ...]
    source: FieldId
    target: FieldId
    flow: int
    coarse: bool
    point: str | None = None
    authorized: bool = False
    authorization: str | None = None
    failed: tuple[str, ...] = ()

    @property
    def label(self) -> Label:
        return Label(self.data_category, self.data_subject, self.form)


def collection_of(world: World, share: Share) -> Collection | None:
    """The collection point that feeds the recipient directly, where the share is one of those."""
    points = world.points_of(share.target) if share.flow < 0 else ()
    return next((c for c in points if c.point == share.point), None)
