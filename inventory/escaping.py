"""How hostile text is shown on one line: no control character, no direction mark, no endless name."""

from __future__ import annotations

import unicodedata

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
