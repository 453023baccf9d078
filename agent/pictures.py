"""Pictures as files that are small enough to keep for every step.

They are JPEG at the screen's full size: 5 to 10 times quicker to write than PNG, and a model
that sees them shrunk sees the same. What is busier than a page of text is kept more coarsely, so
that 200 steps stay under 20 MB.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from tapwright.errors import JournalError

MOST_BYTES = 100_000  # of one picture; 200 of them are 20 MB
QUALITIES = (80, 60, 40)
MOST_PIXELS = 40_000_000  # of a kept picture; a small file may claim to be far larger


def encode_picture(image: Image.Image) -> bytes:
    """Return the picture as a JPEG of at most `MOST_BYTES`.

    At full size and the best quality that fits; a photograph that does not fit so is halved.
    """
    smaller = image
    while True:
        for quality in QUALITIES:
            data = encode_jpeg(smaller, quality)
            if len(data) <= MOST_BYTES:
                return data
        smaller = image.resize((max(1, smaller.width // 2), max(1, smaller.height // 2)))


def encode_jpeg(image: Image.Image, quality: int) -> bytes:
    """Return an RGB picture as a JPEG file's contents."""
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=quality)
    return jpeg.getvalue()


def load_picture(path: Path, size: tuple[int, int]) -> Image.Image:
    """Return a kept picture at its original `size`.

    Raise `JournalError` where the file is missing, no whole picture, or larger than a screen.
    """
    try:
        with Image.open(path, formats=("JPEG", "PNG")) as image:
            if max(image.width * image.height, size[0] * size[1]) > MOST_PIXELS:
                raise JournalError(f"the picture '{path}' is larger than any screen")
            image.load()
            return image.copy() if image.size == size else image.resize(size)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise JournalError(f"cannot read the picture '{path}': {error}") from error
