"""Airports and airlines by their codes: our own tables, for cities where a service gives none."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Airport:
    """A large airport; `latitude` and `longitude` are its city's, in degrees."""

    iata: str
    icao: str
    city: str
    zh: str  # the city in Chinese, empty where we have no name
    country: str
    zone: str  # of the time zone database
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Airline:
    """An airline; `home` is the IATA code of its largest airport."""

    iata: str
    icao: str
    name: str
    home: str


@cache
def airports() -> tuple[Airport, ...]:
    """Every airport of the table, in its order: the larger one of a city first."""
    found = []
    for iata, icao, city, zh, country, zone, north, east in _rows("airports.csv"):
        found.append(Airport(iata, icao, city, zh, country, zone, float(north), float(east)))
    return tuple(found)


@cache
def airlines() -> tuple[Airline, ...]:
    """Every airline of the table, in its order."""
    return tuple(Airline(*row) for row in _rows("airlines.csv"))


def find_airport(code: str) -> Airport | None:
    """The airport of an IATA or ICAO code in capitals; None for one that is not in the table."""
    return _airports_by_code().get(code)


def airports_of(city: str) -> tuple[Airport, ...]:
    """The airports of a city, by its English or Chinese name in any case; none where unknown."""
    wanted = city.strip().casefold()
    return tuple(
        airport for airport in airports() if wanted in (airport.city.casefold(), airport.zh)
    )


def find_airline(code: str) -> Airline | None:
    """The airline of an IATA or ICAO code in capitals; None for one that is not in the table."""
    return _airlines_by_code().get(code)


@cache
def _airports_by_code() -> dict[str, Airport]:
    return {code: airport for airport in airports() for code in (airport.iata, airport.icao)}


@cache
def _airlines_by_code() -> dict[str, Airline]:
    return {code: airline for airline in airlines() for code in (airline.iata, airline.icao)}


def _rows(name: str) -> list[list[str]]:
    text = files("tapwright.tools").joinpath(name).read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines()))[1:]
