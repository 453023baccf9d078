"""Lessons about tools that refuse: a name was misread, and the answer owns up to it.

Without them the model answers an error with what it says to results, in words that it was never
told.
"""

from __future__ import annotations

import random
import string
from collections.abc import Mapping

from tapwright.errors import ToolError
from tapwright.training.cards.asking import phrasings
from tapwright.training.cards.card import Card, Kind
from tapwright.training.cards.lessons import Lesson, Step
from tapwright.training.cards.world import world_for
from tapwright.types import ToolCall

TOPIC = "refused"
_TRIES = 40  # most misread parcel numbers are of no known form, misread flights often are
# What each kind of card is asked: its topic, the tool, the parameter, the fact, what that names.
_ASKED: Mapping[Kind, tuple[tuple[str, str, str, str, str], ...]] = {
    "pass": (
        ("lands", "flight", "number", "number", "flight"),
        ("weather", "weather", "city", "destination", "place"),
    ),
    "parcel": (("where", "parcel", "number", "number", "parcel"),),
    "weather": (("now", "weather", "city", "city", "place"),),
}


def refusals(card: Card) -> list[Lesson]:
    """What to say when the tool knows nothing of what was read; none for unseen cards, which are
    asked what has a right call."""
    if card.unseen:
        return []
    rng = random.Random(f"refused {card.kind} {card.seed}")
    world = world_for(card.seed, unseen=False)
    found = []
    for topic, tool, parameter, fact, noun in _ASKED[card.kind]:
        for _ in range(_TRIES):
            call = ToolCall(tool, {parameter: misread(card.facts[fact], rng)})
            try:
                world(call)
            except ToolError as error:
                step = Step(((call, error),), answer=_owning_up(call, noun))
                found.append(Lesson(TOPIC, phrasings(card.kind, topic, unseen=False), (step,), ()))
                break
    return found


def misread(text: str, rng: random.Random) -> str:
    """`text` with one to three characters replaced, lost or doubled."""
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(text))
        letter = text[at]
        others = string.digits if letter.isdigit() else string.ascii_lowercase
        instead = rng.choice(others).upper() if letter.isupper() else rng.choice(others)
        text = text[:at] + rng.choice((instead, instead, letter * 2, "")) + text[at + 1 :]
        text = " ".join(text.split()) or letter
    return text


def _owning_up(call: ToolCall, noun: str) -> str:
    (value,) = call.arguments.values()
    return f"I read {value}, but no such {noun} is known."
