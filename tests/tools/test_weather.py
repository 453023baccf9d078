"""The weather, from a server that answers in the documented shapes."""

from __future__ import annotations

from typing import Any

import pytest

from tapwright.errors import ToolError
from tapwright.tools.services import Services
from tapwright.tools.weather import SKIES, sky, tools

from .loopback import Asked, Loopback, Said, as_json, as_page

BEIJING = {
    "id": 1816670, "name": "Beijing", "latitude": 39.9075, "longitude": 116.39723,
    "elevation": 49.0, "feature_code": "PPLC", "country_code": "CN", "admin1_id": 2038349,
    "timezone": "Asia/Shanghai", "population": 18960744, "country_id": 1814991,
    "country": "China", "admin1": "Beijing",
}  # fmt: skip
FORECAST: dict[str, Any] = {
    "latitude": 39.875, "longitude": 116.375, "generationtime_ms": 0.05,
    "utc_offset_seconds": 28800, "timezone": "Asia/Shanghai", "timezone_abbreviation": "GMT+8",
    "current_units": {"time": "iso8601", "temperature_2m": "°C", "wind_speed_10m": "km/h"},
    "current": {
        "time": "2026-11-22T22:15", "interval": 900, "temperature_2m": 26.6,
        "relative_humidity_2m": 40, "weather_code": 0, "wind_speed_10m": 8.2,
    },
    "daily": {
        "time": ["2026-11-22", "2026-11-23", "2026-11-24"],
        "temperature_2m_max": [28.7, 25.1, None], "temperature_2m_min": [19.1, 17.4, 3.0],
        "precipitation_probability_max": [10, 40, None],
    },
    "hourly": {
        "time": [f"2026-11-{day}T{hour:02}:00" for day in (22, 23) for hour in range(24)],
        "temperature_2m": [20.0 + hour for _ in (22, 23) for hour in range(24)],
        "precipitation_probability": [None] * 23 + [5] * 25,
        "weather_code": [3] * 48, "wind_speed_10m": [10.4] * 48,
    },
}  # fmt: skip


def service(loopback: Loopback, forecast: object) -> Services:
    def answer(asked: Asked) -> Said:
        if asked.path == "/v1/search":
            return as_json({"results": [BEIJING], "generationtime_ms": 0.6})
        return forecast if isinstance(forecast, Said) else as_json(forecast)

    loopback.answer = answer
    return Services(timeout=3).all_at(loopback.url)


def ask(services: Services, name: str = "weather", **arguments: Any) -> str:
    by_name = {tool.spec.name: tool for tool in tools(services)}
    function = by_name[name].function
    assert function is not None
    return str(function(**arguments))


def test_the_weather_now_and_today_is_told(loopback: Loopback) -> None:
    said = ask(service(loopback, FORECAST), city="Beijing")
    assert said == "Beijing, China\nnow 27 °C, clear sky, wind 8 km/h\ntoday 19 to 29 °C, rain 10 %"


def test_further_days_stand_with_their_dates_as_far_as_they_are_known(loopback: Loopback) -> None:
    said = ask(service(loopback, FORECAST), city="Beijing", days=3)
    assert said.splitlines()[2:] == [
        "today 19 to 29 °C, rain 10 %",
        "2026-11-23 17 to 25 °C, rain 40 %",
    ]


def test_the_requests_are_the_documented_ones(loopback: Loopback) -> None:
    ask(service(loopback, FORECAST), city="Beijing", days=3)
    search, forecast = loopback.asked
    assert search.query == {"name": "Beijing", "count": "20", "language": "en", "format": "json"}
    assert forecast.path == "/v1/forecast"
    assert forecast.query == {
        "latitude": "39.9075",
        "longitude": "116.39723",
        "current": "temperature_2m,relative_humidity_2m,weather_code,wind_speed_10m",
        "daily": "temperature_2m_max,temperature_2m_min,precipitation_probability_max",
        "timezone": "auto",
        "forecast_days": "3",
    }


def test_the_hours_begin_now_and_run_over_midnight(loopback: Loopback) -> None:
    said = ask(service(loopback, FORECAST), "weather_hourly", city="Beijing", hours=3)
    assert said.splitlines() == [
        "Beijing, China",
        "2026-11-22 22:00 42 °C, overcast, wind 10 km/h",
        "2026-11-22 23:00 43 °C, overcast, chance of rain 5 %, wind 10 km/h",
        "2026-11-23 00:00 20 °C, overcast, chance of rain 5 %, wind 10 km/h",
    ]
    assert loopback.asked[1].query["forecast_days"] == "2"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("weather", {"days": 0}), ("weather", {"days": 17}), ("weather_hourly", {"hours": 49})],
)
def test_a_forecast_too_long_or_empty_is_refused_before_anything_is_asked(
    loopback: Loopback, name: str, arguments: dict[str, int]
) -> None:
    with pytest.raises(ToolError, match="ask for 1 to"):
        ask(service(loopback, FORECAST), name, city="Beijing", **arguments)
    assert loopback.asked == []


@pytest.mark.parametrize(
    "forecast",
    [
        [], {}, {"current": {}, "daily": FORECAST["daily"]}, {**FORECAST, "daily": None},
        {**FORECAST, "daily": {"time": ["2026-11-22"]}}, {**FORECAST, "current": "cold"},
    ],
)  # fmt: skip
def test_an_answer_of_another_form_is_an_error(loopback: Loopback, forecast: object) -> None:
    with pytest.raises(ToolError, match="unknown form"):
        ask(service(loopback, forecast), city="Beijing")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (as_json({"error": True, "reason": "Daily limit exceeded"}, 429, **{"retry-after": "60"}),
         "asked too often.*Daily limit exceeded; try again in 60 s"),
        (as_json({"error": True, "reason": "Bad day"}, 500), "failed .500.*Bad day"),
        (as_page("<html>Sorry</html>"), "web page that is not JSON"),
        (Said(b"x" * 9, drip=9), "did not answer within 3 s"),
    ],
)  # fmt: skip
def test_a_bad_day_of_the_service_is_told(loopback: Loopback, said: Said, words: str) -> None:
    with pytest.raises(ToolError, match=f"^the weather service .*{words}"):
        ask(service(loopback, said), city="Beijing")


def test_every_code_has_words_and_others_have_none() -> None:
    assert all(SKIES.values())
    assert (sky(95), sky(4), sky(None), sky("0")) == ("thunderstorm", "", "", "")
