"""Recorded looks at pages in files: how they are written, and how training reads them again.

A folder holds one `NAME.jsonl` for each page, a line for each look, and `NAME/` with the pictures.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels of the picture


@dataclass(frozen=True, slots=True)
class Move:
    """One right reply: a thought and a call. A point is in pixels of the picture."""

    thought: str
    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """What may be asked of a look: the words of the task, the steps so far, the right move."""

    task: str
    move: Move
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Element:
    """Something on the page: its tag, its words, its box."""

    tag: str
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a page.

    `lessons` has the page's own task first; `letters` are the stretches of text on it with the
    box of every character.
    """

    page: str
    seed: int
    step: int
    picture: str  # the file's name in the folder
    lessons: tuple[Lesson, ...]
    elements: tuple[Element, ...] = ()
    letters: tuple[tuple[str, tuple[Box, ...]], ...] = ()


class Recorder:
    """Writes looks into a folder; pages are begun anew or gone on with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def seen(self, page: str) -> set[int]:
        """The seeds of `page` that are there already."""
        return {look.seed for look in read_looks(self.folder, page)}

    def name(self, page: str, seed: int, step: int) -> str:
        """What the picture of a look is called."""
        return f"{page}/{seed:07d}-{step:02d}.png"

    def add(self, looks: Sequence[tuple[Look, Image.Image]]) -> None:
        """Write the looks of one episode: pictures first, so that a line always has its own."""
        for look, image in looks:
            file = self.folder / look.picture
            file.parent.mkdir(exist_ok=True)
            image.save(file, compress_level=3)
        for look, _ in looks:
            with (self.folder / f"{look.page}.jsonl").open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(asdict(look), ensure_ascii=False) + "\n")


def read_lines(folder: Path, page: str) -> list[str]:
    """The looks at `page` as they are written; a last line that was cut off is left out."""
    file = folder / f"{page}.jsonl"
    if not file.exists():
        return []
    return file.read_text(encoding="utf-8").split("\n")[:-1]  # whole lines end with a line break


def read_looks(folder: Path, page: str) -> list[Look]:
    """The looks at `page` in their order."""
    return [parse_look(line) for line in read_lines(folder, page)]


def read_pages(folder: Path) -> list[str]:
    """The pages that were recorded in `folder`."""
    return sorted(file.stem for file in folder.glob("*.jsonl"))


def parse_look(line: str) -> Look:
    """A look as its line tells it."""
    told: dict[str, Any] = json.loads(line)
    return Look(
        told["page"],
        told["seed"],
        told["step"],
        told["picture"],
        tuple(
            Lesson(
                lesson["task"],
                Move(
                    lesson["move"]["thought"],
                    lesson["move"]["name"],
                    lesson["move"]["arguments"],
                    _point(lesson["move"]["point"]),
                ),
                tuple(lesson["lines"]),
            )
            for lesson in told["lessons"]
        ),
        tuple(Element(e["tag"], e["text"], _box(e["box"])) for e in told["elements"]),
        tuple((text, tuple(_box(box) for box in boxes)) for text, boxes in told["letters"]),
    )


def _point(told: Any) -> tuple[float, float] | None:
    return None if told is None else (told[0], told[1])


def _box(told: Any) -> Box:
    left, top, right, bottom = told
    return (left, top, right, bottom)
