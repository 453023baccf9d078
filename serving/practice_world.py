"""The invented world behind the practice services: the same seed is the same world.

Any well-formed flight number is a flight, any valid parcel number a parcel, any known city has
weather. A flight's route and times follow from its number alone, its gate and status also from
the day. Whoever prints a boarding pass adds its flight, and the services then agree with it.
Nothing here is true of the real world but the names, places and time zones.
"""

from __future__ import annotations

import hashlib
import math
import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tapwright.serving.practice_values import City, Day, Weather, known_cities
from tapwright.tools.airports import (
    Airline,
    Airport,
    airlines,
    airports,
    find_airline,
    find_airport,
)
from tapwright.tools.flight_info import Flight, read_number
from tapwright.tools.parcel_info import Parcel
from tapwright.tools.parcel_numbers import read_parcel_number, with_check

__all__ = ["City", "Day", "Flight", "Parcel", "PracticeWorld", "Weather"]

_STATUSES = ("scheduled",) * 14 + ("delayed",) * 3 + ("cancelled", "in the air", "landed")
_PARCEL_EVENTS = (
    ("announced", "shipping label made"),
    ("in transit", "handed over at the post office"),
    ("in transit", "arrived at sorting centre"),
    ("in transit", "left sorting centre"),
    ("in transit", "cleared customs"),
    ("out for delivery", "out for delivery"),
    ("ready to be collected", "waiting at the pick-up point"),
    ("delivered", "delivered"),
    ("delivery failed", "nobody was at home"),
)
_PARCEL_FORMS = (
    "@@#########@@", "@@#########@@", "@@#########@@", "1Z***************#", "############",
    "###############", "##########", "SF#############", "YT#############",
    "94####################",
)  # fmt: skip
_POST_COUNTRIES = ("CN", "CN", "DE", "GB", "US", "JP", "FR", "NL", "SG", "HK", "KR", "ES", "IT")
_MOST_TRIES = 4000
_FIRST_LETTERS = "RCELU"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class PracticeWorld:
    """An invented world. `today` is the day that a date left out means; None: the real one."""

    def __init__(self, seed: int = 0, today: date | None = None) -> None:
        self.seed = seed
        self.pinned_day = today
        self._flights: dict[str, list[Flight]] = {}
        self._parcels: dict[str, Parcel] = {}
        self.cities: tuple[City, ...] = known_cities()

    @property
    def today(self) -> date:
        """The day that a date left out means."""
        return self.pinned_day or date.today()

    def today_at(self, zone: str) -> date:
        """The same day at a place: it may be on the next day already, or still on the last."""
        return self.pinned_day or datetime.now(ZoneInfo(zone)).date()

    # --- flights -------------------------------------------------------------------------------

    def add_flight(self, flight: Flight) -> None:
        """Put a flight into the world: on its date, or on every day where it has none.

        Another leg of the same number and date comes behind the first; a flight with the same
        origin takes its place.
        """
        number = str(read_number(flight.number))
        kept = [
            known
            for known in self._flights.get(number, [])
            if (known.date, known.origin_code) != (flight.date, flight.origin_code)
        ]
        self._flights[number] = [*kept, replace(flight, number=number)]

    def added_flights(self) -> tuple[Flight, ...]:
        """Every flight that was added, those of any day as today's."""
        legs = [leg for known in self._flights.values() for leg in known]
        return tuple(leg if leg.date else _on(leg, self.today) for leg in legs)

    def flights(self, number: str, day: date | None = None) -> tuple[Flight, ...]:
        """Every leg of a flight on a day; raise `ToolError` for what is no flight number."""
        wanted, day = str(read_number(number)), day or self.today
        added = self._flights.get(wanted, [])
        legs = [leg for leg in added if leg.date == day.isoformat()]
        legs = legs or [_on(leg, day) for leg in added if not leg.date]
        return tuple(legs) or (self._invented(wanted, day),)

    def flight(self, number: str, day: date | None = None) -> Flight:
        """A flight on a day, its first leg; raise `ToolError` for what is no flight number."""
        return self.flights(number, day)[0]

    def random_flight(self, rng: random.Random, day: date | None = None) -> Flight:
        """Some flight of an airline that we know."""
        return self.flight(_random_number(rng), day)

    def departures(self, code: str, day: date | None = None, count: int = 20) -> list[Flight]:
        """Flights that leave an airport (IATA) on a day: the added ones, and invented ones."""
        day = day or self.today
        found = [
            leg
            for number in self._flights
            for leg in self.flights(number, day)
            if leg.origin_code == code
        ]
        rng = self._rng("board", code, day.isoformat())
        for _ in range(_MOST_TRIES):
            if len(found) >= count:
                break
            number = _random_number(rng)
            if number not in self._flights and self._route(number)[1].iata == code:
                found.append(self.flight(number, day))
        return found

    def _invented(self, number: str, day: date) -> Flight:
        airline, one, other, rng = self._route(number)
        leaves = timedelta(minutes=5 * rng.randrange(72, 276))  # 06:00 to 22:55
        flies = timedelta(minutes=5 * round((35 + _kilometres(one, other) / 13.5) / 5))
        terminals = [rng.choice(("", "1", "2", "3")) for _ in range(2)]
        rng = self._rng("day", number, day.isoformat())
        status = rng.choice(_STATUSES)
        late = timedelta(minutes=5 * rng.randrange(4, 30)) if status == "delayed" else None
        start = datetime.combine(day, datetime.min.time(), ZoneInfo(one.zone)) + leaves
        end = (start.astimezone(ZoneInfo("UTC")) + flies).astimezone(ZoneInfo(other.zone))
        return Flight(
            number=number,
            airline=airline.name if airline else f"Airline {number[:2]}",
            origin=one.city,
            origin_code=one.iata,
            departs=_clock(start, day),
            destination=other.city,
            destination_code=other.iata,
            lands=_clock(end, day),
            status=status,
            date=day.isoformat(),
            terminal=terminals[0],
            gate=f"{rng.choice('ABCDEF')}{rng.randint(1, 60)}" if rng.random() < 0.6 else "",
            expected_departs=_clock(start + late, day) if late else "",
            arrival_terminal=terminals[1],
            expected_lands=_clock(end + late, day) if late else "",
        )

    def _route(self, number: str) -> tuple[Airline | None, Airport, Airport, random.Random]:
        """Airline, origin and destination of a number, and the chance that goes on from there."""
        rng = self._rng("route", number)
        airline = find_airline(number[:2]) or find_airline(number[:3])
        home = find_airport(airline.home) if airline else None
        one = home or rng.choice(airports())
        other = rng.choice(airports())
        while other.city == one.city:
            other = rng.choice(airports())
        if rng.random() < 0.5:
            one, other = other, one
        return airline, one, other, rng

    # --- weather -------------------------------------------------------------------------------

    def city(self, name: str) -> City | None:
        """The city of an English or Chinese name, in any case; None for an unknown one."""
        wanted = name.strip().casefold()
        return next(
            (city for city in self.cities if wanted in (city.name.casefold(), city.zh)), None
        )

    def weather(self, city: str, day: date | None = None, days: int = 1) -> Weather:
        """The weather of a city from a day on, its own today by default, for `days` days.

        Raise `KeyError` for a city that is not in `cities`.
        """
        place = self.city(city)
        if place is None:
            raise KeyError(f"no city {city!r} in the practice world")
        return self.weather_of(place, day, days)

    def weather_of(self, place: City, day: date | None = None, days: int = 1) -> Weather:
        """The same for a city itself, which tells namesakes apart."""
        first = day or self.today_at(place.zone)
        told = tuple(self._day(place, first + timedelta(days=n)) for n in range(days))
        rng = self._rng("now", place.name, place.country, first.isoformat())
        return Weather(
            place.name,
            place.country,
            temperature=rng.randint(told[0].low, told[0].high),
            code=told[0].code,
            wind=rng.randint(1, 38),
            humidity=rng.randint(30, 95),
            days=told,
        )

    def _day(self, place: City, day: date) -> Day:
        rng = self._rng("weather", place.name, place.country, day.isoformat())
        # A year that is warmest in July in the north, and hardly a year at all at the equator.
        season = math.cos((day.timetuple().tm_yday - 200) / 365.25 * 2 * math.pi)
        mean = 28 - max(0, abs(place.latitude) - 15) * 0.5 + season * place.latitude * 0.28
        high = round(mean + rng.uniform(-1, 8))
        low = high - rng.randint(4, 12)
        codes = [0, 0, 1, 1, 2, 2, 3, 3, 45, 71, 73] if high < 1 else [*range(4), 1, 45, 51]
        if high >= 1:
            codes += [61, 63, 65, *([95] if high > 18 else [])]
        code = rng.choice(codes)
        rain = rng.randint(55, 100) if code > 48 else rng.randint(0, 40)
        return Day(day.isoformat(), low, high, rain, code)

    # --- parcels -------------------------------------------------------------------------------

    def add_parcel(self, parcel: Parcel) -> None:
        """Put a parcel into the world, in the place of the one that its number would have."""
        self._parcels[read_parcel_number(parcel.number).number] = parcel

    def parcel(self, number: str, carrier: str = "") -> Parcel:
        """Where a parcel is; raise `ToolError` for what is no parcel number."""
        read = read_parcel_number(number, carrier)
        added = self._parcels.get(read.number)
        return added or self.history(read.number, read.carrier)[-1]

    def history(self, number: str, carrier: str) -> list[Parcel]:
        """The invented events of a parcel from its first to its last."""
        rng = self._rng("parcel", number)
        count = rng.randint(2, len(_PARCEL_EVENTS))
        places = rng.sample([city.name for city in self.cities], 3)
        when = datetime.combine(self.today, datetime.min.time()) - timedelta(days=rng.randint(1, 3))
        when += timedelta(minutes=rng.randrange(360, 1320))
        steps = list(_PARCEL_EVENTS[: min(count, 5)])
        if count > 5:  # it ends in one of the ways that a parcel can end
            steps.append(_PARCEL_EVENTS[count - 1])
        told: list[Parcel] = []
        for index, (status, event) in enumerate(reversed(steps)):
            place = places[min(2, (len(steps) - 1 - index) // 2)]
            told.append(Parcel(number, carrier, status, f"{when:%Y-%m-%d %H:%M}", place, event))
            when -= timedelta(minutes=rng.randrange(180, 1500))
        return told[::-1]

    def random_parcel(self, rng: random.Random) -> Parcel:
        """Some parcel with a valid number, of a carrier that needs no naming."""
        form = rng.choice(_PARCEL_FORMS)
        number = "".join(
            rng.choice("0123456789" + _LETTERS) if slot == "*"
            else rng.choice(_LETTERS) if slot == "@"
            else rng.choice("0123456789") if slot == "#" else slot
            for slot in form
        )  # fmt: skip
        if form[0] == "@":
            number = rng.choice(_FIRST_LETTERS) + number[1:11] + rng.choice(_POST_COUNTRIES)
        return self.parcel(with_check(form, number))

    def _rng(self, *words: str) -> random.Random:
        """A source of chance that follows from the seed and the words alone."""
        text = "|".join((str(self.seed), *words))
        return random.Random(hashlib.sha256(text.encode("utf-8")).digest())


def _random_number(rng: random.Random) -> str:
    return f"{rng.choice(airlines()).iata}{rng.randint(1, rng.choice((999, 9999)))}"


def _on(flight: Flight, day: date) -> Flight:
    return replace(flight, date=day.isoformat())


def _clock(moment: datetime, day: date) -> str:
    """The time of day, with how many days after `day` it is."""
    later = (moment.date() - day).days
    return f"{moment:%H:%M}" + (f" +{later}" if later > 0 else f" {later}" if later < 0 else "")


def _kilometres(one: Airport, other: Airport) -> float:
    """The way between two airports along the globe."""
    a, b = math.radians(one.latitude), math.radians(other.latitude)
    turn = math.radians(other.longitude - one.longitude)
    cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(turn)
    return 6371 * math.acos(max(-1.0, min(1.0, cosine)))
