"""What kind of table a column stands in: about people, addresses, cards, or about things, companies, machines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inventory.classification.heads import Head, ends
from inventory.classification.lexicon import Lexicon
from inventory.classification.words import Words, is_chinese, nouns, roles, singular, words

KINDS = ("card", "bank", "pay", "tokens", "session", "child", "mails", "phones", "relation", "medical",
          "search", "browsing", "access", "text", "address", "owned")  # fmt: skip
_OF_PERSONS = ("name.first", "name.last", "demographic.gender", "demographic.date_of_birth",
               "demographic.marital_status", "demographic.race_ethnicity", "demographic.age_range",
               "government_id.national_identification_number", "content.self_image", "account.username")  # fmt: skip
"""Categories that two columns of which make a table one about people, whatever it is called."""
_DESCRIBED = frozenset(("user.demographic.gender", "user.demographic.date_of_birth"))
"""So does one of these beside a name."""
_ABOUT_PEOPLE = frozenset(("owned", "address", "text", "card", "session", "tokens", "medical", "child", "search"))
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
_OF_MOVES = frozenset(("speed", "course", "heading", "bearing", "fixtime", "devicetime", "gpstime", "direction"))
_LONG_INITIALS = 4
_LONGEST_INITIALS = 9
_SUBJECTS = {
    "employee": "employee emp staff worker personnel 员工 职工 职员",
    "patient": "patient 患者 病人 就诊人",
    "customer": "customer buyer shopper consumer purchaser 客户 顾客 买家 会员",
    "visitor": "visitor 访客 游客",
    "job_applicant": "candidate applicant 应聘者 候选人",
    "passenger": "passenger 乘客 旅客",
    "next_of_kin": "emergency spouse parent guardian kin father mother 家长 监护人 家属 紧急联系人",
    "prospect": "prospect lead",
    "supplier_vendor": "supplier vendor 供应商 供货商",
}
_SUBJECT_OF = {noun: subject for subject, told in _SUBJECTS.items() for noun in told.split()}


@dataclass(frozen=True, slots=True)
class Kinds:
    """What a table is: `where` are the kinds that lexicon.csv asks for, the most telling first."""

    where: tuple[str, ...]
    person: bool
    human: bool
    people: bool
    """Does the name of the table say that its rows are people?"""
    surely_people: bool
    """Does its last word say so?"""
    thing: bool
    organisation: bool
    machine: bool
    keyed: bool
    """Has it a column that is the key of a person?"""
    named: bool
    """Has it a column that names a person?"""
    initials: bool
    """Are its columns named by initials of Chinese words?"""
    own: frozenset[str]
    """The words of its own name, which its columns may repeat."""
    subject: str | None = None


def kinds_of(table: str, comment: str, columns: Sequence[tuple[str, str, str | None]], lexicon: Lexicon) -> Kinds:
    """The kinds of a table by its name, its comment, and its columns as (name, comment, what its key points at)."""
    head = Head.of(table, comment)
    own = frozenset(singular(word) for word in words(table))
    told = _plain_categories(own, columns, lexicon)
    keyed = any(points_at_person(words(name), target) for name, _, target in columns)
    firsts = {words(name)[:1] for name, _, _ in columns}
    machine = head.is_any("machine") or (bool(firsts & {("imap",), ("smtp",)}) and not keyed)
    listed = head.is_pair("thing")
    found = {kind for kind in KINDS if head.is_any(kind)} if not listed else set()
    if head.said and head.said_any("thing") and not any(head.said_any(kind) for kind in found):
        found = set()
    told_of_persons = {c for c in told if c.removeprefix("user.") in _OF_PERSONS}
    described = "user.name" in told and bool(told_of_persons & _DESCRIBED)
    of_people = (len(told_of_persons) > 1 or described) and not machine
    reached = bool({"user.contact.email", "user.contact.phone_number"} & told)
    firms = not of_people and _of_firms(columns)
    perhaps = reached and head.is_any("perhaps") and not (firms or head.is_any("bank"))
    if not _OF_SESSIONS & {"".join(words(name)) for name, _, _ in columns}:
        found = found - {"session"}
    company = head.is_any("organisation") and not of_people  # suppliers, though the comment adds "and customers"
    company = company or firms
    people = not listed and (perhaps or (head.is_any("human") and not company)) and not machine
    organisation = (
        _of_organisation(head, own, keyed) or (company and (head.is_any("human") or head.is_any("perhaps")))
    ) and not people
    human = people or (of_people and not organisation and not found - {"access"})
    thing = head.is_any("thing") and not human and not found - {"access", "address"}
    owned = bool(found & _ABOUT_PEOPLE) or (head.is_any("place") and keyed)
    if keyed and _visited(columns):
        found = found | {"access"}
    if _mailed(columns) and (keyed or not thing):
        found = found | {"mails"}
    if _moving(columns):
        found, thing, owned = found | {"owned"}, False, True
    if "text" in found and not (keyed or told & _OF_SOMEBODY or _spoken(columns)):
        found = found - {"text"}
    person = not machine and not organisation and (human or keyed or ((owned or bool(_humans(own))) and not thing))
    where = _where(found, person, human, organisation, keyed and not (thing or organisation))
    if people or (person and head.is_any("portrait")):
        where = (*where, "people")
    if person and _placed(told, columns) and not {"address", "mails"} & set(where):
        where = ("address", *where)
    surely = people and _of_them(words(table), columns)
    if surely or (keyed and not thing and found & {"access", "browsing", "search"}):
        where = (*where, "dated")
    both = {"user.name.first", "user.name.last"} & told
    if len(both) > 1 or (both and human):
        where = ("named", *where)
    if not (thing or machine or organisation):
        where = (*where, "acting")
    elif not machine:
        where = (*where, "leading")
    named = any(c.startswith("user.name") for c in told) or (organisation and _led(columns, lexicon))
    return Kinds(
        where, person, human, people, surely, thing and not keyed, organisation,
        machine, keyed,
        named, _by_initials(columns, lexicon), own,
        subject_of(words(table)) or subject_of((head.said,)),
    )  # fmt: skip


def _led(columns: Sequence[tuple[str, str, str | None]], lexicon: Lexicon) -> bool:
    """Does a column of a company name somebody who leads it or speaks for it?"""
    return any(lexicon.get("leading", "".join(words(name))) for name, _, _ in columns)


def _of_firms(columns: Sequence[tuple[str, str, str | None]]) -> bool:
    """Do two columns tell what only companies have, such as a line of business and a number of their register?"""
    return sum("".join(words(name)) in _OF_FIRMS or comment in _OF_FIRMS for name, comment, _ in columns) > 1


def _visited(columns: Sequence[tuple[str, str, str | None]]) -> bool:
    """Do two columns tell with what somebody came, such as a browser and an address?"""
    return len({"".join(words(name)) for name, _, _ in columns} & _OF_VISITS) > 1


def _mailed(columns: Sequence[tuple[str, str, str | None]]) -> bool:
    """Do they tell from whom to whom letters went, and in copy to whom or about what?"""
    names = {"".join(words(name)) for name, _, _ in columns}
    return {"from", "to"} <= names and bool(names & {"cc", "bcc", "replyto", "subject", "messageid"})


def _moving(columns: Sequence[tuple[str, str, str | None]]) -> bool:
    """Are these the places where somebody went: coordinates with a speed or a course, or from one to another?"""
    names = {"".join(words(name)) for name, _, _ in columns}
    placed = {name for name in names if name.endswith(("lat", "latitude"))}
    return len(placed) > 1 or bool(placed and names & _OF_MOVES)


def _spoken(columns: Sequence[tuple[str, str, str | None]]) -> bool:
    """Does a column begin with somebody, as `author_name` and `member_ip` do?  Letters to all have none."""
    return any(len(parts := words(name)) > 1 and is_human(parts[0]) for name, _, _ in columns)


def _of_them(table: Words, columns: Sequence[tuple[str, str, str | None]]) -> bool:
    """Does the last word of the name say who the rows are, and is none of its columns their key?

    Nor does a table of nothing but keys hold people: it says whose things are.
    """
    if not table or not is_human(table[-1]) or all(words(name)[-1:] == ("id",) for name, _, _ in columns):
        return False
    return all(words(name) != (singular(table[-1]), "id") for name, _, _ in columns)


def _of_organisation(head: Head, own: frozenset[str], keyed: bool) -> bool:
    if head.is_any("organisation"):
        return not (head.is_any("bank") and (keyed or _humans(own)))
    if head.is_any("place"):
        return not keyed
    return (
        bool(own & nouns("organisation"))
        and not keyed
        and not head.is_any("owned")
        and not any(is_human(w) and w not in nouns("whose") for w in own)
    )


def _where(found: set[str], person: bool, human: bool, organisation: bool, keyed: bool) -> tuple[str, ...]:
    where = [kind for kind in KINDS if kind in found and (person or kind in ("session", "access", "tokens"))]
    if human:
        at = where.index("owned") if "owned" in where else len(where)
        where[at:at] = ["human"]
    if organisation:
        where = [kind for kind in where if kind not in ("address", "bank")]
    return (*where, "keyed") if keyed and "address" not in where else tuple(where)


def _plain_categories(
    own: frozenset[str], columns: Sequence[tuple[str, str, str | None]], lexicon: Lexicon
) -> frozenset[str]:
    """What the columns say as a whole and everywhere, without the word that all of them begin with."""
    firsts = [parts[0] for name, _, _ in columns if len(parts := words(name)) > 1]
    shared = {w for w in set(firsts) if singular(w) in own or firsts.count(w) > max(2, 0.6 * len(columns))}
    found = set()
    for name, comment, _ in columns:
        parts = words(name)
        texts = ["".join(parts), re.split(r"[：:，,（(\s]", comment, maxsplit=1)[0]]
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


def subject_of(name: Words) -> str | None:
    """The data subject that the words of a name tell; None where they do not."""
    for word in name:
        if (found := _SUBJECT_OF.get(word) or _SUBJECT_OF.get(singular(word))) is not None:
            return found
        if is_chinese(word):
            return next((s for noun, s in _SUBJECT_OF.items() if not noun.isascii() and noun in word), None)
    return None


def _humans(own: Iterable[str]) -> list[str]:
    return [word for word in own if is_human(word) or (is_chinese(word) and ends(word, "human"))]


def _placed(told: frozenset[str], columns: Sequence[tuple[str, str, str | None]]) -> bool:
    """Has the table a street or a postal code, and so places rather than states?"""
    if not told.isdisjoint(_OF_PLACES):
        return True
    ends = (words(name)[-2:] for name, _, _ in columns)
    return any(end and end[-1] in _STREETS and end[0] not in _NO_PLACES for end in ends)


def _by_initials(columns: Sequence[tuple[str, str, str | None]], lexicon: Lexicon) -> bool:
    """Are there so many that are no words? Long ones count twice, also after letters that say whose they are."""
    points = 0
    for name, _, _ in columns:
        letters = "".join(words(name))
        if letters in lexicon.initials:
            points += 2 if len(letters) >= _LONG_INITIALS else 1
        elif len(letters) <= _LONGEST_INITIALS and not set(letters) & set("aeiou"):
            points += any(letters[start:] in lexicon.initials for start in range(2, len(letters) - 2))
    return points > 2 or (points > 1 and 2 * points >= len(columns))
