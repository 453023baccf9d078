"""Pictures from foreign bytes: decoded whole, within bounds, as RGB."""

from __future__ import annotations

import base64
import binascii
import io
import warnings
from typing import TYPE_CHECKING

from tapwright.errors import MediaError

if TYPE_CHECKING:
    from PIL import Image

MAX_BYTES = 20_000_000  # of an encoded picture
MAX_PIXELS = 40_000_000  # of a decoded one: 120 MB as RGB
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")


def decode_picture(data: bytes, what: str) -> Image.Image:
    """The picture in `data` as RGB; `what` names it in errors, such as "the picture".

    Raise `MediaError` for what is no whole picture, or is larger than the bounds above. A
    transparent picture is laid on white.
    """
    from PIL import Image, UnidentifiedImageError

    if len(data) > MAX_BYTES:
        raise MediaError(f"{what} has {len(data)} bytes; at most {MAX_BYTES} are read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our bound is lower
            opened = Image.open(io.BytesIO(data), formats=FORMATS)
        width, height = opened.size  # known before any pixel is decoded
        if width * height > MAX_PIXELS:
            raise MediaError(f"{what} is {width}x{height}; at most {MAX_PIXELS} pixels are read")
        return upright(opened)
    except Image.DecompressionBombError as error:
        raise MediaError(f"{what} has too many pixels: {error}") from None
    except UnidentifiedImageError:
        raise MediaError(f"{what} is no picture; PNG, JPEG, WebP, GIF and BMP are read") from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError) as error:
        raise MediaError(f"{what} is broken: {' '.join(str(error).split())[:120]}") from None


def upright(image: Image.Image) -> Image.Image:
    """`image` decoded as RGB, turned as its camera says, and laid on white where it is clear.

    Raise what Pillow raises for one that is not whole: `OSError`, `ValueError`, `SyntaxError`,
    `EOFError` or `IndexError`.
    """
    from PIL import Image, ImageOps

    image.load()
    turned: Image.Image = ImageOps.exif_transpose(image)
    if turned.has_transparency_data:
        seen = turned.convert("RGBA")
        turned = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    elif turned.mode.startswith("I"):  # 16 bits of grey; a plain conversion cuts them off
        turned = turned.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    return turned.convert("RGB")


def decode_base64(text: str, what: str) -> Image.Image:
    """As `decode_picture`, for base64 text, line breaks allowed."""
    if len(text) > MAX_BYTES * 4 // 3 + 1000:
        raise MediaError(f"{what} has more than {MAX_BYTES} bytes")
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise MediaError(f"{what} is not written in base64") from None
    return decode_picture(data, what)
