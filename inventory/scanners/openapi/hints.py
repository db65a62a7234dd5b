"""What a document says of what a property holds: by a hint of its own, or by the format of its values.

A hint (``x-data-category``, ``x-pii``) is a statement of whoever wrote the document, and so observed.  A format says
what a value looks like, not whose it is (the address of a help desk is an e-mail address too): it is inferred, so
that a person who knows better can reject it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from inventory.classification import Column, Verdict
from inventory.nested import classify_paths
from inventory.project import OwnWords
from inventory.scanners.openapi.properties import Property
from lineage.errors import did_you_mean
from lineage.model import Form
from lineage.vocabulary import CATEGORIES, SUBJECTS

CATEGORY, SUBJECT, PERSONAL = "x-data-category", "x-data-subject", "x-pii"
_FORMATS = {
    "email": "user.contact.email", "idn-email": "user.contact.email", "phone": "user.contact.phone_number",
    "tel": "user.contact.phone_number", "ipv4": "user.device.ip_address", "ipv6": "user.device.ip_address",
    "password": "user.authorization.password",
}  # fmt: skip
_LIKE_A_TIME = {"date": "date", "date-time": "timestamp", "time": "time", "duration": "text"}
_SURE = 0.8


@dataclass(frozen=True, slots=True)
class Held:
    """What a property is said to hold; `hinted` by the document itself."""

    category: str
    subject: str | None
    form: Form
    confidence: float | None
    rules: tuple[str, ...]
    hinted: bool


def column_of(called: str, said: Property) -> Column:
    """The property as a column: its path, its type in coarse words, its description."""
    kind = _LIKE_A_TIME.get(said.text("format"), said.type)
    return Column(called, kind, said.text("description")[:200])


def held(
    table: str, columns: list[Column], properties: list[Property], own: OwnWords
) -> Iterator[tuple[list[Held], list[str]]]:
    """For each property what it holds, and what is wrong with its hints."""
    for said, verdict in zip(properties, classify_paths(table, columns, own), strict=True):
        problems: list[str] = []
        subject = _subject(said, problems)
        hinted = _hinted(said, verdict, subject, problems)
        yield [hinted] if hinted else list(_inferred(said, verdict, subject)), problems


def _hinted(said: Property, verdict: Verdict | None, subject: str | None, problems: list[str]) -> Held | None:
    hint, marked = said.said(CATEGORY), said.said(PERSONAL)
    form = verdict.form if verdict else Form.RAW
    for key, value in ((CATEGORY, hint), (PERSONAL, marked)):
        if isinstance(value, str) and value in CATEGORIES:
            return Held(value, subject or (verdict.data_subject if verdict else None), form, None, (key,), True)
    if hint is not None:
        near = did_you_mean(hint, CATEGORIES) if isinstance(hint, str) else ""
        problems.append(f"{CATEGORY} is no data category{near}")
    if marked is True or isinstance(marked, str):
        category = verdict.data_category if verdict else next(iter(_by_format(said)), "user")
        return Held(category, subject or (verdict.data_subject if verdict else None), form, None, (PERSONAL,), True)
    return None


def _inferred(said: Property, verdict: Verdict | None, subject: str | None) -> Iterator[Held]:
    if verdict:
        about = subject or verdict.data_subject
        yield Held(verdict.data_category, about, verdict.form, verdict.confidence, verdict.rules, False)
        return
    for category in _by_format(said):
        yield Held(category, subject, Form.RAW, _SURE, (f"format:{said.text('format')}",), False)


def _by_format(said: Property) -> tuple[str, ...]:
    """The category that the format of the values speaks for, if any."""
    category = _FORMATS.get(said.text("format"))
    return (category,) if category else ()


def _subject(said: Property, problems: list[str]) -> str | None:
    subject = said.said(SUBJECT)
    if subject is None or (isinstance(subject, str) and subject in SUBJECTS):
        return subject
    near = did_you_mean(subject, SUBJECTS) if isinstance(subject, str) else ""
    problems.append(f"{SUBJECT} is no data subject{near}")
    return None
