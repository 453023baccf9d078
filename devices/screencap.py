"""A picture of the screen, or a typed error: never an invented one, never a half one."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tapwright.devices.adb_shell import AdbLink
from tapwright.devices.adb_stream import OutputTooLarge, ShellOutput
from tapwright.errors import CommandFailed, CorruptFrame, StreamCut

if TYPE_CHECKING:
    from PIL import Image

_T = TypeVar("_T")

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_BYTES = 64 * 1024 * 1024  # of an encoded picture
MAX_SIDE = 16_384  # pixels
MAX_PIXELS = 24_000_000  # twice a 4K screen; a header may claim 2**62 and must not be believed

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # values per pixel for each PNG colour type


def read_png(data: bytes) -> Image.Image:
    """Decode the PNG in `data` whole, as RGB.

    Some phones print a warning before the picture, so it is found by its signature. Raise
    `CorruptFrame` where there is no whole picture of a sane size or anything follows it.
    """
    start = data.find(SIGNATURE)
    if start < 0:
        raise CorruptFrame(f"no picture came from the phone: {_shown(data)}")
    png = data[start : _checked_end(data, start)]
    from PIL import Image

    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
            return image.convert("RGB")
    # Pillow has no common base for what a bad file makes it raise
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise CorruptFrame(f"the phone's picture cannot be decoded ({error})") from error
    except Image.DecompressionBombError as error:
        raise CorruptFrame(f"the phone's picture is too large to decode ({error})") from error


def is_uniform(image: Image.Image) -> bool:
    """Whether every pixel has the same colour, as where the app forbids capture."""
    width, height = image.size
    sample = {
        image.getpixel((width * across // 8, height * down // 8))
        for across in range(8)
        for down in range(8)
    }
    if len(sample) > 1:  # nearly every picture, and far cheaper than looking at all of it
        return False
    return all(low == high for low, high in _extrema(image))


def capture(link: AdbLink, display: str | None = None) -> tuple[Image.Image, bool]:
    """Take a picture of `display` (the default one where None), with one retry.

    Also say whether the phone added words to it, as phones with several displays do. Raise
    `CorruptFrame` where both pictures are bad, `CommandFailed` where `screencap` says no.
    """
    return looked_twice(lambda: _capture_once(link, display))


def looked_twice(look: Callable[[], _T]) -> _T:
    """What `look` gives, tried again once: looking twice changes nothing on the screen."""
    try:
        return look()
    except (CorruptFrame, CommandFailed, StreamCut):
        return look()


def _capture_once(link: AdbLink, display: str | None) -> tuple[Image.Image, bool]:
    command = "screencap -p" if display is None else f"screencap -p -d {int(display)}"
    try:
        output = link.shell(command, limit=MAX_BYTES)
    except OutputTooLarge as error:
        raise CorruptFrame(f"the phone's picture is over {MAX_BYTES} bytes: not read on") from error
    if output.exit_code != 0:
        raise CommandFailed(
            f'"{command}" failed with exit code {output.exit_code}: {_said(output)}',
            exit_code=output.exit_code,
            stderr=output.stderr.decode("utf-8", errors="replace"),
        )
    words = bool(output.stderr.strip()) or not output.stdout.startswith(SIGNATURE)
    return read_png(output.stdout), words


def _checked_end(data: bytes, start: int) -> int:
    """Check the parts of the picture from the signature at `start`; the end of the last one."""
    view = memoryview(data)
    at = start + len(SIGNATURE)
    pixels: list[memoryview] = []
    expected: int | None = None
    name = b""
    while name != b"IEND":
        came = len(data) - start
        if at + 12 > len(data):
            raise CorruptFrame(f"the phone's picture is cut short after {came} bytes")
        length = int.from_bytes(view[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data):
            raise CorruptFrame(
                f"the phone's picture is cut short or mangled: {came} bytes came, "
                f"its {name!r} part claims {length}"
            )
        if zlib.crc32(view[at + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
            raise CorruptFrame(f"the phone's picture is mangled: checksum of its {name!r} part")
        if expected is None:
            expected = _pixel_bytes(name, data[at + 8 : end - 4])
        elif name == b"IDAT":
            pixels.append(view[at + 8 : end - 4])
        at = end
    _check_pixels(pixels, expected or 0)
    if data[at:].strip():
        raise CorruptFrame(
            f"{len(data) - at} bytes follow the phone's picture: {_shown(data[at:])}"
        )
    return at


def _pixel_bytes(name: bytes, body: bytes) -> int:
    """How many bytes of filtered rows the header in `body` announces."""
    if name != b"IHDR" or len(body) != 13:
        raise CorruptFrame("the phone's picture does not begin with its header")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise CorruptFrame(f"the phone's picture claims {width}x{height} pixels: not believed")
    if colour not in _CHANNELS or interlaced:
        raise CorruptFrame(f"the phone's picture is of a kind no phone writes: {body.hex()}")
    return int(height * (1 + (width * _CHANNELS[colour] * depth + 7) // 8))


def _check_pixels(parts: list[memoryview], expected: int) -> None:
    """Raise where the pixels are not all there: Pillow fills missing rows with black."""
    inflate = zlib.decompressobj()
    came = 0
    try:
        for part in parts:
            came += len(inflate.decompress(part, expected + 1 - came))
            if came > expected:
                break
    except zlib.error as error:
        raise CorruptFrame(f"the phone's picture cannot be unpacked ({error})") from error
    if came != expected:
        raise CorruptFrame(f"the phone's picture holds {came} of {expected} bytes of pixels")


def _extrema(image: Image.Image) -> list[tuple[int, int]]:
    return [band.getextrema() for band in image.split()]  # type: ignore[misc]


def _said(output: ShellOutput) -> str:
    return _shown(output.stderr or output.stdout)


def _shown(data: bytes) -> str:
    """What came instead of a picture, short enough for one line."""
    if not data.strip():
        return "nothing came"
    return f"{len(data)} bytes that begin with {data[:60].decode('utf-8', errors='replace')!r}"
