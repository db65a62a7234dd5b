"""The first part of a file, unpacked, as bytes or text; never more of it than was asked for."""

from __future__ import annotations

import gzip

from inventory.scanners.files.opened import File
from inventory.scanners.files.shape import Unread

_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


def first_bytes(file: File, most: int) -> tuple[bytes, bool] | Unread:
    """Up to `most` bytes of a file, unpacked where it ends in ``.gz``, and whether there are more."""
    try:
        with file.open() as raw, gzip.open(raw) if file.name.lower().endswith(".gz") else raw as opened:
            content = opened.read(most + 1)
    except Exception as problem:  # broken archives raise what they like, and so do the services behind URLs
        return Unread(f"the file cannot be read ({type(problem).__name__})", whole=True)
    return content[:most], len(content) > most


def decoded(content: bytes, cut: bool, encoding: str | None) -> str | Unread:
    """Bytes as text: in the encoding said, else by their mark, else UTF-8, else plain Chinese of GB 18030.

    Western bytes pass as GB 18030 too, but come out as rare characters: so only text of the common ones (GB 2312)
    is believed, and anything else must be said.  Of bytes that were cut off, the last line is left out.
    """
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if cut and marked != "utf-16":
        content = content[: content.rfind(b"\n") + 1]
    elif cut:
        content = content[: len(content) // 2 * 2]
    said = encoding or marked
    for name in (said,) if said else ("utf-8", "gb18030"):
        try:
            text = content.decode(name)
            if not said and name == "gb18030":
                text.encode("gb2312")
        except UnicodeError:
            continue
        return text.removeprefix("\ufeff")
    if said:
        return Unread(f"the file is not {said} text; say the encoding it is in", whole=True)
    return Unread("the file is not UTF-8 text; say its encoding: gb18030, latin-1 ...", whole=True)
