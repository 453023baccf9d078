"""Set-of-marks: numbered boxes on the picture, so that a model names a number and no point."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tapwright.actions import Box
from tapwright.agent.seeing.asking import ask_words
from tapwright.agent.seeing.text import in_row, reading_order
from tapwright.agent.seeing.values import Found, Line, Reader, Rung
from tapwright.errors import ReplyError
from tapwright.protocols import Dialect, Model
from tapwright.types import Size

if TYPE_CHECKING:
    from PIL import Image

_LEAST, _WIDEST, _HIGHEST = 8, 0.6, 0.2  # pixels of a side; shares of the picture's sides
_MOST = 150  # marks; more are not told apart any more
_COLOURS = ((200, 0, 0), (0, 90, 200), (0, 120, 40), (150, 0, 150), (190, 90, 0))
_LETTER = 13  # pixels of height of a number as the model sees it, at least
_NUMBER = re.compile(r"(?:the )?(?:number|mark|box)?\s*\[?(\d{1,4})\]?", re.IGNORECASE)


def candidates(image: Image.Image, lines: Sequence[Line]) -> list[Found]:
    """What can be pointed at on an RGB picture, in reading order: labels, and boxes with a rim.

    A label inside a box of about its size is one thing with it, named by its words.
    """
    labels = [Found(line.box.middle, line.box, line.score, Rung.TEXT, line.text) for line in lines]
    found: list[Found] = []
    for box in _rims(image):
        inside = [label for label in labels if box.has(label.box.middle.x, label.box.middle.y)]
        if len(inside) > 1 and not all(in_row(one.box, inside[0].box) for one in inside):
            continue  # a panel or a list, whose entries are marked
        said = " ".join(label.said for label in inside)
        labels = [label for label in labels if label not in inside]
        found.append(Found(box.middle, box, 1.0, Rung.TEMPLATE, said))
    return reading_order([*found, *labels])[:_MOST]


def mark(image: Image.Image, founds: Sequence[Found], shown: Size | None = None) -> Image.Image:
    """A copy of an RGB picture with a numbered box around each place, counted from 1.

    `shown` is the size at which a model will see it, so that its numbers stay readable there.
    """
    from PIL import ImageDraw, ImageFont

    copy = image.convert("RGB")
    copy = copy if copy is not image else image.copy()
    scale = max(1.0, copy.width / shown.width) if shown else 1.0
    font = ImageFont.load_default(round(_LETTER * scale))
    pen = ImageDraw.Draw(copy)
    taken: list[Box] = []
    for number, found in enumerate(founds, start=1):
        colour, box = _COLOURS[number % len(_COLOURS)], found.box
        pen.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), outline=colour, width=2)
        left, top, right, bottom = pen.textbbox((0, 0), str(number), font=font)
        size = Size(int(right - left) + 5, int(bottom - top) + 5)
        tag = _tag(box, size, Size(*copy.size), taken)
        taken.append(tag)
        pen.rectangle((tag.left, tag.top, tag.right - 1, tag.bottom - 1), fill=colour)
        pen.text((tag.left + 2 - left, tag.top + 2 - top), str(number), font=font, fill="white")
    return copy


class MarksFinder:
    """Asks a model which of the numbered marks something is.

    `calls` counts the replies that it has asked for, `said` are the last one's words.
    """

    def __init__(self, model: Model, dialect: Dialect, reader: Reader) -> None:
        self._model = model
        self._dialect = dialect
        self._reader = reader
        self.calls = 0
        self.said = ""

    def find(self, image: Image.Image, words: str) -> Found | None:
        """Where `words` stand on an RGB picture; None where the model says that no mark is it.

        Raise `ReplyError` for a reply that is no number of a mark, `ModelError` where it fails.
        """
        founds = candidates(image, self._reader.read(image))
        if not founds:
            return None
        shown = self._model.shown_size(Size(*image.size))
        question = (
            f"The picture has {len(founds)} numbered marks. Which number is on {words}?\n"
            "Answer with the number only; answer 0 if it is not marked."
        )
        self.calls += 1
        said = ask_words(self._model, self._dialect, mark(image, founds, shown), question)
        self.said = said
        match = _NUMBER.fullmatch(said.strip(" .\n"))
        number = int(match[1]) if match else -1
        if not 0 <= number <= len(founds):
            raise ReplyError(
                f"the model answered '{said[:80]}' and no number from 0 to {len(founds)}"
            )
        if number == 0:
            return None
        found = founds[number - 1]
        return Found(found.point, found.box, found.score, Rung.MODEL, said)


def _rims(image: Image.Image) -> list[Box]:
    """The boxes that a closed rim or a ground of their own sets apart: buttons, fields, icons."""
    import cv2
    import numpy as np

    grey = cv2.cvtColor(np.asarray(image.convert("RGB")), cv2.COLOR_RGB2GRAY)
    edges = cv2.Canny(grey, 30, 90)
    closed = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(closed, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    height, width = grey.shape
    found: list[Box] = []
    for contour in contours:
        left, top, across, down = cv2.boundingRect(contour)
        if min(across, down) < _LEAST or across > _WIDEST * width or down > _HIGHEST * height:
            continue
        if across < 14 and down < 14:
            continue  # a letter
        # A rim fills its box; a letter's outline or a line does not.
        if cv2.contourArea(contour) < 0.7 * across * down:
            continue
        box = Box(left, top, left + across, top + down)
        if not any(_alike(box, other) for other in found):
            found.append(box)
    return sorted(found, key=lambda box: box.width * box.height)


def _alike(one: Box, other: Box) -> bool:
    """Whether they are the inside and the outside of one rim."""
    sides = ("left", "top", "right", "bottom")
    return all(abs(getattr(one, side) - getattr(other, side)) <= 6 for side in sides)


def _tag(box: Box, size: Size, picture: Size, taken: Sequence[Box]) -> Box:
    """Where a number stands: at a corner of its box, outside where it can, on no other number."""
    corners = (
        (box.left, box.top - size.height),
        (box.right - size.width, box.top - size.height),
        (box.left - size.width, box.top),
        (box.right, box.top),
        (box.left, box.bottom),
        (box.left, box.top),
    )
    for left, top in corners:
        tag = Box(left, top, left + size.width, top + size.height)
        inside = (
            left >= 0 and top >= 0 and tag.right <= picture.width and tag.bottom <= picture.height
        )
        if inside and not any(tag.overlaps(other) for other in taken):
            return tag
    left = min(max(0, box.left), picture.width - size.width)
    top = min(max(0, box.top), picture.height - size.height)
    return Box(left, top, left + size.width, top + size.height)
