"""The values of the practice world: cities and weather. Flights and parcels are the tools'."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tapwright.tools.airports import airports
from tapwright.tools.weather import sky

# Names of cities in the languages of their countries, without accents, and the ones they have here.
OTHER_NAMES = {
    "munchen": "munich", "muenchen": "munich", "koln": "cologne", "koeln": "cologne",
    "nurnberg": "nuremberg", "wien": "vienna", "geneve": "geneva", "genf": "geneva",
    "bruxelles": "brussels", "brussel": "brussels", "roma": "rome", "milano": "milan",
    "venezia": "venice", "napoli": "naples", "firenze": "florence", "torino": "turin",
    "lisboa": "lisbon", "sevilla": "seville", "warszawa": "warsaw", "praha": "prague",
    "kobenhavn": "copenhagen", "københavn": "copenhagen", "goteborg": "gothenburg",
    "moskva": "moscow", "москва": "moscow", "bucuresti": "bucharest",
    "beograd": "belgrade", "athina": "athens", "marrakech": "marrakesh",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class City:
    """A city; `zh` is its Chinese name, or empty. Degrees north and east."""

    name: str
    zh: str
    country: str
    zone: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Day:
    """A day's weather: whole °C, the chance of rain in percent, a WMO weather code."""

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
        return sky(self.code)


@dataclass(frozen=True, slots=True)
class Country:
    """A country: its two letters, and its Chinese name."""

    name: str
    code: str
    zh: str


def weather_text(weather: Weather) -> str:
    """What the tool `weather` tells a model of it, word for word."""
    lines = [
        f"{weather.city}, {weather.country}",
        f"now {weather.temperature} °C, {weather.sky}, wind {weather.wind} km/h",
    ]
    for index, day in enumerate(weather.days):
        name = day.date if index else "today"
        lines.append(f"{name} {day.low} to {day.high} °C, rain {day.rain} %")
    return "\n".join(lines)


@cache
def countries() -> dict[str, Country]:
    """The countries of the known cities, by name."""
    return {row[0]: Country(*row) for row in _rows("countries.csv")}


@cache
def known_cities() -> tuple[City, ...]:
    """Every city: first those with an airport of our table, then the others; each name once."""
    found: dict[tuple[str, str], City] = {}
    for place in airports():
        city = City(
            place.city, place.zh, place.country, place.zone, place.latitude, place.longitude
        )
        found.setdefault((city.name, city.country), city)
    for row in _rows("cities.csv"):
        city = City(row[0], row[1], row[2], row[3], float(row[4]), float(row[5]))
        found.setdefault((city.name, city.country), city)
    return tuple(found.values())


def _rows(name: str) -> list[list[str]]:
    text = files("tapwright.serving").joinpath(name).read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines()))[1:]
