"""The world that cards are about: flights, parcels and weather that hang on their numbers alone.

The texts are those of the built-in tools, word for word.
"""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass

from tapwright.training.cards.cities import CITIES, City
from tapwright.types import ToolCall

AIRLINES = {
    "CA": "Air China", "MU": "China Eastern", "CZ": "China Southern", "HU": "Hainan Airlines",
    "LH": "Lufthansa", "BA": "British Airways", "AF": "Air France", "KL": "KLM",
    "UA": "United Airlines", "DL": "Delta Air Lines", "AA": "American Airlines", "EK": "Emirates",
    "QR": "Qatar Airways", "SQ": "Singapore Airlines", "NH": "All Nippon Airways",
    "JL": "Japan Airlines", "KE": "Korean Air", "TK": "Turkish Airlines", "AY": "Finnair",
    "SK": "Scandinavian Airlines", "DY": "Norwegian", "IB": "Iberia", "TP": "TAP Air Portugal",
    "LX": "Swiss", "OS": "Austrian Airlines", "QF": "Qantas", "AC": "Air Canada",
    "LA": "LATAM Airlines", "ET": "Ethiopian Airlines", "VN": "Vietnam Airlines",
    "TG": "Thai Airways", "CX": "Cathay Pacific", "EY": "Etihad Airways", "AI": "Air India",
    "FI": "Icelandair", "LO": "LOT Polish Airlines", "SN": "Brussels Airlines", "MS": "EgyptAir",
}  # fmt: skip
_SKIES = (
    "clear sky", "mainly clear", "partly cloudy", "overcast", "fog", "light drizzle", "light rain",
    "rain", "heavy rain", "light snow", "snow", "rain showers", "thunderstorm",
)  # fmt: skip
_POSTS = {
    "CN": "China Post", "DE": "Deutsche Post", "FR": "La Poste", "GB": "Royal Mail",
    "US": "USPS", "JP": "Japan Post", "KR": "Korea Post", "SG": "Singapore Post",
    "NL": "PostNL", "SE": "PostNord", "NO": "Posten", "CH": "Swiss Post", "ES": "Correos",
    "AU": "Australia Post", "CA": "Canada Post",
}  # fmt: skip
_STATES = ("in transit", "delivered", "out for delivery", "arrived at destination", "at customs")
_EVENTS = ("arrived at sorting centre", "left sorting centre", "handed to courier", "accepted")
TODAY = datetime.date(2026, 11, 22)


@dataclass(frozen=True, slots=True)
class Flight:
    """One flight; times are local, HH:MM, with ` +1` where it lands a day later."""

    number: str
    airline: str
    origin: City
    destination: City
    leaves: str
    lands: str
    status: str
    gate: str
    terminal: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel and the last that was heard of it."""

    number: str
    carrier: str
    status: str
    last_city: str
    last_event: str
    last_time: str


def _by(number: str, salt: str) -> random.Random:
    return random.Random(f"{salt} {number}")


def flight(number: str) -> Flight:
    """The flight with this number."""
    rng = _by(number, "flight")
    origin, destination = rng.sample(CITIES, 2)
    leaves = 300 + 5 * rng.randrange(220)
    lands = leaves + 5 * rng.randrange(10, 160)
    return Flight(
        number,
        AIRLINES[number[:2]],
        origin,
        destination,
        _clock(leaves),
        _clock(lands % 1440) + (" +1" if lands >= 1440 else ""),
        rng.choice(("scheduled", "scheduled", "in the air", "landed", "delayed")),
        f"{rng.choice('ABCDEFG')}{rng.randint(1, 60)}",
        str(rng.randint(1, 5)),
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def parcel(number: str) -> Parcel:
    """The parcel with this number."""
    rng = _by(number, "parcel")
    seen = TODAY - datetime.timedelta(days=rng.randint(0, 9))
    return Parcel(
        number,
        _POSTS[number[-2:]],
        rng.choice(_STATES),
        rng.choice(CITIES).name,
        rng.choice(_EVENTS),
        f"{seen.isoformat()} {_clock(rng.randrange(1440))}",
    )


def weather_lines(city: str, days: int = 1) -> list[str]:
    """The result of the tool `weather` for a known city, in lines."""
    place = next((known for known in CITIES if known.name.lower() == city.lower()), None)
    if place is None:
        return [f'no city "{city}" was found']
    rng = _by(place.name, "weather")
    middle = rng.randint(-12, 34)
    now = middle + rng.randint(-4, 4)
    lines = [
        f"{place.name}, {place.country}",
        f"now {now} °C, {rng.choice(_SKIES)}, wind {rng.randint(1, 45)} km/h",
    ]
    for day in range(max(1, min(days, 7))):
        low, high = middle - rng.randint(3, 7), middle + rng.randint(3, 7)
        date = (TODAY + datetime.timedelta(days=day)).isoformat()
        name = date if day else "today"
        lines.append(f"{name} {low} to {high} °C, rain {5 * rng.randrange(21)} %")
    return lines


def random_flight_number(rng: random.Random) -> str:
    """An airline's code and one to four digits."""
    return f"{rng.choice(sorted(AIRLINES))}{rng.randint(1, 10 ** rng.choice((3, 4, 4, 4)) - 1)}"


def random_parcel_number(rng: random.Random) -> str:
    """A number of the Universal Postal Union's S10 kind, its check digit right."""
    digits = f"{rng.randrange(10**8):08d}"
    total = sum(int(d) * w for d, w in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    check = {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)
    service = rng.choice("RRRCLEV") + rng.choice("ABCDEFGHJKLMNPRSTUWXYZ")
    return f"{service}{digits}{check}{rng.choice(sorted(_POSTS))}"


def result(call: ToolCall) -> str:
    """What the built-in tool would answer to this call."""
    given = {key: value for key, value in call.arguments.items() if value != ""}
    if call.name == "flight":
        number = "".join(str(given.get("number", "")).split()).upper()
        if number[:2] not in AIRLINES or not number[2:].isdigit():
            return f'no flight "{number}"'
        return "\n".join(flight_lines(flight(number)))
    if call.name == "parcel":
        number = "".join(str(given.get("number", "")).split()).upper()
        if number[-2:] not in _POSTS:
            return f'no parcel "{number}"'
        return "\n".join(parcel_lines(parcel(number)))
    if call.name == "weather":
        days = given.get("days", 1)
        wanted = int(days) if str(days).isdigit() else 1
        return "\n".join(weather_lines(str(given.get("city", "")), wanted))
    return f'no tool "{call.name}"'


def flight_lines(found: Flight) -> list[str]:
    """The result of the tool `flight`, in lines."""
    tail = f", terminal {found.terminal}, gate {found.gate}"
    rng = _by(found.number, "tail")
    leaves = tail if rng.random() < 0.4 else ""
    lands = f", terminal {found.terminal}" if rng.random() < 0.3 else ""
    return [
        f"{found.number} {found.airline}",
        f"leaves {found.origin.name} ({found.origin.code}) {found.leaves}{leaves}",
        f"lands {found.destination.name} ({found.destination.code}) {found.lands}{lands}",
        f"status {found.status}",
    ]


def parcel_lines(found: Parcel) -> list[str]:
    """The result of the tool `parcel`, in lines."""
    return [
        f"{found.number} {found.carrier}",
        f"status {found.status}",
        f"last {found.last_time}, {found.last_city}, {found.last_event}",
    ]
