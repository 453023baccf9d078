"""Rims on a picture: where a label ends, and the field that stands beside it.

A field to type into has no words of its own. What a person sees is a frame with a blank inside,
right of its label or below it, and nothing between the two: that is what is looked for here.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tapwright.actions import Point
from tapwright.agent.script.looks import Mask, Pixels
from tapwright.agent.seeing.values import Box

SURFACE = 28  # levels by which pixels of one surface may differ
RIM = 10  # levels by which a rim differs at least from what it frames
_RULE = 0.8  # a row so full is a rim or an underline, no writing
_FULL = 0.95  # of a straight line: corners may be round
_ALONG = 24  # pixels of a rim that are looked at first
_HIGHEST = 260  # pixels between a point and the rim above or below it
_LEAST = 10  # pixels of a field's height
_FARTHEST = 480  # pixels from a label to its field
_CORNER = 8  # pixels by which a round corner may cut a rim
_ASKEW = 6  # pixels by which the upper and the lower rim may end apart
_SHORT = 5  # pixels to both sides of a line that is followed: as long as a rim is at least
_CARET = 3  # pixels: no writing is so narrow

_Signed: TypeAlias = NDArray[np.int16]


def own_part(pixels: Pixels, box: Box) -> Box:
    """A label's box without the rims, and what lies beyond them, that were read into it."""
    middle = box.middle
    inside = _marked(pixels, box, SURFACE)
    higher = min(box.height // 2, box.top, pixels.shape[0] - box.bottom)
    tall = Box(box.left, box.top - higher, box.right, box.bottom + higher)
    rows = np.nonzero((inside.mean(axis=1) > _RULE) | _ruled(inside))[0] + box.top
    # A letter may fill a column of its box, but does not go on above and below it.
    columns = np.nonzero(_marked(pixels, tall, SURFACE).mean(axis=0) > _FULL)[0] + box.left
    top, bottom = _around(rows, middle.y, box.top, box.bottom)
    left, right = _around(columns, middle.x, box.left, box.right)
    return Box(left, top, max(right, left + 1), max(bottom, top + 1))


def one_surface(pixels: Pixels, label: Box, point: Point) -> bool:
    """Whether no edge lies between a label and a point: a button's rim, a field's frame.

    `label` is the `own_part` of what was read. A label beside a field must not pass for the field.
    """
    height, width = pixels.shape[:2]
    x, y = min(max(point.x, 0), width - 1), min(max(point.y, 0), height - 1)
    near_x = max(0, min(max(point.x, label.left - 1), label.right, width - 1))
    near_y = max(0, min(max(point.y, label.top - 1), label.bottom, height - 1))
    across = pixels[y, min(x, near_x) : max(x, near_x) + 1]
    along = pixels[min(y, near_y) : max(y, near_y) + 1, near_x]
    path = np.concatenate([across, along]).astype(np.int16)
    usual = np.median(path, axis=0)
    ground = _ground(pixels, label)
    return bool(np.abs(path - usual).max() <= SURFACE and np.abs(usual - ground).max() <= SURFACE)


def frame_around(pixels: Pixels, point: Point) -> Box | None:
    """The frame, rims included, in which a point lies; None where it lies in none.

    A frame is wider than high, and its rims are straight lines, each of one colour.
    """
    height, width = pixels.shape[:2]
    x = point.x
    if not (0 <= x < width and 0 <= point.y < height):
        return None
    first = max(0, point.y - _HIGHEST)
    y = point.y - first
    part = pixels[first : point.y + _HIGHEST + 1].astype(np.int16)
    ground = np.median(
        part[max(0, y - 3) : y + 4, max(0, x - _ALONG // 2) : x + _ALONG // 2], axis=(0, 1)
    )
    differs: Mask = np.abs(part - ground).max(axis=2) > RIM
    for side in (slice(x, x + _ALONG), slice(max(0, x - _ALONG), x)):
        ruled = np.nonzero(differs[:, side].mean(axis=1) >= _FULL)[0]
        above, below = ruled[ruled < y], ruled[ruled > y]
        if side.stop <= width and len(above) and len(below):
            top, bottom = int(above[-1]), int(below[0])
            box = _closed(part, differs, top, bottom, side.start + _ALONG // 2)
            if box is not None and box.left < x < box.right - 1:
                return box.moved(0, first)
    return None


def is_same_frame(one: Box, other: Box) -> bool:
    """Whether two boxes are one frame: where it was come upon from may move a rim a little."""
    ends = zip((one.left, one.top, one.right, one.bottom),
               (other.left, other.top, other.right, other.bottom), strict=True)  # fmt: skip
    return all(abs(a - b) <= _CARET for a, b in ends)


def is_blank(pixels: Pixels, frame: Box) -> bool:
    """Whether nothing but a caret stands in a frame."""
    inset = min(6, frame.height // 4)
    inside = Box(frame.left + inset, frame.top + inset, frame.right - inset, frame.bottom - inset)
    marked = np.nonzero(_marked(pixels, inside, SURFACE).any(axis=0))[0]
    return not len(marked) or int(marked[-1] - marked[0]) < _CARET


def field_right_of(pixels: Pixels, label: Box) -> Box | None:
    """The frame right of a label, with nothing between the two; None where there is none.

    The box that was read may reach over the frame's rim, so that is looked for from the label's
    middle on; behind the label, a colon or a star is passed over, and no other words are.
    """
    middle = label.middle
    last = min(pixels.shape[1], label.right + _FARTHEST)
    band = Box(middle.x, max(0, middle.y - _SHORT), last, middle.y + _SHORT + 1)
    for x, straight in _edges(pixels, band, label, axis=0):
        frame = frame_around(pixels, Point(x + _CORNER, middle.y)) if straight else None
        if frame is not None and abs(frame.left - x) <= _CARET:
            return frame
        if x > label.right + label.height // 2:
            return None
    return None


def field_below(pixels: Pixels, label: Box) -> Box | None:
    """The frame right under a label, with nothing between the two; None where there is none."""
    middle = label.middle
    last = min(pixels.shape[0], label.bottom + 2 * label.height)
    band = Box(max(0, middle.x - _SHORT), middle.y, middle.x + _SHORT + 1, last)
    for y, straight in _edges(pixels, band, label, axis=1):
        frame = frame_around(pixels, Point(middle.x, y + _CARET)) if straight else None
        if frame is not None and abs(frame.top - y) <= _CARET:
            return frame
        if y > label.bottom:
            return None
    return None


def _edges(pixels: Pixels, band: Box, label: Box, axis: int) -> list[tuple[int, bool]]:
    """Where something begins in a band beside a label, and whether it fills it, as a rim does.

    In the picture's pixels: columns with `axis` 0, rows with 1.
    """
    ground = _ground(pixels, label)
    strip = pixels[band.top : band.bottom, band.left : band.right].astype(np.int16)
    marked = np.abs(strip - ground).max(axis=2) > RIM
    some, all_of = (np.pad(line, (1, 0)) for line in (marked.any(axis=axis), marked.all(axis=axis)))
    first = band.left if axis == 0 else band.top
    begins = np.nonzero(
        (np.diff(some.astype(np.int8)) == 1) | (np.diff(all_of.astype(np.int8)) == 1)
    )
    return [(first + int(at), bool(all_of[at + 1])) for at in begins[0]]


def _closed(part: _Signed, differs: Mask, top: int, bottom: int, x: int) -> Box | None:
    """The box that the rims in the rows `top` and `bottom` close together with upright ones."""
    one, other = sorted(
        (_run(part[row], x) for row in (top, bottom)), key=lambda run: run[1] - run[0]
    )
    if other[0] > one[0] + _ASKEW or other[1] < one[1] - _ASKEW:
        return None
    quarter = (bottom - top) // 4
    upright = differs[top + 1 + quarter : bottom - quarter].mean(axis=0) >= _FULL
    first = max(0, one[0] - _CORNER)
    lefts = np.nonzero(upright[first : one[0] + _CARET])[0] + first
    rights = np.nonzero(upright[one[1] - _CARET : one[1] + _CORNER])[0] + one[1] - _CARET
    if not len(lefts) or not len(rights):
        return None
    box = Box(int(lefts[-1]), top, int(rights[0]) + 1, bottom + 1)
    return box if _LEAST <= box.height <= box.width else None


def _run(row: _Signed, x: int) -> tuple[int, int]:
    """From where to where a row has the colour that it has at `x`; the end is the first behind."""
    others = np.nonzero(np.abs(row - row[x]).max(axis=1) > SURFACE)[0]
    before, after = others[others < x], others[others > x]
    return (int(before[-1]) + 1 if len(before) else 0), int(after[0]) if len(after) else len(row)


def _marked(pixels: Pixels, box: Box, level: int) -> Mask:
    """What of a box is not its ground."""
    inside = pixels[box.top : box.bottom, box.left : box.right].astype(np.int16)
    mask: Mask = np.abs(inside - _ground(pixels, box)).max(axis=2) > level
    return mask


def _ruled(marked: Mask) -> Mask:
    """Which rows have a line in them that is longer than any stroke of a letter."""
    long = marked.shape[0] * 3 // 2
    ink = np.pad(np.cumsum(marked, axis=1), ((0, 0), (1, 0)))
    lines: Mask = (ink[:, long:] - ink[:, :-long] == long).any(axis=1)
    return lines


def _ground(pixels: Pixels, box: Box) -> _Signed:
    """The colour that most of a box has: what its letters stand on."""
    flat = pixels[box.top : box.bottom, box.left : box.right].reshape(-1, 3)
    colours, counts = np.unique(flat, axis=0, return_counts=True)
    most: _Signed = colours[counts.argmax()].astype(np.int16)
    return most


def _around(rims: NDArray[np.intp], middle: int, first: int, last: int) -> tuple[int, int]:
    """The stretch around `middle` in which there is no rim; the end is the first behind it."""
    before, after = rims[rims < middle], rims[rims > middle]
    return int(before[-1]) + 1 if len(before) else first, int(after[0]) if len(after) else last
