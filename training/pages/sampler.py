"""Batches of recorded pages: whole pictures, with what could be asked of each."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from tapwright.agent.history import summary_text
from tapwright.errors import UsageError
from tapwright.training.episodes import reply_for
from tapwright.training.letters import letters_of
from tapwright.training.pack import Question
from tapwright.training.pages.families import FIRST_HELD, HEIGHT, WIDTH
from tapwright.training.pages.recorded import Lesson, parse_look, read_lines, read_pages
from tapwright.training.reading import Reading
from tapwright.types import ToolCall


class Pages:
    """All looks that were recorded, by page, each as its folder and its line."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Read the folders; raise `UsageError` for a look that is held for tests."""
        self.looks: dict[str, list[tuple[Path, str]]] = {}
        for folder in folders:
            for page in read_pages(folder):
                for line in read_lines(folder, page):
                    self._add(folder, line)

    def _add(self, folder: Path, line: str) -> None:
        told = json.loads(line)
        if told["seed"] >= FIRST_HELD:
            raise UsageError(
                f"{folder}: seed {told['seed']} of '{told['page']}' is held for tests; "
                f"record seeds below {FIRST_HELD}"
            )
        # Lines, not looks: as objects the letters of ten thousand looks take gigabytes.
        self.looks.setdefault(told["page"], []).append((folder, line))

    def __len__(self) -> int:
        return sum(map(len, self.looks.values()))


class PageSampler:
    """Draws batches; the same seed and looks draw the same ones."""

    def __init__(self, pages: Pages, seed: int, shares: Mapping[str, float] | None = None) -> None:
        """`shares` are how often each page is drawn, all alike where it is None."""
        self._pages = pages
        self._shares = shares
        self._random = random.Random(seed)

    def batch(self, size: int, asked: int) -> Reading:
        """`size` pictures with up to `asked` questions each, the page's own among them."""
        drawn = [self._one(asked) for _ in range(size)]
        return Reading(
            torch.from_numpy(np.stack([picture for picture, _, _ in drawn])),
            [questions for _, questions, _ in drawn],
            torch.stack([letters for _, _, letters in drawn]),
        )

    def _one(self, asked: int) -> tuple[np.ndarray, list[Question], torch.Tensor]:
        rng, looks = self._random, self._pages.looks
        known = sorted(looks)
        shares = [1.0 if self._shares is None else self._shares.get(page, 0.0) for page in known]
        if not any(shares):
            raise UsageError("no pages are recorded; see benchmarks/miniwob.py --record")
        folder, line = rng.choice(looks[rng.choices(known, shares)[0]])
        look = parse_look(line)
        own, *others = look.lessons
        chosen = [own, *rng.sample(others, min(asked - 1, len(others)))]
        rng.shuffle(chosen)
        picture = read_picture(folder / look.picture)
        questions = [question(lesson) for lesson in chosen]
        fields = [("", text, boxes) for text, boxes in look.letters]
        return picture, questions, letters_of(fields, picture.shape)


def question(lesson: Lesson) -> Question:
    """A lesson in the model's words, its point in 0..1000."""
    move = lesson.move
    arguments = dict(move.arguments)
    if move.point is not None:
        x, y = move.point
        arguments = {"point": [round(x * 1000 / WIDTH), round(y * 1000 / HEIGHT)], **arguments}
    reply = reply_for(move.thought, ToolCall(move.name, arguments))
    return Question(summary_text(lesson.task, list(lesson.lines)), reply)


def read_picture(file: Path) -> np.ndarray:
    """A look's picture, uint8 (HEIGHT, WIDTH, 3); raise `UsageError` for one of another size."""
    with Image.open(file) as opened:
        image = opened.convert("RGB")
    if image.size != (WIDTH, HEIGHT):
        raise UsageError(f"{file} has {image.size} pixels, not {(WIDTH, HEIGHT)}; record anew")
    return np.array(image)
