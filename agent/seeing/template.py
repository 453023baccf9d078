"""A small picture found again on a larger one, by its colours, pixel for pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapwright.actions import Box
from tapwright.agent.seeing.values import Found, Rung
from tapwright.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

_APART = 0.5  # of the template's sides: nearer matches are one place
_FLAT = 3.0  # grey levels of deviation; less is one colour, which is found everywhere
_MOST = 100  # places, of which the best are given


def find_template(
    image: Image.Image, template: Image.Image, *, least: float = 0.97, within: Box | None = None
) -> list[Found]:
    """Every place of an RGB picture at which `template` stands, best first.

    `least` is the correlation (0..1) of all three colours that is asked for, `within` a part of
    the picture. Raise `UsageError` for a template of one colour, which would be found everywhere.
    """
    import cv2
    import numpy as np

    left, top = (within.left, within.top) if within else (0, 0)
    part = image.crop((left, top, within.right, within.bottom)) if within else image
    pixels = np.asarray(part.convert("RGB"))
    wanted = np.asarray(template.convert("RGB"))
    height, width = wanted.shape[:2]
    if float(wanted.std(axis=(0, 1)).max()) < _FLAT:
        raise UsageError(
            f"the picture to find ({width}x{height}) has only one colour; "
            "cut out one that shows more"
        )
    if height > pixels.shape[0] or width > pixels.shape[1]:
        return []
    scores = cv2.matchTemplate(pixels, wanted, cv2.TM_CCOEFF_NORMED)
    found = []
    for x, y in _peaks(scores, least, width, height):
        # Correlation does not see that all is lighter or darker: a button that is greyed out.
        same = _likeness(pixels[y : y + height, x : x + width], wanted)
        score = min(float(scores[y, x]), same)
        if score >= least:
            box = Box(left + x, top + y, left + x + width, top + y + height)
            found.append(Found(box.middle, box, min(1.0, score), Rung.TEMPLATE))
    return sorted(found, key=lambda place: -place.score)


def _peaks(
    scores: NDArray[np.float32], least: float, width: int, height: int
) -> list[tuple[int, int]]:
    """The places of the best scores, none nearer to a better one than half a template."""
    import numpy as np

    left = scores.copy()
    left[~np.isfinite(left)] = -1.0
    across, down = max(1, int(width * _APART)), max(1, int(height * _APART))
    peaks: list[tuple[int, int]] = []
    while len(peaks) < _MOST:
        y, x = np.unravel_index(int(left.argmax()), left.shape)
        if left[y, x] < least:
            break
        peaks.append((int(x), int(y)))
        left[max(0, y - down) : y + down + 1, max(0, x - across) : x + across + 1] = -1.0
    return peaks


def _likeness(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """1 for equal pictures, less by the mean distance of their pixels (0 for black and white)."""
    import numpy as np

    return 1.0 - float(np.abs(one.astype(np.int16) - other).mean()) / 255
