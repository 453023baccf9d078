"""The facts that a card shows, drawn at random; held-out values never meet a training card."""

from __future__ import annotations

import datetime
import random

from tapwright.training.cards import world
from tapwright.training.cards.card import Kind
from tapwright.training.cards.cities import CITIES, City, held_city, held_number

_FIRST = (
    "Anna", "Ben", "Chen", "Diego", "Elena", "Farid", "Grace", "Hana", "Ivan", "Julia", "Kenji",
    "Lena", "Maria", "Nils", "Olga", "Priya", "Rosa", "Sven", "Tomas", "Wei", "Yuki", "Zoe",
)  # fmt: skip
_LAST = (
    "Alvarez", "Berg", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Huang", "Ito", "Jensen",
    "Kim", "Larsen", "Meyer", "Novak", "Okafor", "Patel", "Rossi", "Silva", "Tanaka", "Weber",
)  # fmt: skip
SKIES = ("Clear", "Sunny", "Cloudy", "Rain", "Snow", "Fog", "Windy", "Storm")


def draw_facts(kind: Kind, rng: random.Random, *, unseen: bool) -> dict[str, str]:
    """Facts of one card."""
    return {"pass": _flight, "parcel": _parcel, "weather": _weather}[kind](rng, unseen)


def _city(rng: random.Random, unseen: bool) -> City:
    return rng.choice([city for city in CITIES if held_city(city.name) == unseen])


def _name(rng: random.Random) -> str:
    return f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"


def _flight(rng: random.Random, unseen: bool) -> dict[str, str]:
    while True:
        number = world.random_flight_number(rng)
        found = world.flight(number)
        origin, destination = found.origin.name, found.destination.name
        if held_number(number) != unseen or held_city(destination) != unseen:
            continue
        if unseen or not held_city(origin):
            break
    day = datetime.date(2026, 1, 1) + datetime.timedelta(days=rng.randrange(365))
    hours, minutes = map(int, found.leaves.split(":"))
    boards = (hours * 60 + minutes - rng.choice((25, 30, 35, 40, 45))) % 1440
    return {
        "number": number,
        "shown_number": number if rng.random() < 0.6 else f"{number[:2]} {number[2:]}",
        "airline": found.airline,
        "origin": origin,
        "origin_code": found.origin.code,
        "destination": destination,
        "destination_code": found.destination.code,
        "departs": found.leaves,
        "boards": f"{boards // 60:02d}:{boards % 60:02d}",
        "gate": rng.choice((found.gate, found.gate, str(rng.randint(1, 80)))),
        "terminal": found.terminal,
        "seat": f"{rng.randint(1, 48)}{rng.choice('ABCDEFHJK')}",
        "passenger": _name(rng),
        "date": day.strftime(rng.choice(("%d %b %Y", "%d %b", "%d%b", "%a %d %b"))),
        "class": rng.choice(("Economy", "Business", "First", "Premium")),
        "group": str(rng.randint(1, 6)),
        "sequence": f"{rng.randint(1, 240):03d}",
    }


def _parcel(rng: random.Random, unseen: bool) -> dict[str, str]:
    while True:
        number = world.random_parcel_number(rng)
        found = world.parcel(number)
        if held_number(number) == unseen and (unseen or not held_city(found.last_city)):
            break
    sender, receiver = _city(rng, unseen), _city(rng, unseen)
    return {
        "number": number,
        "shown_number": _grouped(number, rng),
        "carrier": found.carrier,
        "sender": sender.name,
        "sender_country": sender.country,
        "receiver": receiver.name,
        "receiver_country": receiver.country,
        "from_name": _name(rng),
        "to_name": _name(rng),
        "street": f"{rng.choice(('Station', 'Park', 'Hill', 'Lake', 'Mill'))} Road"
        f" {rng.randint(1, 190)}",
        "postcode": f"{rng.randrange(10_000, 99_999)}",
        "weight": f"{rng.randint(1, 299) / 10:.1f} kg",
    }


def _grouped(number: str, rng: random.Random) -> str:
    """As it is, or in groups as labels print it."""
    pick = rng.random()
    if pick < 0.45:
        return number
    if pick < 0.75:
        return f"{number[:2]} {number[2:6]} {number[6:10]} {number[10]} {number[11:]}"
    return f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:11]} {number[11:]}"


def _weather(rng: random.Random, unseen: bool) -> dict[str, str]:
    city, other = _city(rng, unseen), _city(rng, unseen)
    while other == city:
        other = _city(rng, unseen)
    warm = rng.randint(-14, 36)
    facts = {
        "city": city.name,
        "country": city.country,
        "other": other.name,
        "temperature": str(warm),
        "sky": rng.choice(SKIES),
        "high": str(warm + rng.randint(1, 6)),
        "low": str(warm - rng.randint(1, 7)),
        "wind": str(rng.randint(2, 48)),
        "rain": str(5 * rng.randrange(20)),
        "humidity": str(rng.randint(20, 98)),
    }
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    first = rng.randrange(7)
    for at in range(1, 6):
        high = warm + rng.randint(-4, 7)
        facts[f"day{at}"] = days[(first + at) % 7]
        facts[f"day{at}_high"] = str(high)
        facts[f"day{at}_low"] = str(high - rng.randint(4, 10))
        facts[f"day{at}_sky"] = rng.choice(SKIES)
    return facts
