"""Cards for training in files: pictures at the model's size, characters, lessons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tapwright.training.cards.card import KINDS, PORTRAIT, SHRINK, Card, Kind
from tapwright.training.cards.lessons import Lesson, World, lessons
from tapwright.training.cards.make import make_card
from tapwright.training.cards.prompts import reply_text, so_far

SHARES: tuple[Kind, ...] = ("pass", "pass", "parcel", "weather")


def shrink(picture: Image.Image) -> np.ndarray:
    """A card at the model's size, uint8 (H, W, 3), resampled as the processor does."""
    size = (picture.width // SHRINK, picture.height // SHRINK)
    return np.asarray(picture.resize(size, Image.Resampling.BICUBIC))


def described(card: Card, world: World | None = None) -> dict[str, Any]:
    """A card as JSON holds it, in pixels of the model's picture."""
    fields = [
        [field.name, field.text, [[round(v / SHRINK, 1) for v in box] for box in field.boxes]]
        for field in card.boxes
    ]
    return {
        "kind": card.kind,
        "layout": card.layout,
        "seed": card.seed,
        "unseen": card.unseen,
        "facts": dict(card.facts),
        "fields": fields,
        "lessons": [_lesson(lesson) for lesson in lessons(card, world)],
    }


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
    `cards-tall-SEED.npy` uint8 (N, 560, 252, 3), `cards-wide-SEED.npy` (N, 252, 560, 3), each
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
        empty = np.zeros((0, 560, 252, 3) if shape == "tall" else (0, 252, 560, 3), np.uint8)
        pictures = [picture for picture, _ in seen[shape]]
        np.save(file.with_suffix(".npy"), np.stack(pictures) if pictures else empty)
        partial = file.with_suffix(".part")
        partial.write_text(json.dumps([told for _, told in seen[shape]]), encoding="utf-8")
        partial.rename(file)  # the description appears only when all is written
    return list(files.values())


__all__ = ["KINDS", "described", "shrink", "write_chunk"]
