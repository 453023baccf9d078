"""Whether words that were read elsewhere can still be the target that was learned.

A dialog may lie over a button and have one of the same name. Its words are the only ones to be
read then, and pressing it does something else. What tells: around the place where the target was
learned everything is as it was, and the target alone is not there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tapwright.agent.script.learned import Look, Memory
from tapwright.agent.script.looking import in_row, standing
from tapwright.agent.script.looks import Mask, Pixels, View, differing, to_grey
from tapwright.agent.script.naming import places, spoken
from tapwright.agent.script.steps import Target
from tapwright.agent.seeing.values import Box, Found, Line, Rung
from tapwright.errors import Ambiguous

EDGE = 24  # grey levels between neighbours: writing and rims, which plain ground has none of
TILE = (24, 40)  # pixels down and across: of a label that moved, hardly one is as it was
WHOLE = 0.98  # of the edges in a tile that must be as ever: a caret may blink in it
STILL = 0.15  # of the edges around the target in such tiles: so many, and it is that window
ALIGNED = 3  # pixels between the middles of two labels that took each other's place


def must_not_be_displaced(
    view: View, target: Target, memory: Memory, found: Found, lines: Sequence[Line]
) -> None:
    """Raise `Ambiguous` where what surrounded the target stands, and its words stand elsewhere.

    Words in the target's own row are taken where another label has its place: buttons that were
    put into another order. `near`, `nth` and `at` say by themselves which one is meant.
    """
    if found.rung is not Rung.TEXT or target.near or target.nth or target.at is not None:
        return
    for look in memory.looks:
        own = look.box.moved(look.place.x, look.place.y)
        if look.rung is not Rung.TEXT or look.screen != view.size or _same(own, found.box):
            continue
        if _stands(view, look, own) and not _took_places(own, found.box, lines):
            raise Ambiguous(
                f"{spoken(target)} was read at {places([found.box])}, but it was learned at "
                f"{places([own])}, where only the target itself has changed: it may be another "
                "one, or something lies over it; close that, or say which with 'near' or 'nth'",
                places=((found.point.x, found.point.y),),
            )


def _same(own: Box, now: Box) -> bool:
    """Whether two boxes have one middle, but for what readers and type sizes differ."""
    was, at = own.middle, now.middle
    return 4 * abs(was.x - at.x) <= own.width and 4 * abs(was.y - at.y) <= own.height


def _stands(view: View, look: Look, own: Box) -> bool:
    """Whether enough of the writing and rims around the target is where it was.

    Parts of a window that something lies over do not count against the others; a few pixels that
    happen to be equal count for nothing, so whole tiles are compared.
    """
    seen = standing(view, look, own)
    if seen is None:
        return False
    telling = _edges(look.pixels) & look.counts
    telling[look.box.top : look.box.bottom, look.box.left : look.box.right] = False
    as_ever = telling & ~differing(look.pixels, seen)
    known, kept = _by_tile(telling), _by_tile(as_ever)
    return bool(known.any()) and known[kept >= WHOLE * known].sum() >= STILL * known.sum()


def _by_tile(mask: Mask) -> NDArray[np.int64]:
    """How many pixels of a mask are set in each tile."""
    (height, width), (down, across) = mask.shape, TILE
    padded = np.pad(mask, ((0, -height % down), (0, -width % across)))
    tiles = padded.reshape(-1, down, padded.shape[1] // across, across)
    counted: NDArray[np.int64] = tiles.sum(axis=(1, 3))
    return counted


def _edges(pixels: Pixels) -> Mask:
    grey = to_grey(pixels).astype(np.int16)
    edges: Mask = np.zeros(grey.shape, dtype=np.bool_)
    edges[:, 1:] |= np.abs(np.diff(grey, axis=1)) > EDGE
    edges[1:, :] |= np.abs(np.diff(grey, axis=0)) > EDGE
    return edges


def _took_places(own: Box, now: Box, lines: Sequence[Line]) -> bool:
    """Whether another label stands in the middle of `own`, in one line with `now`."""
    middle = own.middle
    if not in_row(own, now) or abs(middle.y - now.middle.y) > ALIGNED:
        return False
    labels = [line.box.middle for line in lines]
    return any(abs(at.x - middle.x) <= ALIGNED and abs(at.y - middle.y) <= ALIGNED for at in labels)
