"""The values of the practice world: cities and weather. Flights and parcels are the tools'."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tapwright.tools.airports import airports

# The weather codes of the World Meteorological Organization that occur here, with our words.
SKIES = {
    0: "clear sky",
    1: "mainly clear",
    2: "partly cloudy",
    3: "overcast",
    45: "fog",
    51: "light drizzle",
    61: "light rain",
    63: "rain",
    65: "heavy rain",
    71: "light snow",
    73: "snow",
    95: "thunderstorm",
}


@dataclass(frozen=True, slots=True)
class City:
    """A city of the world; `zh` is its Chinese name, or empty. Degrees north and east."""

    name: str
    zh: str
    country: str
    zone: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Day:
    """A day's weather: whole °C, the chance of rain in percent, a code of `SKIES`."""

    date: str  # ISO
    low: int
    high: int
    rain: int
    code: int


@dataclass(frozen=True, slots=True)
class Weather:
    """The weather of a city at a moment of the first of `days`: whole °C and km/h."""

    city: str
    country: str
    temperature: int
    code: int
    wind: int
    humidity: int
    days: tuple[Day, ...]

    @property
    def sky(self) -> str:
        """The sky in words."""
        return SKIES[self.code]


@cache
def known_cities() -> tuple[City, ...]:
    """Every city: first those with an airport of our table, then the others; each name once."""
    found: dict[tuple[str, str], City] = {}
    for place in airports():
        city = City(
            place.city, place.zh, place.country, place.zone, place.latitude, place.longitude
        )
        found.setdefault((city.name, city.country), city)
    text = files("tapwright.serving").joinpath("cities.csv").read_text(encoding="utf-8")
    for row in list(csv.reader(text.splitlines()))[1:]:
        city = City(row[0], row[1], row[2], row[3], float(row[4]), float(row[5]))
        found.setdefault((city.name, city.country), city)
    return tuple(found.values())
