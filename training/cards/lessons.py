"""Questions about a card with the whole right conversation: calls, their results, the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tapwright.errors import ToolError
from tapwright.training.cards import answers
from tapwright.training.cards.answers import Answer
from tapwright.training.cards.asking import phrasings
from tapwright.training.cards.card import Card
from tapwright.training.cards.invented import RenamedWorld
from tapwright.training.cards.world import world_for
from tapwright.types import ToolCall

World = Callable[[ToolCall], str]
"""What answers calls: a call to the text of its result."""


@dataclass(frozen=True, slots=True)
class Step:
    """One right reply: what was called before with its results, or with the error of a tool that
    refused, then a call or the answer."""

    done: tuple[tuple[ToolCall, str | ToolError], ...]
    call: ToolCall | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question in its phrasings, and the steps to its answer.

    `key` holds what must stand in an answer that counts as right.
    """

    topic: str
    asks: tuple[str, ...]
    steps: tuple[Step, ...]
    key: tuple[str, ...]

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The right calls, in order."""
        return tuple(step.call for step in self.steps if step.call is not None)


def lessons(card: Card, world: World | None = None) -> list[Lesson]:
    """All that can be asked about this card and be answered from it and the tools.

    Without a `world`, the card's own answers the calls.
    """
    world = world or world_for(card.seed, unseen=card.unseen)
    if card.stands_for:
        world = RenamedWorld(world, card.stands_for)
    make = {"pass": _pass, "parcel": _parcel, "weather": _weather}[card.kind]
    return make(card, world)


def _lesson(
    card: Card,
    topic: str,
    world: World,
    calls: list[ToolCall],
    answer: Callable[[list[str]], Answer],
) -> Lesson:
    """The lesson whose calls are known from the start."""
    done: list[tuple[ToolCall, str]] = []
    steps = []
    for call in calls:
        steps.append(Step(tuple(done), call))
        done.append((call, world(call)))
    right = answer([result for _, result in done])
    steps.append(Step(tuple(done), answer=right.text))
    asks = tuple(
        ask.format(other=card.facts.get("other", ""))
        for ask in phrasings(card.kind, topic, unseen=card.unseen)
    )
    return Lesson(topic, asks, tuple(steps), right.key)


def _read(card: Card, topic: str, text: str, *key: str) -> Lesson:
    """A lesson that the card itself answers."""
    return _lesson(card, topic, lambda call: "", [], lambda _: Answer(text, key))


def _pass(card: Card, world: World) -> list[Lesson]:
    facts, found = card.facts, []
    if card.shows("number"):
        flight = ToolCall("flight", {"number": facts["number"]})
        there = ToolCall("weather", {"city": answers.landing_city(world(flight))})
        found += [
            _lesson(card, "lands", world, [flight], lambda said: answers.landing(said[0])),
            _lesson(
                card,
                "lands_weather",
                world,
                [flight, there],
                lambda said: answers.both(answers.landing(said[0]), answers.weather_now(said[1])),
            ),
            _lesson(card, "status", world, [flight], lambda said: answers.flight_status(said[0])),
            _read(card, "number", f"It is flight {facts['number']}.", facts["number"]),
        ]
    if card.shows("destination"):
        city = facts["destination"]
        call = ToolCall("weather", {"city": city})
        found.append(
            _lesson(card, "weather", world, [call], lambda said: answers.weather_now(said[0]))
        )
        found.append(_read(card, "destination", f"It goes to {city}.", city))
    if card.shows("gate"):
        found.append(_read(card, "gate", f"Gate {facts['gate']}.", facts["gate"]))
    if card.shows("seat"):
        found.append(_read(card, "seat", f"Seat {facts['seat']}.", facts["seat"]))
    if card.shows("boards"):
        found.append(_read(card, "boards", f"Boarding is at {facts['boards']}.", facts["boards"]))
    return found


def _parcel(card: Card, world: World) -> list[Lesson]:
    facts, found = card.facts, []
    if card.shows("number"):
        number = facts["number"]
        call = ToolCall("parcel", {"number": number})
        found += [
            _lesson(card, "where", world, [call], lambda said: answers.parcel_place(said[0])),
            _read(card, "number", f"The number is {number}.", number),
        ]
    if card.shows("carrier"):
        found.append(_read(card, "carrier", f"{facts['carrier']}.", facts["carrier"]))
    if card.shows("sender"):
        found.append(_read(card, "sender", f"It comes from {facts['sender']}.", facts["sender"]))
    return found


def _weather(card: Card, world: World) -> list[Lesson]:
    facts, found = card.facts, []
    other = ToolCall("weather", {"city": facts["other"]})
    found.append(
        _lesson(card, "elsewhere", world, [other], lambda said: answers.weather_now(said[0]))
    )
    if card.shows("city"):
        city = facts["city"]
        now = ToolCall("weather", {"city": city})
        soon = ToolCall("weather", {"city": city, "days": 2})
        found += [
            _lesson(card, "now", world, [now], lambda said: answers.weather_now(said[0])),
            _lesson(card, "tomorrow", world, [soon], lambda said: answers.rain_tomorrow(said[0])),
            _read(card, "city", f"It is {city}.", city),
        ]
    if card.shows("temperature"):
        shown = int(facts["temperature"])
        found += [
            _lesson(card, "compare", world, [other], lambda said: answers.warmer(said[0], shown)),
            _read(card, "temperature", f"It is {shown} °C.", str(shown)),
        ]
    return found
