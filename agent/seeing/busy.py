"""Which parts of a picture there is something to read in, or have changed since another look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapwright.agent.seeing.values import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CELL = 16  # pixels; what lies further apart than two cells is read apart
_STEP = 12  # grey levels between neighbours that count as an edge
_WORTH = 0.7  # of the picture: reading more than this in parts gains nothing


def busy_boxes(pixels: NDArray[np.uint8]) -> list[Box]:
    """Boxes that hold every edge of an RGB picture of shape (height, width, 3), none twice.

    One box, the whole picture, where little would be left out.
    """
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.int16)
    edges = np.zeros((height, width), dtype=bool)
    edges[:, 1:] |= abs(np.diff(grey, axis=1)) > _STEP
    edges[1:, :] |= abs(np.diff(grey, axis=0)) > _STEP
    return _boxes(edges, apart=1)


def changed_boxes(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> list[Box]:
    """Boxes that hold every pixel in which two RGB pictures of one shape differ."""
    return _boxes((before != after).any(axis=2), apart=0)


def _boxes(marked: NDArray[Any], *, apart: int) -> list[Box]:
    """Boxes around the marked pixels; `apart` cells around each count as marked too."""
    import cv2
    import numpy as np

    height, width = marked.shape
    rows, columns = -(-height // _CELL), -(-width // _CELL)
    padded = np.zeros((rows * _CELL, columns * _CELL), dtype=bool)
    padded[:height, :width] = marked
    cells = padded.reshape(rows, _CELL, columns, _CELL).any(axis=(1, 3)).astype(np.uint8)
    grown = cv2.dilate(cells, np.ones((2 * apart + 1, 2 * apart + 1), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(grown, connectivity=8)
    found = [
        Box(
            int(left) * _CELL,
            int(top) * _CELL,
            min(width, int(left + across) * _CELL),
            min(height, int(top + down) * _CELL),
        )
        for left, top, across, down, _ in stats[1:count]
    ]
    parts = joined(found)
    if sum(box.width * box.height for box in parts) > _WORTH * width * height:
        return [Box(0, 0, width, height)]
    return parts


def joined(boxes: list[Box]) -> list[Box]:
    """The boxes, those that overlap taken together until none do."""
    from tapwright.agent.seeing.labels import around

    left = list(boxes)
    done: list[Box] = []
    while left:
        box = left.pop()
        touching = [other for other in left if other.overlaps(box)]
        if touching:
            left = [other for other in left if not other.overlaps(box)]
            left.append(around([box, *touching]))
            continue
        meets = [other for other in done if other.overlaps(box)]
        if meets:
            done = [other for other in done if not other.overlaps(box)]
            left.append(around([box, *meets]))
            continue
        done.append(box)
    return sorted(done, key=lambda box: (box.top, box.left))
