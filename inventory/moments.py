"""Which moment does a text mean?"""

from __future__ import annotations

from datetime import UTC, datetime


def moment(text: str) -> datetime:
    """An ISO 8601 time, in UTC where it names no zone; a day alone is all of it, to its end.

    Raises ValueError where it is neither.
    """
    found = datetime.fromisoformat(text)
    if len(text) == 10:
        found = found.replace(hour=23, minute=59, second=59, microsecond=999999)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
