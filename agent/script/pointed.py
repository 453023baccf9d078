"""A readable target for a place on a picture: what a script says about where a hand was.

The words that a person reads there come first; where several places read the same, the words
beside them or a number tell them apart; where there are none, a piece of the picture is cut that
is found in one place only. What stands last is a bare place on the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from tapwright.actions import Point
from tapwright.agent.script.framed import (
    field_below,
    field_right_of,
    frame_around,
    is_blank,
    is_same_frame,
    one_surface,
    own_part,
)
from tapwright.agent.script.looking import in_row_of
from tapwright.agent.script.looks import Pixels
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
        pixels = np.asarray(image.convert("RGB"))
        for line in self._around(lines, pixels, point):
            pointed = _by_words(lines, line, point)
            if pointed is not None:
                return replace(pointed, lines=lines)
        field = _by_label(lines, pixels, point)
        if field is not None:
            return replace(field, lines=lines)
        beside, near = _beside(lines, point)
        return replace(_by_picture(image, point, lines, near), lines=lines, beside=beside)

    def _around(self, lines: Sequence[Line], pixels: Pixels, point: Point) -> list[Line]:
        """The lines that may name what stands at `point`, the likeliest first."""
        near = []
        for line in lines:
            if not _says_something(line.text):
                continue
            own = own_part(pixels, line.box)
            height, (across, down) = line.box.height, _away(own, point)
            touched = max(across, down) == 0
            in_reach = down <= UPRIGHT * height and across <= self._reach * height
            if touched or (in_reach and one_surface(pixels, own, point)):
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


def _by_label(lines: Sequence[Line], pixels: Pixels, point: Point) -> Pointed | None:
    """The field at `point` by the label right of or below which its frame stands.

    One in which a text stands is none: where in it the caret is to be, no label tells.
    """
    frame = frame_around(pixels, point)
    if frame is None or not is_blank(pixels, frame):
        return None
    for side, find, labels in (
        ("right_of", field_right_of, _left_of(lines, point)),
        ("below", field_below, _above(lines, point)),
    ):
        for line in labels[:1]:
            found = find(pixels, line.box)
            label = _by_words(lines, line, line.box.middle)
            if found is not None and label is not None and is_same_frame(found, frame):
                target = replace(label.target, words="", **{side: label.target.words})
                return Pointed(target, label.found)
    return None


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
    left, above = _left_of(lines, point), _above(lines, point)
    if not left and not above:
        return "", ""
    words = " ".join((left or above)[0].text.split())
    if not left:
        return f"below '{words}'", ""
    alone = len(find_text(lines, words)) == 1
    return f"right of '{words}'", words if alone else ""


def _left_of(lines: Sequence[Line], point: Point) -> list[Line]:
    """The labels to the left in the row of a point, the nearest first."""
    left = [
        line
        for line in lines
        if _says_something(line.text)
        and line.box.top <= point.y <= line.box.bottom
        and line.box.right <= point.x
    ]
    return sorted(left, key=lambda line: max(_away(line.box, point)))


def _above(lines: Sequence[Line], point: Point) -> list[Line]:
    """The labels above a point, the nearest first."""
    above = [
        line
        for line in lines
        if _says_something(line.text)
        and line.box.left <= point.x <= line.box.right
        and line.box.bottom <= point.y
    ]
    return sorted(above, key=lambda line: max(_away(line.box, point)))
