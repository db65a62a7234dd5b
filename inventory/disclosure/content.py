"""What stands on the public page, as values: no looks, no sentences, only words from people and glossaries.

A `Text` is the same thing said in several languages: (language, words) pairs, language "" where it cannot be told.
`None` always means "not known", never "none"; an empty tuple means that nothing of the kind is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Text = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Body:
    """A legal person as the page names it; `name` is its legal name (PIPL art. 17, 23, GDPR art. 13).

    `key` is what the entries call it: for messages to those who publish, never for the page.
    """

    id: str
    key: str
    name: Text
    countries: tuple[str, ...] = ()
    registry_id: str | None = None
    contact: str | None = None
    privacy_policy: str | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody outside who gets personal data: in which roles, in which countries, and of which items."""

    body: Body
    roles: tuple[str, ...]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A consent that people are asked for: its kind, and its words if they are known."""

    kind: str | None
    text: Text


@dataclass(frozen=True, slots=True)
class Collected:
    """Where an item is taken from people, whether they must give it, and the consent they are asked for."""

    point: Text
    required: bool | None = None
    consent: Agreement | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """What we ourselves do with an item, on which basis, and why it cannot be done without."""

    purpose: Text
    basis: str | None = None
    necessity: Text = ()


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long: a `period` (ISO 8601 duration) or the `rule` that fixes it, and what happens `after`."""

    period: str | None
    rule: Text
    after: str | None


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something the reader can do about it; `name` is empty where only the kind is known."""

    id: str
    kind: str
    name: Text
    where: Text
    url: str | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a handover is known: ``verified`` by a scanner, ``declared`` by hand, or still under ``review``."""

    how: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """A country outside the area of the sender's law, and the mechanism that lets the data go there."""

    country: str
    mechanism: str | None


@dataclass(frozen=True, slots=True)
class Handover:
    """One statement "this item goes to that recipient", with every cell that a reader and the law ask for.

    `shares` are the ids of the shares it stands for, `flows` those of the flows that cross; each share stands in
    exactly one handover.  `scene_kind` says whether `scenes` are what sets it off (``trigger``) or where the item
    was collected (``point``); `passed_on_by` is the id of the recipient that hands it on, None where we do.
    """

    id: str
    item: str
    recipient: str
    passed_on_by: str | None
    role: str
    relation: str
    condition: str
    form: str
    subjects: tuple[Text, ...]
    purpose: Text
    scene_kind: str
    scenes: tuple[Text, ...]
    method: str
    encrypted: bool | None
    basis: str | None
    agreement: Agreement | None
    keeping: Keeping | None
    countries: tuple[str, ...]
    transfers: tuple[Transfer, ...]
    remedies: tuple[Remedy, ...]
    provenance: Provenance
    shares: tuple[str, ...]
    flows: tuple[str, ...]
    coarse: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of data: how it is collected, used, kept and protected, and everybody it goes to.

    `held` says whether any system of ours holds it; `keeping` has one entry for each different rule that those
    systems follow, None for those that follow none.
    """

    id: str
    category: str
    name: Text
    sensitive: bool
    collected: tuple[Collected, ...]
    uses: tuple[Use, ...]
    held: bool
    keeping: tuple[Keeping | None, ...]
    encrypted_at_rest: bool | None
    handovers: tuple[Handover, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The items below one second level of the categories, such as ``user.contact``."""

    id: str
    name: Text
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to ask, and how fast it is answered (ISO 8601 duration)."""

    kind: str
    address: str
    answers_within: str | None
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exercise:
    """A review (``review``) or a training (``training``) that recurs: how often, when last, with what outcome."""

    kind: str
    interval: str
    last: date | None
    audience: Text = ()
    outcome: Text = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many are, are not, and are not known to be."""

    yes: int
    no: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The whole content; `digest` is of the graph it was read from, `unread` counts what could not be read."""

    operators: tuple[Body, ...]
    day: date
    digest: str
    rule_set: str
    groups: tuple[Group, ...]
    recipients: tuple[Recipient, ...]
    remedies: tuple[Remedy, ...]
    contacts: tuple[Contact, ...]
    exercises: tuple[Exercise, ...]
    at_rest: Tally
    in_transit: Tally
    unread: int

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for group in self.groups for item in group.items)

    @property
    def handovers(self) -> tuple[Handover, ...]:
        return tuple(handover for item in self.items for handover in item.handovers)
