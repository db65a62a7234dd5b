"""Which data category a column holds, judged by its name, its comment and the table it stands in.

The words are a table (lexicon.csv) of English, Chinese and pinyin; an identifier is split into words and the
longest run of them that the table knows decides.  A veto (flags, counts, times, templates) comes first.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lineage.model import Form

_SPLIT = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[\u4e00-\u9fff]+")
_VETO = frozenset(
    [
        "is",
        "has",
        "can",
        "allow",
        "enable",
        "enabled",
        "count",
        "num",
        "total",
        "template",
        "tpl",
        "status",
        "state",
        "flag",
        "verified",
        "subject",
        "body",
        "format",
        "created",
        "updated",
        "modified",
        "expires",
        "expired",
        "sent",
        "at",
        "time",
        "days",
        "required",
        "visible",
        "type",
        "kind",
    ]
)
_THINGS = frozenset(
    [
        "product",
        "category",
        "catalogue",
        "catalog",
        "sku",
        "brand",
        "menu",
        "role",
        "permission",
        "dept",
        "migration",
        "session",
        "log",
        "config",
        "setting",
        "dict",
        "warehouse",
        "supplier",
        "partner",
        "shipping",
        "coupon",
        "range",
        "option",
        "attribute",
        "image",
        "stock",
    ]
)
_PEOPLE = frozenset(
    [
        "user",
        "users",
        "member",
        "customer",
        "account",
        "person",
        "people",
        "employee",
        "staff",
        "patient",
        "buyer",
        "contact",
        "address",
        "order",
        "orders",
        "profile",
        "recipient",
        "consignee",
        "subscriber",
        "visitor",
        "guest",
        "client",
        "payment",
        "wishlist",
        "review",
        "用户",
        "会员",
        "客户",
        "订单",
        "地址",
    ]
)
_NEEDS_PERSON = frozenset(
    {"user.contact.address.city", "user.contact.address.state", "user.contact.address", "user.name"}
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is seen: its name, type, comment, and the column its foreign key points at."""

    name: str
    type: str = ""
    comment: str = ""
    values: Sequence[str] | None = None
    references: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a column holds, how sure that is (0 to 1), and the rules that fired."""

    data_category: str
    confidence: float
    rules: tuple[str, ...]
    data_subject: str | None = None
    form: Form = Form.RAW


def classify_table(table: str, columns: Sequence[Column], *, comment: str = "") -> list[Verdict | None]:
    """One verdict for each column, in order; None where nothing speaks for personal data."""
    about = {_singular(word) for word in _words(table)} | set(_words(comment))
    person, thing = bool(about & _PEOPLE), bool(about & _THINGS)
    return [_column(column, person, thing) for column in columns]


def _column(column: Column, person: bool, thing: bool) -> Verdict | None:
    words = _words(column.name)
    found = _longest(words)
    vetoed = bool(set(words) & _VETO) or column.type.lower().startswith(("bool", "bit"))
    if found and not vetoed:
        category, form, phrase = found
        if category in _NEEDS_PERSON and (thing and not person):
            return None
        confidence = 0.9 if person else 0.7
        return Verdict(category, confidence, (f"name:{phrase}",), None, form)
    if vetoed or not column.comment:
        return _reference(column)
    return _commented(column, thing and not person) or _reference(column)


def _commented(column: Column, thing: bool) -> Verdict | None:
    hits = [(p, v) for p, v in _lexicon().items() if len(p[0]) > 1 and p[0][0] >= "\u4e00" and p[0] in column.comment]
    if not hits or thing or len(column.comment) > 24:
        return None
    phrase, (category, form) = max(hits, key=lambda hit: (len(hit[0][0]), hit[0]))
    return Verdict(category, 0.6, (f"comment:{phrase[0]}",), None, form)


def _reference(column: Column) -> Verdict | None:
    if column.references and {_singular(w) for w in _words(column.references.split("#")[0])} & {
        "user", "member", "customer", "person", "employee", "patient",
    }:  # fmt: skip
        return Verdict("user.unique_id.pseudonymous", 0.6, ("foreign-key:person",))
    return None


@cache
def _lexicon() -> dict[tuple[str, ...], tuple[str, Form]]:
    text = files(__package__).joinpath("lexicon.csv").read_text(encoding="utf-8")
    phrases = {}
    for row in csv.DictReader(text.splitlines()):
        for phrase in row["words"].split(";"):
            phrases[tuple(_words(phrase))] = (row["category"], Form(row["form"]))
    return phrases


def _longest(words: tuple[str, ...]) -> tuple[str, Form, str] | None:
    lexicon = _lexicon()
    for size in range(min(4, len(words)), 0, -1):
        for start in range(len(words) - size, -1, -1):
            run = words[start : start + size]
            if run in lexicon:
                return (*lexicon[run], " ".join(run))
    return None


@cache
def _words(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _SPLIT.findall(name[:300]))


def _singular(word: str) -> str:
    if word.endswith("sses") or not word.endswith("s") or word.endswith("ss"):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-2] if word.endswith("sses") else word[:-1]
