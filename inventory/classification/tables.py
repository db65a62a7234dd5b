"""What kind of table a column stands in: about people, addresses, cards, or about things, companies, machines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inventory.classification.heads import Head, ends
from inventory.classification.lexicon import Lexicon
from inventory.classification.signs import Signs, is_human
from inventory.classification.words import Words, is_chinese, nouns, singular, words

KINDS = ("card", "bank", "pay", "tokens", "session", "child", "mails", "phones", "relation", "medical",
          "search", "browsing", "access", "text", "address", "owned")  # fmt: skip
_ABOUT_PEOPLE = frozenset(("owned", "address", "text", "card", "session", "tokens", "medical", "child", "search"))
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
    signs = Signs.of(own, columns, lexicon)
    machine = head.is_any("machine") or (signs.of_server and not signs.keyed)
    of_people = signs.of_people and not machine
    people, organisation = _who(head, own, signs, of_people, machine)
    found = _found(head, signs)
    human = people or (of_people and not organisation and not found - {"access"})
    thing = head.is_any("thing") and not human and not found - {"access", "address"}
    owned = bool(found & _ABOUT_PEOPLE) or (head.is_any("place") and signs.keyed) or signs.moving
    if signs.visited and signs.keyed:
        found = found | {"access"}
    if signs.mailed and (signs.keyed or not thing):
        found = found | {"mails"}
    if signs.moving:
        found, thing = found | {"owned"}, False
    if "text" in found and not (signs.keyed or signs.of_somebody):
        found = found - {"text"}
    of_theirs = signs.keyed or ((owned or bool(_humans(own))) and not thing)
    person = not machine and not organisation and (human or of_theirs)
    keyed = signs.keyed and not (thing or organisation)
    where = _where(found, person, human, organisation, keyed)
    surely = people and _of_them(words(table), signs.names)
    if people or (person and head.is_any("portrait")):
        where = (*where, "people")
    if person and signs.placed and not {"address", "mails"} & set(where):
        where = ("address", *where)
    if surely or (signs.keyed and not thing and found & {"access", "browsing", "search"}):
        where = (*where, "dated")
    if signs.first_and_last or (signs.first_or_last and human):
        where = ("named", *where)
    if not machine:
        where = (*where, "leading" if thing or organisation else "acting")
    return Kinds(
        where, person, human, people, surely, thing and not signs.keyed, organisation,
        machine, signs.keyed, signs.named or (organisation and signs.led), signs.initials, own,
        subject_of(words(table)) or subject_of((head.said,)),
    )  # fmt: skip


def _found(head: Head, signs: Signs) -> set[str]:
    """The kinds that its names say it is of, but for what its columns belie."""
    if head.is_pair("thing"):
        return set()
    found = {kind for kind in KINDS if head.is_any(kind)}
    if head.said and head.said_any("thing") and not any(head.said_any(kind) for kind in found):
        return set()
    return found if signs.of_session else found - {"session"}


def _who(head: Head, own: frozenset[str], signs: Signs, of_people: bool, machine: bool) -> tuple[bool, bool]:
    """Does its name say that its rows are people, or that they are organisations?"""
    firms = signs.of_firms and not of_people
    company = firms or (head.is_any("organisation") and not of_people)  # suppliers, though "and customers" is added
    perhaps = signs.reached and head.is_any("perhaps") and not (firms or head.is_any("bank"))
    people = (perhaps or (head.is_any("human") and not company)) and not (head.is_pair("thing") or machine)
    as_company = company and (head.is_any("human") or head.is_any("perhaps"))
    return people, (as_company or _of_organisation(head, own, signs.keyed)) and not people


def _of_them(table: Words, names: Sequence[Words]) -> bool:
    """Does the last word of the name say who the rows are, and is none of its columns their key?

    Nor does a table of nothing but keys hold people: it says whose things are.
    """
    if not table or not is_human(table[-1]) or all(name[-1:] == ("id",) for name in names):
        return False
    return (singular(table[-1]), "id") not in names


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
