"""AviationStack and OpenSky, answered from the practice world."""

from __future__ import annotations

import hashlib
import random
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tapwright.errors import ToolError
from tapwright.serving.practice_answers import KEYS, Asked, Told
from tapwright.serving.practice_world import PracticeWorld
from tapwright.tools.airports import find_airline, find_airport
from tapwright.tools.flight_info import Flight, read_number

_STATUSES = {"in the air": "active", "delayed": "scheduled"}
_MOST = 100  # rows of one answer
_IN_THE_AIR = 40  # aircraft that OpenSky sees beside those of the added flights


def schedules(world: PracticeWorld, asked: Asked) -> Told:
    """`GET /v1/flights` of AviationStack, by `flight_iata`, `flight_icao` or `dep_iata`."""
    if asked.query.get("access_key") != KEYS["AVIATIONSTACK_API_KEY"]:
        message = "You have not supplied a valid API Access Key."
        return Told({"error": {"code": "invalid_access_key", "message": message}}, 401)
    days = [world.today, world.today - timedelta(days=1)]
    if "flight_date" in asked.query:
        try:
            days = [date.fromisoformat(asked.query["flight_date"])]
        except ValueError:
            error = {"code": "validation_error", "message": "Request failed with validation error"}
            return Told({"error": error}, 422)
    number = asked.query.get("flight_iata") or asked.query.get("flight_icao")
    found: list[Flight] = []
    if number and not asked.unknown:
        try:
            found = [leg for day in days for leg in world.flights(number, day)]
        except ToolError:
            found = []  # the service knows no flight of that name either
    elif not asked.unknown and "dep_iata" in asked.query:
        found = world.departures(asked.query["dep_iata"].upper(), days[0])
    rows = [_schedule(flight) for flight in found[:_MOST]]
    page = {"limit": _MOST, "offset": 0, "count": len(rows), "total": len(found)}
    return Told({"pagination": page, "data": rows})


def states(world: PracticeWorld, asked: Asked) -> Told:
    """`GET /api/states/all` of OpenSky: what is in the air."""
    now = int(datetime.now().timestamp())
    if asked.unknown:
        return Told({"time": now, "states": None})
    return Told({"time": now, "states": [_state(flight, now) for flight in _in_the_air(world)]})


def of_aircraft(world: PracticeWorld, asked: Asked) -> Told:
    """`GET /api/flights/aircraft` of OpenSky."""
    wanted = asked.query.get("icao24", "")
    found = [flight for flight in _in_the_air(world) if _icao24(flight) == wanted]
    if asked.unknown or not found:
        return Told([], 404)
    return Told([_seen(flight) for flight in found])


def left(world: PracticeWorld, asked: Asked) -> Told:
    """`GET /api/flights/departure` of OpenSky."""
    known = find_airport(asked.query.get("airport", ""))
    if asked.unknown or known is None:
        return Told([], 404)
    return Told([_seen(flight) for flight in world.departures(known.iata)])


def _in_the_air(world: PracticeWorld) -> list[Flight]:
    found = [leg for leg in world.added_flights() if leg.status == "in the air"]
    rng = random.Random(world.seed)
    while len(found) < _IN_THE_AIR:
        flight = world.random_flight(rng)
        if flight.status == "in the air":
            found.append(flight)
    return found


def _schedule(flight: Flight) -> dict[str, Any]:
    airline = find_airline(flight.number[:2]) or find_airline(flight.number[:3])
    digits = flight.number[len(flight.number) - len(str(read_number(flight.number).digits)) :]
    return {
        "flight_date": flight.date,
        "flight_status": _STATUSES.get(flight.status, flight.status),
        "departure": _stop(
            flight, flight.origin, flight.origin_code, flight.departs, flight.expected_departs,
            (flight.terminal, flight.gate),
        ),
        "arrival": _stop(
            flight, flight.destination, flight.destination_code, flight.lands,
            flight.expected_lands, (flight.arrival_terminal, flight.arrival_gate),
        ),
        "airline": {
            "name": flight.airline,
            "iata": airline.iata if airline else None,
            "icao": airline.icao if airline else None,
        },
        "flight": {
            "number": digits,
            "iata": flight.number,
            "icao": airline.icao + digits if airline else None,
            "codeshared": None,
        },
        "aircraft": None,
        "live": None,
    }  # fmt: skip


def _stop(
    flight: Flight, city: str, code: str, time: str, expected: str, place: tuple[str, str]
) -> dict[str, Any]:
    known = find_airport(code)
    planned, later = _moment(flight, time), _moment(flight, expected or time)
    delay = int((later - planned).total_seconds() / 60) if planned and later else 0
    return {
        "airport": f"{city} International",
        "timezone": known.zone if known else None,
        "iata": code,
        "icao": known.icao if known else None,
        "terminal": place[0] or None,
        "gate": place[1] or None,
        "delay": delay or None,
        "scheduled": _written(planned),
        "estimated": _written(later),
        "actual": None,
        "estimated_runway": None,
        "actual_runway": None,
    }


def _moment(flight: Flight, time: str) -> datetime | None:
    """The local moment of "00:20 +1", counted from the flight's date."""
    if not time:
        return None
    clock, _, later = time.partition(" ")
    day = datetime.fromisoformat(f"{flight.date}T{clock}")
    return day + timedelta(days=int(later or 0))


def _written(moment: datetime | None) -> str | None:
    # The service puts this offset behind local times.
    return f"{moment:%Y-%m-%dT%H:%M}:00+00:00" if moment else None


def _state(flight: Flight, now: int) -> list[Any]:
    return [
        _icao24(flight), read_number(flight.number).callsign.ljust(8), "", now - 4, now - 2, 116.4,
        39.9, 9144.0, False, 231.5, 12.0, 0.0, None, 9300.0, None, False, 0,
    ]  # fmt: skip


def _seen(flight: Flight) -> dict[str, Any]:
    ends = [find_airport(code) for code in (flight.origin_code, flight.destination_code)]
    times = [_moment(flight, time) for time in (flight.departs, flight.lands)]
    seconds = [
        int(time.replace(tzinfo=ZoneInfo(end.zone if end else "UTC")).timestamp()) if time else None
        for time, end in zip(times, ends, strict=True)
    ]
    return {
        "icao24": _icao24(flight),
        "firstSeen": seconds[0],
        "estDepartureAirport": ends[0].icao if ends[0] else None,
        "lastSeen": seconds[1],
        "estArrivalAirport": ends[1].icao if ends[1] else None,
        "callsign": read_number(flight.number).callsign.ljust(8),
    }


def _icao24(flight: Flight) -> str:
    return hashlib.sha256(flight.number.encode("utf-8")).hexdigest()[:6]
