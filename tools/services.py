"""Where the services behind the built-in tools answer: data, so that a test or a mirror can be
put in their place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from tapwright.errors import UsageError

FlightSource = Literal["aviationstack", "opensky"]


@dataclass(frozen=True, slots=True)
class Services:
    """Base URLs without a slash at their end; `timeout` in seconds bounds one request.

    `page_hosts` are the hosts that the tool `web_page` may read: exact names, or "*.example.org".
    """

    weather: str = "https://api.open-meteo.com"
    geocoding: str = "https://geocoding-api.open-meteo.com"
    currencies: str = "https://api.frankfurter.dev"
    aviationstack: str = "https://api.aviationstack.com"
    opensky: str = "https://opensky-network.org"
    parcels: str = "https://api.17track.net"
    flight_source: FlightSource = "aviationstack"
    page_hosts: tuple[str, ...] = ()
    timeout: float = 10.0
    pinned_day: date | None = None  # what "today" means; None: this machine's day

    @property
    def today(self) -> date:
        """The day that a date left out means."""
        return self.pinned_day or date.today()

    def all_at(self, url: str) -> Services:
        """The same services, all of them at one address: the practice server's.

        Raise `UsageError` for what is no address.
        """
        base = url.rstrip("/")
        try:
            parts = urlsplit(base)
            usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise UsageError(f"'{url[:80]}' is no address of services; write http://HOST:PORT")
        return replace(
            self,
            weather=base, geocoding=base, currencies=base,
            aviationstack=base, opensky=base, parcels=base,
        )  # fmt: skip
