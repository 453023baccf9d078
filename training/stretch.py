"""Cards seen larger, smaller, wider or narrower: thousands of cards are learned by heart where they
stand still; those that are seldom seen twice at the same place and in the same size are not."""

from __future__ import annotations

import bisect
import itertools
import math
import random
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from PIL import Image

STILL = 0.3  # of the cards are shown as they were drawn
ASPECT = 0.12  # the logarithm of how much wider or narrower letters become, at most
WIDE_GAP = (22, 56)  # pixels down and across: what is nearer belongs together
LEAST_GAP = 12
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


def respaced(
    picture: np.ndarray, fields: Sequence[Any], rng: random.Random, side: int
) -> tuple[np.ndarray, list[Any]]:
    """The picture (H, W, 3) and its fields with the room between them given out anew, along `side`
    (0 down, 1 across): wide gaps become wider or narrower, words and narrow gaps stay as they are,
    and so does the picture's size."""
    cuts, new = _gaps(fields, rng, side, picture.shape[side])
    taken = [
        np.linspace(low, high, room, endpoint=False)
        for (low, high), room in zip(itertools.pairwise(cuts), new, strict=True)
    ]
    moved = np.take(picture, np.concatenate(taken).astype(int), axis=side)
    ends = [0, *itertools.accumulate(new)]

    def shifted(box: Sequence[float]) -> tuple[float, ...]:
        at = bisect.bisect_right(cuts, box[1 - side]) - 1
        by = ends[at] - cuts[at]
        return tuple(edge + by * (place % 2 != side) for place, edge in enumerate(box))

    return moved, [(name, text, boxes and [*map(shifted, boxes)]) for name, text, boxes in fields]


def _gaps(
    fields: Sequence[Any], rng: random.Random, side: int, length: int
) -> tuple[list[int], list[int]]:
    """Where a picture is cut, from 0 to `length`, and how long each part of it becomes."""
    covered = np.zeros(length, dtype=bool)
    for _, _, boxes in fields:
        if boxes:
            low, high = min(b[1 - side] for b in boxes), max(b[3 - side] for b in boxes)
            covered[max(0, int(low) - 1) : int(high) + 2] = True
    edges = np.flatnonzero(np.diff(covered.astype(int), prepend=1, append=1))
    free = [(low, high) for low, high in itertools.pairwise(edges.tolist()) if not covered[low]]
    wide = [(low, high) for low, high in free if high - low >= WIDE_GAP[side]]
    cuts = sorted({0, length, *itertools.chain.from_iterable(wide)})
    parts = [high - low for low, high in itertools.pairwise(cuts)]
    at = [place for place, low in enumerate(cuts[:-1]) if (low, cuts[place + 1]) in wide]
    spare = sum(parts[place] - LEAST_GAP for place in at)
    shares = [0.0, *sorted(rng.random() for _ in at[1:]), 1.0]
    for place, low, high in zip(at, shares, shares[1:], strict=False):  # none where there is no gap
        parts[place] = LEAST_GAP + round(high * spare) - round(low * spare)
    return cuts, parts
