"""What do the columns of a table show of it as a whole: people, companies, letters, journeys, visits?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from inventory.classification.heads import Head
from inventory.classification.lexicon import Lexicon
from inventory.classification.words import Words, nouns, roles, singular, words

_OF_PERSONS = ("name.first", "name.last", "demographic.gender", "demographic.date_of_birth",
               "demographic.marital_status", "demographic.race_ethnicity", "demographic.age_range",
               "government_id.national_identification_number", "content.self_image", "account.username")  # fmt: skip
"""Categories that two columns of which make a table one about people, whatever it is called."""
_DESCRIBED = frozenset(("user.demographic.gender", "user.demographic.date_of_birth"))
"""So does one of these beside a name."""
_OF_SOMEBODY = {
    "user.name",
    "user.account.username",
    "user.contact.email",
    "user.contact.phone_number",
    "user.device.ip_address",
}
_OF_SESSIONS = frozenset(("data", "payload", "sessiondata", "sessdata", "token", "sessionid", "sessionkey", "sid", "ip",
                          "ipaddress", "useragent", "expire", "expires", "expiredate", "expiresat", "expiry", "ipaddr",
                          "lastactivity", "useragent", "value", "loginip", "agent"))  # fmt: skip
"""Sessions of browsers have one of these; sessions of a workout or of a parliament do not."""
_OF_PLACES = ("user.contact.address.street", "user.contact.address.postal_code")
_STREETS = frozenset(("address", "addr", "street", "dizhi"))
_NO_PLACES = frozenset(("ip", "mac", "email", "mail", "e", "remote", "client", "host", "web", "url"))
_OF_FIRMS = frozenset(("industry", "annualrevenue", "numberofemployees", "employeecount", "noofemployees", "employees",
                       "siccode", "naics", "tickersymbol", "ownership", "foundedyear", "yearfounded", "accounttype",
                       "parentaccountid", "taxno", "taxnumber", "creditcode", "registeredcapital", "legalperson",
                       "businessscope", "companysize", "统一社会信用代码", "所属行业", "行业", "法人代表",
                       "法定代表人", "税号", "纳税人识别号", "注册资本", "经营范围", "企业规模"))  # fmt: skip
_OF_VISITS = frozenset(("ip", "ipaddress", "ipaddr", "useragent", "agent", "browser", "os", "opersystem", "platform",
                        "resolution", "referrer", "referer", "browserversion", "osversion"))  # fmt: skip
_OF_LETTERS = frozenset(("cc", "bcc", "replyto", "subject", "messageid"))
_OF_MOVES = frozenset(("speed", "course", "heading", "bearing", "fixtime", "devicetime", "gpstime", "direction"))
_LONG_INITIALS = 4
_LONGEST_INITIALS = 9
_CLAUSE = re.compile(r"[：:，,（(\s]")


@dataclass(frozen=True, slots=True)
class Signs:
    """What is read off the names of all columns, each table once."""

    names: tuple[Words, ...]
    """The words of each column's name."""
    keyed: bool
    """Has it a column that is the key of a person?"""
    of_people: bool
    """Do its columns describe people, whatever it is called?"""
    of_somebody: bool
    """Is there a word of who it is about, be it a name, an address, or `author_name`?"""
    of_firms: bool
    """Do two columns tell what only companies have, such as a line of business and a number of their register?"""
    of_session: bool
    of_server: bool
    led: bool
    """Does a column name somebody who leads a company or speaks for it?"""
    visited: bool
    """Do two columns tell with what somebody came, such as a browser and an address?"""
    mailed: bool
    """Do they tell from whom to whom letters went, and in copy to whom or about what?"""
    moving: bool
    """Are these the places where somebody went: coordinates with a speed or a course, or from one to another?"""
    placed: bool
    """Has the table a street or a postal code, and so places rather than states?"""
    reached: bool
    """Has it an address of mail or a telephone number?"""
    named: bool
    first_and_last: bool
    first_or_last: bool
    initials: bool
    """Are its columns named by initials of Chinese words?"""

    @classmethod
    def of(cls, own: frozenset[str], columns: Sequence[tuple[str, str, str | None]], lexicon: Lexicon) -> Signs:
        """The signs of columns as (name, comment, what its key points at) in a table whose name has the words `own`."""
        names = tuple(words(name) for name, _, _ in columns)
        joined = frozenset(map("".join, names))
        told = _plain_categories(own, names, columns, lexicon)
        of_persons = {c for c in told if c.removeprefix("user.") in _OF_PERSONS}
        both = {"user.name.first", "user.name.last"} & told
        latitudes = {name for name in joined if name.endswith(("lat", "latitude"))}
        return cls(
            names=names,
            keyed=any(points_at_person(parts, target) for parts, (_, _, target) in zip(names, columns, strict=True)),
            of_people=len(of_persons) > 1 or ("user.name" in told and not of_persons.isdisjoint(_DESCRIBED)),
            of_somebody=not told.isdisjoint(_OF_SOMEBODY) or any(len(p) > 1 and is_human(p[0]) for p in names),
            of_firms=sum("".join(p) in _OF_FIRMS or c[1] in _OF_FIRMS for p, c in zip(names, columns, strict=True)) > 1,
            of_session=not joined.isdisjoint(_OF_SESSIONS),
            of_server=any(parts[:1] in (("imap",), ("smtp",)) for parts in names),
            led=any(lexicon.get("leading", name) for name in joined),
            visited=len(joined & _OF_VISITS) > 1,
            mailed={"from", "to"} <= joined and not joined.isdisjoint(_OF_LETTERS),
            moving=len(latitudes) > 1 or bool(latitudes and joined & _OF_MOVES),
            placed=not told.isdisjoint(_OF_PLACES) or any(_street(parts[-2:]) for parts in names),
            reached=not told.isdisjoint(("user.contact.email", "user.contact.phone_number")),
            named=any(c.startswith("user.name") for c in told),
            first_and_last=len(both) > 1,
            first_or_last=bool(both),
            initials=_by_initials(names, lexicon),
        )


def _street(end: Words) -> bool:
    return bool(end) and end[-1] in _STREETS and end[0] not in _NO_PLACES


def _by_initials(names: Sequence[Words], lexicon: Lexicon) -> bool:
    """Are there so many that are no words? Long ones count twice, also after letters that say whose they are."""
    points = 0
    for letters in map("".join, names):
        if letters in lexicon.initials:
            points += 2 if len(letters) >= _LONG_INITIALS else 1
        elif len(letters) <= _LONGEST_INITIALS and not set(letters) & set("aeiou"):
            points += any(letters[start:] in lexicon.initials for start in range(2, len(letters) - 2))
    return points > 2 or (points > 1 and 2 * points >= len(names))


def _plain_categories(
    own: frozenset[str], names: Sequence[Words], columns: Sequence[tuple[str, str, str | None]], lexicon: Lexicon
) -> frozenset[str]:
    """What the columns say as a whole and everywhere, without the word that all of them begin with."""
    firsts = Counter(parts[0] for parts in names if len(parts) > 1)
    shared = {w for w, count in firsts.items() if singular(w) in own or count > max(2, 0.6 * len(columns))}
    found = set()
    for parts, (_, comment, _) in zip(names, columns, strict=True):
        texts = ["".join(parts), _CLAUSE.split(comment, 1)[0]]
        if len(parts) > 1 and parts[0] in shared:
            texts.append("".join(parts[1:]))
        entries = [entry for text in texts if text and (entry := lexicon.get("", text))]
        if not entries and (entry := lexicon.initials.get(texts[0], {}).get("")):
            entries = [entry]
        found |= {entry.category for entry in entries}
    return frozenset(found)


def points_at_person(name: Words, target: str | None) -> bool:
    """Is this the key of a person, by what it points at or else by its name?"""
    if target is not None and Head.of(target.split("#")[0].rpartition(".")[2], "").is_any("human"):
        return True
    if len(name) < 2:
        return "".join(name) in ("uid", "userid", "memberid", "customerid", "patientid", "studentid", "employeeid")
    if name[-1] in ("id", "uid", "guid", "uuid"):
        if "organisation" in roles("".join(name[-3:-1])):
            return False  # an enterprise customer is no person
        return _keyed(name[-2]) or (name[-1] == "id" and name[-2] == "by")
    return len(name) == 2 and name[0] in ("id", "userid") and (_keyed(name[1]) or name[0] == "userid")


def _keyed(word: str) -> bool:
    return is_human(word) and singular(word) not in nouns("keyless")


def is_human(word: str) -> bool:
    """Does the word name people?"""
    return word in nouns("human") or singular(word) in nouns("human")
