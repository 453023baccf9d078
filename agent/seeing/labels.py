"""Where one label ends and the next begins, seen in the pixels between words that were read.

A reader takes a menu bar for one line. What a person sees as two labels has a wider gap between
them than words of one label have, and that gap is measured here.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tapwright.agent.seeing.values import Box, Line, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_APART = 0.8  # of the writing's height: a gap so wide parts two labels
_LEAST_INK = 24  # grey levels between writing and ground
_RULE = 0.8  # a row that is so full is a border or an underline, no writing


def apart(grey: NDArray[np.uint8], line: Line) -> list[Line]:
    """The labels of a line, from left to right; `grey` is the picture, (height, width), 0..255."""
    if len(line.words) < 2:
        return [line]
    ink = _ink(grey, line.box)
    if ink is None:
        return [line]
    columns, height = ink
    parts: list[list[Word]] = [[line.words[0]]]
    for before, after in pairwise(line.words):
        middle = (before.box.right + after.box.left) // 2 - line.box.left
        if _gap(columns, middle, height) > _APART * height:
            parts.append([])
        parts[-1].append(after)
    if len(parts) == 1:
        return [line]
    return [_label(words, line) for words in parts]


def _ink(grey: NDArray[np.uint8], box: Box) -> tuple[NDArray[Any], int] | None:
    """Which columns of the box hold writing, and how high it is; None where nothing stands out."""
    import numpy as np

    part = grey[max(0, box.top) : box.bottom, max(0, box.left) : box.right].astype(np.int16)
    if part.size == 0:
        return None
    ground = int(np.bincount(part.ravel(), minlength=256).argmax())
    strength = abs(part - ground)
    marks = strength > max(_LEAST_INK, 0.3 * int(strength.max()))
    marks[marks.mean(axis=1) > _RULE] = False
    rows = np.nonzero(marks.any(axis=1))[0]
    if not len(rows):
        return None
    return np.asarray(marks.any(axis=0)), int(rows[-1] - rows[0] + 1)


def _gap(columns: NDArray[Any], middle: int, height: int) -> int:
    """The widest run of empty columns that begins or ends near `middle`."""
    near = max(3, height // 2)
    best = run = start = 0
    for at, marked in enumerate([*columns.tolist(), True]):
        if marked:
            if run and start - near <= middle <= at + near:
                best = max(best, run)
            run, start = 0, at + 1
        else:
            run += 1
    return best


def _label(words: Sequence[Word], line: Line) -> Line:
    text = " ".join(word.text for word in words)
    return Line(text, around([word.box for word in words]), line.score, tuple(words))


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all of them."""
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )
