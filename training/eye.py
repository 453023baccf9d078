"""Stage one: the eye alone learns to name the characters under every visual token.

A throwaway linear head reads out of each visual token (28x28 pixels of the picture) the character
whose middle lies in each of its `PER_CELL` upright slots. Slots fix where a character is looked
for, so nothing has to be counted: letters were learned about twice as fast as in their order.
Without this stage no reading appears when whole screens are trained from nothing.
"""

from __future__ import annotations

import colorsys
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
WIDTH, HEIGHT = 420, 196
# Of type, before shrinking, with how often each range is drawn from. What was never drawn is not
# read: with nothing above 76, capitals of 30 pixels were right 3 times in 4, of 70 never.
_SIZES = (range(40, 76, 2), range(28, 42, 2), range(76, 132, 4), range(132, 272, 10))
_SHARES = (0.42, 0.16, 0.32, 0.1)
_CAP_MIDDLE = 0.572  # of the type's size below its top, for Roboto: the middle of the capitals
_CAPITALS = string.ascii_uppercase
_OFTEN = "eeeaaaiiooouuntrslnrsthdlcmkgbpvfyjwzxq"  # letters about as often as names have them


def _fonts() -> list[str]:
    import font_roboto

    names = ("Roboto-Regular", "Roboto-Medium", "Roboto-Bold", "Roboto-Black", "Roboto-Light")
    folder = Path(font_roboto.__file__).parent / "files"
    return [str(folder / f"{name}.ttf") for name in names]


class TextPictures:
    """Dense random text on one background, with the characters under every cell."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._fonts = _fonts()
        self._cache: dict[tuple[str, int], tuple[ImageFont.FreeTypeFont, dict[str, float]]] = {}

    def _font(self) -> tuple[ImageFont.FreeTypeFont, dict[str, float]]:
        sizes = self._random.choices(_SIZES, _SHARES)[0]
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
        picture = Image.new("RGB", (width, height), self._ground(light))
        labels = np.zeros((HEIGHT // CELL, WIDTH // CELL, PER_CELL), dtype=np.int64)
        y = rng.randint(0, 36)
        while y < height - 20:
            font, widths = self._font()
            high = int(font.size * 1.2)
            on_light = light
            if rng.random() < 0.35:  # a band of its own colour
                on_light = rng.random() < 0.3
                ground = self._ground(on_light) if rng.random() < 0.4 else self._band(on_light)
                picture.paste(ground, (0, y, width, y + high))
            narrow = rng.choice((1, 1, 1, 0.94, 0.88))
            mask = Image.new("L", (round(width / narrow), high + 20), 0)
            draw = ImageDraw.Draw(mask)
            row = int((y + font.size * _CAP_MIDDLE) / SCALE) // CELL
            for character, x in self._line(widths, mask.width):
                draw.text((x, 0), character, font=font, fill=255)
                middle = (x + widths[character] / 2) * narrow
                column, within = divmod(middle / SCALE, CELL)
                if character != " " and column < WIDTH // CELL and row < HEIGHT // CELL:
                    slot = int(within) * PER_CELL // CELL
                    labels[row, int(column), slot] = CHARACTERS.index(character)
            if narrow != 1:
                mask = mask.resize((width, mask.height))
            picture.paste(self._ink(on_light), (0, y), mask)
            y += high + rng.randint(0, 16)
        small = picture.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        return np.array(small), labels.reshape(-1, PER_CELL)

    def _ground(self, light: bool) -> tuple[int, ...]:
        tone = self._random.randint(195, 255) if light else self._random.randint(8, 80)
        return self._tinted(tone, 24)

    def _band(self, light: bool) -> tuple[int, ...]:
        """A colour as of a headline's band, on which dark or light letters can be read."""
        value = self._random.uniform(0.75, 1) if light else self._random.uniform(0.2, 0.6)
        strength = self._random.uniform(0.1, 0.5) if light else self._random.uniform(0.4, 0.95)
        colour = colorsys.hsv_to_rgb(self._random.random(), strength, value)
        return tuple(round(255 * part) for part in colour)

    def _ink(self, on_light: bool) -> tuple[int, ...]:
        tone = self._random.randint(0, 110) if on_light else self._random.randint(150, 255)
        return self._tinted(tone, 50)

    def _tinted(self, tone: int, most: int) -> tuple[int, ...]:
        return tuple(max(0, min(255, tone + self._random.randint(-most, most))) for _ in range(3))

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
