"""Models that really look, with exactly known eyes: what a picture's size does shows in them.

Each sees a picture only at the size at which its family is shown one, and answers in the family's
frame, in whole numbers, as a vision-language model does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL import Image

from tapwright.agent.grounding_pictures import COLOURS
from tapwright.agent.seeing.text import find_text
from tapwright.agent.seeing.values import Reader
from tapwright.model.families import family_named
from tapwright.model.sizes import shown_by
from tapwright.prompts import dialect
from tapwright.protocols import Dialect
from tapwright.types import (
    Frame,
    ImagePart,
    ParsedReply,
    Reply,
    Request,
    Size,
    TextPart,
    ToolCall,
    still_parts,
)

_NEAR = 45  # in one channel


class Eye:
    """A model that finds what it is asked for in the last picture by itself.

    `look` is given the picture as the model sees it and the words of the question, and gives a
    place in that picture's pixels, or None. `max_pixels` is the budget of its family's pictures.
    """

    def __init__(
        self,
        look: Callable[[Image.Image, str], tuple[float, float] | None],
        family: str = "qwen2-vl",
        max_pixels: int | None = None,
    ) -> None:
        known = family_named(family)
        self.family = replace(known, max_pixels=max_pixels) if max_pixels else known
        self.name = "eye"
        self.requests: list[Request] = []
        self._look = look

    @property
    def dialect(self) -> Dialect:
        """The family's dialect."""
        return dialect(self.family.dialect)

    def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Reply:
        """A call that clicks where it sees the thing; an end without success where it does not."""
        self.requests.append(request)
        parts = [part for message in request.messages for part in still_parts(message.parts)]
        image = [part.image for part in parts if isinstance(part, ImagePart)][-1]
        words = "".join(part.text for part in parts if isinstance(part, TextPart))
        size = Size(*image.size)
        seen = self.shown_size(size)
        place = self._look(image.resize((seen.width, seen.height), Image.Resampling.BICUBIC), words)
        return Reply(self.dialect.render_reply(ParsedReply("", (self._call(place, seen, size),))))

    def count_tokens(self, request: Request) -> int:
        """A small number: everything fits."""
        return 100

    def shown_size(self, size: Size) -> Size:
        """The size that the family's processor gives a picture."""
        return shown_by(self.family, size)

    def _call(self, place: tuple[float, float] | None, seen: Size, size: Size) -> ToolCall:
        mobile = self.family.action_set == "mobile_use"
        if place is None:
            if mobile:
                return ToolCall("mobile_use", {"action": "terminate", "status": "failure"})
            return ToolCall("Fail", {"reason": "I do not see it."})
        frames = {
            Frame.NORM_1000: Size(1000, 1000),
            Frame.NORM_999: Size(999, 999),
            Frame.SCREEN_PX: size,
        }
        limit = frames.get(self.family.frame, seen)
        x = round(place[0] * limit.width / seen.width)
        y = round(place[1] * limit.height / seen.height)
        if mobile:
            return ToolCall("mobile_use", {"action": "click", "coordinate": [x, y]})
        return ToolCall("Click", {"point": [x, y]})


def colour_eye(
    least: int = 1, patch: int = 1
) -> Callable[[Image.Image, str], tuple[float, float] | None]:
    """An eye for the colours of `COLOURS`, where they are `least` pixels wide and high or more.

    It tells the middle of the patch of `patch` pixels in which the middle lies, and no better.
    """

    def look(image: Image.Image, words: str) -> tuple[float, float] | None:
        asked = re.findall("|".join(COLOURS), words)
        if not asked:
            return None
        pixels = np.asarray(image.convert("RGB"), dtype=np.int16)
        near = (abs(pixels - np.array(COLOURS[asked[-1]])) < _NEAR).all(axis=2)
        rows, columns = np.nonzero(near)
        if not len(rows):
            return None
        if min(np.ptp(rows), np.ptp(columns)) + 1 < least:
            return None
        middle = float(columns.mean()) + 0.5, float(rows.mean()) + 0.5
        x, y = ((at // patch + 0.5) * patch if patch > 1 else at for at in middle)
        return x, y

    return look


def reading_eye(
    reader: Reader, words_of: Callable[[str], str]
) -> Callable[[Image.Image, str], tuple[float, float] | None]:
    """An eye that reads the picture as it is shown; `words_of` gives a question's label."""

    def look(image: Image.Image, words: str) -> tuple[float, float] | None:
        found = find_text(reader.read(image), words_of(words))
        if not found:
            return None
        return float(found[0].point.x) + 0.5, float(found[0].point.y) + 0.5

    return look
