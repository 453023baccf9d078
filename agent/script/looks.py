"""What a place on a picture looks like, and whether another place looks exactly so.

Correlation alone cannot tell "Delete 1" from "Delete 7", nor a greyed button from a live one. So
it only proposes places, and every pixel decides: each must be as it was, but for a shift of the
whole patch that is small beside its contrast (a pointer that rests on a button lights it up).
"""

from __future__ import annotations

from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tapwright.agent.seeing.values import Box
from tapwright.types import Size

Pixels: TypeAlias = NDArray[np.uint8]  # (height, width, 3), red green blue
Mask: TypeAlias = NDArray[np.bool_]  # (height, width)

PROPOSED = 0.93  # correlation from which a place is looked at pixel by pixel
SHARE = 0.2  # of a patch's contrast: what a pixel may differ
LEAST, MOST = 8, 40  # grey levels, 0..255, between which that lies
FEATURES = 16  # grey levels of contrast below which a patch has nothing to be known by
MOST_PROPOSED = 400
GREYED = 0.6  # of the contrast that a target had when it could be used


class View:
    """A picture as pixels, each form of it made once."""

    def __init__(self, image: Image.Image) -> None:
        self.image = image if image.mode == "RGB" else image.convert("RGB")

    @property
    def size(self) -> Size:
        """The picture's size in pixels."""
        return Size(*self.image.size)

    @cached_property
    def pixels(self) -> Pixels:
        """Red, green and blue, (height, width, 3)."""
        return np.asarray(self.image)

    @cached_property
    def grey(self) -> NDArray[np.uint8]:
        """Brightness, (height, width)."""
        return to_grey(self.pixels)

    @cached_property
    def bytes(self) -> bytes:
        """All pixels one after the other, row by row."""
        return self.pixels.tobytes()

    def crop(self, box: Box) -> Pixels:
        """The pixels inside a box that lies on the picture."""
        return self.pixels[box.top : box.bottom, box.left : box.right]

    def holds(self, box: Box) -> bool:
        """Whether the whole box lies on the picture, and is none of no size."""
        width, height = self.image.size
        return 0 <= box.left < box.right <= width and 0 <= box.top < box.bottom <= height


def to_grey(pixels: Pixels) -> NDArray[np.uint8]:
    """The brightness of every pixel."""
    import cv2

    grey: NDArray[np.uint8] = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return grey


def contrast(pixels: Pixels) -> float:
    """How far the brightest and the darkest of a patch lie apart, 0..255, specks left out."""
    low, high = np.percentile(to_grey(pixels), (0.5, 99.5))
    return float(high - low)


def ink(pixels: Pixels) -> float:
    """The contrast of the writing in the middle of a patch, 0..255; borders around it left out."""
    height, width = pixels.shape[:2]
    aside = min(height, width // 3)
    return contrast(
        pixels[height // 3 : max(height // 3 + 1, height * 2 // 3), aside : width - aside]
    )


def differing(before: Pixels, after: Pixels) -> Mask:
    """Which pixels of two patches of one size differ so that a person could tell."""
    old, new = before.astype(np.int16), after.astype(np.int16)
    allowed = min(max(SHARE * contrast(before), LEAST), MOST)
    difference = new - old
    shift = np.median(difference.reshape(-1, 3), axis=0)
    if np.abs(shift).max() > allowed:
        shift = np.zeros(3)
    mask: Mask = np.abs(difference - shift).max(axis=2) > allowed
    return mask


def same(before: Pixels, after: Pixels, where: Mask | None = None) -> bool:
    """Whether two patches look the same; `where` are the pixels that count (None: all)."""
    if before.shape != after.shape:
        return False
    differs = differing(before, after)
    return not bool((differs if where is None else differs & where).any())


def find_same(
    view: View,
    patch: Pixels,
    first: tuple[int, int] | None = None,
    within: Box | None = None,
) -> list[Box]:
    """Every place that looks exactly like `patch`, top to bottom, then left to right.

    None where the patch has nothing to be known by. `first` (left, top) is where it was before,
    `within` the part of the picture that is searched. Pixels that are equal byte for byte are
    found in a millisecond; only where there are none is a lit or shaded copy looked for.
    """
    height, width = patch.shape[:2]
    if contrast(patch) < FEATURES:
        return []
    found: list[Box] = []
    for propose in (_equal_places, _alike_places):
        for left, top in ([first] if first else []) + propose(view, patch, within):
            box = Box(left, top, left + width, top + height)
            if not view.holds(box) or any(_near(box, other) for other in found):
                continue
            if same(patch, view.crop(box)):
                found.append(box)
        if found:
            break
    return sorted(found, key=lambda box: (box.top, box.left))


def _equal_places(view: View, patch: Pixels, within: Box | None) -> list[tuple[int, int]]:
    """Where the patch's most telling row stands, byte for byte: (left, top) of the patch."""
    telling = np.abs(np.diff(patch.astype(np.int16), axis=1)).sum(axis=(1, 2)).argmax()
    needle = np.ascontiguousarray(patch[telling]).tobytes()
    stride = 3 * view.size.width
    places: list[tuple[int, int]] = []
    at = view.bytes.find(needle)
    while at >= 0 and len(places) < MOST_PROPOSED:
        row, column = divmod(at, stride)
        left, top = column // 3, row - int(telling)
        if column % 3 == 0 and (within is None or within.has(left, top)):
            places.append((left, top))
        at = view.bytes.find(needle, at + 1)
    return places


def _alike_places(view: View, patch: Pixels, within: Box | None) -> list[tuple[int, int]]:
    """Where the patch correlates, the best first: (left, top)."""
    import cv2

    height, width = patch.shape[:2]
    area = within or Box(0, 0, view.size.width, view.size.height)
    grey = view.grey[area.top : area.bottom, area.left : area.right]
    if height > grey.shape[0] or width > grey.shape[1]:
        return []
    scores = cv2.matchTemplate(grey, to_grey(patch), cv2.TM_CCOEFF_NORMED)
    rows, columns = np.nonzero(scores >= PROPOSED)
    best = np.argsort(-scores[rows, columns], kind="stable")[:MOST_PROPOSED]
    return [(area.left + int(columns[at]), area.top + int(rows[at])) for at in best]


def around(box: Box, patch: Pixels, size: Size) -> Box:
    """The part of a picture in which a copy of `patch` may overlap `box`."""
    height, width = patch.shape[:2]
    return Box(
        max(0, box.left - width),
        max(0, box.top - height),
        min(size.width, box.right + width),
        min(size.height, box.bottom + height),
    )


def _near(box: Box, other: Box) -> bool:
    """Whether one is the other seen a few pixels aside."""
    width, height = box.right - box.left, box.bottom - box.top
    return (
        abs(box.left - other.left) < max(2, width // 3)
        and abs(box.top - other.top) < max(2, height // 3)
    )  # fmt: skip
