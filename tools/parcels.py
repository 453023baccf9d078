"""The tool `parcel`: whose a parcel number is, and where the parcel is (17TRACK, with a key).

What is sent, at `Services.parcels`, with the key in the header `17token`:

    POST /track/v2.2/gettrackinfo    [{"number": "RB123456785CN"}]
    POST /track/v2.2/register        the same, once, for a number that the service does not follow

What is read of the first of `data.accepted`: `track_info.latest_status.status` and of
`track_info.latest_event` the fields `time_iso`, `location`, `description`; of the first of
`data.rejected` its `error.code` and `error.message`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from tapwright.errors import ToolError
from tapwright.tools.context import Context
from tapwright.tools.http import Http, ServiceError
from tapwright.tools.parcel_info import Parcel, ParcelSource, parcel_text
from tapwright.tools.parcel_numbers import read_parcel_number
from tapwright.tools.plugin import tool
from tapwright.tools.registry import Tool
from tapwright.tools.services import Services

SECRET = "TRACK17_API_KEY"
SERVICE = "the parcel service"

_NOT_REGISTERED = -18019902
_NO_INFORMATION = -18019909
_STATUSES = {
    "NotFound": "not found", "InfoReceived": "announced", "InTransit": "in transit",
    "Expired": "expired", "AvailableForPickup": "ready to be collected",
    "OutForDelivery": "out for delivery", "DeliveryFailure": "delivery failed",
    "Delivered": "delivered", "Exception": "in trouble",
}  # fmt: skip
# The service's keys of the carriers that it is told, where a number's form is not enough.
_KEYS = {"DHL Express": 100001, "UPS": 100002, "FedEx": 100003, "USPS": 21051, "China Post": 3011}


def tools(services: Services) -> tuple[Tool, ...]:
    """The tool `parcel`."""

    @tool(secrets=(SECRET,))
    def parcel(
        number: Annotated[str, "the parcel's number, every character as it is printed"],
        carrier: Annotated[str, "who carries it, such as UPS; empty: from the number"] = "",
        *,
        context: Context,
    ) -> str:
        """Tell where a parcel is and what happened to it last."""
        read = read_parcel_number(number, carrier)
        source: ParcelSource = Track17(services, context.secret(SECRET))
        found = source.track(read.number, read.carrier)
        if found is None:
            vouched = " although its check digit is right" if read.checked else ""
            raise ToolError(
                f"{read.carrier} tells nothing of the parcel {read.number!r}{vouched}; "
                "it may not be handed over yet, try again later"
            )
        return parcel_text(found)

    return (parcel,)


class Track17:
    """The `ParcelSource` with a key."""

    def __init__(self, services: Services, key: str) -> None:
        self._http = Http(SERVICE, services.parcels, services.timeout)
        self._key = key

    def track(self, number: str, carrier: str) -> Parcel | None:
        """Where the parcel is; None where the service has no news of it."""
        wanted: dict[str, object] = {"number": number}
        if carrier in _KEYS:
            wanted["carrier"] = _KEYS[carrier]
        accepted, rejected = self._ask("gettrackinfo", wanted)
        if _code(rejected) == _NOT_REGISTERED:
            accepted, rejected = self._ask("register", wanted)
            if accepted:
                accepted, rejected = self._ask("gettrackinfo", wanted)
        if accepted:
            info = accepted.get("track_info")
            if not isinstance(info, Mapping):  # which is not the same as no news
                raise _unread()
            return _parcel(number, carrier, info)
        if _code(rejected) in (_NOT_REGISTERED, _NO_INFORMATION):
            return None
        said = str(_group(rejected, "error").get("message") or "it gives no reason")[:160]
        raise ServiceError(f"{SERVICE} does not take the number {number!r}: {said}", said=said)

    def _ask(
        self, verb: str, wanted: Mapping[str, object]
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The first accepted and the first rejected number, empty where there is none."""
        try:
            answer = self._http.json(
                f"/track/v2.2/{verb}", headers={"17token": self._key}, method="POST", body=[wanted]
            )
        except ServiceError as error:
            if error.status not in (401, 403):
                raise
            words = f": {error.said}" if error.said else ""
            raise ToolError(f"{SERVICE} refuses the key{words}; check {SECRET}") from None
        data = answer.get("data") if isinstance(answer, Mapping) else None
        lists = (
            [data.get(key) for key in ("accepted", "rejected")]
            if (isinstance(data, Mapping))
            else []
        )
        found: list[Mapping[str, Any]] = [
            rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], Mapping) else {}
            for rows in lists
        ]
        if len(found) != 2 or not any(found):
            raise _unread()
        return found[0], found[1]


def _parcel(number: str, carrier: str, info: Mapping[str, Any]) -> Parcel | None:
    status = _text(_group(info, "latest_status"), "status")
    event = _group(info, "latest_event")
    if status in ("", "NotFound") and not event:
        return None
    time = _text(event, "time_iso")
    try:
        time = f"{datetime.fromisoformat(time):%Y-%m-%d %H:%M}"
    except ValueError:
        time = time[:16]
    return Parcel(
        number,
        carrier,
        _STATUSES.get(status, status or "not known"),
        time,
        _text(event, "location"),
        _text(event, "description"),
    )


def _unread() -> ServiceError:
    return ServiceError(f"{SERVICE} sent an answer of an unknown form; try again later")


def _code(rejected: Mapping[str, Any]) -> object:
    return _group(rejected, "error").get("code")


def _group(row: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = row.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return " ".join(value.split())[:200] if isinstance(value, str) else ""
