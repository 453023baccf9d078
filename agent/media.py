"""Pictures from wherever a person has them, as a model is to see them: upright, RGB, on white.

What cannot be shown is a `MediaError` that names the picture and what is wrong with it; nothing
is replaced by an empty picture, and nothing is decoded before its size is known.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import time
import warnings
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from tapwright.agent.source_names import path_of, short, without_secrets
from tapwright.errors import MediaError
from tapwright.tools.pictures import upright

if TYPE_CHECKING:
    from PIL import Image

MOST_BYTES = 50_000_000  # of a picture as a file
MOST_PIXELS = 80_000_000  # of a picture once decoded: 240 MB as RGB
LONGEST_FETCH = 30.0  # seconds for a picture on the web, redirects included
MOST_REDIRECTS = 3
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif"})
PHONE_PICTURES = frozenset({".heic", ".heif"})
FILMS = frozenset({".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".3gp"})

# Pillow's other readers call programs or read what nobody calls a picture.
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")
_HEIC = re.compile(rb".{4}ftyp(?:hei[cmsx]|hev[cx]|mif1|msf1)", re.DOTALL)
_DATA = re.compile(r"data:[^,]{0,200},", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)
_SHOWN = 120  # characters of a name in an error


@dataclass(frozen=True, slots=True)
class Picture:
    """An upright RGB picture; `note` is what the person should know of it, such as what was
    left out."""

    image: Image.Image
    note: str = ""


def is_address(text: str) -> bool:
    """Whether `text` is the address of something on the web, or a data URI."""
    return " " not in text.strip() and bool(_WEB.match(text) or _DATA.match(text))


def read_picture(source: Image.Image | bytes | str | Path) -> Picture:
    """Return the picture that `source` is, or where it is.

    A string is a path, a `file:`, `http:` or `https:` address or a data URI; addresses are only
    ever those that a person gave. Raise `MediaError` for what cannot be shown.
    """
    if isinstance(source, Path):
        return _decode(_read_file(source), f"'{short(str(source))}'")
    if isinstance(source, bytes):
        return _decode(source, "the picture given as bytes")
    if not isinstance(source, str):
        return _seen(source, "the picture given")
    if _WEB.match(source):
        return _decode(_fetch(source), f"'{short(without_secrets(source))}'")
    if _DATA.match(source):
        return _decode(_from_data(source), "the picture in the data URI")
    if source.lower().startswith("file:"):
        return read_picture(Path(path_of(source)))
    return read_picture(Path(source).expanduser())


def _read_file(path: Path) -> bytes:
    shown = short(str(path))
    try:
        if path.is_dir():
            raise MediaError(f"'{shown}' is a folder; name a picture in it")
        if not path.exists():
            raise MediaError(f"there is no file '{shown}'")
        if not path.is_file():  # a pipe or a device would never end
            raise MediaError(f"'{shown}' is no ordinary file; save the picture first")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise MediaError(f"'{shown}' has {size} bytes; a picture may have {MOST_BYTES}")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise MediaError(f"cannot read '{shown}': {why}") from error


def _from_data(uri: str) -> bytes:
    head, _, body = uri.partition(",")
    if len(body) > MOST_BYTES * 4 // 3:
        raise MediaError(f"the data URI is longer than a picture of {MOST_BYTES} bytes")
    if not head.lower().endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(re.sub(r"\s+", "", body), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MediaError(f"the data URI is not written in base64: {error}") from error


def _fetch(url: str) -> bytes:
    """The bytes at a web address, within `MOST_BYTES` and `LONGEST_FETCH`."""
    import httpx

    shown = short(without_secrets(url))
    deadline = time.monotonic() + LONGEST_FETCH
    data = bytearray()
    try:
        with (
            httpx.Client(
                timeout=10.0, follow_redirects=True, max_redirects=MOST_REDIRECTS
            ) as client,
            client.stream("GET", url, headers={"Accept": "image/*"}) as response,
        ):
            if response.status_code != 200:
                raise MediaError(f"'{shown}' answers with {response.status_code}, not a picture")
            for piece in response.iter_bytes():
                data += piece
                if len(data) > MOST_BYTES:
                    raise MediaError(f"'{shown}' has more than {MOST_BYTES} bytes")
                if time.monotonic() > deadline:
                    raise MediaError(f"'{shown}' did not come whole in {LONGEST_FETCH:.0f} s")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise MediaError(f"cannot fetch '{shown}': {why}") from error
    return bytes(data)


def _decode(data: bytes, what: str) -> Picture:
    from PIL import Image, UnidentifiedImageError

    if not data:
        raise MediaError(f"{what} is empty")
    if _HEIC.match(data[:16]):
        _read_heic(what)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our cap is lower
            Image.init()
            known = [name for name in _FORMATS if name in Image.OPEN]  # AVIF is not everywhere
            image = Image.open(io.BytesIO(data), formats=known)
    except UnidentifiedImageError as error:
        raise MediaError(f"{what} is not a picture ({_looks_like(data)})") from error
    except Image.DecompressionBombError as error:
        raise MediaError(f"{what} claims to be far larger than any picture: {error}") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise MediaError(f"{what} is a broken picture: {_line(error)}") from error
    return _seen(image, what)


def _seen(image: Image.Image, what: str) -> Picture:
    """`image` as a model is to see it."""
    width, height = image.size  # known from the head of the file, before anything is decoded
    if width * height > MOST_PIXELS:
        raise MediaError(f"{what} is {width}x{height}, more than {MOST_PIXELS} pixels; shrink it")
    if not width or not height:
        raise MediaError(f"{what} is {width}x{height}: there is nothing in it")
    frames = int(getattr(image, "n_frames", 1)) if image.format != "MPO" else 1
    try:
        rgb = upright(image)
    except (OSError, ValueError, SyntaxError, EOFError, IndexError) as error:
        raise MediaError(f"{what} is not whole: {_line(error)}") from error
    note = f"{what} moves: only the first of its {frames} frames is shown" if frames > 1 else ""
    return Picture(rgb, note)


def _read_heic(what: str) -> None:
    """Let Pillow read HEIC, where the package for it is installed."""
    try:
        plugin = import_module("pillow_heif")
    except ImportError as error:
        raise MediaError(
            f"{what} is a HEIC picture; install the package pillow-heif, or save it as JPEG"
        ) from error
    plugin.register_heif_opener()


def _looks_like(data: bytes) -> str:
    """What a file is that is no picture, for its person."""
    if data.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "it is a web page"
    if data.startswith(b"%PDF"):
        return "it is a PDF file; save the page as a picture"
    if data.lstrip()[:300].lower().find(b"<svg") >= 0:
        return "it is an SVG drawing; save it as PNG"
    return f"it begins with {data[:8]!r}"


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:_SHOWN] or type(error).__name__
