"""Cards seen larger, smaller, wider or narrower: thousands of cards are learned by heart where they
stand still; one that is never seen twice at the same place and in the same size is not."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from PIL import Image

STILL = 0.3  # of the cards are shown as they were drawn
ASPECT = 0.12  # the logarithm of how much wider or narrower letters become, at most
Factors = tuple[float, float]  # down, across
STAY: Factors = (1.0, 1.0)


def draw_factors(rng: random.Random, least: float, most: float) -> Factors:
    """By how much a card is stretched down and across: `least` to `most` times, and a little
    more along one side than along the other."""
    if rng.random() < STILL:
        return STAY
    zoom = rng.uniform(math.log(least), math.log(most))
    aspect = rng.uniform(-ASPECT, ASPECT)
    return math.exp(zoom - aspect), math.exp(zoom + aspect)


def stretch_fields(fields: Iterable[Any], factors: Factors) -> list[Any]:
    """The fields of a card (fact, text, boxes of its letters) as they stand once it is
    stretched."""
    down, across = factors
    return [
        (
            name,
            text,
            boxes and [(a * across, b * down, c * across, d * down) for a, b, c, d in boxes],
        )
        for name, text, boxes in fields
    ]


def shift_fields(fields: Iterable[Any], corner: tuple[int, int]) -> list[Any]:
    """The fields of a card as they stand in the part of it that begins at `corner` (top, left)."""
    top, left = corner
    return [
        (name, text, boxes and [(a - left, b - top, c - left, d - top) for a, b, c, d in boxes])
        for name, text, boxes in fields
    ]


def stretched_part(
    picture: np.ndarray, factors: Factors, corner: tuple[int, int], size: Sequence[int]
) -> np.ndarray:
    """The part (height, width, 3) uint8 of the stretched `picture` (H, W, 3) uint8 whose top left
    corner is `corner`; what lies outside the picture has the colour of its own corner."""
    (down, across), (top, left), (height, width) = factors, corner, size[:2]
    inside = min(corner) >= 0 and top + height <= len(picture) and left + width <= len(picture[0])
    if factors == STAY and inside:
        return np.array(picture[top : top + height, left : left + width])
    part = Image.fromarray(np.asarray(picture)).transform(
        (width, height),
        Image.Transform.AFFINE,
        (1 / across, 0, left / across, 0, 1 / down, top / down),
        Image.Resampling.BICUBIC,
        fillcolor=tuple(int(value) for value in picture[0, 0]),
    )
    return np.asarray(part)
