"""Where the built-in tools ask: the options for it, which several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

if TYPE_CHECKING:
    from tapwright.tools.services import Services

Function = TypeVar("Function", bound=Callable[..., Any])
WEB_PAGE = "web_page"  # the tool that `--page-host` offers
# As `tools.services.FlightSource`, which costs an import of all tools.
FlightSource = Literal["aviationstack", "opensky"]

_OPTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("--services", "services", {
        "metavar": "URL",
        "help": "One address for all services behind the built-in tools, such as a practice "
        "server's.",
    }),
    ("--page-host", "page_hosts", {
        "multiple": True, "metavar": "HOST",
        "help": "Offer `web_page`, for pages of this host: its exact name, or '*.example.org' for "
        "all below example.org; may be given several times.",
    }),
    ("--flights", "flights", {
        "type": click.Choice(["aviationstack", "opensky"]),
        "help": "Who is asked for flights: AviationStack, which wants a key and is the default, "
        "or OpenSky, which wants none and knows no schedules.",
    }),
)  # fmt: skip


def service_options(prefix: str = "") -> Callable[[Function], Function]:
    """Add the options; they arrive as `services`, `page_hosts` and `flights` behind `prefix`."""

    def added(function: Function) -> Function:
        for option, name, settings in reversed(_OPTIONS):
            function = click.option(option, prefix + name, **settings)(function)
        return function

    return added


def chosen_services(
    base: Services,
    url: str | None,
    page_hosts: Sequence[str] = (),
    flights: FlightSource | None = None,
) -> Services:
    """`base` as the options want it; raise `UsageError` for what is no address."""
    services = base if url is None else base.all_at(url)
    return replace(
        services,
        page_hosts=(*services.page_hosts, *page_hosts),
        flight_source=flights or services.flight_source,
    )
