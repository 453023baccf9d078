"""17TRACK, answered from the practice world: a number is followed once it was registered."""

from __future__ import annotations

from typing import Any

from tapwright.errors import ToolError
from tapwright.serving.practice_answers import KEYS, Asked, Told
from tapwright.serving.practice_world import PracticeWorld
from tapwright.tools.parcel_info import Parcel

_STATUSES = {
    "not found": "NotFound", "announced": "InfoReceived", "in transit": "InTransit",
    "expired": "Expired", "ready to be collected": "AvailableForPickup",
    "out for delivery": "OutForDelivery", "delivery failed": "DeliveryFailure",
    "delivered": "Delivered", "in trouble": "Exception",
}  # fmt: skip
_NOT_REGISTERED = -18019902, "The tracking number '{}' has not been registered yet."
_NO_INFORMATION = -18019909, "No tracking information at this time."
_WRONG_FORM = -18010012, "The format of '{}' is invalid."


class ParcelDesk:
    """Answers `POST /track/v2.2/register` and `/gettrackinfo`."""

    def __init__(self) -> None:
        self._registered: set[str] = set()

    def answer(self, world: PracticeWorld, asked: Asked) -> Told:
        """One answer for a list of numbers."""
        if asked.headers.get("17token") != KEYS["TRACK17_API_KEY"]:
            error = {"code": -18010002, "message": "Invalid security key."}
            return Told({"code": -18010002, "data": {"errors": [error]}}, 401)
        if not isinstance(asked.body, list):
            error = {"code": -18010013, "message": "Submitted data is invalid."}
            return Told({"code": -18010013, "data": {"errors": [error]}})
        accepted: list[dict[str, Any]] = []
        rejected: list[dict[str, Any]] = []
        for entry in asked.body:
            number = str(entry.get("number", "")) if isinstance(entry, dict) else ""
            fault = self._fault(world, number, asked)
            if fault is not None:
                error = {"code": fault[0], "message": fault[1].format(number)}
                rejected.append({"number": number, "error": error})
            elif asked.path.endswith("/register"):
                accepted.append({"origin": 1, "number": number, "carrier": 0})
            else:
                accepted.append(_tracked(_found(world, number)))
        return Told({"code": 0, "data": {"accepted": accepted, "rejected": rejected}})

    def _fault(self, world: PracticeWorld, number: str, asked: Asked) -> tuple[int, str] | None:
        try:
            _found(world, number)
        except ToolError:
            return _WRONG_FORM
        if asked.path.endswith("/register"):
            self._registered.add(number)
            return None
        if number not in self._registered:
            return _NOT_REGISTERED
        return _NO_INFORMATION if asked.unknown else None


def _found(world: PracticeWorld, number: str) -> Parcel:
    """The parcel, whoever carries it."""
    try:
        return world.parcel(number)
    except ToolError:
        for carrier in ("SF Express", "Hermes", "GLS", "DPD"):
            try:
                return world.parcel(number, carrier)
            except ToolError:
                continue  # a form of another carrier
        raise


def _tracked(parcel: Parcel) -> dict[str, Any]:
    event = {
        "time_iso": f"{parcel.time.replace(' ', 'T')}:00+08:00" if parcel.time else None,
        "location": parcel.place or None,
        "description": parcel.event or None,
    }
    return {
        "number": parcel.number,
        "carrier": 0,
        "track_info": {
            "latest_status": {"status": _STATUSES.get(parcel.status, "Exception")},
            "latest_event": event,
            "tracking": {"providers": [{"events": [event]}]},
        },
    }
