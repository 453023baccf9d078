"""Cards for training in files: pictures at the model's size, characters, lessons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tapwright.training.cards.card import KINDS, LONG_SIDE, PORTRAIT, SHORT_SIDE, Box, Card, Kind
from tapwright.training.cards.lessons import Lesson, World, lessons
from tapwright.training.cards.make import make_card
from tapwright.training.cards.prompts import reply_text, so_far
from tapwright.training.cards.refusals import refusals

SHARES: tuple[Kind, ...] = ("pass", "pass", "parcel", "weather")


def seen_size(picture: Image.Image) -> tuple[int, int]:
    """Width and height at which the model sees a card."""
    tall = picture.height > picture.width
    return (SHORT_SIDE, LONG_SIDE) if tall else (LONG_SIDE, SHORT_SIDE)


def shrink(picture: Image.Image) -> np.ndarray:
    """A card at the model's size, uint8 (H, W, 3), resampled as the processor does."""
    return np.asarray(picture.resize(seen_size(picture), Image.Resampling.BICUBIC))


def described(card: Card, world: World | None = None) -> dict[str, Any]:
    """A card as JSON holds it, in pixels of the model's picture."""
    width, height = seen_size(card.picture)
    scale = (width / card.picture.width, height / card.picture.height) * 2
    fields = [
        [field.name, field.text, [_scaled(box, scale) for box in field.boxes]]
        for field in card.boxes
    ]
    return {
        "kind": card.kind,
        "layout": card.layout,
        "seed": card.seed,
        "unseen": card.unseen,
        "facts": dict(card.facts),
        "fields": fields,
        "lessons": [_lesson(lesson) for lesson in lessons(card, world) + refusals(card)],
    }


def _scaled(box: Box, scale: tuple[float, ...]) -> list[float]:
    return [round(value * factor, 1) for value, factor in zip(box, scale, strict=True)]


def _lesson(lesson: Lesson) -> dict[str, Any]:
    steps = [{"so_far": so_far(step), "reply": reply_text(step)} for step in lesson.steps]
    return {
        "topic": lesson.topic,
        "asks": list(lesson.asks),
        "steps": steps,
        "key": list(lesson.key),
    }


def write_chunk(folder: Path, first_seed: int, count: int, *, unseen: bool = False) -> list[Path]:
    """Write the cards of `count` seeds; skip what is there.

    Portraits and landscapes go to files of their own, since a batch has one shape:
    `cards-tall-SEED.npy` uint8 (N, 924, 420, 3), `cards-wide-SEED.npy` (N, 420, 924, 3), each
    with a `.json` that describes the pictures in order. Returns the descriptions' paths.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {shape: folder / f"cards-{shape}-{first_seed:07d}.json" for shape in ("tall", "wide")}
    if all(file.exists() for file in files.values()):
        return list(files.values())
    seen: dict[str, list[tuple[np.ndarray, dict[str, Any]]]] = {"tall": [], "wide": []}
    for seed in range(first_seed, first_seed + count):
        card = make_card(SHARES[seed % len(SHARES)], seed, unseen=unseen)
        shape = "tall" if card.picture.size == PORTRAIT else "wide"
        seen[shape].append((shrink(card.picture), described(card)))
    for shape, file in files.items():
        sides = (LONG_SIDE, SHORT_SIDE) if shape == "tall" else (SHORT_SIDE, LONG_SIDE)
        empty = np.zeros((0, *sides, 3), np.uint8)
        pictures = [picture for picture, _ in seen[shape]]
        np.save(file.with_suffix(".npy"), np.stack(pictures) if pictures else empty)
        partial = file.with_suffix(".part")
        partial.write_text(json.dumps([told for _, told in seen[shape]]), encoding="utf-8")
        partial.rename(file)  # the description appears only when all is written
    return list(files.values())


__all__ = ["KINDS", "described", "shrink", "write_chunk"]
