"""Flights from the OpenSky Network, which sees aircraft but knows no schedules (no key).

What is sent, at `Services.opensky`:

    GET /api/states/all
    GET /api/flights/aircraft?icao24=780abc&begin=1795305600&end=1795392000
    GET /api/flights/departure?airport=ZSHC&begin=..&end=..

What is read: of each of `states` the places 0 (icao24), 1 (callsign), 3 (time of the position),
8 (on the ground); of a flight `callsign`, `firstSeen`, `lastSeen` (seconds since the epoch),
`estDepartureAirport`, `estArrivalAirport` (ICAO, null where not known). An answer 404 means that
nothing was seen. Where a plane was first seen is near its start, and no more is claimed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tapwright.errors import ToolError
from tapwright.tools.airports import find_airline, find_airport
from tapwright.tools.flight_info import Flight, FlightNumber, read_number
from tapwright.tools.http import Http, ServiceError
from tapwright.tools.services import Services

SERVICE = "the flight service OpenSky"
_NOTE = "OpenSky only sees aircraft: schedule, delay, terminal and gate are not known"
_BOARD = f"the last 24 hours; times are of the first sight; {_NOTE}"
_DAY = 24 * 3600  # seconds


class OpenSky:
    """The `FlightSource` without a key: what is in the air, and what was seen to leave."""

    def __init__(self, services: Services) -> None:
        self._http = Http(SERVICE, services.opensky, services.timeout)
        self._today = services.today

    def status(self, number: FlightNumber, day: date | None) -> list[Flight]:
        """The flight, where its aircraft is seen now.

        Raise `ToolError` where it is not, and for another day than today: no more can be told.
        """
        if day is not None and day != self._today:
            raise ToolError(f"{SERVICE} can tell what is in the air now, not of {day}; ask today")
        state = self._state(number.callsign)
        if state is None:
            raise ToolError(
                f"{SERVICE} sees no aircraft {number.callsign!r} now; it knows no schedules, so "
                f"whether there is a flight {str(number)!r} is not known"
            )
        now = int(datetime.now(UTC).timestamp())
        seen = self._seen("/api/flights/aircraft", {"icao24": str(state[0])}, now)
        mine = [row for row in seen if _callsign(row.get("callsign")) == number.callsign]
        latest = max(mine, key=lambda row: _seconds(row.get("firstSeen")), default={})
        on_ground = state[8] is True
        return [self._flight(latest, str(number), "on the ground" if on_ground else "in the air")]

    def departures(self, airport: str) -> list[Flight]:
        """What was seen to leave an airport in the last 24 hours."""
        known = find_airport(airport)
        if known is None:
            raise ToolError(f"no ICAO code is known for the airport {airport!r}; use a larger one")
        now = int(datetime.now(UTC).timestamp())
        rows = self._seen("/api/flights/departure", {"airport": known.icao}, now)
        flights = []
        for row in sorted(rows, key=lambda row: _seconds(row.get("firstSeen"))):
            flight = self._flight(row, _number(_callsign(row.get("callsign"))), "seen to leave")
            first = _local(row.get("firstSeen"), known.zone)
            flights.append(replace(flight, departs=f"{first:%H:%M}" if first else "", note=_BOARD))
        return flights

    def _state(self, callsign: str) -> list[Any] | None:
        answer = self._http.json("/api/states/all")
        states = answer.get("states") if isinstance(answer, Mapping) else None
        if not isinstance(states, list):
            if isinstance(answer, Mapping) and states is None and "states" in answer:
                return None  # null: it sees nothing at all
            raise ServiceError(f"{SERVICE} sent an answer of an unknown form; try again later")
        for state in states:
            if isinstance(state, list) and len(state) > 8 and _callsign(state[1]) == callsign:
                return state
        return None

    def _seen(self, path: str, params: Mapping[str, str], now: int) -> list[Mapping[str, Any]]:
        try:
            rows = self._http.json(path, {**params, "begin": now - _DAY, "end": now})
        except ServiceError as error:
            if error.status == 404:
                return []
            raise
        if not isinstance(rows, list):
            raise ServiceError(f"{SERVICE} sent an answer of an unknown form; try again later")
        return [row for row in rows if isinstance(row, Mapping)]

    def _flight(self, row: Mapping[str, Any], number: str, status: str) -> Flight:
        start, end = _airport(row, "estDepartureAirport"), _airport(row, "estArrivalAirport")
        first = _local(row.get("firstSeen"), start[2])
        airline = find_airline(number[:2]) or find_airline(number[:3])
        clock = "local time" if start[2] else "UTC"
        seen = f"first seen {first:%Y-%m-%d %H:%M} {clock}; " if first else ""
        return Flight(
            number=number,
            airline=airline.name if airline else "",
            origin=start[0],
            origin_code=start[1],
            departs="",
            destination=end[0],
            destination_code=end[1],
            lands="",
            status=status,
            note=seen + _NOTE,
        )


def _airport(row: Mapping[str, Any], key: str) -> tuple[str, str, str]:
    """City, code and time zone of an airport; empty where it is not known."""
    code = row.get(key)
    if not isinstance(code, str):
        return "", "", ""
    known = find_airport(code.upper())
    return (known.city, known.iata, known.zone) if known else ("", code[:4].upper(), "")


def _number(callsign: str) -> str:
    """The flight number of a callsign, where it is one; else the callsign."""
    try:
        return str(read_number(callsign))
    except ToolError:
        return callsign


def _callsign(value: object) -> str:
    return value.strip().upper()[:12] if isinstance(value, str) else ""


def _seconds(value: object) -> float:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else 0.0


def _local(value: object, zone: str) -> datetime | None:
    seconds = _seconds(value)
    if not 0 < seconds < 1e11:
        return None
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return moment.astimezone(ZoneInfo(zone)) if zone else moment
