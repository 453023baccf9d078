"""What looking for something on a picture gives."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from tapwright.actions import Box as Box, Point


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a line and what it covers."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of text that was read, with its box and how sure the reader is (0..1).

    `words` are its words from left to right, where the reader tells them apart.
    """

    text: str
    box: Box
    score: float
    words: tuple[Word, ...] = ()


class Reader(Protocol):
    """Reads the text on a picture (OCR)."""

    name: str

    def read(self, image: Image.Image) -> Sequence[Line]:
        """Every stretch of text on an RGB picture, top to bottom; none where there is none."""


class Rung(enum.Enum):
    """How a target was found; a lower rung is cheaper and asks less of a model."""

    LEARNED = "learned"  # it looks as it did last time
    TEXT = "text"  # its words were read on the picture
    TEMPLATE = "template"  # a picture that the person gave was found
    MODEL = "model"  # a model pointed at it
    PLACE = "place"  # a place on the picture that the person stated; nothing was looked for


@dataclass(frozen=True, slots=True)
class Found:
    """One place that answers to a target: where to act, what it covers, how sure (0..1).

    `whole` is False where the words are a part of a longer label, as "Save" is of "Save as...":
    they are on the screen, but what they stand on may be another thing.
    """

    point: Point
    box: Box
    score: float
    rung: Rung
    said: str = ""  # what was read there (the whole label), or what the model said
    whole: bool = True
