"""A day as people and boarding passes write it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from tapwright.errors import ToolError

_NEAR = {
    "today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1,
    "今天": 0, "明天": 1, "后天": 2, "昨天": -1,
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年 ](\d{1,2})[-/.月 ](\d{1,2})日?(?:[t ].*)?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_NO_YEAR_ZH = re.compile(r"(\d{1,2})月(\d{1,2})[日号]?")
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ ./-]*([a-z]{3,9})\.?[ ,./-]*(\d{4}|\d\d)?")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? *(\d{1,2})(?:st|nd|rd|th)?,? *(\d{4})?")


def read_day(text: str, today: date) -> date:
    """Read "2026-11-22", "22NOV", "Nov 22, 2026", "2026年11月22日", "tomorrow", ...

    A year left out is the one that brings the day nearest to `today`. Raise `ToolError` for what
    is no day, and for one that may be two, such as "11/12/2026".
    """
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if words in _NEAR:
        return today + timedelta(days=_NEAR[words])
    try:
        day = _read(words, today)
    except ValueError:
        day = None
    if day is None:
        raise ToolError(f"{text[:40]!r} is no date; write it as 2026-11-22")
    return day


def _read(words: str, today: date) -> date | None:
    """The day; None for another form, `ValueError` for one that the calendar does not have."""
    if found := _YEAR_FIRST.fullmatch(words) or _COMPACT.fullmatch(words):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NO_YEAR_ZH.fullmatch(words):
        return _nearest(int(found[1]), int(found[2]), today)
    if found := _DAY_FIRST.fullmatch(words):
        one, other, year = int(found[1]), int(found[3]), int(found[4])
        if found[2] == ".":  # with dots the day comes first everywhere
            return date(year, other, one)
        if one > 12 or one == other:
            return date(year, other, one)
        return date(year, one, other) if other > 12 else None
    for form, day_at, month_at in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        if (found := form.fullmatch(words)) and found[month_at][:3] in _MONTHS:
            month = _MONTHS.index(found[month_at][:3]) + 1
            if not found[3]:
                return _nearest(month, int(found[day_at]), today)
            year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
            return date(year, month, int(found[day_at]))
    return None


def _nearest(month: int, day: int, today: date) -> date:
    """The day of that month which is nearest to today, last year's or next year's included."""
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue  # the 29th of February
    if not found:
        raise ValueError(f"no day {day} in month {month}")
    return min(found, key=lambda one: abs(one - today))
