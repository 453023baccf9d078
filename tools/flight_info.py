"""What there is to know of a flight, how its number is written, and how a model is told of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from tapwright.errors import ToolError
from tapwright.tools.airports import find_airline

_FORM = "write it as its airline and digits, such as 'CA1723'"
_WRITTEN = re.compile(r"([A-Z]{3}|[A-Z][A-Z0-9]|[0-9][A-Z])([0-9]{1,4})([A-Z]?)")
_MOST_ON_BOARD = 15


@dataclass(frozen=True, slots=True)
class Flight:
    """One leg of a flight, in local times of the places.

    Times are "18:10", with " +1" behind one that is a day after the flight's date; "" is not
    known. `status` is one of scheduled, delayed, in the air, landed, cancelled, diverted.
    """

    number: str
    airline: str
    origin: str  # the city, or the airport's name where its city is not known
    origin_code: str  # IATA
    departs: str
    destination: str
    destination_code: str
    lands: str
    status: str = "scheduled"
    date: str = ""  # ISO, of the departure where it leaves; "" is any day
    terminal: str = ""  # where it leaves
    gate: str = ""
    expected_departs: str = ""  # only where it is not `departs`
    arrival_terminal: str = ""
    arrival_gate: str = ""
    expected_lands: str = ""
    note: str = ""  # what the source wants said beside it


@dataclass(frozen=True, slots=True)
class FlightNumber:
    """A flight number taken apart: `airline` is an IATA code, or ICAO where no other is known."""

    airline: str
    digits: str  # without zeros in front; with a letter behind where the number has one

    def __str__(self) -> str:
        return self.airline + self.digits

    @property
    def is_icao(self) -> bool:
        """Whether the airline is given by its three letters."""
        return len(self.airline) == 3

    @property
    def callsign(self) -> str:
        """What the aircraft is called on the radio: the ICAO form, as far as it is known."""
        known = find_airline(self.airline)
        return (known.icao if known else self.airline) + self.digits


class FlightSource(Protocol):
    """A service that knows flights. What it raises is a `ToolError` that says what to do."""

    def status(self, number: FlightNumber, day: date | None) -> Sequence[Flight]:
        """The legs of a flight on a day (None: today), in order; empty where none is known."""

    def departures(self, airport: str) -> Sequence[Flight]:
        """The flights that leave an airport (IATA code) today, in no order; may be empty."""


def read_number(text: str) -> FlightNumber:
    """Read "CA 1723", "ca1723", "CCA1723"; raise `ToolError`, with the form, for what is none."""
    plain = re.sub(r"[\s\-\u2013.]", "", unicodedata.normalize("NFKC", text)).upper()
    found = _WRITTEN.fullmatch(plain)
    if found is None or not found[2].strip("0"):
        raise ToolError(f"{text[:40]!r} is no flight number; {_FORM}")
    code, digits, suffix = found.groups()
    known = find_airline(code)
    if known is None and len(code) == 3:
        airline, misread = find_airline(code[:2]), code[2].translate(str.maketrans("OIL", "011"))
        if airline is not None and misread.isdigit() and len(digits) < 4:
            raise ToolError(
                f"{text[:40]!r} is no flight number that is known; {_FORM}; "
                f"is it {code[:2] + misread + digits + suffix!r}?"
            )
    return FlightNumber(known.iata if known else code, digits.lstrip("0") + suffix)


def flight_text(legs: Sequence[Flight], day: str = "") -> str:
    """What a model is told of a flight's legs; `day` is the ISO date that was asked for."""
    blocks = []
    for index, leg in enumerate(legs, 1):
        head = f"{leg.number} {leg.airline}".rstrip()
        if len(legs) > 1:
            head += f", leg {index} of {len(legs)}"
        if day and leg.date and leg.date != day:
            head += f", {leg.date}"
        leaves = _stop(
            "leaves", leg.origin, leg.origin_code, leg.departs, leg.expected_departs,
            (leg.terminal, leg.gate),
        )  # fmt: skip
        lands = _stop(
            "lands", leg.destination, leg.destination_code, leg.lands, leg.expected_lands,
            (leg.arrival_terminal, leg.arrival_gate),
        )  # fmt: skip
        lines = [head, leaves, lands, f"status {leg.status}"]
        blocks += lines + ([leg.note] if leg.note else [])
    return "\n".join(blocks)


def board_text(place: str, flights: Sequence[Flight]) -> str:
    """What a model is told of an airport's departures; `place` is the city with its code."""
    in_order = sorted(flights, key=lambda flight: (_by_time(flight.departs), flight.number))
    lines = [f"departures {place}"]
    for flight in in_order[:_MOST_ON_BOARD]:
        time = flight.departs or "time not known,"
        words = [
            f"{time} {flight.number} {_place(flight.destination, flight.destination_code)}",
            flight.status,
            *([f"expected {flight.expected_departs}"] if flight.expected_departs else []),
            *([f"terminal {flight.terminal}"] if flight.terminal else []),
            *([f"gate {flight.gate}"] if flight.gate else []),
        ]
        lines.append(", ".join(words))
    if len(in_order) > _MOST_ON_BOARD:
        lines.append(f"and {len(in_order) - _MOST_ON_BOARD} later ones")
    lines += dict.fromkeys(flight.note for flight in flights if flight.note)
    return "\n".join(lines)


def _stop(verb: str, city: str, code: str, time: str, expected: str, place: tuple[str, str]) -> str:
    """One line of a leg: the verb, the place, its time, and what differs or is to be found."""
    terminal, gate = place
    words = [f"{verb} {_place(city, code)}" + (f" {time}" if time else ", time not known")]
    words += [f"expected {expected}"] if expected and expected != time else []
    words += [f"terminal {terminal}"] if terminal else []
    words += [f"gate {gate}"] if gate else []
    return ", ".join(words)


def _place(city: str, code: str) -> str:
    if not city:
        return code or "a place that is not known"
    return f"{city} ({code})" if code else city


def _by_time(time: str) -> tuple[bool, str]:
    """Sorts times of the day, the next day's and unknown ones behind them."""
    return ("+" in time or not time, time)
