"""Facts out of the tools' fixed texts, and answers in one wording for each kind of question."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TIME = r"(\d\d:\d\d(?: [+-]\d)?)"
_LANDS = re.compile(rf"^lands (.+) \([A-Z]{{3}}\) {_TIME}(?:, expected {_TIME})?", re.MULTILINE)
_STATUS = re.compile(r"^status (.+)$", re.MULTILINE)
_NOW = re.compile(r"^now (-?\d+) °C, ([^,\n]+)", re.MULTILINE)
_RAIN = re.compile(r"^\d{4}-\d\d-\d\d .*rain (\d+) %", re.MULTILINE)
_LAST = re.compile(r"^last \S+ \S+, ([^,\n]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Answer:
    """The words of an answer and what must stand in any other wording of it."""

    text: str
    key: tuple[str, ...]


def _find(pattern: re.Pattern[str], result: str) -> re.Match[str]:
    found = pattern.search(result)
    if found is None:
        raise ValueError(f'the result "{result}" does not say what is asked; fix the world')
    return found


def landing_city(result: str) -> str:
    """The city in which a flight lands."""
    return _find(_LANDS, result)[1]


def landing(result: str) -> Answer:
    """When a flight lands, and when it is expected; that it does not fly at all, where it is so."""
    if _find(_STATUS, result)[1] == "cancelled":
        return Answer("It is cancelled.", ("cancelled",))
    _, planned, expected = _find(_LANDS, result).groups()
    tail = f", expected {_clock(expected)}" if expected else ""
    return Answer(f"It lands at {_clock(planned)}{tail}.", ((expected or planned)[:5],))


def _clock(time: str) -> str:
    """`20:30 +1` in words."""
    return time.replace(" +1", " the next day").replace(" -1", " the day before")


def flight_status(result: str) -> Answer:
    """How a flight stands."""
    status = _find(_STATUS, result)[1]
    word = "has" if status == "landed" else "is"
    return Answer(f"The flight {word} {status}.", (status,))


def weather_now(result: str) -> Answer:
    """What the weather is."""
    city = result.split(",", 1)[0]
    found = _find(_NOW, result)
    return Answer(f"In {city} it is {found[1]} °C, {found[2]}.", (city, found[1]))


def warmer(result: str, than: int) -> Answer:
    """Whether it is warmer than what the card shows."""
    city, degrees = result.split(",", 1)[0], _find(_NOW, result)[1]
    word = "Yes" if int(degrees) > than else "No"
    return Answer(f"{word}, in {city} it is {degrees} °C.", (word, degrees))


def rain_tomorrow(result: str) -> Answer:
    """How likely rain is on the first day behind today."""
    share = _find(_RAIN, result)[1]
    return Answer(f"The chance of rain tomorrow is {share} %.", (share,))


def parcel_place(result: str) -> Answer:
    """How a parcel stands and where it was last."""
    status, city = _find(_STATUS, result)[1], _find(_LAST, result)[1]
    front = "Its" if status == "delivery failed" else "It is"
    return Answer(f"{front} {status}, last seen in {city}.", (status, city))


def both(first: Answer, second: Answer) -> Answer:
    """One answer behind another."""
    return Answer(f"{first.text} {second.text}", first.key + second.key)
