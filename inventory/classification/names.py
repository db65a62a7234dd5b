"""What a column holds, judged by its name, its comment, and the kind of table it stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inventory.classification.chinese import Heard, hear
from inventory.classification.heads import ends
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
_KEYS_OF_THINGS = ("device id", "registration id", "installation id", "insurance id", "social id", "card id", "num")
"""A number under these names is the key of a row elsewhere, or a count."""
_SORTED = ("order", "sort", "group", "filter")
_COUNTED = ("number", "num", "no")
_WAYS = ("email", "mail", "phone", "sms", "api")
"""What a token of somebody may be sent by or be good for."""
_BETWEEN = ("detail", "details", "info", "address", "addr", "data")
"""Words that may stand between whose it is and what it is: ``shipping_detail_city``."""
_WEAK = ("owned", "keyed", "text", "acting", "worded", "dated")
_OFFICE = re.compile(r"(保管|负责|联系|经办|管理|维修|值班|驾驶|采购|领用|使用|责任)(人|员)$")
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


def named(name: str, kinds: Kinds, lexicon: Lexicon) -> Hit | None:
    """What a name says in a table of these kinds."""
    if is_chinese(name):
        return _heard(hear(name, kinds.where, lexicon), kinds, "name")
    parts = words(name)
    if parts[:1] == ("fk",) and parts[-1] != "id":
        parts = (*parts[1:], "id")
    return (
        _in_words(parts, kinds, lexicon, "name")
        or _of_document(parts, kinds, lexicon, "name")
        or _initials(parts, kinds, lexicon)
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
    parts = words(name)
    return parts[-1:] == ("id",) or (len(parts) > 1 and parts[0] == "fk")


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
    if len(parts) > 2 and parts[-2] in ("to", "with") and is_human(parts[-1]) and not _acted(parts[:-1]):
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
        if (confidence := _sureness(strong.category, owner, kinds)) > 0:
            return Hit(strong, f"{by}:{strong.phrase}", confidence, True, owner)
    for where in _where(owner, kinds):
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


def _where(owner: Words, kinds: Kinds) -> tuple[str, ...]:
    """The kinds of table whose words count after these: ``name`` is a person's after ``customer``."""
    if not owner:
        return kinds.where
    while len(owner) > 1 and (owner[-1] in _BETWEEN or owner[-1].isdigit()):
        owner = owner[:-1]
    last = owner[-1]
    if (is_human(last) or _acted(owner)) and not kinds.machine:
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


def _acted(owner: Words) -> bool:
    """Is it somebody by what was done: ``booked_for``, ``assigned_to``, ``hidden_by``?"""
    if len(owner) < 2:
        return False
    return (owner[-1] == "by" and owner[-2] not in _SORTED) or (owner[-1] in ("for", "to") and owner[-2].endswith("ed"))


def _sureness(category: str, owner: Words, kinds: Kinds) -> float:
    """How sure a phrase that counts everywhere is here, from 0; things and companies have names and places too."""
    while len(owner) > 1 and owner[-1].isdigit():
        owner = owner[:-1]
    if owner == ("contact",) and (kinds.organisation or kinds.thing):
        return 0.6 if kinds.named else 0.0
    if owner and (is_human(owner[-1]) or owner[-1] == "emergency" or _acted(owner)):
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
    sureness = _sureness(heard.entry.category, tail, kinds)
    if kinds.thing and not (owner or kinds.machine) and _OFFICE.search(heard.entry.phrase):
        sureness = sureness or 0.5  # things are in somebody's care
    return Hit(heard.entry, f"{by}:{heard.entry.phrase}", sureness, True, tail) if sureness else None


def _initials(parts: Words, kinds: Kinds, lexicon: Lexicon) -> Hit | None:
    """``sjh`` for 手机号: four letters or more that are no word, or any in a table named like that."""
    if len(parts) == 2 and kinds.initials and (parts[1] in _SPELT or parts[1].isdigit()):
        parts = parts[:1]
    letters = "".join(parts[1:] if len(parts) == 2 and kinds.initials and len(parts[0]) < 5 else parts)
    if not 2 <= len(letters) <= 8 or not (kinds.initials or (len(letters) > 3 and not set(letters) & set("aeiou"))):
        return None
    hit = _by_letters(letters, kinds, lexicon)
    if hit is None and letters.endswith(_CODES):
        ending = next(code for code in _CODES if letters.endswith(code))
        hit = _by_letters(letters.removesuffix(ending), kinds, lexicon)
        return hit if hit is not None and hit.entry.category.startswith("user.demographic") else None
    return hit


def _by_letters(letters: str, kinds: Kinds, lexicon: Lexicon) -> Hit | None:
    for start in range(max(1, len(letters) - 1)):
        told = lexicon.initials.get(letters[start:], {})
        if start and letters[:start] not in _OWNERS and not (kinds.initials and _owned(letters, start)):
            continue
        for where, entry in told.items():
            sure = _sureness(entry.category, (), kinds) if not where else (0.6 if where in kinds.where else 0.0)
            if sure and entry.category != NOTHING:
                return Hit(entry, f"initials:{entry.phrase.removeprefix('pinyin ')}", min(sure, 0.6), not where)
    return None


_CODES = ("dm", "mc", "hz", "m")
"""代码, 名称, 汉字, 码: ``xbdm`` is the code of a sex."""
_SPELT = ("zw", "gabz", "dm", "mc", "hz", "bm", "sm")
"""中文, 公安标准 ... after a ``_``: the same again, in words or in a code."""
_OWNERS = frozenset(("hy", "kh", "yh", "yg", "hz", "xs", "js", "shr", "lxr", "jjlxr", "gr", "br", "cz", "sj"))


def _owned(letters: str, start: int) -> bool:
    """Are so few letters before so many that they say whose it is: ``gysjh``, ``lkrxm``?"""
    return 2 <= start <= 4 and (len(letters) - start > 2 or letters[start:] in ("xm", "xb", "nl", "dh", "mm"))


def key(name: str, references: str | None, kinds: Kinds) -> str | None:
    """The rule by which a column is the key of a person, a pseudonym."""
    parts = words(name)
    if references and points_at_person((), references):
        return "foreign-key:person"
    if len(parts) > 1 and parts[0] == "fk":
        parts = (*parts[1:], "id")
    if len(parts) > 2 and parts[-1] == "id" and _acted(parts[:-1]) and not (kinds.machine or references):
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
