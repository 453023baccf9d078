"""The blind control: the same model, with nothing to see."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import replace

from PIL import Image

from tapwright.protocols import Model
from tapwright.types import Family, ImagePart, Part, Reply, Request, Size

TILE = 120  # device pixels: one visual token of the embedded model at 1080x2400


class BlindModel:
    """A model that is shown nothing: black pictures, or their tiles in a random order.

    Only the model is blind. The loop goes on seeing the true screen, so it tells what changed and
    what did not, as in any other run: whoever succeeds now does it without looking.
    """

    def __init__(self, model: Model, condition: str, seed: int) -> None:
        self.name = f"{model.name} ({condition})"
        self.family: Family = model.family
        self._model = model
        self._condition = condition
        self._seed = seed

    def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Reply:
        """Write a reply to the request with its pictures spoilt."""
        messages = tuple(
            replace(message, parts=tuple(self._spoilt(part) for part in message.parts))
            for message in request.messages
        )
        return self._model.generate(replace(request, messages=messages), on_text)

    def _spoilt(self, part: Part) -> Part:
        if not isinstance(part, ImagePart):
            return part
        image = part.image
        if self._condition == "black":
            return ImagePart(Image.new("RGB", image.size))
        corners = list(itertools.product(range(0, image.width, TILE), range(0, image.height, TILE)))
        moved = corners.copy()
        random.Random(self._seed).shuffle(moved)
        spoilt = Image.new("RGB", image.size)
        for (x, y), to in zip(corners, moved, strict=True):
            spoilt.paste(image.crop((x, y, x + TILE, y + TILE)), to)
        return ImagePart(spoilt)

    def count_tokens(self, request: Request) -> int:
        """As many as with the true pictures, which have the same size."""
        return self._model.count_tokens(request)

    def shown_size(self, size: Size) -> Size:
        """The size at which the model is shown a picture."""
        return self._model.shown_size(size)
