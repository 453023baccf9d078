"""What there is to know of a parcel, and how a model is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Parcel:
    """Where a parcel is.

    `status` is one of not found, announced, in transit, out for delivery, ready to be collected,
    delivered, delivery failed, expired, in trouble. The last event's fields are "" where the
    service knows none.
    """

    number: str
    carrier: str
    status: str
    time: str = ""  # "2026-11-20 14:02", where it happened
    place: str = ""
    event: str = ""


class ParcelSource(Protocol):
    """A service that knows where parcels are. What it raises is a `ToolError`."""

    def track(self, number: str, carrier: str) -> Parcel | None:
        """Where the parcel is; `carrier` is our name for it; None where the service knows none."""


def parcel_text(parcel: Parcel) -> str:
    """What a model is told of a parcel."""
    lines = [f"{parcel.number} {parcel.carrier}".rstrip(), f"status {parcel.status}"]
    last = [word for word in (parcel.time, parcel.place, parcel.event) if word]
    if last:
        lines.append("last " + ", ".join(last))
    return "\n".join(lines)


def several_text(number: str, carriers: Sequence[str]) -> str:
    """What a model is told where a number may be of several carriers."""
    return f"{number!r} may be of {' or '.join(carriers)}; say which with 'carrier'"
