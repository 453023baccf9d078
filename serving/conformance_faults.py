"""The bad days of a server, and what its resizing does to a picture."""

from __future__ import annotations

import base64
import binascii
import enum
import io
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from PIL import Image

from tapwright.model.families import family_named
from tapwright.model.sizes import resized
from tapwright.types import Size

_OFFICIAL_TOKENS = (4, 16384)  # the budget in the checkpoints' own settings
_SMALL_TOKENS = 320


class Fault(enum.Enum):
    """What a server does wrong."""

    SHRINK_Y = "pictures lose a third of their height"
    SHORT_SIDE_1080 = "pictures are brought to a short side of 1080"
    LONG_SIDE_1024 = "pictures are brought to a long side of 1024 at most"
    OWN_BUDGET = "the pixel budget is ignored: 320 tokens for a picture"
    HALF_CALL = "the arguments of a tool call stop in the middle"
    CUT_STREAM = "the answer stops in the middle"
    STREAM_ERROR = "a stream breaks off with an error in it"
    HTML = "a gateway's page instead of JSON"
    WRONG_TYPE = "JSON, called text/plain"
    NO_CHOICES = "an answer without choices"
    BUSY = "429, with a time to wait"
    FAILS = "500"
    DROPS = "the connection is closed without an answer"
    SLOW = "nothing comes for seconds"
    SPLIT = "one byte at a time"
    NO_USAGE = "tokens are not counted"
    IGNORES_STOP = "stop words are ignored"
    TOO_LONG = "no prompt is short enough"


# A single one of these hits an answer; a client that waits and asks again gets over it.
PASSING = frozenset({Fault.BUSY, Fault.FAILS, Fault.DROPS, Fault.CUT_STREAM, Fault.STREAM_ERROR})


def pictures_seen(
    body: Mapping[str, Any], family: str, fault: Fault | None
) -> Iterator[Image.Image]:
    """The request's pictures as the model sees them: resized by the server, then by the processor.

    Raise `ValueError` for a picture that is not one.
    """
    for message in body.get("messages", ()):
        content = message.get("content")
        for part in content if isinstance(content, list) else ():
            if part.get("type") == "image_url":
                sent = _decode(part["image_url"]["url"])
                yield _processed(_resize(sent, fault), part, body, family, fault)


@lru_cache(maxsize=16)  # of a history, the same pictures come with every request
def _decode(url: str) -> Image.Image:
    head, _, data = url.partition(",")
    if not head.startswith("data:image/") or not head.endswith(";base64"):
        raise ValueError(f"not a picture in a data URI: {url[:40]!r}")
    try:
        image = Image.open(io.BytesIO(base64.b64decode(data, validate=True)))
        image.load()
    except (OSError, binascii.Error) as error:
        raise ValueError(f"not a whole picture: {error}") from error
    return image.convert("RGB")


def _resize(image: Image.Image, fault: Fault | None) -> Image.Image:
    width, height = image.size
    if fault is Fault.SHRINK_Y:
        return image.resize((width, round(height * 2 / 3)))
    scale = 1.0
    if fault is Fault.SHORT_SIDE_1080:
        scale = 1080 / min(width, height)
    elif fault is Fault.LONG_SIDE_1024:
        scale = min(1.0, 1024 / max(width, height))
    return image if scale == 1.0 else image.resize((round(width * scale), round(height * scale)))


def _processed(
    image: Image.Image,
    part: Mapping[str, Any],
    body: Mapping[str, Any],
    family: str,
    fault: Fault | None,
) -> Image.Image:
    """The picture behind the model's own processor, within the budget that was asked for."""
    factor = family_named(family).patch_factor
    low, high = (tokens * factor**2 for tokens in _OFFICIAL_TOKENS)
    for hints in (body.get("mm_processor_kwargs"), part):
        if isinstance(hints, Mapping):
            low = int(hints.get("min_pixels", low))
            high = int(hints.get("max_pixels", high))
    if fault is Fault.OWN_BUDGET:
        low, high = factor**2, _SMALL_TOKENS * factor**2
    if fault is Fault.SHORT_SIDE_1080:  # what enlarges has a budget that lets it
        high = _OFFICIAL_TOKENS[1] * factor**2
    size = resized(Size(*image.size), factor, low, high)
    return image.resize((size.width, size.height))
