"""How hostile text is shown on one line, or written so that it can be read back: no control character, no
direction mark, no endless name.
"""

from __future__ import annotations

import os
import re
import unicodedata
from typing import IO

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def printable(text: object, limit: int = 300) -> str:
    """`text` on one line, safe for a terminal: what cannot be seen is written as ``\\xNN`` or ``\\uNNNN``.

    Longer texts are cut to `limit` characters with their end in sight.
    """
    shown = str(text)
    if len(shown) > limit:
        shown = f"{shown[: limit - 40]}…({len(shown)} characters)…{shown[-16:]}"
    if shown.isascii() and shown.isprintable():
        return shown
    return "".join(_escape(c) if unicodedata.category(c) in _HIDDEN else c for c in shown)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


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


def coloured(text: str, code: str, out: IO[str]) -> str:
    """`text` in an ANSI colour where `out` is a terminal that wants it (NO_COLOR and TERM=dumb do not)."""
    wanted = out.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return f"\x1b[{code}m{text}\x1b[0m" if wanted else text
