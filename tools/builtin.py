"""The tools that ship, in the order in which they are offered."""

from __future__ import annotations

from tapwright.tools import (
    calculator,
    code_interpreter,
    currencies,
    flights,
    parcels,
    timezones,
    units,
    weather,
)
from tapwright.tools.registry import Tool
from tapwright.tools.services import Services


def builtin_tools(services: Services | None = None) -> tuple[Tool, ...]:
    """Every tool that ships and needs no permission; `web_page` only where it has hosts.

    `services` says where their services answer; None: the real ones.
    """
    where = services or Services()
    flight, departures = flights.tools(where)
    now, hourly = weather.tools(where)
    found = (
        flight, now, *parcels.tools(where), departures, hourly, *timezones.tools(where),
        *units.tools(where), *currencies.tools(where), *calculator.tools(where),
    )  # fmt: skip
    if not where.page_hosts:
        return found
    from tapwright.tools import web_page  # its text extraction is slow to import

    return (*found, *web_page.tools(where))


def tools_on_request() -> tuple[Tool, ...]:
    """The tools that ship and are offered only where a person names them."""
    return code_interpreter.tools()
