"""Open-Meteo's geocoding and forecast, answered from the practice world."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tapwright.serving.practice_answers import Asked, Told
from tapwright.serving.practice_values import OTHER_NAMES, City, Country, Day, Weather, countries
from tapwright.serving.practice_world import PracticeWorld

_MAX_DAYS = 16
_MOST = 100  # results of one search
_LARGE = 10_000_000  # people, more or less, of the largest


def search(world: PracticeWorld, asked: Asked) -> Told:
    """`GET /v1/search`: the cities whose name is, or begins with, what is asked for."""
    name = asked.query.get("name", "")
    if not name:
        return Told({"error": True, "reason": "Parameter 'name' is required."}, 400)
    folded, chinese = _fold(name), asked.query.get("language") == "zh"
    wanted = OTHER_NAMES.get(folded, folded)
    if asked.unknown or len(wanted) < 2:
        return Told({"generationtime_ms": 0.3})
    found: list[dict[str, Any]] = []
    for country in countries().values():
        if wanted in (_fold(country.name), country.zh):
            found.append(_nation(country, chinese))
    cities = [
        (index, city)
        for index, city in enumerate(world.cities)
        if _fold(city.name) == wanted
        or city.zh in (wanted, wanted.removesuffix("市"))
        or (len(wanted) > 2 and _fold(city.name).startswith(wanted))
    ]
    cities.sort(key=lambda pair: (_fold(pair[1].name) != wanted, pair[0]))
    found += [_place(index, city, chinese) for index, city in cities]
    count = asked.query.get("count", "10")
    most = min(int(count), _MOST) if count.isdigit() else 10
    if not found:
        return Told({"generationtime_ms": 0.3})  # the key is missing where there are none
    return Told({"results": found[:most], "generationtime_ms": 0.5})


def forecast(world: PracticeWorld, asked: Asked) -> Told:
    """`GET /v1/forecast`: the variables that were asked for, and no others."""
    try:
        north, east = (float(asked.query[key]) for key in ("latitude", "longitude"))
        count = int(asked.query.get("forecast_days", "7"))
    except (KeyError, ValueError):
        return _wrong("Parameters 'latitude' and 'longitude' must be numbers.")
    if not 1 <= count <= _MAX_DAYS:
        return _wrong("Forecast days is invalid. Allowed range 0 to 16.")
    city = min(world.cities, key=lambda one: _distance(one, north, east))
    day = world.today_at(city.zone)
    weather = world.weather_of(city, day, count)
    zone = ZoneInfo(city.zone)
    now = datetime.combine(day, datetime.now(zone).time(), zone)
    told: dict[str, Any] = {
        "latitude": city.latitude, "longitude": city.longitude, "generationtime_ms": 0.1,
        "utc_offset_seconds": int((now.replace(tzinfo=UTC) - now).total_seconds()),
        "timezone": city.zone, "timezone_abbreviation": f"{now:%Z}",
        "elevation": 20.0,
    }  # fmt: skip
    try:
        if "current" in asked.query:
            told["current"] = _current(weather, now, asked.query["current"].split(","))
        if "hourly" in asked.query:
            told["hourly"] = _hourly(weather, asked.query["hourly"].split(","))
        if "daily" in asked.query:
            told["daily"] = _daily(weather.days, asked.query["daily"].split(","))
    except KeyError as error:
        return _wrong(f"Data corrupted at path ''. Cannot initialize variable {error}.")
    return Told(told)


def _current(weather: Weather, now: datetime, names: Sequence[str]) -> dict[str, Any]:
    values = {
        "temperature_2m": float(weather.temperature),
        "apparent_temperature": weather.temperature - 1.5,
        "relative_humidity_2m": weather.humidity,
        "weather_code": weather.code,
        "wind_speed_10m": float(weather.wind),
        "wind_direction_10m": weather.humidity * 3,
        "precipitation": 0.0,
        "is_day": int(6 <= now.hour < 18),
    }
    quarter = now.replace(minute=now.minute // 15 * 15)
    return {
        "time": f"{quarter:%Y-%m-%dT%H:%M}",
        "interval": 900,
        **{name: values[name] for name in names},
    }


def _daily(days: Sequence[Day], names: Sequence[str]) -> dict[str, Any]:
    values: dict[str, list[Any]] = {
        "temperature_2m_max": [float(day.high) for day in days],
        "temperature_2m_min": [float(day.low) for day in days],
        "precipitation_probability_max": [day.rain for day in days],
        "weather_code": [day.code for day in days],
        "precipitation_sum": [round(max(0, day.rain - 50) / 9, 1) for day in days],
    }
    return {"time": [day.date for day in days], **{name: values[name] for name in names}}


def _hourly(weather: Weather, names: Sequence[str]) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for day in weather.days:
        for hour in range(24):  # coldest at five in the morning, warmest at five in the afternoon
            share = (1 - math.cos((hour - 5) / 12 * math.pi)) / 2
            rows.append(
                {
                    "time": f"{day.date}T{hour:02d}:00",
                    "temperature_2m": round(day.low + share * (day.high - day.low), 1),
                    "apparent_temperature": round(day.low + share * (day.high - day.low) - 1.5, 1),
                    "relative_humidity_2m": weather.humidity,
                    "precipitation_probability": day.rain,
                    "weather_code": day.code,
                    "wind_speed_10m": float(weather.wind),
                }
            )
    return {name: [row[name] for row in rows] for name in ("time", *names)}


def _place(index: int, city: City, chinese: bool) -> dict[str, Any]:
    country = countries()[city.country]
    return {
        "id": 1_000_000 + index,
        "name": city.zh if chinese and city.zh else city.name,
        "latitude": city.latitude,
        "longitude": city.longitude,
        "elevation": 20.0,
        "feature_code": "PPLA",
        "country_code": country.code,
        "timezone": city.zone,
        "population": max(150_000, _LARGE - 20_000 * index),
        "country": country.zh if chinese else country.name,
    }


def _nation(country: Country, chinese: bool) -> dict[str, Any]:
    name = country.zh if chinese else country.name
    return {
        "id": 1, "name": name, "latitude": 0.0, "longitude": 0.0, "feature_code": "PCLI",
        "country_code": country.code, "country": name, "population": 20_000_000,
    }  # fmt: skip


def _distance(city: City, north: float, east: float) -> float:
    return (city.latitude - north) ** 2 + (city.longitude - east) ** 2


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.strip().casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _wrong(reason: str) -> Told:
    return Told({"error": True, "reason": reason}, 400)
