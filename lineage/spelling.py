"""How text that a format or a store cannot hold is written so that it can be read back."""

from __future__ import annotations

import re

_UNSEEN = "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff"
_TO_ESCAPE = re.compile(f"[{_UNSEEN}]|_(?=x[0-9A-Fa-f]{{4}}[_{_UNSEEN}])")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def spelled(text: str) -> str:
    """`text` with control characters, direction marks and what XML cannot hold as ``_xHHHH_``.

    The scheme of ISO/IEC 29500-1, 22.9.2.19 (ST_Xstring), which leaves all other text as it is: an underscore
    that would be read as the start of an escape is itself written ``_x005F_``.  `unspelled` reads it back.
    """
    return _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unspelled(text: str) -> str:
    """The text that `spelled` wrote."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
