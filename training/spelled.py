"""Which stretches of a reply are read off a card, and where on it each of their letters stands."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from tapwright.training.letters import Letter, middles, slot_at
from tapwright.training.pack import Spelled


def spelled_in(reply: str, fields: Iterable[Any], columns: int) -> tuple[list[Spelled], list[str]]:
    """The stretches of `reply` that stand among the `fields` (name, text, boxes) of a picture
    `columns` cells wide, in order, and the facts that they are."""
    folded = reply.casefold()
    taken: list[tuple[Spelled, str]] = []
    for name, text, boxes in sorted(fields, key=lambda field: -len(field[1])):
        if not name or not boxes:
            continue
        whole = middles(text, boxes)
        for letters in (whole, [letter for letter in whole if letter[0] != " "], _number(whole)):
            wanted = "".join(letter for letter, _, _ in letters).casefold()
            start = _standing(folded, wanted)
            if start < 0 or any(_overlap(spelled, start, len(wanted)) for spelled, _ in taken):
                continue
            cells, slots = zip(*(slot_at(x, y, columns) for _, x, y in letters), strict=True)
            taken.append((Spelled(start, cells, slots), name))
            break
    taken.sort(key=lambda found: found[0].start)
    return [spelled for spelled, _ in taken], [name for _, name in taken]


def _number(letters: list[Letter]) -> list[Letter]:
    """A number without the unit that stands behind it: an answer writes that in its own way."""
    return list(itertools.takewhile(lambda letter: letter[0] in "-0123456789", letters))


def _standing(text: str, wanted: str) -> int:
    """Where `wanted` stands in `text` as a word of its own; -1 where it does not."""
    at = text.rfind(wanted) if wanted else -1
    if at < 0:
        return -1
    around = text[max(0, at - 1) : at] + text[at + len(wanted) : at + len(wanted) + 1]
    return -1 if any(letter.isalnum() for letter in around) else at


def _overlap(spelled: Spelled, start: int, length: int) -> bool:
    return start < spelled.start + len(spelled.cells) and spelled.start < start + length
