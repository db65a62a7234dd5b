"""How hostile text is shown on one line, or written so that it can be read back (lineage/spelling.py): no control
character, no direction mark, no endless name.
"""

from __future__ import annotations

import os
import unicodedata
from typing import IO

from lineage.spelling import spelled, unspelled

__all__ = ["coloured", "printable", "spelled", "unspelled"]

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


def coloured(text: str, code: str, out: IO[str]) -> str:
    """`text` in an ANSI colour where `out` is a terminal that wants it (NO_COLOR and TERM=dumb do not)."""
    wanted = out.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return f"\x1b[{code}m{text}\x1b[0m" if wanted else text
