"""Stage one: the eye alone learns to name the characters under every visual token.

A throwaway linear head reads out of each visual token (28x28 pixels of the picture) the character
whose middle lies in each of its `PER_CELL` upright slots. Slots fix where a character is looked
for, so nothing has to be counted: letters were learned about twice as fast as in their order.
Without this stage no reading appears when whole screens are trained from nothing.
"""

from __future__ import annotations

import math
import random
import string
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset

from tapwright.training.pixels import StillPatchEmbed, patchify
from tapwright.training.shape import CELL

CHARACTERS = " " + string.digits + string.ascii_letters + "-:.,&%/()!?'+"
PER_CELL = 4
SCALE = 2  # text is drawn larger and shrunk, as a screenshot is
WIDTH, HEIGHT = 252, 196
_CARD_SIZES, _SCREEN_SIZES = range(40, 76, 2), range(28, 42, 2)  # of type, before shrinking
_CAPITALS = string.ascii_uppercase
_OFTEN = "eeeaaaiiooouuntrslnrsthdlcmkgbpvfyjwzxq"  # letters about as often as names have them


def _fonts() -> list[str]:
    import font_roboto

    names = ("Roboto-Regular", "Roboto-Medium", "Roboto-Bold", "Roboto-Light")
    folder = Path(font_roboto.__file__).parent / "files"
    return [str(folder / f"{name}.ttf") for name in names]


class TextPictures:
    """Dense random text on one background, with the characters under every cell."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._fonts = _fonts()
        self._cache: dict[tuple[str, int], tuple[ImageFont.FreeTypeFont, dict[str, float]]] = {}

    def _font(self) -> tuple[ImageFont.FreeTypeFont, dict[str, float]]:
        sizes = _CARD_SIZES if self._random.random() < 0.7 else _SCREEN_SIZES
        key = (self._random.choice(self._fonts), self._random.choice(sizes))
        if key not in self._cache:
            font = ImageFont.truetype(*key, layout_engine=ImageFont.Layout.BASIC)
            self._cache[key] = font, {c: font.getlength(c) for c in CHARACTERS}
        return self._cache[key]

    def _word(self) -> str:
        rng = self._random
        pick = rng.random()
        if pick < 0.25:  # such as a flight's number
            return "".join(rng.choices(_CAPITALS, k=2)) + str(
                rng.randrange(10 ** rng.randint(2, 4))
            )
        if pick < 0.33:
            return "".join(rng.choices(string.digits, k=rng.randint(4, 12)))
        if pick < 0.4:
            return "".join(rng.choices(_CAPITALS + string.digits, k=rng.randint(3, 10)))
        if pick < 0.44:
            return f"{rng.randrange(24)}:{rng.randrange(60):02d}"
        word = "".join(rng.choices(_OFTEN, k=rng.randint(3, 10)))
        if pick < 0.48:
            return word
        return word.upper() if rng.random() < 0.4 else word.capitalize()

    def draw(self) -> tuple[np.ndarray, np.ndarray]:
        """One picture (H, W, 3) uint8 and its characters (cells, PER_CELL) as indices."""
        rng = self._random
        width, height = WIDTH * SCALE, HEIGHT * SCALE
        light = rng.random() < 0.5
        tone = rng.randint(215, 255) if light else rng.randint(8, 60)
        back = tuple(max(0, min(255, tone + rng.randint(-14, 14))) for _ in range(3))
        picture = Image.new("RGB", (width, height), back)
        draw = ImageDraw.Draw(picture)
        labels = np.zeros((HEIGHT // CELL, WIDTH // CELL, PER_CELL), dtype=np.int64)
        y = rng.randint(0, 36)
        while y < height - 20:
            font, widths = self._font()
            ink = rng.randint(0, 110) if light else rng.randint(150, 255)
            colour = tuple(max(0, min(255, ink + rng.randint(-50, 50))) for _ in range(3))
            row = int((y + font.size * 0.62) / SCALE) // CELL
            for character, x in self._line(widths, width):
                draw.text((x, y), character, font=font, fill=colour)
                column, within = divmod((x + widths[character] / 2) / SCALE, CELL)
                if character != " " and column < WIDTH // CELL and row < HEIGHT // CELL:
                    slot = int(within) * PER_CELL // CELL
                    labels[row, int(column), slot] = CHARACTERS.index(character)
            y += int(font.size * 1.2) + rng.randint(0, 16)
        small = picture.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        return np.array(small), labels.reshape(-1, PER_CELL)

    def _line(self, widths: dict[str, float], width: int) -> Iterator[tuple[str, float]]:
        """The characters of one line of words with their left edges."""
        rng = self._random
        x = float(rng.randint(0, 90))
        while x < width - 40:
            spread = rng.choice((0, 0, 0, 2, 4)) if rng.random() < 0.3 else 0
            for character in self._word() + (" " if rng.random() < 0.6 else "   "):
                yield character, x
                x += widths[character] + spread


class _Stream(IterableDataset[tuple[np.ndarray, np.ndarray]]):
    """Pictures without end, drawn beside the training process."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        pictures = TextPictures(self._seed)
        while True:
            yield pictures.draw()


def text_batches(seed: int, batch: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Pictures (batch, H, W, 3) and characters (batch, cells, PER_CELL) without end."""
    loader = DataLoader(_Stream(seed), batch_size=batch, num_workers=1, prefetch_factor=4)
    return iter(loader)


def character_head(hidden: int) -> nn.Linear:
    """The throwaway head: one visual token to PER_CELL characters."""
    return nn.Linear(hidden, PER_CELL * len(CHARACTERS))


def character_loss(head: nn.Linear, tokens: Tensor, labels: Tensor) -> tuple[Tensor, float]:
    """Cross entropy over visual tokens (N, hidden) and the share of right non-blank characters."""
    logits = head(tokens).view(-1, PER_CELL, len(CHARACTERS)).float()
    weights = torch.ones(len(CHARACTERS))
    weights[0] = 0.2  # most places are blank
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), weight=weights)
    shown = labels > 0
    right = (logits.argmax(-1) == labels)[shown].float().mean().item()
    return loss, right


def train_eye(vision: Any, work: Path, *, minutes: float, say: Any, batch: int = 12) -> None:
    """Train `vision` in place for `minutes` of wall time; resumes from `work/eye.pt`."""
    state_file = work / "eye.pt"
    head = character_head(vision.config.hidden_size)
    vision.patch_embed = StillPatchEmbed(vision.patch_embed)
    parameters = [*vision.parameters(), *head.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=2e-3, betas=(0.9, 0.98), weight_decay=0.03)
    spent, step = 0.0, 0
    if state_file.exists():
        state = torch.load(state_file, weights_only=True)
        vision.load_state_dict(state["vision"])
        head.load_state_dict(state["head"])
        optimizer.load_state_dict(state["optimizer"])
        spent, step = state["spent"], state["step"]
    batches = text_batches(step + 1, batch)
    started = time.monotonic() - spent

    def save() -> None:
        state = {
            "vision": vision.state_dict(),
            "head": head.state_dict(),
            "optimizer": optimizer.state_dict(),
            "spent": time.monotonic() - started,
            "step": step,
        }
        torch.save(state, state_file.with_suffix(".part"))
        state_file.with_suffix(".part").rename(state_file)

    while (spent := time.monotonic() - started) < minutes * 60:
        pictures, labels = next(batches)
        values, grids = patchify(pictures)
        labels = labels.flatten(0, 1)
        share = spent / (minutes * 60)
        rate = 2e-3 * min(1, (step + 1) / 100) * (0.1 + 0.45 * (1 + math.cos(math.pi * share)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        with torch.autocast("cpu", dtype=torch.bfloat16):
            out = vision(values, grid_thw=grids)
            loss, right = character_loss(head, out.pooler_output, labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        step += 1
        if step % 50 == 0:
            say(
                f"eye {spent / 60:5.1f} min  step {step}  loss {loss.item():.3f}  right {right:.2f}"
            )
        if step % 200 == 0:
            save()
    save()
    say(f"eye done after {spent / 60:.1f} min, {step} steps")
