"""Pictures as files that are small enough to keep for every step.

A screen of text and flat colours stays lossless. A photograph as PNG is megabytes, so it is kept
as JPEG, and where that is still too much at half its size: 200 steps stay under 20 MB.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from tapwright.errors import JournalError

MOST_BYTES = 100_000  # of one picture; 200 of them are 20 MB
JPEG_QUALITY = 80


def encode_picture(image: Image.Image) -> tuple[bytes, str]:
    """Return the picture as file contents and the suffix that fits them (`.png`, `.jpg`).

    The first of these that has at most `MOST_BYTES`: PNG, JPEG, JPEG at half the size, and so on.
    """
    png = io.BytesIO()
    image.save(png, "PNG", compress_level=3)
    if png.tell() <= MOST_BYTES:
        return png.getvalue(), ".png"
    smaller = image
    while True:
        jpeg = encode_jpeg(smaller)
        if len(jpeg) <= MOST_BYTES:
            return jpeg, ".jpg"
        smaller = image.resize((max(1, smaller.width // 2), max(1, smaller.height // 2)))


def encode_jpeg(image: Image.Image, quality: int = JPEG_QUALITY) -> bytes:
    """Return the picture as a JPEG file's contents."""
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=quality)
    return jpeg.getvalue()


def load_picture(path: Path, size: tuple[int, int]) -> Image.Image:
    """Return a kept picture at its original `size`, decoded on first use where it has it.

    Raise `JournalError` where the file is missing or no picture.
    """
    try:
        image = Image.open(path)
    except OSError as error:
        raise JournalError(f"cannot read the picture '{path}': {error}") from error
    return image if image.size == size else image.resize(size)
