"""When is a span over?  ISO 8601 durations of calendar parts, added to a day."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

_SPAN = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T.*)?")


def after(day: date, span: str) -> date:
    """The day that is `span` (ISO 8601, like P1Y6M or P30D) after `day`; what a time part adds is left out.

    Months are counted first and end at the last day of a shorter month (ISO 8601-1:2019, 5.5.2; XML Schema,
    appendix E); 31 December 9999 where the calendar ends.  Raises ValueError for what is no duration.
    """
    found = _SPAN.fullmatch(span)
    if found is None:
        raise ValueError(f"{span!r} is no ISO 8601 duration like P30D or P1Y")
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    month = day.year * 12 + day.month - 1 + years * 12 + months
    try:
        length = calendar.monthrange(month // 12, month % 12 + 1)[1]
        moved = day.replace(year=month // 12, month=month % 12 + 1, day=min(day.day, length))
        return moved + timedelta(days=weeks * 7 + days)
    except (ValueError, OverflowError):
        return date.max
