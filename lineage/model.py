"""What can be known: statements as frozen values, each with the evidence for it.

Terms are the field's own: OpenLineage for datasets, fields and flows, fideslang for categories, uses and
subjects, DPV for roles and bases, PROV for evidence.  Nothing here reads or writes anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

ALL = "*"
"""Says "all" aloud: all subjects, all categories but those that must be named, all known countries."""

Wording = tuple[tuple[str, str], ...]
"""A statement's one free text in the languages it was written in: (language, text) pairs, sorted.

Where a statement has a `wording`, its plain text is the English one of them, else the first.
"""


class Form(StrEnum):
    """How telling a value still is, from most to least (GDPR recitals 26 and 28, PIPL art. 73)."""

    RAW = "raw"
    HASHED = "hashed"
    PSEUDONYMISED = "pseudonymised"
    AGGREGATED = "aggregated"


class Method(StrEnum):
    """How a statement came to be known, in rising order of trust: inferred < observed < attested."""

    INFERRED = "inferred"
    OBSERVED = "observed"
    ATTESTED = "attested"


@dataclass(frozen=True, slots=True, order=True)
class FieldId:
    """One field of one dataset, or the dataset as a whole when `field` is empty.

    `namespace` and `name` follow OpenLineage dataset naming: ``postgres://host:5432``, ``db.schema.table``.
    """

    namespace: str
    name: str
    field: str = ""

    @property
    def dataset(self) -> FieldId:
        return self if not self.field else FieldId(self.namespace, self.name)

    @property
    def is_dataset(self) -> bool:
        return not self.field


# -- who and where ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Party:
    """A legal person or body.  `own` says it is us; a party has only a usual role, relations have roles."""

    key: str
    name: str = ""
    legal_name: str = ""
    own: bool = False
    role: str | None = None
    country: str | None = None
    registry_id: str | None = None
    aliases: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    contact: str | None = None
    privacy_policy: str | None = None
    wording: Wording = ()


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """A namespace, or the datasets below a prefix of one, that a system says are its own."""

    namespace: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """Something one party operates; it claims the datasets of its namespaces."""

    key: str
    name: str = ""
    operator: str | None = None
    namespaces: tuple[Claim, ...] = ()
    country: str | None = None
    owner: str | None = None
    encrypted_at_rest: bool | None = None
    data_uses: tuple[str, ...] = ()
    data_subject: str | None = None
    ours: bool = False
    """Scanned by us: ours unless an entry says who operates it; a system nobody entered yields to every other claim."""

    @property
    def first_namespace(self) -> str:
        return self.namespaces[0].namespace if self.namespaces else f"sharemap://{self.key}"


# -- what is held -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dataset:
    dataset: FieldId
    kind: str | None = None
    description: str | None = None
    data_uses: tuple[str, ...] = ()
    data_subject: str | None = None
    owner: str | None = None
    """The team or service that answers for it, never a person."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `position` is its place among the dataset's fields, 1-based."""

    field: FieldId
    type: str | None = None
    description: str | None = None
    required: bool | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Symlink:
    """Another name of the same dataset (OpenLineage symlinks facet): `alias` is read as `dataset`."""

    alias: FieldId
    dataset: FieldId


@dataclass(frozen=True, slots=True)
class Classification:
    """A field holds data of a category; or, with `not_personal`, a person says why it holds none.

    `rules` are the ids of the rules that fired, `confidence` runs from 0 to 1, `replaces` names the
    category of the classification this one corrects.
    """

    field: FieldId
    data_category: str | None = None
    data_subject: str | None = None
    form: Form = Form.RAW
    confidence: float | None = None
    rules: tuple[str, ...] = ()
    not_personal: str | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """Where a field comes from people: a screen, form or event (GDPR art. 13, PIPL art. 17)."""

    field: FieldId
    point: str
    required: bool | None = None
    notice: str | None = None
    consent: str | None = None
    wording: Wording = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """One edge of column lineage (OpenLineage columnLineage facet), or of a whole dataset.

    `type` is DIRECT or INDIRECT; `subtype` IDENTITY, TRANSFORMATION, AGGREGATION, or JOIN, FILTER, GROUP_BY,
    SORT, WINDOW, CONDITIONAL; `consent` is the scope that gates the flow.
    """

    source: FieldId
    target: FieldId
    type: str = "DIRECT"
    subtype: str | None = None
    function: str | None = None
    masking: bool = False
    data_use: str | None = None
    encrypted_in_transit: bool | None = None
    consent: str | None = None
    trigger: str | None = None
    job: str | None = None
    wording: Wording = ()


@dataclass(frozen=True, slots=True)
class Connection:
    """How two systems are connected: is what goes from one to the other encrypted on the way?"""

    from_system: str
    to_system: str
    encrypted: bool


# -- why it may be ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Instrument:
    kind: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Authorization:
    """One sharing that was allowed: who to whom, what, what for, in which form, on which basis."""

    key: str
    recipient: str
    role: str
    data_categories: tuple[str, ...]
    data_uses: tuple[str, ...]
    data_subjects: tuple[str, ...]
    form: Form
    instrument: Instrument
    countries: tuple[str, ...]
    valid_from: date
    sender: str | None = None
    include_members: bool = False
    legal_basis: str | None = None
    consent: str | None = None
    transfer: tuple[str, ...] = ()
    valid_until: date | None = None
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """A processing activity (GDPR art. 30 record, fideslang privacy declaration)."""

    key: str
    data_use: str
    system: str | None = None
    name: str | None = None
    data_categories: tuple[str, ...] = ()
    data_subjects: tuple[str, ...] = ()
    legal_basis: str | None = None
    retention: str | None = None
    necessity: str | None = None
    wording: Wording = ()


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent scope; `kind` is general, separate, written or guardian (PIPL art. 14, 23, 29, 31)."""

    key: str
    kind: str
    text: str | None = None
    wording: Wording = ()


# -- the promises -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Retention:
    """How long (`period`, ISO 8601 duration) or by which `rule`, and what happens `after`."""

    key: str
    data_categories: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    period: str | None = None
    rule: str | None = None
    after: str | None = None
    wording: Wording = ()


@dataclass(frozen=True, slots=True)
class ErasureRoute:
    dataset: FieldId
    method: str
    owner: str | None = None
    within: str | None = None
    verified: date | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """Something a person can do; `name` and `where` are (language, text) pairs, language "" where untold."""

    key: str
    kind: str
    systems: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    name: tuple[tuple[str, str], ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """An impact assessment (PIPL art. 55, GDPR art. 35) and what it covers; empty covers all of that kind."""

    key: str
    law: str
    done: date
    recipients: tuple[str, ...] = ()
    data_categories: tuple[str, ...] = ()
    valid_until: date | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    key: str
    interval: str
    scope: tuple[str, ...] = ()
    last: date | None = None
    by: str | None = None
    outcome: str | None = None
    wording: Wording = ()


@dataclass(frozen=True, slots=True)
class Training:
    key: str
    audience: str
    interval: str
    last: date | None = None
    wording: Wording = ()


@dataclass(frozen=True, slots=True)
class Channel:
    key: str
    kind: str
    address: str
    answers_within: str | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suppression:
    """A finding somebody chose to live with; `finding` is a fingerprint or its first 7 or more digits."""

    finding: str
    reason: str
    owner: str
    expires: date


@dataclass(frozen=True, slots=True)
class Publication:
    """What was told to the public, when: `digest` of the pages and of the `shares` they state."""

    key: str
    published: date
    digest: str
    shares: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A source, or a place in one, that could not be read, and why."""

    source: str
    reason: str


Statement = (
    Party
    | System
    | Dataset
    | Field
    | Symlink
    | Classification
    | Collection
    | Flow
    | Connection
    | Authorization
    | Activity
    | Consent
    | Retention
    | ErasureRoute
    | Control
    | Assessment
    | Review
    | Training
    | Channel
    | Suppression
    | Publication
    | Gap
)


# -- evidence -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a statement comes from (PROV): never a value, always a place.

    `agent` is the scanner, `source` the place (``etl/users.sql``, ``accounts/public.users``), `line` its line
    (1-based), `time` the source's own time if it has one, `note` and `by` what a person added, `since` and
    `until` the days between which an attested statement holds (both inclusive).
    """

    agent: str
    source: str
    line: int | None = None
    method: Method = Method.OBSERVED
    time: datetime | None = None
    since: date | None = None
    until: date | None = None
    by: str | None = None
    note: str | None = None

    @property
    def place(self) -> str:
        return f"{self.source}:{self.line}" if self.line else self.source


@dataclass(frozen=True, slots=True)
class Fact:
    statement: Statement
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Batch:
    """Many flows with one kind of transformation and one evidence, as columns: `sources[i]` -> `targets[i]`."""

    sources: Sequence[FieldId]
    targets: Sequence[FieldId]
    like: Flow
    """Every attribute but the two ends is taken from here."""
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ScopeComplete:
    """Everything whose evidence source starts with `scope` was read, except the places in `unread`.

    Only this retires facts: those of the same source, in the scope, not seen again and not below `unread`.
    """

    scope: str = ""
    unread: tuple[str, ...] = ()


Reading = Fact | Batch | ScopeComplete
