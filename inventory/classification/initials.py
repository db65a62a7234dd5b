"""What do the first letters of Chinese words say, ``xm`` of 姓名 and ``sjh`` of 手机号?"""

from __future__ import annotations

from inventory.classification.hits import Hit, sureness
from inventory.classification.lexicon import NOTHING, Lexicon
from inventory.classification.tables import Kinds
from inventory.classification.words import Words

_CODES = ("dm", "mc", "hz", "m")
"""代码, 名称, 汉字, 码: ``xbdm`` is the code of a sex."""
_SPELT = ("zw", "gabz", "dm", "mc", "hz", "bm", "sm")
"""中文, 公安标准 ... after a ``_``: the same again, in words or in a code."""
_OWNERS = frozenset(("hy", "kh", "yh", "yg", "hz", "xs", "js", "shr", "lxr", "jjlxr", "gr", "br", "cz", "sj"))


def by_initials(parts: Words, kinds: Kinds, lexicon: Lexicon) -> Hit | None:
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
            sure = sureness(entry.category, (), kinds) if not where else (0.6 if where in kinds.where else 0.0)
            if sure and entry.category != NOTHING:
                return Hit(entry, f"initials:{entry.phrase.removeprefix('pinyin ')}", min(sure, 0.6), not where)
    return None


def _owned(letters: str, start: int) -> bool:
    """Are so few letters before so many that they say whose it is: ``gysjh``, ``lkrxm``?"""
    return 2 <= start <= 4 and (len(letters) - start > 2 or letters[start:] in ("xm", "xb", "nl", "dh", "mm"))
