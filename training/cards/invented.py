"""Places and flights that do not exist, for training cards.

Four hundred cities on thousands of cards are learned by heart, and then read wrong wherever a city
looks a little like one of them. A name that was never met can only be read letter by letter, and
only be copied from what a tool said.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable, Mapping
from functools import lru_cache

from tapwright.serving.practice_values import known_cities
from tapwright.training.cards.held import held_city, held_number
from tapwright.types import ToolCall

SHARE = 0.7  # so many training cards tell of such places
SHORTEST_NAME, LONGEST_NAME = 3, 14  # letters
PIECES = ("in", "in", "no", "no", "now", "is", "it", "at", "el", "ar", "mer", "wea", "war")
PIECES_SHARE = 0.4
_CITIES = ("origin", "destination", "sender", "receiver", "city", "other")
_CUT = re.compile(r"(?<=[aeiou])(?=[^aeiou ])")


def invent(facts: Mapping[str, str], rng: random.Random) -> tuple[dict[str, str], dict[str, str]]:
    """The facts of a card with invented cities and flight number, and what each stands for."""
    changed, stands_for = dict(facts), dict[str, str]()
    names: dict[str, str] = {}  # a city twice on a card has one name
    for key in _CITIES:
        real = facts.get(key)
        if real is not None:
            while real not in names:
                name = invented_city(rng)
                if name not in stands_for:
                    names[real], stands_for[name] = name, real
            changed[key] = names[real]
    if "destination" in facts:  # a boarding pass
        number = invented_flight(rng)
        stands_for[number] = facts["number"]
        changed["number"] = number
        spaced = facts["shown_number"] != facts["number"]
        changed["shown_number"] = f"{number[:2]} {number[2:]}" if spaced else number
    return changed, stands_for


def invented_city(rng: random.Random) -> str:
    """A name of parts of real names, which is neither a city nor kept for the evaluation."""
    heads, tails, known = _parts()
    while True:
        name = rng.choice(heads) + rng.choice(tails)
        if rng.random() < 0.2:
            name = f"{rng.choice(heads)}{rng.choice(tails)} {name}"
        if rng.random() < 0.3:  # a letter that no real name has there
            at = rng.randrange(1, len(name))
            name = name[:at] + rng.choice(string.ascii_lowercase) + name[at + 1 :]
        name = name.title()
        usual = SHORTEST_NAME <= len(name) <= LONGEST_NAME
        if usual and name not in known and not held_city(name):
            return name


def awkward_city(rng: random.Random) -> str:
    """An invented name that often has a piece of the question's own words in it: "in" was lost
    out of Edinburgh behind "the weather in", "no" out of Phnom Penh before "now"."""
    name = invented_city(rng)
    if rng.random() < PIECES_SHARE:
        at = rng.randrange(len(name) + 1)
        longer = (name[:at] + rng.choice(PIECES) + name[at:]).title()
        if len(longer) <= LONGEST_NAME and not held_city(longer) and longer not in _parts()[2]:
            return longer
    return name


def invented_flight(rng: random.Random) -> str:
    """A flight's number of any two letters, or a letter and a digit, and one to four digits."""
    while True:
        code = "".join(rng.choices(string.ascii_uppercase, k=2))
        if rng.random() < 0.15:
            code = rng.choice((code[0] + rng.choice("23456789"), rng.choice("23456789") + code[0]))
        digits = rng.choices((1, 2, 3, 4), (1, 3, 8, 8))[0]
        number = code + str(rng.randrange(10 ** (digits - 1), 10**digits))
        if not held_number(number):
            return number


class RenamedWorld:
    """A world in which some places and flights go by other names."""

    def __init__(self, world: Callable[[ToolCall], str], stands_for: Mapping[str, str]) -> None:
        self._world = world
        self._real = dict(stands_for)
        self._shown = {real: name for name, real in stands_for.items()}
        wanted = "|".join(re.escape(real) for real in sorted(self._shown, key=len, reverse=True))
        self._names = re.compile(rf"\b({wanted})\b")

    def __call__(self, call: ToolCall) -> str:
        """The text of the call's result, in the names of this world."""
        given = {name: self._real.get(str(v), v) for name, v in call.arguments.items()}
        said = self._world(ToolCall(call.name, given))
        return self._names.sub(lambda found: self._shown[found[1]], said)


@lru_cache(maxsize=1)
def _parts() -> tuple[list[str], list[str], frozenset[str]]:
    """Beginnings and ends of the names that training may show, and all names."""
    names = sorted({city.name for city in known_cities()})
    heads, tails = [], []
    for name in names:
        if held_city(name):
            continue
        word = name.split(" ")[0].lower()
        cuts = [found.start() for found in _CUT.finditer(word)] or [len(word) // 2]
        for cut in cuts:
            heads.append(word[:cut])
            tails.append(word[cut:])
    return heads, tails, frozenset(names)
