"""The tools `flight` and `departures`, over the source of flights that `Services` names."""

from __future__ import annotations

from typing import Annotated

from tapwright.errors import ToolError
from tapwright.tools.airports import airports_of, find_airport
from tapwright.tools.context import Context
from tapwright.tools.dates import read_day
from tapwright.tools.flight_info import FlightSource, board_text, flight_text, read_number
from tapwright.tools.flights_aviationstack import SECRET, AviationStack
from tapwright.tools.flights_opensky import OpenSky
from tapwright.tools.plugin import tool
from tapwright.tools.registry import Tool
from tapwright.tools.services import Services


def tools(services: Services) -> tuple[Tool, ...]:
    """The tools `flight` and `departures`."""
    with_key = services.flight_source == "aviationstack"
    secrets = (SECRET,) if with_key else ()

    def source(context: Context) -> FlightSource:
        return AviationStack(services, context.secret(SECRET)) if with_key else OpenSky(services)

    @tool(secrets=secrets)
    def flight(
        number: Annotated[str, "the flight number, such as CA1723"],
        date: Annotated[str, "the day of its departure, such as 2026-11-22; empty is today"] = "",
        *,
        context: Context,
    ) -> str:
        """Tell when a flight leaves and lands, where, and its status."""
        wanted = read_number(number)
        today = services.today
        day = read_day(date, today) if date.strip() else None
        legs = source(context).status(wanted, None if day == today else day)
        if not legs:
            when = (day or today).isoformat()
            raise ToolError(
                f"no flight {str(wanted)!r} is known on {when}; read the number and the date again"
            )
        return flight_text(legs, (day or today).isoformat())

    @tool(secrets=secrets)
    def departures(
        airport: Annotated[str, "an airport's code such as HGH, or its city"], *, context: Context
    ) -> str:
        """Tell which flights leave an airport today."""
        code, place = _airport(airport)
        flights = source(context).departures(code)
        if not flights:
            raise ToolError(f"no departures of {place} are known today; try another airport")
        return board_text(place, flights)

    return (flight, departures)


def _airport(text: str) -> tuple[str, str]:
    """The IATA code that is meant, and how the place is called."""
    wanted = text.strip().upper()
    known = find_airport(wanted)
    if known is None:
        found = airports_of(text)
        if len(found) > 1:
            codes = ", ".join(one.iata for one in found)
            raise ToolError(f"{found[0].city} has several airports; use one of: {codes}")
        known = found[0] if found else None
    if known is not None:
        return known.iata, f"{known.city} ({known.iata})"
    if len(wanted) == 3 and wanted.isascii() and wanted.isalpha():
        return wanted, wanted  # a smaller one, which the service may know
    raise ToolError(f"{text[:40]!r} is no airport that is known; use its code, such as 'HGH'")
