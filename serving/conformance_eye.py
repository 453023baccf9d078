"""A model's eye for grounding: it really looks for the asked target in the picture it was sent.

It finds a colour's pixels and answers in the words that the prompt asks for and in the frame of
the family that it truly is, so that whatever a server did to the picture has its true effect.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from tapwright.agent.grounding_pictures import COLOURS
from tapwright.model.families import family_named
from tapwright.prompts import dialect
from tapwright.serving.conformance_wire import Heard, Said
from tapwright.types import Family, Frame, ParsedReply, ToolCall

_NEAR = 45  # in one channel; resizing mixes a shape's edge with what is behind it


@dataclass(frozen=True, slots=True)
class Eye:
    """Answers where the named colour is; `family` is the one that the model truly belongs to."""

    family: Family = field(default_factory=lambda: family_named("qwen2-vl"))

    def __call__(self, heard: Heard) -> Said:
        """The reply to a question after a coloured target."""
        asked = re.findall("|".join(COLOURS), heard.question)
        if not asked or not heard.pictures:
            return Said("I see no such thing.")
        place = find(heard.pictures[-1], COLOURS[asked[-1]])
        if place is None:
            return Said("I do not see it.")
        call = _call(heard, *self._in_frame(place, heard.pictures[-1].size))
        if heard.tools:
            return Said(calls=(call,))
        return Said(dialect(_spoken(heard)).render_reply(ParsedReply("", (call,))))

    def _in_frame(self, place: tuple[float, float], seen: tuple[int, int]) -> tuple[int, int]:
        limits = {Frame.NORM_1000: (1000, 1000), Frame.NORM_999: (999, 999)}
        limit = limits.get(self.family.frame, seen)
        x, y = (round(at * most / side) for at, most, side in zip(place, limit, seen, strict=True))
        return x, y


def _call(heard: Heard, x: int, y: int) -> ToolCall:
    """A tap by whatever name the prompt offers: a model calls what it is told of."""
    if "mobile_use" in _prompt(heard):
        return ToolCall("mobile_use", {"action": "click", "coordinate": [x, y]})
    return ToolCall("Click", {"point": [x, y]})


def _spoken(heard: Heard) -> str:
    """The dialect that the prompt asks for."""
    prompt = _prompt(heard)
    marks = {"✿FUNCTION✿": "qwen", "*FUNCTION*": "paper", "<tool_call>": "hermes"}
    return next((name for mark, name in marks.items() if mark in prompt), "compact")


def _prompt(heard: Heard) -> str:
    body = heard.body
    return json.dumps([body["messages"][0], body.get("tools")], ensure_ascii=False)


def find(image: Image.Image, colour: tuple[int, int, int]) -> tuple[float, float] | None:
    """The middle of all that has `colour`, in the picture's pixels; None where nothing has it."""
    pixels = np.asarray(image.convert("RGB"), dtype=np.int16)
    near = (abs(pixels - np.array(colour, dtype=np.int16)) < _NEAR).all(axis=2)
    rows, columns = np.nonzero(near)
    if not len(rows):
        return None
    return float(columns.min() + columns.max() + 1) / 2, float(rows.min() + rows.max() + 1) / 2
