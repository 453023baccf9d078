"""Flights from AviationStack, which knows schedules, terminals, gates and delays (with a key).

What is sent, at `Services.aviationstack`:

    GET /v1/flights?access_key=..&flight_iata=CA1723[&flight_date=2026-11-22]
    GET /v1/flights?access_key=..&dep_iata=HGH&limit=100

What is read of each of `data`: `flight_date`, `flight_status`, `airline.name`, `flight.iata`,
`flight.codeshared`, and of `departure` and `arrival` each `airport`, `iata`, `terminal`, `gate`,
`scheduled`, `estimated`, `actual`. Times are the airport's local ones although they end in
"+00:00", so the clock is read as it stands. Without a date the service gives a few days.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tapwright.errors import ToolError
from tapwright.tools.airports import find_airport
from tapwright.tools.flight_info import Flight, FlightNumber
from tapwright.tools.http import Http, ServiceError
from tapwright.tools.services import Services

SECRET = "AVIATIONSTACK_API_KEY"
SERVICE = "the flight service"

_LATE = 15  # minutes behind its schedule from which on a flight is called delayed
_STATUSES = {
    "scheduled": "scheduled", "active": "in the air", "landed": "landed",
    "cancelled": "cancelled", "canceled": "cancelled", "diverted": "diverted",
    "incident": "diverted after an incident",
}  # fmt: skip
_ROWS = 100  # that the service gives at once


class AviationStack:
    """The `FlightSource` with a key."""

    def __init__(self, services: Services, key: str) -> None:
        self._http = Http(SERVICE, services.aviationstack, services.timeout)
        self._key = key
        self._today = services.today

    def status(self, number: FlightNumber, day: date | None) -> list[Flight]:
        """The legs of a flight on a day; without one, on the day nearest to today."""
        today = self._today
        field = "flight_icao" if number.is_icao else "flight_iata"
        # A plan without charge may not ask by date, so today's flight is asked for without one.
        wanted = day.isoformat() if day else None
        legs = [
            _flight(row, number, today)
            for row in self._rows({field: str(number), "flight_date": wanted})
        ]
        if wanted is None and legs:
            wanted = min(
                (leg.date for leg in legs), key=lambda text: abs(_day(text, today) - today)
            )
        on_day = [leg for leg in legs if not leg.date or leg.date == wanted]
        return sorted(dict.fromkeys(on_day), key=lambda leg: leg.departs)

    def departures(self, airport: str) -> list[Flight]:
        """Today's flights from an airport, those that other airlines only sell left out."""
        today = self._today
        rows = self._rows({"dep_iata": airport, "limit": _ROWS})
        flights = [
            _flight(row, None, today) for row in rows if not _group(row, "flight").get("codeshared")
        ]
        if not flights:
            return []
        nearest = min(
            (flight.date for flight in flights), key=lambda text: abs(_day(text, today) - today)
        )
        return [flight for flight in flights if flight.date == nearest]

    def _rows(self, params: Mapping[str, object]) -> list[Mapping[str, Any]]:
        try:
            answer = self._http.json("/v1/flights", {"access_key": self._key, **params})
        except ServiceError as error:
            if error.status not in (401, 403):
                raise
            raise _refused(error.said) from None
        if not isinstance(answer, Mapping):
            raise _unread()
        failure = answer.get("error")
        if isinstance(failure, Mapping):
            said = str(failure.get("message") or failure.get("info") or failure.get("code"))[:160]
            if failure.get("code") in ("invalid_access_key", "missing_access_key", 101):
                raise _refused(said)
            raise ServiceError(f"{SERVICE} turned the request down: {said}", said=said)
        rows = answer.get("data")
        if not isinstance(rows, list):
            raise _unread()
        return [row for row in rows if isinstance(row, Mapping)]


def _refused(said: str) -> ToolError:
    words = f": {said}" if said else ""
    return ToolError(f"{SERVICE} refuses the key{words}; check {SECRET} and what its plan allows")


def _flight(row: Mapping[str, Any], number: FlightNumber | None, today: date) -> Flight:
    leaves, lands = _group(row, "departure"), _group(row, "arrival")
    start, end = _moment(leaves, "scheduled"), _moment(lands, "scheduled")
    told = _text(row, "flight_date")
    day = _day(told, start.date() if start else today)
    expected = [_moment(stop, "actual") or _moment(stop, "estimated") for stop in (leaves, lands)]
    status = _text(row, "flight_status")
    status = _STATUSES.get(status, status or "not known")
    if status == "scheduled" and start and expected[0]:
        late = (expected[0] - start).total_seconds() / 60
        status = "delayed" if late >= _LATE else status
    shown = _text(_group(row, "flight"), "iata") or str(number or "")
    return Flight(
        number=shown.upper(),
        airline=_text(_group(row, "airline"), "name"),
        origin=_city(leaves),
        origin_code=_text(leaves, "iata"),
        departs=_clock(start, day),
        destination=_city(lands),
        destination_code=_text(lands, "iata"),
        lands=_clock(end, day),
        status=status,
        date=told[:10] or (day.isoformat() if start else ""),
        terminal=_text(leaves, "terminal"),
        gate=_text(leaves, "gate"),
        expected_departs=_other(expected[0], start, day),
        arrival_terminal=_text(lands, "terminal"),
        arrival_gate=_text(lands, "gate"),
        expected_lands=_other(expected[1], end, day),
    )


def _city(stop: Mapping[str, Any]) -> str:
    """The city of an airport, or the airport's name where our table does not have it."""
    known = find_airport(_text(stop, "iata"))
    return known.city if known else _text(stop, "airport")


def _moment(stop: Mapping[str, Any], key: str) -> datetime | None:
    try:
        return datetime.fromisoformat(_text(stop, key)).replace(tzinfo=None)
    except ValueError:
        return None


def _clock(moment: datetime | None, day: date) -> str:
    """The time of day, with how many days behind `day` it is."""
    if moment is None:
        return ""
    later = (moment.date() - day).days
    return f"{moment:%H:%M}" + (f" {later:+d}" if later else "")


def _other(moment: datetime | None, planned: datetime | None, day: date) -> str:
    return "" if moment == planned else _clock(moment, day)


def _day(text: str, fallback: date) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return fallback


def _group(row: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = row.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return " ".join(value.split())[:80] if isinstance(value, str) else ""


def _unread() -> ServiceError:
    return ServiceError(f"{SERVICE} sent an answer of an unknown form; try again later")
