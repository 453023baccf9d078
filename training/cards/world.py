"""The practice world behind the cards, and what its tools answer, without a server between.

The texts are those of the built-in tools, word for word.
"""

from __future__ import annotations

import datetime
from functools import lru_cache

from tapwright.errors import ToolError
from tapwright.serving.practice_values import weather_text
from tapwright.serving.practice_world import PracticeWorld
from tapwright.tools.flight_info import flight_text
from tapwright.tools.parcel_info import parcel_text
from tapwright.tools.places import unknown_place
from tapwright.types import ToolCall

EVALUATION_DAY = datetime.date(2026, 11, 22)
_FIRST_DAY, _DAYS = datetime.date(2025, 1, 1), 700


class CardWorld:
    """Answers calls from a practice world."""

    def __init__(self, practice: PracticeWorld) -> None:
        self.practice = practice

    def __call__(self, call: ToolCall) -> str:
        """The text of the call's result; raise `ToolError` as the tool itself would."""
        given = {name: str(value) for name, value in call.arguments.items()}
        if call.name == "flight":
            return flight_text(self.practice.flights(given.get("number", "")))
        if call.name == "parcel":
            return parcel_text(self.practice.parcel(given.get("number", "")))
        if call.name == "weather":
            days = given.get("days", "1")
            return self._weather(given.get("city", ""), int(days) if days.isdecimal() else 1)
        raise ToolError(f"no tool '{call.name}'; use flight, weather or parcel")

    def _weather(self, city: str, days: int) -> str:
        if self.practice.city(city) is None:
            raise ToolError(unknown_place(city))
        return weather_text(self.practice.weather(city, days=max(1, min(days, 16))))


@lru_cache(maxsize=4)
def world_for(seed: int, *, unseen: bool) -> CardWorld:
    """The world of one training card, or the one of all unseen cards.

    Every training card has its own: were there only one, its weather could be learned by heart.
    """
    if unseen:
        return CardWorld(PracticeWorld(0, EVALUATION_DAY))
    day = _FIRST_DAY + datetime.timedelta(days=seed * 37 % _DAYS)
    return CardWorld(PracticeWorld(seed + 1, day))
