"""A readable target for a place on a picture: what a script says about where a hand was.

The words that a person reads there come first; where several places read the same, the words
beside them or a number tell them apart; where there are none, a piece of the picture is cut that
is found in one place only. What stands last is a bare place on the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from tapwright.actions import Point
from tapwright.agent.script.looking import in_row_of
from tapwright.agent.script.steps import Target
from tapwright.agent.seeing.template import find_template
from tapwright.agent.seeing.text import find_text, reading_order
from tapwright.agent.seeing.values import Box, Found, Line, Reader, Rung

MOST_WORDS = 40  # characters of a label that names a target
REACH = 3.0  # line heights, to the side, between a press and the words that name it
FAR_REACH = 8.0  # the same where rows are wide and labels stand at their beginning: phones
UPRIGHT = 0.9  # line heights above or below the words: further away another row begins
BELOW = 3.0  # line heights from an icon to the label under it
LEAST_SCORE = 0.5  # of what was read
# Half the sides of a template: fields are wide and flat, and what is above and below is another's.
SIDES = (
    (24, 12), (40, 20), (64, 20), (96, 20), (120, 20), (96, 32), (140, 24), (170, 24), (140, 48),
    (200, 24), (200, 80),
)  # fmt: skip
_LEAST_DETAIL = 6.0  # standard deviation of a template's grey levels
_SURFACE = 28  # levels by which pixels of one surface may differ


@dataclass(frozen=True, slots=True)
class Pointed:
    """A target with words for it, and where it was: what can be learned of it.

    `template` is the piece of the picture that `target.picture` is to hold, `lines` all that was
    read, `beside` words near a target that has none of its own, for whoever reads the script.
    """

    target: Target
    found: Found
    lines: tuple[Line, ...] = ()
    template: Image.Image | None = None
    beside: str = ""


class Pointer:
    """Says what stands at a place.

    `reach` is how far to the side of a press its words may be, in line heights. With `icons` a
    label that stands under a picture names it, as on a phone's home screen.
    """

    def __init__(self, reader: Reader, reach: float = REACH, *, icons: bool = False) -> None:
        self._reader = reader
        self._reach = reach
        self._icons = icons

    def at(self, image: Image.Image, point: Point) -> Pointed:
        """The target at `point` of an RGB picture."""
        lines = tuple(line for line in self._reader.read(image) if line.score >= LEAST_SCORE)
        pixels = np.asarray(image.convert("RGB")).astype(np.int16)
        for line in self._around(lines, pixels, point):
            pointed = _by_words(lines, line, point)
            if pointed is not None:
                return replace(pointed, lines=lines)
        beside, near = _beside(lines, point)
        return replace(_by_picture(image, point, lines, near), lines=lines, beside=beside)

    def _around(self, lines: Sequence[Line], pixels: Any, point: Point) -> list[Line]:
        """The lines that may name what stands at `point`, the likeliest first."""
        near = []
        for line in lines:
            if not _says_something(line.text):
                continue
            height, (across, down) = line.box.height, _away(line.box, point)
            touched = max(across, down) <= 0.3 * height
            in_reach = down <= UPRIGHT * height and across <= self._reach * height
            if touched or (in_reach and _one_surface(pixels, line.box, point)):
                near.append((not touched, -height if self._icons else down, across, line))
        if not near and self._icons:
            under = [line for line in lines if _says_something(line.text) and _under(line, point)]
            return sorted(under, key=lambda line: line.box.top)[:1]
        return [line for *_, line in sorted(near, key=lambda each: each[:3])]


def _under(line: Line, point: Point) -> bool:
    """Whether a label stands right under a point, its middle below it."""
    gap = line.box.top - point.y
    return (
        0 <= gap <= BELOW * line.box.height
        and abs(line.box.middle.x - point.x) <= line.box.height
    )  # fmt: skip


def _says_something(text: str) -> bool:
    return any(letter.isalnum() for letter in text) and len(text.strip()) <= MOST_WORDS


def _away(box: Box, point: Point) -> tuple[int, int]:
    """How many pixels lie between a box and a point, across and down; 0 inside."""
    across = max(box.left - point.x, 0, point.x - box.right + 1)
    return across, max(box.top - point.y, 0, point.y - box.bottom + 1)


def _one_surface(pixels: Any, box: Box, point: Point) -> bool:
    """Whether no edge lies between a point and a box: a button's rim, a field's frame.

    `pixels` is (height, width, 3). A label beside a field must not pass for the field.
    """
    height, width = pixels.shape[:2]
    x, y = min(max(point.x, 0), width - 1), min(max(point.y, 0), height - 1)
    near_x = max(0, min(max(point.x, box.left - 1), box.right, width - 1))
    near_y = max(0, min(max(point.y, box.top - 1), box.bottom, height - 1))
    across = pixels[y, min(x, near_x) : max(x, near_x) + 1]
    along = pixels[min(y, near_y) : max(y, near_y) + 1, near_x]
    path = np.concatenate([across, along])
    return bool(np.abs(path - np.median(path, axis=0)).max() <= _SURFACE)


def _by_words(lines: Sequence[Line], line: Line, point: Point) -> Pointed | None:
    """The target that `line` names, told apart from others that read the same."""
    words = " ".join(line.text.split())
    places = _whole(lines, words)
    own = _own(places, line)
    if own is None:
        return None
    found = replace(own, point=point)
    if len(places) == 1:
        return Pointed(Target(words), found)
    for other in _neighbours(lines, line):
        near = " ".join(other.text.split())
        chosen = _whole(lines, words, near)
        if len(chosen) == 1 and _own(chosen, line) is not None:
            return Pointed(Target(words, near=near), found)
    ordered = reading_order(places)  # as the ladder counts what it found
    return Pointed(Target(words, nth=ordered.index(own) + 1), found)


def _whole(lines: Sequence[Line], words: str, near: str = "") -> list[Found]:
    """The labels that say `words` and nothing else: what a script's text rung takes."""
    return [found for found in find_text(lines, words, near=near) if found.whole]


def _own(places: Sequence[Found], line: Line) -> Found | None:
    """The place that is this line's."""
    return next((place for place in places if place.box.overlaps(line.box)), None)


def _neighbours(lines: Sequence[Line], line: Line) -> list[Line]:
    """Other lines in the same row that could tell it apart, nearest first."""
    middle = (line.box.top + line.box.bottom) / 2
    row = [
        other
        for other in lines
        if other is not line
        and _says_something(other.text)
        and other.box.top <= middle <= other.box.bottom
        and other.text.casefold() != line.text.casefold()
    ]
    return sorted(row, key=lambda other: max(_away(other.box, line.box.middle)))


def _by_picture(image: Image.Image, point: Point, lines: Sequence[Line], near: str) -> Pointed:
    """A piece of the picture around `point` that is found once only, or the bare place.

    `near` are words in its row, which tell it apart from others that look the same.
    """
    for half_width, half_height in SIDES:
        box = _around_point(image, point, half_width, half_height)
        template = image.crop((box.left, box.top, box.right, box.bottom))
        if np.asarray(template.convert("L")).std() < _LEAST_DETAIL:
            continue
        band = Box(0, max(0, point.y - 200), image.width, min(image.height, point.y + 200))
        places = find_template(image, template, within=band if near else None)
        if near:
            places = [place for place in places if in_row_of(place.box, near, lines)]
        if len(places) == 1 and _near(places[0].point, point):
            target = Target(picture="target.png", near=near)
            return Pointed(target, replace(places[0], point=point), template=template)
    if near:
        return _by_picture(image, point, lines, "")
    target = Target(at=(round(point.x / image.width, 4), round(point.y / image.height, 4)))
    box = _around_point(image, point, *SIDES[0])
    return Pointed(target, Found(point, box, 1.0, Rung.PLACE))


def _near(one: Point, other: Point) -> bool:
    return abs(one.x - other.x) <= 2 and abs(one.y - other.y) <= 2


def _around_point(image: Image.Image, point: Point, half_width: int, half_height: int) -> Box:
    """A box whose middle is `point`, as large as asked for or as the picture's edge allows."""
    across = max(1, min(half_width, point.x, image.width - 1 - point.x))
    along = max(1, min(half_height, point.y, image.height - 1 - point.y))
    return Box(point.x - across, point.y - along, point.x + across, point.y + along)


def _beside(lines: Sequence[Line], point: Point) -> tuple[str, str]:
    """What a person would say it is beside, and the words in its row if there are any.

    The nearest words to the left in the row, or above where there are none.
    """
    said = [line for line in lines if _says_something(line.text)]
    left = [
        line
        for line in said
        if line.box.top <= point.y <= line.box.bottom and line.box.right <= point.x
    ]
    above = [
        line
        for line in said
        if line.box.left <= point.x <= line.box.right and line.box.bottom <= point.y
    ]
    if not left and not above:
        return "", ""
    nearest = min(left or above, key=lambda line: max(_away(line.box, point)))
    words = " ".join(nearest.text.split())
    if not left:
        return f"below '{words}'", ""
    alone = len(find_text(lines, words)) == 1
    return f"right of '{words}'", words if alone else ""
