"""What the rows of a table are called: the noun that its name, and what is said of it in Chinese, ends with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from inventory.classification.words import Words, is_chinese, nouns, roles, singular, spelt_out, words

_LONGEST_NOUN = 6
_SIGNS = ("：", ":", "，", ",", "（", "(", " ", "、", "。")
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Head:
    """The roles in nouns.csv that the last noun has: of the name of a table, and of what is said of it."""

    name: Words
    named: frozenset[str]
    said: str
    told: frozenset[str]

    @classmethod
    def of(cls, table: str, comment: str) -> Head:
        """The head of a table with this name and this comment."""
        name = words(table)
        while len(name) > 1 and (name[-1].isdigit() or singular(name[-1]) in nouns("neutral")):
            name = name[:-1]
        if len(name) > 1 and name != words(table) and name[-1] in nouns("of_person") and "human" in roles(name[-2]):
            name = name[:-1]  # employee_work_information
        said = _trimmed(comment)
        return cls(name, _roles_of(name), said, _roles_at_end(said))

    def is_any(self, role: str) -> bool:
        """Has it this role, by name or by what is said?"""
        return role in self.named or role in self.told

    def said_any(self, role: str) -> bool:
        """Has it this role by what is said?"""
        return role in self.told

    def is_pair(self, role: str) -> bool:
        """Do its last two words name such a thing, whatever the last alone does: a gift card is no card?"""
        return len(self.name) > 1 and f"{self.name[-2]}{singular(self.name[-1])}" in nouns(role)


def ends(text: str, role: str) -> bool:
    """Does a Chinese text end with a noun of this role?"""
    return role in _roles_at_end(text)


def _roles_of(name: Words) -> frozenset[str]:
    if not name:
        return _NONE
    name = spelt_out(name)
    last, pair = name[-1], "".join(name[-2:])
    if last == "by" and len(name) > 1:
        return roles("person")  # createdBy, in a nested object: who did it
    found = _NONE.union(*(roles(word) for word in {last, singular(last), pair, singular(pair)}))
    return found | _roles_at_end(_trimmed(last)) if is_chinese(last) else found


@lru_cache(maxsize=65536)
def _roles_at_end(text: str) -> frozenset[str]:
    if not text:
        return _NONE
    return _NONE.union(*(roles(text[start:]) for start in range(max(0, len(text) - _LONGEST_NOUN), len(text))))


def _trimmed(text: str) -> str:
    """A Chinese name without what every table is called: 表, 信息; nothing of a text in another language."""
    if not is_chinese(text):
        return ""
    for sign in _SIGNS:
        text = text.split(sign)[0] if not text.startswith(sign) else text
    text = text[:40].removesuffix("表")
    for ending in ("信息", "数据", "详情", "明细", "主", "资料", "扩展"):
        text = text.removesuffix(ending) or text
    return text
