"""The invented world: the same for the same seed, whole, and open to additions."""

from __future__ import annotations

import random
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tapwright.errors import ToolError
from tapwright.serving.practice_values import countries, weather_text
from tapwright.serving.practice_world import Flight, Parcel, PracticeWorld
from tapwright.tools.airports import find_airport
from tapwright.tools.parcel_numbers import read_parcel_number

DAY = date(2026, 11, 22)
_TIME = re.compile(r"[0-2]\d:[0-5]\d( [+-][12])?")


def test_the_same_seed_is_the_same_world_and_another_is_another() -> None:
    one, same, other = PracticeWorld(1, DAY), PracticeWorld(1, DAY), PracticeWorld(2, DAY)
    for number in ("CA1723", "LH716", "9C8835", "ZZ1"):
        assert one.flight(number) == same.flight(number)
    assert one.weather("Oslo", days=3) == same.weather("Oslo", days=3)
    assert one.parcel("RB123456785CN") == same.parcel("RB123456785CN")
    assert [one.flight(f"CA{n}") for n in range(1, 9)] != [
        other.flight(f"CA{n}") for n in range(1, 9)
    ]


def test_a_route_stays_and_only_the_day_of_a_flight_changes() -> None:
    world = PracticeWorld(3, DAY)
    days = [world.flight("MU583", DAY + timedelta(days=n)) for n in range(40)]
    routes = {(day.origin, day.destination, day.departs, day.airline) for day in days}
    assert len(routes) == 1
    assert len({day.status for day in days}) > 2
    assert [day.date for day in days[:2]] == ["2026-11-22", "2026-11-23"]


def test_every_random_flight_is_whole() -> None:
    world, rng = PracticeWorld(4, DAY), random.Random(4)
    flights = [world.random_flight(rng) for _ in range(300)]
    for flight in flights:
        assert _TIME.fullmatch(flight.departs) and _TIME.fullmatch(flight.lands), flight
        assert flight.origin != flight.destination and flight.airline
        for code, city in (
            (flight.origin_code, flight.origin),
            (flight.destination_code, flight.destination),
        ):
            airport = find_airport(code)
            assert airport is not None and airport.city == city
            assert world.city(city) is not None
        assert bool(flight.expected_departs) == (flight.status == "delayed")
    assert len({flight.number for flight in flights}) > 250
    assert {"scheduled", "delayed", "cancelled"} <= {flight.status for flight in flights}


def test_a_flight_takes_as_long_as_its_way() -> None:
    world, rng = PracticeWorld(5, DAY), random.Random(5)
    for _ in range(200):
        flight = world.random_flight(rng)
        moments = []
        for time, code in (
            (flight.departs, flight.origin_code),
            (flight.lands, flight.destination_code),
        ):
            clock, _, later = time.partition(" ")
            airport = find_airport(code)
            assert airport is not None
            local = datetime.fromisoformat(f"{flight.date}T{clock}") + timedelta(
                days=int(later or 0)
            )
            moments.append(local.replace(tzinfo=ZoneInfo(airport.zone)))
        hours = (moments[1].timestamp() - moments[0].timestamp()) / 3600
        assert 0.5 <= hours <= 26, flight


def test_an_added_flight_takes_the_place_of_the_invented_one() -> None:
    world = PracticeWorld(6, DAY)
    card = Flight("CA 1723", "Air China", "Hangzhou", "HGH", "18:10", "Beijing", "PEK", "20:30")
    world.add_flight(card)
    assert world.flight("ca1723", DAY).departs == "18:10"
    assert world.flight("CA1723", DAY).number == "CA1723"
    assert world.flight("CA1723", DAY).date == "2026-11-22"
    dated = Flight(
        "CA1723", "Air China", "Hangzhou", "HGH", "19:00", "Beijing", "PEK", "21:20",
        date="2026-11-23",
    )  # fmt: skip
    world.add_flight(dated)
    assert world.flight("CA1723", date(2026, 11, 23)).departs == "19:00"
    assert world.flight("CA1723", DAY).departs == "18:10"
    assert "CA1723" in [flight.number for flight in world.departures("HGH", DAY)]


def test_what_is_no_number_is_refused() -> None:
    world = PracticeWorld(7, DAY)
    with pytest.raises(ToolError, match="is no flight number"):
        world.flight("hello")
    with pytest.raises(ToolError, match="is no parcel number"):
        world.parcel("hello")
    with pytest.raises(KeyError, match="Atlantis"):
        world.weather("Atlantis")


def test_every_random_parcel_has_a_valid_number_and_a_history_in_order() -> None:
    world, rng = PracticeWorld(8, DAY), random.Random(8)
    carriers = set()
    for _ in range(300):
        parcel = world.random_parcel(rng)
        assert read_parcel_number(parcel.number).carrier == parcel.carrier
        assert world.parcel(parcel.number) == parcel
        history = world.history(parcel.number, parcel.carrier)
        assert [event.time for event in history] == sorted(event.time for event in history)
        assert history[-1] == parcel and parcel.time < "2026-11-22"
        carriers.add(parcel.carrier)
    assert {"UPS", "FedEx", "USPS", "DHL Express", "SF Express", "China Post"} <= carriers


def test_an_added_parcel_takes_the_place_of_the_invented_one() -> None:
    world = PracticeWorld(9, DAY)
    world.add_parcel(Parcel("RB123456785CN", "China Post", "delivered"))
    assert world.parcel("rb 123456785 cn").status == "delivered"


def test_there_are_cities_enough_each_with_a_country_and_a_zone() -> None:
    world = PracticeWorld(10, DAY)
    assert len(world.cities) > 400
    for city in world.cities:
        assert city.country in countries()
        ZoneInfo(city.zone)
        assert -60 < city.latitude < 75 and -180 <= city.longitude <= 180
    assert world.city("北京") == world.city("beijing")
    assert sum(bool(city.zh) for city in world.cities) > 300


def test_weather_is_possible() -> None:
    world = PracticeWorld(11, DAY)
    for city in world.cities:
        weather = world.weather_of(city, days=3)
        today = weather.days[0]
        assert today.low <= weather.temperature <= today.high
        assert weather.sky and 0 <= today.rain <= 100
        assert -45 < today.low < today.high < 50
    assert weather_text(world.weather("Oslo", days=2)).startswith("Oslo, Norway\nnow ")
