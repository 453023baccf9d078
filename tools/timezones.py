"""What time it is somewhere, and what a time is elsewhere, by the IANA time zones.

A place is an IANA name ("Europe/Paris"), the city of one ("Paris", "New York"), an offset
("UTC+5:30", "-03:00"), or else a place on earth that is looked up as `places.py` says: of the
answer only `name`, `country` and `timezone` are used.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from tapwright.errors import ToolError
from tapwright.tools.http import ServiceError
from tapwright.tools.places import Gazetteer
from tapwright.tools.plugin import tool
from tapwright.tools.registry import Tool
from tapwright.tools.services import Services

MAX_OFFSET = timedelta(hours=14)
MAX_PLACE = 100  # characters

_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+\u2212-])\s*(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?::(\d{2}))?\s*([ap])?\.?(?:m\.?)?", re.IGNORECASE)
_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})[T\s]+(.+)")

# Letters that stand for one zone only; those that mean several (CST, IST, BST) are asked back.
_LETTERS = {
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "PT": "America/Los_Angeles",
    "EDT": "America/New_York", "ET": "America/New_York", "CDT": "America/Chicago",
    "MDT": "America/Denver", "CEST": "Europe/Paris", "EEST": "Europe/Helsinki", "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul", "HKT": "Asia/Hong_Kong", "SGT": "Asia/Singapore", "Z": "UTC",
    "AEST": "Australia/Brisbane", "AEDT": "Australia/Sydney", "NZST": "Pacific/Auckland",
    "NZDT": "Pacific/Auckland", "MSK": "Europe/Moscow",
}  # fmt: skip
_SEVERAL = frozenset({"CST", "IST", "BST", "AST", "SST", "GST"})


@dataclass(frozen=True, slots=True)
class _Zone:
    """A zone and what to call it."""

    title: str
    zone: tzinfo


def tools(
    services: Services, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> tuple[Tool, ...]:
    """The tools `local_time` and `convert_time`; `clock` tells the time now, with its zone."""
    gazetteer = Gazetteer(services)

    @tool
    def local_time(
        place: Annotated[str, "a city, a time zone such as Europe/Paris, or an offset"],
    ) -> str:
        """Tell the date and time in a place now."""
        found = _find(place, gazetteer)
        return f"{found.title}\n{_shown(clock().astimezone(found.zone))}"

    @tool
    def convert_time(
        time: Annotated[str, "HH:MM, or YYYY-MM-DD HH:MM; without a date today there"],
        from_place: Annotated[str, "where that time is: a city, a time zone or an offset"],
        to_place: Annotated[str, "where the same moment is wanted"],
    ) -> str:
        """Tell what a time in one place is in another place."""
        here, there = _find(from_place, gazetteer), _find(to_place, gazetteer)
        moment = _moment(time, here, clock().astimezone(here.zone).date())
        return (
            f"{_shown(moment)} in {here.title}{_twice(moment)}\n"
            f"is {_shown(moment.astimezone(there.zone))} in {there.title}"
        )

    return (local_time, convert_time)


def _shown(moment: datetime) -> str:
    offset = moment.utcoffset() or timedelta()
    minutes = round(abs(offset).total_seconds() / 60)
    sign = "-" if offset < timedelta() else "+"
    return f"{moment:%Y-%m-%d %H:%M %A}, UTC{sign}{minutes // 60:02}:{minutes % 60:02}"


def _find(text: str, gazetteer: Gazetteer) -> _Zone:
    name = " ".join(text.split())
    if not name or len(name) > MAX_PLACE:
        raise ToolError(f"{name[:40]!r} is no place; give a city or a zone such as Europe/Paris")
    known = _offset(name) or _named(name)
    if known is not None:
        return known
    try:
        place = gazetteer.find(name)
    except ServiceError as error:
        raise ServiceError(
            f"no time zone is called {name!r}{_near(name)}; and {error}", status=error.status
        ) from None
    except ToolError as error:
        raise ToolError(f"{error}{_near(name)}") from None
    try:
        return _Zone(f"{place.title} ({place.zone})", ZoneInfo(place.zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ToolError(f"no time zone is known for {place.title}; name a larger city") from None


def _offset(name: str) -> _Zone | None:
    match = _OFFSET.fullmatch(name)
    if match is None:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if offset > MAX_OFFSET:
        raise ToolError(f"{name!r} is no offset; none is more than 14 hours from UTC")
    zone = timezone(offset if match[1] == "+" else -offset)
    return _Zone(str(zone), zone)


def _named(name: str) -> _Zone | None:
    """A zone by its IANA name, its letters, or its city."""
    if name.upper() in _SEVERAL:
        raise ToolError(f"{name!r} stands for several time zones; name a city, or an offset")
    folded = _fold(name)
    names, cities = _zones()
    key = _LETTERS.get(name.upper()) or names.get(folded)
    if key is None:
        key = _the_one(cities.get(folded, ()))
    if key is None:
        return None
    return _Zone(key, ZoneInfo(key))


def _the_one(keys: tuple[str, ...]) -> str | None:
    """The zone that all of `keys` mean: some are only older names of each other."""
    probes = [datetime(year, month, 1, tzinfo=UTC) for year in (2020, 2026) for month in (1, 7)]
    clocks = {
        tuple(probe.astimezone(ZoneInfo(key)).utcoffset() for probe in probes) for key in keys
    }
    return min(keys, key=len) if len(clocks) == 1 else None


@lru_cache(maxsize=1)
def _zones() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """The zones by folded name, and by the folded name of their city."""
    keys = sorted(key for key in available_timezones() if not key.startswith(("posix", "right")))
    keys = [key for key in keys if key not in ("Factory", "localtime")]
    names = {_fold(key): key for key in keys}
    cities: dict[str, tuple[str, ...]] = {}
    for key in keys:
        # Old names such as US/Pacific name no city; they are found by their whole name.
        if key.startswith(("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia",
                           "Europe", "Indian", "Pacific")):  # fmt: skip
            city = _fold(key.rpartition("/")[2])
            cities[city] = (*cities.get(city, ()), key)
    return names, cities


def _fold(text: str) -> str:
    return text.casefold().replace("_", " ").replace("-", " ")


def _near(name: str) -> str:
    names, cities = _zones()
    table = {**{city: keys[0] for city, keys in cities.items()}, **names}
    near = difflib.get_close_matches(_fold(name), table, n=3, cutoff=0.75)
    return f"; time zones near it: {', '.join(table[key] for key in near)}" if near else ""


def _moment(text: str, here: _Zone, today: date) -> datetime:
    """A local time as a moment; raise `ToolError` for one that cannot be read or never was."""
    words = " ".join(text.split())[:MAX_PLACE]
    dated = _DATED.fullmatch(words)
    clock = _CLOCK.fullmatch(dated[2] if dated else words)
    try:
        day = date.fromisoformat(dated[1]) if dated else today
        if clock is None or (clock[2] is None and clock[4] is None):
            raise ValueError(words)
        moment = datetime.combine(day, _of_day(clock), here.zone)
        if not 1900 <= day.year <= 2100:  # beyond it no zone's rules are known
            raise ValueError(day)
        back = moment.astimezone(UTC).astimezone(here.zone)
    except (ValueError, OverflowError):
        raise ToolError(
            f"{words[:40]!r} is no time; write it as 18:10 or 2026-11-22 18:10"
        ) from None
    if back.replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise ToolError(
            f"{moment:%Y-%m-%d %H:%M} never is in {here.title}: the clocks go forward over it"
        )
    return moment


def _of_day(clock: re.Match[str]) -> time:
    hour, minute, second = (int(clock[group] or 0) for group in (1, 2, 3))
    if clock[4]:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if clock[4].lower() == "p" else 0)
    return time(hour, minute, second)


def _twice(moment: datetime) -> str:
    """Say where a local time comes twice, as in the night in which summer time ends."""
    later = moment.replace(fold=1).utcoffset()
    return "" if later == moment.utcoffset() else " (it comes twice that day; the first is meant)"
