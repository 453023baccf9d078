"""Looking twice: at the whole picture, then at a part of it, enlarged; and the way back.

A point changes from the model's frame to a picture's pixels in `Context.point`. What stands here
goes from one picture to another: from the pixels of an enlarged part to those of the whole.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapwright.actions import Box, Point
from tapwright.types import Family, Size

if TYPE_CHECKING:
    from PIL import Image

ENLARGED = 2.0  # times, where the whole was shown at its own size
_LEAST = 8  # patches of a side: with less around it, nothing tells what a thing is


@dataclass(frozen=True, slots=True)
class Zoom:
    """A part of a picture and the size at which it is looked at, both in pixels."""

    part: Box
    size: Size

    def look(self, image: Image.Image) -> Image.Image:
        """The part, cut out and enlarged."""
        from PIL import Image

        part = image.crop((self.part.left, self.part.top, self.part.right, self.part.bottom))
        return part.resize((self.size.width, self.size.height), Image.Resampling.BICUBIC)

    def back(self, point: Point) -> Point:
        """The pixel of the whole picture in which the middle of a pixel of the part lies."""
        x = (2 * point.x + 1) * self.part.width // (2 * self.size.width)
        y = (2 * point.y + 1) * self.part.height // (2 * self.size.height)
        return Point(self.part.left + x, self.part.top + y)


def zoomed(point: Point, picture: Size, shown: Size, family: Family) -> Zoom | None:
    """The part around `point` to look at more closely; None where there is nothing to be gained.

    `shown` is the size at which the model saw the whole. The part lies inside the picture, with
    the point in its middle where the edges allow. It is shown larger than the whole was, as large
    as the family's budget allows, and its sides on the model's side are whole patches.
    """
    if family.min_pixels == family.max_pixels:
        return None  # trained on whole screens of one size: a part is nothing it knows
    factor = family.patch_factor
    scale = min(1.0, shown.width / picture.width)  # of the whole, as it was shown
    sides = []
    for side, seen in ((picture.width, shown.width), (picture.height, shown.height)):
        patches = max(_LEAST, math.floor(min(side, seen) / ENLARGED / factor))
        sides.append(patches * factor)
    part = Size(min(picture.width, sides[0]), min(picture.height, sides[1]))
    if part.width * part.height * 2 > picture.width * picture.height and scale > 0.9:
        return None  # half of it or more is left, at nearly the size at which it was seen
    size = _enlarged(part, family)
    if size.width < part.width * scale * 1.1:
        return None
    return Zoom(_box_around(point, part, picture), size)


def _enlarged(part: Size, family: Family) -> Size:
    """The part's size times `ENLARGED`, or as much as fits the budget, in whole patches."""
    factor = family.patch_factor
    most = math.sqrt(family.max_pixels / (part.width * part.height))
    times = min(ENLARGED, most)
    sides = [
        max(factor, math.floor(side * times / factor) * factor)
        for side in (part.width, part.height)
    ]
    return Size(*sides)


def _box_around(point: Point, part: Size, picture: Size) -> Box:
    left = min(max(0, point.x - part.width // 2), picture.width - part.width)
    top = min(max(0, point.y - part.height // 2), picture.height - part.height)
    return Box(left, top, left + part.width, top + part.height)
