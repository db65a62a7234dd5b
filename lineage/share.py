"""What one crossing flow hands to another party, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from lineage.columns import NOWHERE
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


class Handover(NamedTuple):
    """What all flows between two places hand over alike: everything of a share but its label, its flow and its ends."""

    sender: str | None
    recipient: str | None
    data_use: str | None
    countries: tuple[str | None, ...]

    def of(self, label: Label, authorization: str | None = None, failed: tuple[str, ...] = ()) -> Share:
        """What is shared where a label arrives, by no flow yet; judged where an authorization or a failure is given."""
        authorized = authorization is not None and not failed
        return Share(
            self.sender, self.recipient, *label, self.data_use, self.countries, NOWHERE, NOWHERE, -1, False, None,
            authorized, authorization, failed,
        )  # fmt: skip

    def alike(self, label: Label) -> tuple[Any, ...]:
        """`Share.alike` of what is shared where a label arrives."""
        return (self.sender, self.recipient, *label, self.data_use, self.countries)


class Share(NamedTuple):
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

    @property
    def handover(self) -> Handover:
        return Handover(self.sender, self.recipient, self.data_use, self.countries)

    @property
    def alike(self) -> tuple[Any, ...]:
        """All of a share that authorizations ask after: what it is apart from where it flows."""
        return self[:_ALIKE]

    def judged(self, authorization: str | None, failed: Sequence[str]) -> Share:
        """The same with the authorization that covers it, or with the nearest one and all that fails on it."""
        return Share._make((*self[:_JUDGED], not failed, authorization, tuple(failed)))

    def along(self, source: FieldId, target: FieldId, flow: int, coarse: bool) -> Share:
        """The same handed over by another flow, judged alike."""
        return Share._make((*self[:_ALIKE], source, target, flow, coarse, *self[_ALONG:]))


_ALIKE, _ALONG, _JUDGED = (Share._fields.index(name) for name in ("source", "point", "authorized"))


def collection_of(world: World, share: Share) -> Collection | None:
    """The collection point that feeds the recipient directly, where the share is one of those."""
    points = world.points_of(share.target) if share.flow < 0 else ()
    return next((c for c in points if c.point == share.point), None)
