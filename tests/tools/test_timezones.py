"""What time it is, and what a time is elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tapwright.errors import ToolError
from tapwright.tools.services import Services
from tapwright.tools.timezones import tools

from .loopback import Asked, Loopback, Said, as_json

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
BEIJING = {
    "name": "北京", "latitude": 39.9, "longitude": 116.4, "country": "中国", "country_code": "CN",
    "population": 18960744, "feature_code": "PPLC", "timezone": "Asia/Shanghai",
}  # fmt: skip
NOWHERE = {**BEIJING, "name": "Nowhere", "timezone": "Moon/Base"}


def places(asked: Asked) -> Said:
    known = {"北京": BEIJING, "Nowhere": NOWHERE}.get(asked.query["name"])
    return as_json({"results": [known]} if known else {})


def ask(loopback: Loopback, name: str, *arguments: str) -> str:
    services = Services(timeout=3).all_at(loopback.url)
    found = {tool.spec.name: tool for tool in tools(services, lambda: NOW)}
    function = found[name].function
    assert function is not None
    return str(function(*arguments))


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("paris", "Europe/Paris\n2026-11-22 15:30 Sunday, UTC+01:00"),
        ("Asia/Kathmandu", "Asia/Kathmandu\n2026-11-22 20:15 Sunday, UTC+05:45"),
        ("New York", "America/New_York\n2026-11-22 09:30 Sunday, UTC-05:00"),
        ("UTC+5:30", "UTC+05:30\n2026-11-22 20:00 Sunday, UTC+05:30"),
        ("-03:00", "UTC-03:00\n2026-11-22 11:30 Sunday, UTC-03:00"),
        ("PST", "America/Los_Angeles\n2026-11-22 06:30 Sunday, UTC-08:00"),
        ("Louisville", "America/Louisville\n2026-11-22 09:30 Sunday, UTC-05:00"),
    ],
)
def test_the_time_of_a_zone_is_told_without_a_service(
    loopback: Loopback, place: str, said: str
) -> None:
    assert ask(loopback, "local_time", place) == said
    assert loopback.asked == []


def test_a_city_that_names_no_zone_is_looked_up(loopback: Loopback) -> None:
    loopback.answer = places
    said = ask(loopback, "local_time", "北京")
    assert said == "北京, 中国 (Asia/Shanghai)\n2026-11-22 22:30 Sunday, UTC+08:00"


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("Pari", "no place 'Pari' is known.*time zones near it: Europe/Paris"),
        ("CST", "several time zones"),
        ("+15", "none is more than 14 hours"),
        ("", "no place"),
        ("x" * 200, "no place"),
        ("Nowhere", "no time zone is known for Nowhere"),
        ("../../etc/passwd", "no place"),
    ],
)
def test_an_unknown_place_is_told(loopback: Loopback, place: str, words: str) -> None:
    loopback.answer = places
    with pytest.raises(ToolError, match=words):
        ask(loopback, "local_time", place)


def test_a_place_search_that_fails_is_told_with_what_is_near(loopback: Loopback) -> None:
    loopback.answer = lambda asked: as_json({}, 400)
    with pytest.raises(ToolError, match="near it: Europe/Paris; and the place search turned"):
        ask(loopback, "local_time", "Pariss")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("18:10", "Paris", "Tokyo"),
         "2026-11-22 18:10 Sunday, UTC+01:00 in Europe/Paris\n"
         "is 2026-11-23 02:10 Monday, UTC+09:00 in Asia/Tokyo"),
        (("6:10 pm", "Europe/London", "America/New_York"),
         "2026-11-22 18:10 Sunday, UTC+00:00 in Europe/London\n"
         "is 2026-11-22 13:10 Sunday, UTC-05:00 in America/New_York"),
        (("2026-07-01T12:00:00", "UTC", "Paris"),
         "2026-07-01 12:00 Wednesday, UTC+00:00 in UTC\n"
         "is 2026-07-01 14:00 Wednesday, UTC+02:00 in Europe/Paris"),
        (("2026-10-25 02:30", "Paris", "UTC"),
         "2026-10-25 02:30 Sunday, UTC+02:00 in Europe/Paris (it comes twice that day; "
         "the first is meant)\nis 2026-10-25 00:30 Sunday, UTC+00:00 in UTC"),
    ],
)  # fmt: skip
def test_a_time_is_told_elsewhere(
    loopback: Loopback, arguments: tuple[str, ...], said: str
) -> None:
    assert ask(loopback, "convert_time", *arguments) == said


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ("2026-03-29 02:30", "never is in Europe/Paris: the clocks go forward"),
        ("25:00", "is no time; write it as 18:10"),
        ("13:00 pm", "is no time"),
        ("5", "is no time"),
        ("noon", "is no time"),
        ("2026-02-30 10:00", "is no time"),
        ("9999-12-31 23:00", "is no time"),
        ("0001-01-01 00:00", "is no time"),
    ],
)
def test_a_time_that_is_none_is_told(loopback: Loopback, time: str, words: str) -> None:
    with pytest.raises(ToolError, match=words):
        ask(loopback, "convert_time", time, "Paris", "Tokyo")
