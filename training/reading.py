"""Batches that teach reading: cards with questions about what stands on them.

Every letter of an answer that is read off the picture knows the visual token it stands under, so
that the place can be taught beside the word (see `network.PlaceHead`).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

from tapwright.errors import UsageError
from tapwright.training.cards.invented import awkward_city
from tapwright.training.eye import PER_CELL
from tapwright.training.letters import UNSAID, letters_of
from tapwright.training.pack import Question
from tapwright.training.roles import Told, labels_of, roles_of
from tapwright.training.shape import CELL
from tapwright.training.spelled import spelled_in
from tapwright.training.stretch import (
    STAY,
    Factors,
    draw_factors,
    respaced,
    shift_fields,
    stretch_fields,
    stretched_part,
)

PIECE_WIDTH = 420
MOST_TRIES = 10_000
PIECE_ZOOM = (0.85, 1.4)  # by how much cards are stretched; letters get up to 35 pixels wide
CARD_ZOOM = (0.88, 1.12)
RESPACED = 0.4  # of the cards stand at other distances from each other
SOONER = 0.5  # of what is found worst: it is drawn as if it had come earlier by this factor
UNNAMED_SKIPPED = 0.5  # of the scraps whose questions name no city
# Facts that look alike: a piece that shows two of them does not say which one is meant.
ALIKE = (
    frozenset({"origin", "destination", "sender", "receiver", "city"}),
    frozenset({"departs", "boards"}),
)
# Topics whose call is all in the words of the question; what is compared with is on the picture.
SAID = ("elsewhere", "compare")
# Words behind a city that are none of its name; those of the evaluation's phrasings are not here.
TAILS = ("today", "at the moment", "at present", "currently", "at this hour")
TAILED = 0.4  # of the questions that could have one do
One = TypeVar("One")
Drawn = list[tuple[np.ndarray, list[Question], Tensor]]


@dataclass(frozen=True, slots=True)
class Reading:
    """Pictures (B, H, W, 3) uint8, questions for each, characters of each cell (B, cells,
    PER_CELL), and what whole cards tell."""

    pictures: Tensor
    questions: list[list[Question]]
    letters: Tensor
    told: Told | None = None


class Cards:
    """All cards written so far; `tall` and `wide` hold (pictures, index, description)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: set[Path] = set()
        self.shapes: dict[str, list[tuple[Any, int, dict[str, Any]]]] = {"tall": [], "wide": []}
        self.refresh()

    def refresh(self) -> None:
        """Open the chunks that were written since."""
        for shape, found in self.shapes.items():
            for described in sorted(self._folder.glob(f"cards-{shape}-*.json")):
                if described in self._known:
                    continue
                self._known.add(described)
                pictures = np.load(described.with_suffix(".npy"), mmap_mode="r")
                cards = json.loads(described.read_text(encoding="utf-8"))
                found.extend((pictures, at, card) for at, card in enumerate(cards))

    def __len__(self) -> int:
        return sum(map(len, self.shapes.values()))


class CardSampler:
    """Draws batches of cards; the same seed and cards draw the same ones."""

    def __init__(self, cards: Cards, seed: int) -> None:
        self._cards = cards
        self._random = random.Random(seed)

    def whole(self, shape: str, size: int, asked: int) -> Reading:
        """`size` whole cards, "tall" or "wide", with up to `asked` steps of lessons each."""
        drawn: Drawn = []
        roles, labels = [], []
        for row in range(size):
            pictures, at, card = self._random.choice(self._cards.shapes[shape])
            picture, card = self._moved(pictures[at], card)
            questions = self._some(card, picture.shape[1] // CELL, asked)
            drawn.append((picture, questions, letters_of(card["fields"], picture.shape)))
            roles.append(roles_of(card["fields"], picture.shape))
            labels += [(row, *pair) for pair in labels_of(card["fields"], picture.shape)]
        told = Told(torch.stack(roles), torch.tensor(labels, dtype=torch.long).view(-1, 3))
        return replace(_reading(drawn), told=told)

    def pieces(self, size: int, height: int, asked: int) -> Reading:
        """`size` pieces of cards, `height` x `PIECE_WIDTH` pixels around a fact, with up to
        `asked` questions about each piece."""
        piece = (height, PIECE_WIDTH)
        drawn: Drawn = []
        for _ in range(MOST_TRIES):
            if len(drawn) == size:
                return _reading(drawn)
            shape = self._random.choice(("tall", "wide"))
            pictures, at, card = self._random.choice(self._cards.shapes[shape])
            factors = draw_factors(self._random, *PIECE_ZOOM)
            card = {**card, "fields": stretch_fields(card["fields"], factors)}
            fields = [f for f in card["fields"] if f[0] and f[2]]
            if not fields:
                continue
            # Long ones hold more letters to learn from.
            field = self._random.choices(fields, [len(f[1]) for f in fields])[0]
            corner = self._corner(field[2], piece, pictures.shape[1:3], factors)
            if corner is None:
                continue
            placed = shift_fields(card["fields"], corner)
            shown = [f for f in placed if _inside(f[2], piece)]
            questions = list(self._questions(card, PIECE_WIDTH // CELL, shown))
            if not questions:
                continue
            self._random.shuffle(questions)
            picture = stretched_part(pictures[at], factors, corner, piece)
            drawn.append((picture, questions[:asked], letters_of(placed, picture.shape)))
        raise UsageError("no card shows a fact that fits into a piece of it; write other cards")

    def talks(self, size: int, asked: int) -> Reading:
        """`size` scraps of cards, each with up to `asked` steps that follow from the question
        or from results alone: they need no picture, so they are taught at a small part of a whole
        card's cost."""
        drawn: Drawn = []
        for _ in range(MOST_TRIES):
            if len(drawn) == size:
                return _reading(drawn)
            pictures, at, card = self._random.choice(self._cards.shapes["tall"])
            steps = [
                (lesson, step)
                for lesson in card["lessons"]
                for step in lesson["steps"]
                if (lesson["topic"] in SAID) != bool(step["so_far"]) or lesson["topic"] == SAID[0]
            ]
            named = any(map(_named_in_question, steps))
            if not steps or (not named and self._random.random() < UNNAMED_SKIPPED):
                continue
            questions = []
            for lesson, step in self._soonest(steps, _named_in_question, asked):
                ask, reply = self._words(card, lesson, step, self._random.choice(lesson["asks"]))
                questions.append(Question(ask, reply, step["so_far"]))
            picture = np.array(pictures[at][:CELL, :PIECE_WIDTH])
            nothing = torch.full((PIECE_WIDTH // CELL, PER_CELL), UNSAID)
            drawn.append((picture, questions, nothing))
        raise UsageError("no card's lesson calls a tool; write other cards")

    def _moved(
        self, picture: np.ndarray, card: dict[str, Any]
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """A whole card in another size and place, with all of its print; as it is where it does
        not fit then."""
        fields = card["fields"]
        for side in (0, 1):
            if self._random.random() < RESPACED:
                picture, fields = respaced(picture, fields, self._random, side)
        card = {**card, "fields": fields}
        factors = draw_factors(self._random, *CARD_ZOOM)
        fields = stretch_fields(fields, factors)
        boxes = [box for _, _, found in fields for box in found or ()]
        corner = self._corner(boxes, picture.shape[:2], picture.shape[:2], factors)
        if factors == STAY or corner is None:
            return np.array(picture), card
        moved = stretched_part(picture, factors, corner, picture.shape)
        return moved, {**card, "fields": shift_fields(fields, corner)}

    def _some(self, card: dict[str, Any], columns: int, asked: int) -> list[Question]:
        """Some of a whole card's questions; destinations, which are found worst, come sooner."""
        hard = card["facts"].get("destination")
        questions = list(self._questions(card, columns, None))
        return self._soonest(
            questions, lambda one: bool(hard and one.read and hard in one.reply), asked
        )

    def _soonest(self, found: Sequence[One], hard: Callable[[One], bool], asked: int) -> list[One]:
        """`asked` of what was found at random, of the hard ones more."""
        return sorted(found, key=lambda one: self._random.random() * (SOONER if hard(one) else 1))[
            :asked
        ]

    def _corner(
        self,
        boxes: Sequence[Any],
        piece: Sequence[int],
        shape: Sequence[int],
        factors: Factors,
    ) -> tuple[int, int] | None:
        """Top left corner of a piece around `boxes` of a picture that is stretched by `factors`,
        in pixels of the stretched one; None where they do not fit into one."""
        corner = []
        for side, (room, drawn, factor) in enumerate(zip(piece, shape, factors, strict=True)):
            low, high = min(b[1 - side] for b in boxes), max(b[3 - side] for b in boxes)
            spare = int(drawn * factor) - room  # below 0 the whole picture fits
            least, most = max(min(0, spare), int(high) + 2 - room), min(int(low) - 2, max(0, spare))
            if least > most:
                return None
            corner.append(self._random.randint(least, most))
        return corner[0], corner[1]

    def _questions(self, card: dict[str, Any], columns: int, shown: Any) -> Iterator[Question]:
        """Every step of the card's lessons; with `shown`, only what those fields alone answer."""
        fields = [f for f in card["fields"] if f[0]] if shown is None else shown
        named = {f[0] for f in fields}
        for lesson in card["lessons"]:
            ask = self._random.choice(lesson["asks"])
            for step in lesson["steps"]:
                first = not step["so_far"]
                words, reply = self._words(card, lesson, step, ask)
                read, facts = spelled_in(reply, fields, columns) if first else ((), ())
                if shown is not None:
                    alike = any(len(named & group) > 1 and set(facts) & group for group in ALIKE)
                    if not facts or alike:
                        continue
                yield Question(words, reply, step["so_far"], tuple(read))

    def _words(
        self, card: dict[str, Any], lesson: dict[str, Any], step: dict[str, Any], ask: str
    ) -> tuple[str, str]:
        """Question and reply; a city that the question names is another one each time."""
        other = card["facts"].get("other", "")
        if not other or step["so_far"] or lesson["topic"] not in SAID:
            return ask, step["reply"]
        name = awkward_city(self._random)
        asked = ask.replace(other, name)
        tailed = lesson["topic"] == SAID[0] and self._random.random() < TAILED
        if tailed and asked.endswith(f"{name}?"):
            asked = f"{asked[:-1]} {self._random.choice(TAILS)}?"
        return asked, step["reply"].replace(other, name)


def _named_in_question(told: tuple[dict[str, Any], dict[str, Any]]) -> bool:
    """Whether this step of a lesson copies a city out of the question."""
    lesson, step = told
    return lesson["topic"] in SAID and not step["so_far"]


def _inside(boxes: Sequence[Any], piece: tuple[int, int]) -> bool:
    height, width = piece
    return bool(boxes) and all(
        box[0] >= 0 and box[2] <= width and box[1] >= 0 and box[3] <= height for box in boxes
    )


def _reading(drawn: Drawn) -> Reading:
    return Reading(
        torch.from_numpy(np.stack([picture for picture, _, _ in drawn])),
        [questions for _, questions, _ in drawn],
        torch.stack([letters for _, _, letters in drawn]),
    )
