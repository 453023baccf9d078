"""The weather now and to come (Open-Meteo, no key), in metric units.

What is sent, at `Services.geocoding` what `places.py` says, then at `Services.weather`:

    GET /v1/forecast?latitude=39.9075&longitude=116.39723&timezone=auto&forecast_days=1
        &current=temperature_2m,relative_humidity_2m,weather_code,wind_speed_10m
        &daily=temperature_2m_max,temperature_2m_min,precipitation_probability_max
    GET /v1/forecast?latitude=..&longitude=..&timezone=auto&forecast_days=2
        &current=temperature_2m
        &hourly=temperature_2m,precipitation_probability,weather_code,wind_speed_10m

What is read of the answer: `current.time`, `current.temperature_2m` (°C), `current.weather_code`
(WMO 4677), `current.wind_speed_10m` (km/h); of `daily` the lists `time` (dates, the first is today
there), `temperature_2m_max`, `temperature_2m_min`, `precipitation_probability_max` (percent); of
`hourly` the lists `time` ("2026-11-22T15:00", local), `temperature_2m`,
`precipitation_probability`, `weather_code`, `wind_speed_10m`. A value may be null: it is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from tapwright.errors import ToolError
from tapwright.tools.http import Http, ServiceError
from tapwright.tools.places import Gazetteer, Place
from tapwright.tools.plugin import tool
from tapwright.tools.registry import Tool
from tapwright.tools.services import Services

SERVICE = "the weather service"
MAX_DAYS = 16
MAX_HOURS = 48

_CURRENT = "temperature_2m,relative_humidity_2m,weather_code,wind_speed_10m"
_DAILY = "temperature_2m_max,temperature_2m_min,precipitation_probability_max"
_HOURLY = "temperature_2m,precipitation_probability,weather_code,wind_speed_10m"

# WMO code table 4677, the codes that Open-Meteo gives.
SKIES = {
    0: "clear sky", 1: "mainly clear", 2: "partly cloudy", 3: "overcast",
    45: "fog", 48: "rime fog",
    51: "light drizzle", 53: "drizzle", 55: "dense drizzle",
    56: "light freezing drizzle", 57: "freezing drizzle",
    61: "light rain", 63: "rain", 65: "heavy rain",
    66: "light freezing rain", 67: "freezing rain",
    71: "light snow", 73: "snow", 75: "heavy snow", 77: "snow grains",
    80: "light showers", 81: "showers", 82: "violent showers",
    85: "light snow showers", 86: "snow showers",
    95: "thunderstorm", 96: "thunderstorm with hail", 99: "thunderstorm with heavy hail",
}  # fmt: skip


def tools(services: Services) -> tuple[Tool, ...]:
    """The tools `weather` and `weather_hourly`."""
    gazetteer = Gazetteer(services)
    http = Http(SERVICE, services.weather, services.timeout)

    def forecast(place: Place, days: int, **wanted: str) -> Mapping[str, Any]:
        answer = http.json(
            "/v1/forecast",
            {
                "latitude": place.latitude,
                "longitude": place.longitude,
                **wanted,
                "timezone": "auto",
                "forecast_days": days,
            },
        )
        if not isinstance(answer, Mapping):
            raise _unread()
        return answer

    @tool
    def weather(
        city: Annotated[str, "a city in any language; 'Paris, Texas' tells namesakes apart"],
        days: Annotated[int, "how many days, today included, at most 16"] = 1,
    ) -> str:
        """Tell the weather in a city now and on the next days, in °C and km/h."""
        _within(days, MAX_DAYS, "days")
        place = gazetteer.find(city)
        return _daily_text(place, forecast(place, days, current=_CURRENT, daily=_DAILY), days)

    @tool
    def weather_hourly(
        city: Annotated[str, "a city in any language; 'Paris, Texas' tells namesakes apart"],
        hours: Annotated[int, "how many hours from now on, at most 48"] = 12,
    ) -> str:
        """Tell the weather in a city hour by hour, in its local time, in °C and km/h."""
        _within(hours, MAX_HOURS, "hours")
        place = gazetteer.find(city)
        days = 1 + (hours + 23) // 24  # the hours run over midnight
        answer = forecast(place, days, current="temperature_2m", hourly=_HOURLY)
        return _hourly_text(place, answer, hours)

    return (weather, weather_hourly)


def sky(code: object) -> str:
    """The words for a WMO weather code; "" where it has none."""
    return SKIES.get(code, "") if isinstance(code, int) else ""


def _within(count: int, most: int, what: str) -> None:
    if not 1 <= count <= most:
        raise ToolError(f"the forecast cannot tell {count} {what}; ask for 1 to {most}")


def _daily_text(place: Place, answer: Mapping[str, Any], days: int) -> str:
    now = _group(answer, "current")
    lines = [place.title, f"now {_moment(now, '')}"]
    daily = _group(answer, "daily")
    for number, day in enumerate(_list(daily, "time")[:days]):
        low, high, rain = (
            _at(daily, key, number)
            for key in (
                "temperature_2m_min", "temperature_2m_max", "precipitation_probability_max",
            )
        )  # fmt: skip
        if low is None or high is None:
            continue  # the last day of a long forecast may not be known yet
        words = [f"{round(low)} to {round(high)} °C"]
        if rain is not None:
            words.append(f"rain {round(rain)} %")
        lines.append(f"{'today' if number == 0 else day} {', '.join(words)}")
    if len(lines) == 2:
        raise _unread()
    return "\n".join(lines)


def _hourly_text(place: Place, answer: Mapping[str, Any], hours: int) -> str:
    hourly = _group(answer, "hourly")
    now = _group(answer, "current").get("time")
    if not isinstance(now, str):
        raise _unread()
    lines: list[str] = []
    for number, when in enumerate(_list(hourly, "time")):
        if not isinstance(when, str) or when[:13] < now[:13] or len(lines) == hours:
            continue
        values = {key: _at(hourly, key, number) for key in _HOURLY.split(",")}
        if values["temperature_2m"] is not None:
            rain = values["precipitation_probability"]
            tail = "" if rain is None else f"chance of rain {round(rain)} %"
            lines.append(f"{when.replace('T', ' ')} {_moment(values, tail)}")
    if not lines:
        raise _unread()
    return "\n".join([place.title, *lines])


def _moment(values: Mapping[str, Any], rain: str) -> str:
    """Temperature, sky, chance of rain and wind of one moment, as far as they are known."""
    heat, code, wind = (
        _number(values.get(key)) for key in ("temperature_2m", "weather_code", "wind_speed_10m")
    )
    if heat is None:
        raise _unread()
    words = [f"{round(heat)} °C", sky(None if code is None else int(code)), rain]
    words.append("" if wind is None else f"wind {round(wind)} km/h")
    return ", ".join(filter(None, words))


def _group(answer: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = answer.get(key)
    if not isinstance(value, Mapping):
        raise _unread()
    return value


def _list(group: Mapping[str, Any], key: str) -> list[Any]:
    value = group.get(key)
    if not isinstance(value, list):
        raise _unread()
    return value


def _at(group: Mapping[str, Any], key: str, number: int) -> float | None:
    values = group.get(key)
    if not isinstance(values, list) or number >= len(values):
        return None
    return _number(values[number])


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value


def _unread() -> ServiceError:
    return ServiceError(f"{SERVICE} sent an answer of an unknown form; try again later")
