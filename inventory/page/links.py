"""Which addresses that people entered may become links?  Web pages, e-mail and telephone; nothing else."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,24}")
_WEB = re.compile(r"https?://[^\s\"'<>\\^`{|}]+", re.IGNORECASE)


def href(address: str | None) -> str | None:
    """The target of a link to an address, or None where it must stand as text."""
    if not address:
        return None
    if _WEB.fullmatch(address):
        return address if _has_host(address) else None
    if _EMAIL.fullmatch(address):
        return f"mailto:{address}"
    if _PHONE.fullmatch(address):
        return "tel:" + re.sub(r"[ ()]", "", address)
    return None


def _has_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.username is None
    except ValueError:
        return False
