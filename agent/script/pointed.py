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
from tapwright.agent.script.beside import (
    above,
    away,
    labels_of,
    left_of,
    said_beside,
    says_something,
)
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
        frame = frame_around(pixels, point)
        field = _by_label(lines, pixels, frame) if frame is not None else None
        if field is not None:
            return replace(field, lines=lines)
        inside = [
            line
            for line in lines
            if frame is None or frame.has(line.box.middle.x, line.box.middle.y)
        ]
        for line in self._around(inside, pixels, point):
            pointed = _by_words(lines, line, point)
            if pointed is not None:
                return replace(pointed, lines=lines)
        beside, near = said_beside(lines, point, in_field=frame is not None)
        return replace(_by_picture(image, point, lines, near), lines=lines, beside=beside)

    def _around(self, lines: Sequence[Line], pixels: Pixels, point: Point) -> list[Line]:
        """The lines that may name what stands at `point`, the likeliest first."""
        near = []
        for line in lines:
            if not says_something(line.text) or len(labels_of(line)) > 1:
                continue
            own = own_part(pixels, line.box)
            height, (across, down) = line.box.height, away(own, point)
            touched = max(across, down) == 0
            in_reach = down <= UPRIGHT * height and across <= self._reach * height
            if touched or (in_reach and one_surface(pixels, own, point)):
                near.append((not touched, -height if self._icons else down, across, line))
        if not near and self._icons:
            under = [line for line in lines if says_something(line.text) and _under(line, point)]
            return sorted(under, key=lambda line: line.box.top)[:1]
        return [line for *_, line in sorted(near, key=lambda each: each[:3])]


def _under(line: Line, point: Point) -> bool:
    """Whether a label stands right under a point, its middle below it."""
    gap = line.box.top - point.y
    return (
        0 <= gap <= BELOW * line.box.height
        and abs(line.box.middle.x - point.x) <= line.box.height
    )  # fmt: skip


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


def _by_label(lines: Sequence[Line], pixels: Pixels, frame: Box) -> Pointed | None:
    """The field in a frame by the label right of or below which the frame stands.

    One in which a text stands is none: where in it the caret is to be, no label tells.
    """
    if not is_blank(pixels, frame):
        return None
    start = Point(frame.left, frame.middle.y)
    for line in left_of(lines, start)[:1] + above(lines, frame)[:1]:
        label = _by_words(lines, line, line.box.middle)
        if label is None:
            continue
        words, target = label.target.words, replace(label.target, words="")
        for find, named in (
            (field_right_of, replace(target, right_of=words)),
            (field_below, replace(target, below=words)),
        ):
            found = find(pixels, line.box)
            if found is not None and is_same_frame(found, frame):
                return Pointed(named, label.found)
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
        and says_something(other.text)
        and other.box.top <= middle <= other.box.bottom
        and other.text.casefold() != line.text.casefold()
    ]
    return sorted(row, key=lambda other: max(away(other.box, line.box.middle)))


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
