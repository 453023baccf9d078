"""The facts that a card shows, drawn at random; held-out values never meet a training card."""

from __future__ import annotations

import datetime
import random

from tapwright.serving.practice_world import City, PracticeWorld
from tapwright.training.cards.card import Kind
from tapwright.training.cards.held import held_city, held_number

_FIRST = (
    "Anna", "Ben", "Chen", "Diego", "Elena", "Farid", "Grace", "Hana", "Ivan", "Julia", "Kenji",
    "Lena", "Maria", "Nils", "Olga", "Priya", "Rosa", "Sven", "Tomas", "Wei", "Yuki", "Zoe",
)  # fmt: skip
_LAST = (
    "Alvarez", "Berg", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Huang", "Ito", "Jensen",
    "Kim", "Larsen", "Meyer", "Novak", "Okafor", "Patel", "Rossi", "Silva", "Tanaka", "Weber",
)  # fmt: skip
SKIES = ("Clear", "Sunny", "Cloudy", "Rain", "Snow", "Fog", "Windy", "Storm")
LONGEST_CITY = 14  # letters; longer names do not fit in type that can be read
LONGEST_NUMBER = 18


def draw_facts(
    kind: Kind, rng: random.Random, world: PracticeWorld, *, unseen: bool
) -> dict[str, str]:
    """Facts of one card, as its world has them."""
    draw = {"pass": _flight, "parcel": _parcel, "weather": _weather}[kind]
    return draw(rng, world, unseen)


def printable(city: str, *, unseen: bool) -> bool:
    """Whether a city may stand on a card of this sort."""
    return len(city) <= LONGEST_CITY and held_city(city) == unseen


def _city(rng: random.Random, world: PracticeWorld, unseen: bool) -> City:
    while True:
        city = rng.choice(world.cities)
        if printable(city.name, unseen=unseen):
            return city


def _name(rng: random.Random) -> str:
    return f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"


def _flight(rng: random.Random, world: PracticeWorld, unseen: bool) -> dict[str, str]:
    while True:
        found = world.random_flight(rng)
        if held_number(found.number) != unseen or len(found.origin) > LONGEST_CITY:
            continue
        if printable(found.destination, unseen=unseen) and (unseen or not held_city(found.origin)):
            break
    number, day = found.number, datetime.date.fromisoformat(found.date)
    hours, minutes = map(int, found.departs.split(":"))
    boards = (hours * 60 + minutes - rng.choice((25, 30, 35, 40, 45))) % 1440
    return {
        "number": number,
        "shown_number": number if rng.random() < 0.6 else f"{number[:2]} {number[2:]}",
        "airline": found.airline,
        "origin": found.origin,
        "origin_code": found.origin_code,
        "destination": found.destination,
        "destination_code": found.destination_code,
        "departs": found.departs,
        "boards": f"{boards // 60:02d}:{boards % 60:02d}",
        "gate": found.gate or rng.choice(("", "A", "B", "C")) + str(rng.randint(1, 80)),
        "terminal": found.terminal or "1",
        "seat": f"{rng.randint(1, 48)}{rng.choice('ABCDEFHJK')}",
        "passenger": _name(rng),
        "date": day.strftime(rng.choice(("%d %b %Y", "%d %b", "%d%b", "%a %d %b"))),
        "class": rng.choice(("Economy", "Business", "First", "Premium")),
        "group": str(rng.randint(1, 6)),
        "sequence": f"{rng.randint(1, 240):03d}",
    }


def _parcel(rng: random.Random, world: PracticeWorld, unseen: bool) -> dict[str, str]:
    while True:
        found = world.random_parcel(rng)
        if held_number(found.number) != unseen or len(found.number) > LONGEST_NUMBER:
            continue
        # Most labels bear a number of the post; the long ones of couriers are rarer.
        if not _is_post(found.number) and rng.random() < 0.5:
            continue
        if unseen or not held_city(found.place):
            break
    sender, receiver = _city(rng, world, unseen), _city(rng, world, unseen)
    roads = ("Station", "Park", "Hill", "Lake", "Mill")
    return {
        "number": found.number,
        "shown_number": _grouped(found.number, rng),
        "carrier": found.carrier,
        "sender": sender.name,
        "sender_country": sender.country,
        "receiver": receiver.name,
        "receiver_country": receiver.country,
        "from_name": _name(rng),
        "to_name": _name(rng),
        "from_street": f"{rng.choice(roads)} Road {rng.randint(1, 190)}",
        "to_street": f"{rng.choice(roads)} Road {rng.randint(1, 190)}",
        "weight": f"{rng.randint(1, 299) / 10:.1f} kg",
    }


def _is_post(number: str) -> bool:
    return len(number) == 13 and number[:2].isalpha() and number[-2:].isalpha()


def _grouped(number: str, rng: random.Random) -> str:
    """As it is, or in groups as labels print it."""
    if rng.random() < 0.45:
        return number
    if _is_post(number):
        cuts: tuple[int, ...] = rng.choice(((2, 6, 10, 11), (2, 5, 8, 11), (2, 11)))
    elif number.startswith("1Z"):
        cuts = (2, 5, 8, 10, 14)
    else:
        cuts = tuple(range(4, len(number), 4))
    ends = (*cuts, len(number))
    return " ".join(number[a:b] for a, b in zip((0, *cuts), ends, strict=True))


def _weather(rng: random.Random, world: PracticeWorld, unseen: bool) -> dict[str, str]:
    city, other = _city(rng, world, unseen), _city(rng, world, unseen)
    while other == city:
        other = _city(rng, world, unseen)
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
