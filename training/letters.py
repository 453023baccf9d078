"""Where on a picture letters stand, told in visual tokens: the cell, and the slot in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from tapwright.training.eye import CHARACTERS, PER_CELL
from tapwright.training.shape import CELL

SMALL_PRINT = 9.5  # pixels; that smaller letters cannot be read is not held against the eye
UNSAID = -100  # "nothing to be learned here", as torch calls it
Letter = tuple[str, float, float]  # a character and its middle, in pixels of the picture


def middles(text: str, boxes: Sequence[Any]) -> list[Letter]:
    """Each character of a text with its middle."""
    return [
        (letter, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        for letter, box in zip(text, boxes, strict=True)
    ]


def slot_at(x: float, y: float, columns: int) -> tuple[int, int]:
    """The cell in which a point (x, y) of a picture so many cells wide lies, and its upright slot
    there, 0 to PER_CELL - 1."""
    return int(y // CELL) * columns + int(x // CELL), int(x % CELL) * PER_CELL // CELL


def letters_of(fields: Iterable[Any], shape: Sequence[int]) -> Tensor:
    """The characters in each cell (cells, PER_CELL) of a picture (H, W, ...): each in the slot
    that its middle lies in; `UNSAID` where small print stands."""
    rows, columns = shape[0] // CELL, shape[1] // CELL
    found = torch.zeros(rows * columns, PER_CELL, dtype=torch.long)
    for _, text, boxes in fields:
        if not boxes:
            continue
        small = max(float(box[3] - box[1]) for box in boxes) < SMALL_PRINT
        for letter, x, y in middles(text, boxes):
            if letter == " " or not (0 <= x < columns * CELL and 0 <= y < rows * CELL):
                continue
            known = UNSAID if small or letter not in CHARACTERS else CHARACTERS.index(letter)
            found[slot_at(x, y, columns)] = known
    return found
