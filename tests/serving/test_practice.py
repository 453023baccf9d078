"""The practice services agree with their world, and misbehave on command."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tapwright.errors import SetupError, UsageError
from tapwright.serving.practice import PracticeServices, Trouble
from tapwright.serving.practice_values import OTHER_NAMES, weather_text
from tapwright.serving.practice_world import PracticeWorld
from tapwright.tools import Context, Toolbox
from tapwright.tools.builtin import builtin_tools
from tapwright.tools.flight_info import flight_text
from tapwright.tools.parcel_info import parcel_text
from tapwright.tools.secrets import Secrets
from tapwright.types import Delivery, TextPart, ToolCall


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticeServices]:
    with PracticeServices(seed=3) as services:
        yield services


@pytest.fixture(autouse=True)
def well_behaved(practice: PracticeServices) -> Iterator[None]:
    yield
    practice.behave()


def told(practice: PracticeServices, name: str, seconds: float = 6.0, **arguments: object) -> str:
    """What a tool says at the practice services."""
    services = replace(practice.services, timeout=seconds)
    box = Toolbox(builtin_tools(services), Secrets(practice.environment))
    result = box.run(box.check(ToolCall(name, arguments)), Context())
    if result.effect.delivery is not Delivery.DELIVERED:
        return f"refused: {result.effect.said}"
    (part,) = result.parts
    assert isinstance(part, TextPart)
    return part.text


@pytest.mark.parametrize("number", ["CA1723", "LH716", "9C8835", "AA100", "ZZ9"])
def test_a_flight_over_http_is_the_flight_of_the_world(
    practice: PracticeServices, number: str
) -> None:
    assert told(practice, "flight", number=number) == flight_text([practice.world.flight(number)])


@pytest.mark.parametrize("city", ["Beijing", "Oslo", "Sao Paulo", "Xi'an", "San Jose", "york"])
def test_weather_over_http_is_the_weather_of_the_world(
    practice: PracticeServices, city: str
) -> None:
    for days in (1, 4):
        here = weather_text(practice.world.weather(city, days=days))
        assert told(practice, "weather", city=city, days=days) == here


@pytest.mark.parametrize("city", ["Auckland", "Oslo", "Honolulu"])
def test_the_hours_begin_with_the_current_one_of_the_place(
    practice: PracticeServices, city: str
) -> None:
    zone = ZoneInfo(next(each.zone for each in practice.world.cities if each.name == city))
    hours = {f"{datetime.now(zone):%Y-%m-%d %H}:00"}
    _, first, *_ = told(practice, "weather_hourly", city=city, hours=2).splitlines()
    hours.add(f"{datetime.now(zone):%Y-%m-%d %H}:00")  # it may have struck meanwhile
    assert first[:16] in hours


def test_the_practice_day_is_that_of_the_place() -> None:
    west, east = "Pacific/Pago_Pago", "Pacific/Kiritimati"  # 25 hours apart
    world = PracticeWorld()
    assert world.today_at(west) < world.today_at(east)
    pinned = PracticeWorld(today=date(2026, 1, 2))
    assert pinned.today_at(west) == pinned.today_at(east) == date(2026, 1, 2)


def test_a_parcel_over_http_is_the_parcel_of_the_world(practice: PracticeServices) -> None:
    for number in ("RB123456785CN", "1Z999AA10123456784", "3318810025"):
        here = parcel_text(practice.world.parcel(number))
        assert told(practice, "parcel", number=number) == here


def test_every_other_tool_has_its_service_here(practice: PracticeServices) -> None:
    assert told(practice, "departures", airport="PEK").startswith("departures Beijing (PEK)\n")
    assert told(practice, "weather_hourly", city="Paris", hours=3).count("\n") == 3
    assert "Asia/Tokyo" in told(practice, "local_time", place="Tokyo")
    assert "10 USD = 70.91 CNY" in told(practice, "exchange", amount=10, currency="USD", to="CNY")
    assert "QQQ" in told(practice, "exchange", amount=10, currency="USD", to="QQQ")
    assert "'Atlantis'" in told(practice, "weather", city="Atlantis")
    assert told(practice, "weather", city="北京").startswith("北京, 中国\n")


@pytest.mark.parametrize("trouble", list(Trouble))
@pytest.mark.parametrize(
    ("service", "call"),
    [
        ("geocoding", ("weather", {"city": "Oslo"})),
        ("weather", ("weather", {"city": "Oslo"})),
        ("weather", ("weather_hourly", {"city": "Oslo"})),
        ("currencies", ("exchange", {"amount": 1, "currency": "USD", "to": "EUR"})),
    ],
)
def test_every_trouble_of_every_service_is_said(
    practice: PracticeServices, service: str, call: tuple[str, dict[str, object]], trouble: Trouble
) -> None:
    if service == "weather" and trouble is Trouble.UNKNOWN:
        return  # a forecast knows every place on earth
    practice.misbehave(service, trouble)
    began = time.monotonic()
    seconds = 1.0 if trouble is Trouble.TIMEOUT else 6.0
    text = told(practice, call[0], seconds, **call[1])
    assert text.startswith("refused: ") and "\n" not in text
    assert time.monotonic() - began < 10


def test_a_trouble_can_last_for_some_requests_only(practice: PracticeServices) -> None:
    practice.misbehave("weather", "html", times=2)
    answers = [told(practice, "weather", city="Oslo").startswith("Oslo") for _ in range(3)]
    assert answers == [False, False, True]


def test_a_trouble_ends_when_it_is_told_to(practice: PracticeServices) -> None:
    practice.misbehave("weather", "html")
    practice.misbehave("currencies", "html")
    practice.behave("weather")
    assert told(practice, "weather", city="Oslo").startswith("Oslo")
    assert told(practice, "exchange", amount=1, currency="USD", to="EUR").startswith("refused")
    practice.behave()
    assert told(practice, "exchange", amount=1, currency="USD", to="EUR").startswith("1 USD")


def test_unknown_names_are_refused_with_the_known_ones(practice: PracticeServices) -> None:
    with pytest.raises(UsageError, match=r"no practice service 'rain'; use one of: geocoding, we"):
        practice.misbehave("rain", "429")
    with pytest.raises(UsageError, match=r"no trouble '418'; use one of: timeout, 429"):
        practice.misbehave("weather", "418")
    with pytest.raises(UsageError, match="are not started"):
        _ = PracticeServices().url


def test_a_path_that_is_none_and_a_wrong_method_are_answered(practice: PracticeServices) -> None:
    for path, data, status in (
        ("/nothing", None, 404),
        ("/track/v2.2/gettrackinfo", None, 405),
        ("/v1/forecast", b"{}", 405),
        ("/track/v2.2/register", b"no json", 400),
        ("/v1/forecast?latitude=x", None, 400),
        ("/v1/forecast?latitude=1&longitude=2&current=luck", None, 400),
        ("/v1/forecast?latitude=1&longitude=2&forecast_days=99", None, 400),
        ("/v1/search", None, 400),
        ("/v1/flights?access_key=practice-key-for-aviationstack&flight_date=x", None, 422),
    ):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(practice.url + path, data, timeout=5)
        with caught.value as answer:
            assert answer.code == status, path
            assert json.loads(answer.read())


def test_it_stops_at_once_even_with_a_request_that_is_kept_waiting() -> None:
    with PracticeServices() as practice:
        practice.misbehave("weather", "timeout")
        began = time.monotonic()
        request = practice.url + "/v1/forecast?latitude=1&longitude=2"
        with pytest.raises(TimeoutError):
            urllib.request.urlopen(request, timeout=0.3)
    assert time.monotonic() - began < 5


def test_a_port_that_is_taken_is_said(practice: PracticeServices) -> None:
    port = int(practice.url.rpartition(":")[2])
    with pytest.raises(SetupError, match=rf"cannot listen on port {port} .*name another one"):
        PracticeServices(port=port).__enter__()


@pytest.mark.parametrize("name", ["München", "Muenchen", "MÜNCHEN", "Munich, Germany"])
def test_a_city_is_found_by_the_name_that_it_has_at_home(
    practice: PracticeServices, name: str
) -> None:
    assert told(practice, "weather", city=name).startswith("Munich, Germany\n")


def test_every_other_name_is_one_of_a_known_city(practice: PracticeServices) -> None:
    cities = {city.name.casefold() for city in practice.world.cities}
    assert set(OTHER_NAMES.values()) <= cities
    assert not cities & set(OTHER_NAMES)
