"""How pages come and go: the picture in between, and the system's own gestures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PIL import Image

from tapwright.devices.simphone.canvas import BLACK
from tapwright.devices.simphone.ui import GESTURE_BAR, STATUS_BAR, View
from tapwright.types import Size

TRANSITION = 0.22  # seconds
EDGE = 44  # pixels from the left or right edge in which a back swipe starts
Motion = Literal["forward", "backward", "fade"]
Gesture = Literal["back", "home", "shade"]


@dataclass(slots=True)
class Transition:
    """A page change under way; what was seen before is painted only if somebody looks."""

    before: View
    motion: Motion
    started: float
    _image: Image.Image | None = None

    def over(self, now: float) -> bool:
        """Whether the new page has arrived."""
        return now - self.started >= TRANSITION

    def between(self, after: Image.Image, now: float) -> Image.Image:
        """The picture at `now`, on the way to `after`."""
        share = max((now - self.started) / TRANSITION, 0.0)
        if self._image is None:
            self._image = self.before.paint().image
        before = self._image
        if before.size != after.size:  # turned round in the middle of it
            return after
        if self.motion == "fade":
            return Image.blend(before, after, share)
        eased = 1 - (1 - share) ** 2
        width = after.width
        picture = Image.new("RGB", after.size, BLACK)
        if self.motion == "forward":
            below, above, x = before, after, round(width * (1 - eased))
        else:
            below, above, x = after, before, round(width * eased)
        picture.paste(below, ((x - width) // 4, 0))
        picture.paste(above, (x, 0))
        return picture


def system_gesture(size: Size, start: tuple[int, int], by: tuple[int, int]) -> Gesture | None:
    """What a swipe that begins at an edge means to the system; None where it is the page's."""
    (x, y), (dx, dy) = start, by
    if abs(dx) > abs(dy):
        inward = (x < EDGE and dx > 120) or (x >= size.width - EDGE and dx < -120)
        return "back" if inward else None
    if y >= size.height - GESTURE_BAR and dy < -150:
        return "home"
    if y < STATUS_BAR and dy > 200:
        return "shade"
    return None
