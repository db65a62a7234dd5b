"""What a column holds, judged by its name, its comment, and the kind of table it stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inventory.classification.chinese import Heard, hear
from inventory.classification.heads import ends
from inventory.classification.hits import Hit, acted, sureness, where_after
from inventory.classification.initials import by_initials
from inventory.classification.lexicon import NOTHING, Entry, Lexicon
from inventory.classification.signs import is_human, points_at_person
from inventory.classification.tables import Kinds
from inventory.classification.words import Words, is_chinese, nouns, singular, spelt_out, words

_LONGEST_PHRASE = 4
_LONGEST_COMMENT = 7
_FLAG = re.compile(r"bool|bit\b|bit\(1\)|tinyint\(1\)")
_NUMBER = re.compile(
    r"(big|small|tiny|medium)?int|serial|bigserial|smallserial|number|numeric|decimal|real|float|double"
)
_FRACTION = re.compile(r"float|double|real|money|(decimal|numeric|number)\(\d+, ?[1-9]\d*\)")
_SMALL = re.compile(r"tinyint|smallint|int\(1\)|int\(2\)|int2|enum")
_CLAUSE = re.compile(r"[.,;:(\n]")
_TIME = re.compile(r"date|time|year")
_FLAGS_TOO = ("user.demographic", "user.health_and_medical", "user.childrens")
_TIMES_TOO = ("user.demographic.date_of_birth", "user.behavior", "user.financial.credit_card", "user.childrens",
              "user.health_and_medical", "user.government_id")  # fmt: skip
_NUMBERS_NOT = ("user.contact.email", "user.name", "user.contact.address.street", "user.authorization.password",
                "user.content", "user.contact.url", "user.workplace", "user.job_title",
                "user.account.username")  # fmt: skip
_FRACTIONS_TOO = ("user.financial", "user.biometric", "user.health_and_medical", "user.location.precise",
                  "user.behavior", "user.demographic.age_range", "user.childrens", "user.unique_id")  # fmt: skip
_KEYS_OF_THINGS = ("device id", "registration id", "installation id", "insurance id", "social id", "card id", "num")
"""A number under these names is the key of a row elsewhere, or a count."""
_COUNTED = ("number", "num", "no")
_WEAK = ("owned", "keyed", "text", "acting", "worded", "dated")
_OFFICE = re.compile(r"(保管|负责|联系|经办|管理|维修|值班|驾驶|采购|领用|使用|责任)(人|员)$")


def named(name: str, kinds: Kinds, lexicon: Lexicon) -> Hit | None:
    """What a name says in a table of these kinds."""
    if is_chinese(name):
        return _heard(hear(name, kinds.where, lexicon), kinds, "name")
    parts = words(name)
    return (
        _in_words(parts, kinds, lexicon, "name")
        or _of_document(parts, kinds, lexicon, "name")
        or by_initials(parts, kinds, lexicon)
        or (_in_words(full, kinds, lexicon, "name") if (full := spelt_out(parts)) != parts else None)
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What a comment says: a hit; or that the column is a state or number (`veto`), or a thing's (`elsewhere`)."""

    hit: Hit | None = None
    veto: bool = False
    elsewhere: bool = False
    flag: bool = False
    """It says whether something is so."""


def commented(comment: str, kinds: Kinds, lexicon: Lexicon) -> Said:
    """What a comment of a few words says."""
    if not comment:
        return Said()
    if is_chinese(comment):
        heard = hear(comment, kinds.where, lexicon)
        return Said(_heard(heard, kinds, "comment"), heard.veto, heard.elsewhere, comment.startswith("是否"))
    parts = words(_CLAUSE.split(comment, 1)[0])
    return Said(_in_words(parts, kinds, lexicon, "comment")) if len(parts) <= _LONGEST_COMMENT else Said()


def points(name: str) -> bool:
    """Is it the key of something, whatever that is?"""
    return words(name)[-1:] == ("id",)


def leads_elsewhere(name: str) -> bool:
    """Is it the address of a page or a file?"""
    parts = words(name)
    return bool(parts) and parts[-1] in nouns("places_online")


def counts(name: str) -> bool:
    """Does a name end like that of a kind, a state or a number of something?"""
    parts = words(name)
    return bool(parts) and parts[-1] in nouns("veto_last")


def holds_places(type_: str) -> bool:
    """Can a column of this type hold nothing but places on a map?"""
    return type_.lower().startswith(("point", "geography", "geometry"))


def fits(entry: Entry, type_: str) -> bool:
    """Can a column of this type hold it?  A flag holds no telephone number, a time no name."""
    kind, category = type_.lower(), entry.category
    if not kind or entry.own:
        return True
    if _FLAG.match(kind):
        return category.startswith(_FLAGS_TOO)
    if _TIME.match(kind):
        return category.startswith(_TIMES_TOO)
    if category == "user.behavior" and entry.phrase.endswith(("at", "date", "time", "时间")):
        return True
    if _FRACTION.match(kind) and not category.startswith(_FRACTIONS_TOO):
        return False
    if _NUMBER.match(kind):
        if entry.phrase in _KEYS_OF_THINGS or (entry.phrase == "id" and category == "user.authorization.credentials"):
            return False
        if _SMALL.match(kind) and category.startswith(("user.contact", "user.authorization", "user.location")):
            return False
        return (
            not category.startswith(_NUMBERS_NOT)
            or (entry.phrase.endswith((" id", "street number", "house number")) and entry.phrase != "email id")
            or entry.phrase.startswith("qq")
        )
    return True


def _of_document(parts: Words, kinds: Kinds, lexicon: Lexicon, by: str) -> Hit | None:
    """Is it a side, a picture, or a date of somebody's document: ``driver_license_front_url``, ``id_card_expiry``?"""
    end = len(parts)
    while end and (parts[end - 1] in nouns("of_document")):
        end -= 1
    if not 0 < end < len(parts):
        return None
    hit = _in_words(parts[:end], kinds, lexicon, by)
    return hit if hit is not None and hit.entry.category.startswith("user.government_id") else None


def _in_words(parts: Words, kinds: Kinds, lexicon: Lexicon, by: str) -> Hit | None:
    """The longest phrase that ends the name: English nouns stand last too, but for words like ``hash`` and ``old``."""
    if not parts:
        return None
    if len(parts) > 2 and parts[-2] in ("to", "with") and is_human(parts[-1]) and not acted(parts[:-1]):
        parts = parts[:-2]  # relationship_to_borrower
    whole = lexicon.get("", "".join(parts))
    if whole is None and parts[0] in nouns("veto_first"):
        return None
    end, skipped = len(parts), 0
    while end > 0:
        for start in range(max(0, end - _LONGEST_PHRASE), end):
            phrase = "".join(parts[start:end])
            hit = _phrase(phrase, parts[:start], kinds, lexicon, by) if phrase in lexicon.known else None
            if hit is None and end - start == 1 and phrase.endswith("s"):
                hit = _phrase(singular(phrase), parts[:start], kinds, lexicon, by)
            if hit is not None:
                return hit if hit.entry.category != NOTHING or hit.entry.own else None
        last = parts[end - 1]
        if not (last.isdigit() or last in nouns("tail")) or skipped > 2:
            return None
        end, skipped = end - 1, skipped + 1
    return None


def _phrase(phrase: str, owner: Words, kinds: Kinds, lexicon: Lexicon, by: str) -> Hit | None:
    strong = lexicon.get("", phrase)
    if strong is not None:
        if strong.category == NOTHING or strong.own:
            return Hit(strong, f"{'own' if strong.own else 'not'}:{strong.phrase}", 0.95, True, owner)
        if (confidence := sureness(strong.category, owner, kinds)) > 0:
            return Hit(strong, f"{by}:{strong.phrase}", confidence, True, owner)
    for where in where_after(owner, kinds):
        if (entry := lexicon.get(where, phrase)) is not None:
            if _elsewhere(where, phrase, owner, kinds):
                continue
            if owner and phrase in _COUNTED and owner[-1] != singular(owner[-1]):
                continue  # attendants_number counts them
            if where == "card" and phrase == "type" and owner and is_human(owner[-1]):
                continue
            if where == "named" and phrase in ("prefix", "suffix") and owner and not is_human(owner[-1]):
                continue  # of an invoice's number
            if where == "human" and entry.category == "user.content" and (kinds.thing or kinds.organisation):
                continue  # what the staff remark of a product is about the product
            if (
                owner
                and entry.category == "user.name"
                and (where == "text" or (where == "address" and phrase == "title"))
            ):
                continue
            if by == "comment" and not entry.category.startswith(("user.name", "user.contact", "user.demographic")):
                continue  # sentences end with such words too
            return Hit(entry, f"{where}:{entry.phrase}", 0.6 if where in _WEAK else 0.8, False, owner)
    return None


def _elsewhere(where: str, phrase: str, owner: Words, kinds: Kinds) -> bool:
    """Does the phrase mean something else here: the state of an order, the key of what a session is about?"""
    if where == "address" and phrase == "state":
        return not owner and "owned" in kinds.where
    return where == "session" and phrase == "id" and bool(owner)


def _heard(heard: Heard, kinds: Kinds, by: str) -> Hit | None:
    if heard.entry is None:
        return None
    if heard.entry.own:
        return Hit(heard.entry, f"own:{heard.entry.phrase}", 0.95, True)
    owner = heard.owner
    tail: Words = ()
    for size in range(min(4, len(owner)), 0, -1):
        if owner[-size:] in nouns("things_owner") or owner[-size:] in nouns("human"):
            tail = (owner[-size:],)
            break
    if heard.where:
        return Hit(heard.entry, f"{by}:{heard.entry.phrase}", 0.6, False, tail)
    if kinds.organisation and ends(owner, "organisation"):
        return None  # 校区电话, and not that of somebody who works there
    sure = sureness(heard.entry.category, tail, kinds)
    if kinds.thing and not (owner or kinds.machine) and _OFFICE.search(heard.entry.phrase):
        sure = sure or 0.5  # things are in somebody's care
    return Hit(heard.entry, f"{by}:{heard.entry.phrase}", sure, True, tail) if sure else None


def key(name: str, references: str | None, kinds: Kinds) -> str | None:
    """The rule by which a column is the key of a person, a pseudonym."""
    parts = words(name)
    if references and points_at_person((), references):
        return "foreign-key:person"
    if len(parts) > 2 and parts[-1] == "id" and acted(parts[:-1]) and not (kinds.machine or references):
        return "key:person"
    if parts and points_at_person(parts, None) and parts[0] not in nouns("veto_first") and not kinds.machine:
        return "key:person"
    if (
        kinds.people
        and (kinds.surely_people or not kinds.keyed)
        and "".join(parts) in ("id", "uuid", "guid", "pk", "entityid")
    ):
        return "key:person"
    if len(parts) > 2 and parts[-1] == "id" and parts[-2] in ("address", "addr") and parts[-3] in nouns("whose"):
        return "key:address of a person"
    return None
