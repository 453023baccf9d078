"""From a place that was found to the look that is kept of it, and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tapwright.actions import Point
from tapwright.agent.script.learned import Look
from tapwright.agent.script.looks import FEATURES, Mask, Pixels, View, contrast, differing, same
from tapwright.agent.script.naming import places
from tapwright.agent.script.steps import Target
from tapwright.agent.seeing.labels import around
from tapwright.agent.seeing.text import find_text
from tapwright.agent.seeing.values import Box, Found, Line, Rung
from tapwright.errors import NotReady

ACROSS, DOWN = 160, 48  # pixels of surroundings on each side
FAR, ROW = 480, 3  # the same, of the row in which a target without words of its own stands
POINTED = 20  # pixels around a point for which nobody told a box
WIDEST = 0.4  # of the picture: a target is no larger


def look_of(view: View, target: Target, found: Found, lines: Sequence[Line] | None) -> Look | None:
    """What is to be remembered of a place; None where it has nothing to be known by."""
    box = target_box(view, found)
    if contrast(view.crop(box)) < FEATURES:
        return None
    anchor = _anchor(view, target, box, lines)
    if target.near and anchor is None:
        return None
    near = _grown(view, box, ACROSS, DOWN)
    row = _grown(view, box, FAR, ROW)
    by_words = found.rung is Rung.TEXT and target.nth is None
    if anchor is not None:
        # What a row says beside its name may change without its being another row.
        parts = [box, anchor]
    elif by_words:
        parts = [near]
    else:
        # One of several that look alike is told apart by its row, however wide that is.
        parts = [row] if target.nth is not None else [near, row]
    whole = around(parts)
    pixels = np.ascontiguousarray(view.crop(whole))
    counts = np.zeros(pixels.shape[:2], dtype=np.bool_)
    for part in parts:
        _set(counts, part.moved(-whole.left, -whole.top))
    inside = box.moved(-whole.left, -whole.top)
    return Look(
        pixels,
        counts,
        inside,
        Point(found.point.x - whole.left, found.point.y - whole.top),
        Point(whole.left, whole.top),
        view.size,
        found.said,
        found.rung,
    )


def target_box(view: View, found: Found) -> Box:
    """The target's own pixels: words with a margin, so that a longer label looks different."""
    box = found.box
    if found.rung is Rung.TEXT:
        return _grown(view, box, box.height, max(2, box.height // 3))
    small = box.width < 8 or box.height < 8
    large = box.width > WIDEST * view.size.width or box.height > WIDEST * view.size.height
    if small or large:
        point = found.point
        return _grown(view, Box(point.x, point.y, point.x + 1, point.y + 1), POINTED, POINTED)
    return _grown(view, box, 0, 0)


def words_box(found: Found) -> Box:
    """A label's words alone: what was learned of one has the margin of its `target_box`."""
    box = found.box
    if found.rung is not Rung.LEARNED:
        return box
    aside, above = min(box.height * 3 // 5, box.width // 3), box.height // 5
    return Box(box.left + aside, box.top + above, box.right - aside, box.bottom - above)


def standing(view: View, look: Look, box: Box) -> Pixels | None:
    """The pixels where a look's surroundings would be if its target were `box`.

    None where that is not all on the picture.
    """
    height, width = look.counts.shape
    left, top = box.left - look.box.left, box.top - look.box.top
    whole = Box(left, top, left + width, top + height)
    return view.crop(whole) if view.holds(whole) else None


def words_stand(view: View, look: Look, found: Found) -> bool:
    """Whether a label's words stand where they were learned, pixel by pixel, so that what changed
    is only what is around them: a frame, a light beside it."""
    if view.size != look.screen:
        return False
    words = words_box(Found(look.point, look.box, 1.0, Rung.LEARNED, look.words))
    here = words.moved(look.place.x, look.place.y)
    if not here.overlaps(found.box):
        return False
    before = look.pixels[words.top : words.bottom, words.left : words.right]
    return same(before, view.crop(here))


def still_looks(view: View, look: Look, box: Box) -> bool:
    """Whether all that counts around a target at `box` is as it was."""
    seen = standing(view, look, box)
    return seen is not None and same(look.pixels, seen, look.counts)


def fewer_counted(look: Look, seen: Pixels) -> Mask:
    """What of a look's surroundings still counts, now that they look like `seen`.

    Text that has changed will change again, a little to the left or right of where it did.
    """
    import cv2

    changed = differing(look.pixels, seen).astype(np.uint8)
    spread = cv2.dilate(changed, np.ones((13, 33), dtype=np.uint8)) > 0
    counts: Mask = look.counts & ~spread
    _set(counts, look.box)
    return counts


def near_labels(box: Box, near: str, lines: Sequence[Line]) -> list[Box]:
    """Where the words `near` stand, the nearest to `box` first.

    What stands in the box itself tells no row; a picture may reach over the label beside it.
    """
    hits = [
        hit.box for hit in find_text(lines, near) if not box.has(hit.box.middle.x, hit.box.middle.y)
    ]
    return sorted(hits, key=lambda hit: _gap(box, hit))


def in_row(box: Box, other: Box) -> bool:
    """Whether two boxes stand in one row: most of the lower one's height lies beside the other."""
    shared = min(box.bottom, other.bottom) - max(box.top, other.top)
    return shared >= 0.5 * min(box.height, other.height)


def in_row_of(box: Box, near: str, lines: Sequence[Line]) -> bool:
    """Whether the words `near` stand in the row of a box."""
    return any(in_row(box, label) for label in near_labels(box, near, lines))


def _gap(one: Box, other: Box) -> int:
    """Pixels between two boxes, across and down together; down counts for more."""
    across = max(0, one.left - other.right, other.left - one.right)
    down = max(0, one.top - other.bottom, other.top - one.bottom)
    return across + 8 * down


def _anchor(view: View, target: Target, box: Box, lines: Sequence[Line] | None) -> Box | None:
    """The label that tells the target's row, with a margin; None where there is none, or two."""
    if not target.near or lines is None:
        return None
    labels = near_labels(box, target.near, lines)
    if not labels or (len(labels) > 1 and _gap(box, labels[0]) == _gap(box, labels[1])):
        return None
    return _grown(view, labels[0], labels[0].height, max(2, labels[0].height // 3))


def on_picture(view: View, box: Box) -> Box:
    """What of a box lies on the picture; raise `NotReady` where nothing does."""
    inside = _grown(view, box, 0, 0)
    if not view.holds(inside):
        raise NotReady(f"the target at {places([box])} is off the screen")
    return inside


def _grown(view: View, box: Box, across: int, down: int) -> Box:
    size = view.size
    return Box(
        max(0, box.left - across),
        max(0, box.top - down),
        min(size.width, box.right + across),
        min(size.height, box.bottom + down),
    )


def _set(mask: Mask, box: Box) -> None:
    mask[box.top : box.bottom, box.left : box.right] = True
