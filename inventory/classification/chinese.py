"""What a Chinese text of a few words, a comment or a name, says that a column holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from inventory.classification.heads import ends
from inventory.classification.lexicon import NOTHING, Entry, Lexicon
from inventory.classification.words import nouns
from lineage.model import Form

_END = re.compile(r"[:：，,。；;（(\[【{=\n\r\t/、|－]|->|--|\s-\s|如[:：]?|例如")
_SOMEBODY = re.compile(
    r"(?!创建|更新|修改|添加|录入|删除|新增|编辑|操作|机器|个人|本人|成员|人员|系统|最后)\w{2,4}?"
    r"(人|人员|员|者|经理|书记|委员|主任|校长|院长|组长|队长|班长|主席|会长|秘书|顾问)(姓名|名称)?"
)
"""Who does something: 核保人, 值班人员; not who wrote the row, which every table says."""
_LONGEST = 16


@dataclass(frozen=True, slots=True)
class Heard:
    """What the text says: an entry, the text before it, the kind of table it needs; or that it holds something else."""

    entry: Entry | None = None
    owner: str = ""
    where: str = ""
    veto: bool = False
    """It is a state, a number, a kind of something."""
    elsewhere: bool = False
    """It belongs to a thing or a company."""


def hear(text: str, where: Sequence[str], lexicon: Lexicon) -> Heard:
    """The phrase that ends the first clause of `text`, as Chinese nouns stand last.

    用户手机号 says 手机号, 手机号状态 does not.
    """
    head = _END.split(text.strip().lower(), 1)[0].replace(" ", "")
    if head.isascii() or len(head) > _LONGEST + 8:
        return Heard()
    if (document := _of_document(head, where, lexicon)) is not None:
        return document
    trimmed = head
    while trimmed:
        for size in range(min(len(trimmed), _LONGEST), 0, -1):
            owner = trimmed[:-size]
            found = _entry(trimmed[-size:], where, lexicon)
            if found is None and ends(owner, "human"):
                found = _entry(trimmed[-size:], ("human",), lexicon)
            if found is None or (trimmed[-size:].isascii() and owner[-1:].isascii() and owner[-1:].isalnum()):
                continue
            entry, kind = found
            if entry.category == NOTHING:
                return Heard(entry if entry.own else None, veto=True)
            if (not owner.startswith("是否") or _so(owner, entry)) and not (kind and not _may_own(owner)):
                return Heard(entry, owner, kind)
            if kind and ends(owner, "things_owner"):
                return Heard(elsewhere=True)
        if ends(trimmed, "veto_last") and trimmed == head:
            return Heard(veto=True)
        shorter = _without_end(trimmed, _tails())
        if shorter == trimmed:
            break
        trimmed = shorter
    if "acting" in where and _SOMEBODY.fullmatch(head):
        return Heard(Entry("user.name", Form.RAW, head[-1]), "", "acting")
    return Heard(veto=head.startswith(_chinese("veto_first")), elsewhere=head.startswith(_chinese("things_owner")))


def _of_document(text: str, where: Sequence[str], lexicon: Lexicon) -> Heard | None:
    """Is it a side, a picture or a date of somebody's document, or where a portrait lies: 身份证反面, 头像路径?"""
    left = text
    while (shorter := _without_end(left, _chinese("of_document"))) != left:
        left = shorter
    if left == text:
        return None
    for size in range(min(len(left), _LONGEST), 1, -1):
        found = _entry(left[-size:], where, lexicon)
        if found is not None and found[0].category.startswith(("user.government_id", "user.content.self_image")):
            return Heard(found[0], left[:-size], found[1])
    return None


def _so(owner: str, entry: Entry) -> bool:
    """Does it say whether somebody has it: 是否过敏, 是否有病史?"""
    return owner in ("是否", "是否有", "是否患有") and entry.category.startswith("user.health_and_medical")


@cache
def _chinese(role: str) -> tuple[str, ...]:
    return _longest_first(word for word in nouns(role) if not word.isascii())


@cache
def _tails() -> tuple[str, ...]:
    return _longest_first(tail.lower() for tail in nouns("zh_tail"))


def _longest_first(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(texts, key=lambda text: (-len(text), text)))


def _entry(phrase: str, where: Sequence[str], lexicon: Lexicon) -> tuple[Entry, str] | None:
    if phrase not in lexicon.known:
        return None
    if (found := lexicon.get("", phrase)) is not None:
        return found, ""
    for kind in where:
        if (found := lexicon.get(kind, phrase)) is not None:
            return found, kind
    return None


def _may_own(owner: str) -> bool:
    """May a word that tells only in its place stand after this?"""
    return not owner or any(ends(owner, role) for role in ("human", "prefix", "address"))


def _without_end(text: str, endings: tuple[str, ...]) -> str:
    """The text without the first of some endings, the longest first, that it has and that is not all of it."""
    if text.endswith(endings):
        for ending in endings:
            if text.endswith(ending) and len(text) > len(ending):
                return text[: -len(ending)]
    return text
