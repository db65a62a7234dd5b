"""What each manual entry may say: typed models that check it, and give the JSON Schema for editors."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from lineage.errors import LineageError
from lineage.model import ALL, Form
from lineage.vocabulary import check_key

LEGAL_BASES = (
    "consent", "contract", "legal-obligation", "vital-interest", "public-task", "legitimate-interest",
    "hr-management", "emergency", "news-supervision", "disclosed-information",
)  # fmt: skip
"""GDPR art. 6(1) and PIPL art. 13(1)."""

_DURATION = re.compile(r"P(?=[\dT])(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?")
_TRANSFER = re.compile(
    r"gdpr:(adequacy|scc|bcr|derogation)|pipl:(assessment|standard-contract|certification|gba-contract|exemption(:.+)?)"
)


def _known(kind: str) -> Any:
    def check(key: str) -> str:
        if key != ALL:
            try:
                check_key(kind, key)
            except LineageError as problem:
                raise ValueError(str(problem)) from None
        return key

    return AfterValidator(check)


def _fits(pattern: re.Pattern[str], what: str) -> Any:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(f"expected {what}")
        return text

    return AfterValidator(check)


def _day(value: object) -> object:
    return value if isinstance(value, str | date) else str(value)


Key = Annotated[str, Field(min_length=1, max_length=200)]
Day = Annotated[date, BeforeValidator(_day), Field(strict=False)]
Category = Annotated[str, _known("data category"), Field(description="data category, like user.contact.email")]
Use = Annotated[str, _known("data use"), Field(description="data use, like essential.service")]
Subject = Annotated[str, _known("data subject"), Field(description="data subject, like customer")]
Span = Annotated[
    str, _fits(_DURATION, "an ISO 8601 duration like P30D or P1Y"), Field(description="span, like P30D or P1Y")
]
Country = Annotated[
    str,
    _fits(re.compile(r"[A-Z]{2}|EEA|EU|\*"), 'an ISO 3166 country code of two capitals, EEA or "*"'),
    Field(description='country, like CN or DE; EEA; "*"'),
]
Transfer = Annotated[
    str,
    _fits(_TRANSFER, "a mechanism like gdpr:scc or pipl:standard-contract"),
    Field(description="transfer mechanism, like gdpr:scc or pipl:standard-contract"),
]
Text = str | dict[Literal["zh-Hans", "en"], str]
"""Words for the public, in one language or by language."""
Legal = Literal[
    "consent", "contract", "legal-obligation", "vital-interest", "public-task", "legitimate-interest",
    "hr-management", "emergency", "news-supervision", "disclosed-information",
]  # fmt: skip


class Spelled(BaseModel):
    """A reference spelled out, for names that have no system."""

    model_config = ConfigDict(extra="forbid", strict=True)
    namespace: str
    dataset: str
    field: str = ""


Reference = Annotated[str, Field(description="SYSTEM:DATASET or SYSTEM:DATASET#FIELD")] | Spelled


class Entry(BaseModel):
    """What any entry may carry."""

    model_config = ConfigDict(extra="forbid", strict=True)
    note: str | None = None
    since: Day | None = None
    until: Day | None = None
    by: str | None = None


class PartyEntry(Entry):
    key: Key
    name: str = ""
    legal_name: Text = ""
    own: bool = False
    role: Literal["processor", "joint-controller", "controller", "authority"] | None = None
    country: Country | None = None
    registry_id: str | None = None
    aliases: list[str] = []
    groups: list[str] = []
    contact: str | None = None
    privacy_policy: str | None = None


class ClaimEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    namespace: str
    prefix: str = ""


class SystemEntry(Entry):
    key: Key
    name: str = ""
    operator: str | None = None
    namespaces: list[str | ClaimEntry] = []
    country: Country | None = None
    owner: str | None = None
    encrypted_at_rest: bool | None = None
    data_uses: list[Use] = []
    data_subject: Subject | None = None


class DatasetEntry(Entry):
    dataset: Reference
    kind: str | None = None
    description: str | None = None
    fields: list[str] = []
    aliases: list[Reference] = Field(default=[], description="other names of the same dataset")
    data_uses: list[Use] = []
    data_subject: Subject | None = None


class ClassificationEntry(Entry):
    field: Reference
    data_category: Category | None = None
    data_subject: Subject | None = None
    form: Form = Field(default=Form.RAW, strict=False)
    not_personal: str | None = None
    replaces: Category | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> ClassificationEntry:
        if (self.data_category is None) == (self.not_personal is None):
            raise ValueError("expected either data_category or not_personal (a reason)")
        return self


class ConsentEntry(Entry):
    key: Key
    kind: Literal["general", "separate", "written", "guardian"]
    text: Text | None = None


class CollectionEntry(Entry):
    field: Reference
    point: Text
    required: bool | None = None
    notice: str | None = None
    consent: str | None = None


class FlowEntry(Entry):
    source: Reference
    target: Reference
    type: Literal["DIRECT", "INDIRECT"] = "DIRECT"
    subtype: (
        Literal[
            "IDENTITY",
            "TRANSFORMATION",
            "AGGREGATION",
            "JOIN",
            "FILTER",
            "GROUP_BY",
            "SORT",
            "WINDOW",
            "CONDITIONAL",
        ]
        | None
    ) = None
    function: str | None = None
    masking: bool = False
    data_use: Use | None = None
    encrypted_in_transit: bool | None = None
    consent: str | None = None
    trigger: Text | None = None
    job: str | None = None


class ConnectionEntry(Entry):
    from_system: Key
    to_system: Key
    encrypted: bool


class InstrumentEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    kind: Literal["processing-agreement", "contract", "joint-agreement", "law", "court-order"]
    ref: Annotated[str | None, BeforeValidator(lambda v: v if v is None else str(v))] = None


class AuthorizationEntry(Entry):
    key: Key
    recipient: str
    role: Literal["processor", "joint-controller", "controller", "authority"]
    data_categories: list[Category] = Field(min_length=1)
    data_uses: list[Use] = Field(min_length=1)
    data_subjects: list[Subject] = Field(min_length=1)
    form: Form = Field(strict=False)
    instrument: InstrumentEntry
    countries: list[Country] = Field(min_length=1)
    valid_from: Day
    sender: str | None = None
    include_members: bool = False
    legal_basis: Legal | None = None
    consent: str | None = None
    transfer: list[Transfer] = []
    valid_until: Day | None = None
    relation: Literal["provide", "entrust", "joint", "merger", "publication", "authority", "user-directed"] | None = (
        None
    )

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> AuthorizationEntry:
        if self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from")
        return self


class ActivityEntry(Entry):
    key: Key
    data_use: Use
    system: str | None = None
    name: str | None = None
    data_categories: list[Category] = []
    data_subjects: list[Subject] = []
    legal_basis: Legal | None = None
    retention: str | None = None
    necessity: Text | None = None


class RetentionEntry(Entry):
    key: Key
    data_categories: list[Category] = []
    systems: list[str] = []
    recipients: list[str] = []
    period: Span | None = None
    rule: Text | None = None
    after: Literal["erase", "anonymise", "archive"] | None = None

    @model_validator(mode="after")
    def _told(self) -> RetentionEntry:
        if not (self.period or self.rule):
            raise ValueError("expected a period or the rule that fixes it")
        return self


class ErasureEntry(Entry):
    dataset: Reference
    method: str
    owner: str | None = None
    within: Span | None = None
    verified: Day | None = None


class ControlEntry(Entry):
    key: Key
    kind: Literal[
        "access", "copy", "correction", "deletion", "consent-withdrawal", "objection", "portability",
        "personalisation-off", "account-closing", "explanation",
    ]  # fmt: skip
    systems: list[str] = []
    where: Text = ""
    name: Text = ""
    url: str | None = None


class CoversEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    recipients: list[str] = []
    data_categories: list[Category] = []


class AssessmentEntry(Entry):
    key: Key
    law: Literal["pipl", "gdpr"]
    covers: CoversEntry = CoversEntry()
    done: Day
    valid_until: Day | None = None
    ref: str | None = None


class ReviewEntry(Entry):
    key: Key
    interval: Span
    scope: list[str] = []
    last: Day | None = None
    outcome: Text | None = None


class TrainingEntry(Entry):
    key: Key
    audience: Text
    interval: Span
    last: Day | None = None


class ChannelEntry(Entry):
    key: Key
    kind: str
    address: str
    answers_within: Span | None = None
    languages: list[str] = []


class SuppressionEntry(Entry):
    finding: Annotated[str, Field(min_length=7)]
    reason: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    expires: Day


class Entries(BaseModel):
    """One file of manual entries: any of these lists."""

    model_config = ConfigDict(extra="forbid", strict=True)
    parties: list[PartyEntry] = []
    systems: list[SystemEntry] = []
    datasets: list[DatasetEntry] = []
    classifications: list[ClassificationEntry] = []
    consents: list[ConsentEntry] = []
    collections: list[CollectionEntry] = []
    flows: list[FlowEntry] = []
    connections: list[ConnectionEntry] = []
    authorizations: list[AuthorizationEntry] = []
    activities: list[ActivityEntry] = []
    retention: list[RetentionEntry] = []
    erasure_routes: list[ErasureEntry] = []
    controls: list[ControlEntry] = []
    assessments: list[AssessmentEntry] = []
    reviews: list[ReviewEntry] = []
    trainings: list[TrainingEntry] = []
    channels: list[ChannelEntry] = []
    suppressions: list[SuppressionEntry] = []
