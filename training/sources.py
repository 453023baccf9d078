"""What a training step can be about: each source draws a batch of its own shape.

Shapes are fixed for each source, because every new tensor shape prepares its kernels again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import torch
from torch import Tensor

from tapwright.training.cards.prompts import system_text as card_system_text
from tapwright.training.eye import character_loss, text_batches
from tapwright.training.network import Losses, Network
from tapwright.training.pack import Packer
from tapwright.training.pages.families import PAGE_SHARES
from tapwright.training.pages.sampler import Pages, PageSampler
from tapwright.training.pixels import patchify
from tapwright.training.reading import Cards, CardSampler, Reading
from tapwright.training.samples import Batch, Frames, Sampler
from tapwright.training.shape import HEIGHT
from tapwright.training.system import system_text

Source = Literal[
    "letters",
    "phone strips",
    "screens",
    "decisions",
    "card lines",
    "card strips",
    "talks",
    "tall cards",
    "wide cards",
    "pages",
]
LINE_HEIGHT, STRIP_HEIGHT = 84, 168  # of pieces; those of cards are 1.7 times as wide


class Sources:
    """Draws batches for a network and gives their losses; the same seed draws the same ones."""

    def __init__(
        self,
        network: Network,
        tokenizer: Any,
        frames: Frames,
        cards: Cards,
        labels: list[str],
        pages: Pages | None = None,
    ) -> None:
        self.network = network
        self._phone = Packer(tokenizer, system_text())
        self._cards = Packer(tokenizer, card_system_text())
        self._desktop = Packer(tokenizer, system_text("desktop_compact", "desktop_compact"))
        self._recorded = (frames, cards, labels)
        self._pages = pages or Pages([])
        self.seed(0)

    def seed(self, seed: int) -> None:
        """Begin to draw anew."""
        frames, cards, labels = self._recorded
        self._screens = Sampler(frames, labels, seed)
        self._readings = CardSampler(cards, seed)
        self._looks = PageSampler(self._pages, seed, PAGE_SHARES)
        self._text: Iterator[tuple[Tensor, Tensor]] = text_batches(seed, batch=8)

    def at_hand(self, mix: Mapping[Source, float]) -> dict[Source, float]:
        """`mix` without pages where none of those that are drawn were recorded: that takes
        Chromium."""
        known = not PAGE_SHARES.keys().isdisjoint(self._pages.looks)
        return {source: share for source, share in mix.items() if source != "pages" or known}

    def losses(self, source: Source) -> Losses:
        """The losses of one batch of `source`."""
        if source == "letters":
            return self._letters()
        if source == "phone strips":
            batch = self._screens.batch(10, STRIP_HEIGHT, 5, tasks=False)
            return self._screen(batch, 288, 1.0)
        if source == "screens":
            return self._screen(self._screens.batch(5, HEIGHT, 14, tasks=True), 832, 0.3)
        if source == "decisions":
            return self._screen(self._screens.decisions(6, 12), 704, 0.3)
        if source == "card lines":
            return self._card(self._readings.pieces(18, LINE_HEIGHT, 3), 208, 1.0)
        if source == "card strips":
            return self._card(self._readings.pieces(10, STRIP_HEIGHT, 5), 352, 1.0)
        if source == "talks":
            return self._card(self._readings.talks(12, 3), 624, 0.0)
        if source == "pages":
            return self._reading(self._desktop, self._looks.batch(6, 4), 448, 0.5)
        shape = "tall" if source == "tall cards" else "wide"
        return self._card(self._readings.whole(shape, 3, 9), 1216, 0.5)

    def _letters(self) -> Losses:
        pictures, letters = next(self._text)
        values, grids = patchify(pictures)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            out = self.network.model.model.visual(values, grid_thw=grids)
            loss, right = character_loss(
                self.network.letters, out.pooler_output, letters.flatten(0, 1)
            )
        return Losses(loss, {"letters": loss.item(), "letters_right": right})

    def _screen(self, batch: Batch, length: int, weight: float) -> Losses:
        height, width = batch.pictures.shape[1:3]
        packed = self._phone.pack(batch.questions, height, width, length)
        return self.network.losses(batch.pictures, packed, (batch.labels, batch.states), weight)

    def _card(self, batch: Reading, length: int, weight: float) -> Losses:
        return self._reading(self._cards, batch, length, weight)

    def _reading(self, packer: Packer, batch: Reading, length: int, weight: float) -> Losses:
        height, width = batch.pictures.shape[1:3]
        packed = packer.pack(batch.questions, height, width, length)
        return self.network.losses(batch.pictures, packed, batch.letters, weight, batch.told)
