"""How sure is a phrase of the lexicon in the place where it stands, after the words that say whose it is?"""

from __future__ import annotations

from dataclasses import dataclass

from inventory.classification.lexicon import Entry
from inventory.classification.signs import is_human
from inventory.classification.tables import Kinds
from inventory.classification.words import Words, nouns, singular

_SURE = ("user.contact.email", "user.contact.phone_number", "user.government_id", "user.device.ip_address",
         "user.device.device_id", "user.demographic.date_of_birth", "user.demographic.gender", "user.name",
         "user.account.username", "user.authorization", "user.unique_id", "user.financial.credit_card",
         "user.financial.bank_account", "user.device", "user.contact.fax_number", "user.contact.address",
         "user.criminal_history", "user.biometric", "user.content.self_image", "user.demographic.religious_belief",
         "user.demographic.political_opinion", "user.demographic.sexual_orientation", "user.demographic.race_ethnicity",
         "user.demographic.marital_status", "user.demographic.age_range", "user.health_and_medical.record_id",
         "user.financial",
         "user.health_and_medical.insurance_beneficiary_id")  # fmt: skip
"""Categories that a name tells in a table of unknown kind too."""
_ON_THINGS = ("user.government_id.national_identification_number", "user.government_id.drivers_license_number",
              "user.government_id.passport_number", "user.demographic.date_of_birth",
              "user.demographic.gender")  # fmt: skip
_SORTED = ("order", "sort", "group", "filter")
_WAYS = ("email", "mail", "phone", "sms", "api")
"""What a token of somebody may be sent by or be good for."""
_BETWEEN = ("detail", "details", "info", "address", "addr", "data")
"""Words that may stand between whose it is and what it is: ``shipping_detail_city``."""
_BODILY = "user.biometric.health"
"""Things have height and weight too, also those that belong to somebody."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry of the lexicon that speaks for a column, the rule by which, and how sure that is."""

    entry: Entry
    rule: str
    confidence: float
    strong: bool
    owner: Words = ()


def where_after(owner: Words, kinds: Kinds) -> tuple[str, ...]:
    """The kinds of table whose words count after these: ``name`` is a person's after ``customer``."""
    if not owner:
        return kinds.where
    while len(owner) > 1 and (owner[-1] in _BETWEEN or owner[-1].isdigit()):
        owner = owner[:-1]
    last = owner[-1]
    if (is_human(last) or acted(owner)) and not kinds.machine:
        return tuple(dict.fromkeys(("human", *(("address",) if kinds.person else ()), *kinds.where)))
    if last in nouns("things_owner") and singular(last) not in kinds.own:
        return ("secrets",) if kinds.human and last in _WAYS else ()
    if kinds.person and last in nouns("whose"):
        return tuple(dict.fromkeys(("address", *kinds.where)))
    if all(w in nouns("prefix") or w in nouns("whose") or singular(w) in kinds.own or w.isdigit() for w in owner):
        return kinds.where
    return (
        *(("secrets",) if kinds.human or {"tokens", "session"} & set(kinds.where) else ()),
        *(("worded",) if kinds.keyed else ()),
    )


def acted(owner: Words) -> bool:
    """Is it somebody by what was done: ``booked_for``, ``assigned_to``, ``hidden_by``?"""
    if len(owner) < 2:
        return False
    return (owner[-1] == "by" and owner[-2] not in _SORTED) or (owner[-1] in ("for", "to") and owner[-2].endswith("ed"))


def sureness(category: str, owner: Words, kinds: Kinds) -> float:
    """How sure a phrase that counts everywhere is here, from 0; things and companies have names and places too."""
    while len(owner) > 1 and owner[-1].isdigit():
        owner = owner[:-1]
    if owner == ("contact",) and (kinds.organisation or kinds.thing):
        return 0.6 if kinds.named else 0.0
    if owner and (is_human(owner[-1]) or owner[-1] == "emergency" or acted(owner)):
        return 0.0 if kinds.machine and not kinds.keyed else 0.9
    if kinds.machine or (owner and owner[-1] in nouns("things_owner") and not _repeats(owner[-1], kinds)):
        return 0.0
    if kinds.organisation:
        if category.startswith(("user.contact.email", "user.contact.phone_number")):
            return 0.6 if kinds.named else 0.0
        told = ("user.government_id.national", "user.name", *(("user.authorization",) if kinds.named else ()))
        return 0.5 if category.startswith(told) else 0.0
    if kinds.thing:
        return 0.5 if category.startswith(_ON_THINGS) else 0.0
    if category.startswith(_BODILY) and not (kinds.human or {"medical", "child"} & set(kinds.where)):
        return 0.0
    if kinds.person:
        return 0.9
    return 0.7 if category.startswith(_SURE) else 0.0


def _repeats(word: str, kinds: Kinds) -> bool:
    return (kinds.person and singular(word) in kinds.own) or (kinds.human and word in (*_WAYS, "org"))
