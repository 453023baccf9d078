"""The screen as a PNG file, fast, and the ways in which such a file can be wrong."""

from __future__ import annotations

import io
import struct
import threading
import zlib
from typing import TYPE_CHECKING

from tapwright.devices.simphone.faults import Fault, Faults

if TYPE_CHECKING:
    from PIL import Image

MULTIPLE_DISPLAYS = (
    b"[Warning] Multiple displays were found, but no display id was specified! Defaulting to the "
    b"first display found, however this default is not guaranteed to be consistent across "
    b"captures. A display id should be specified.\nA display ID can be specified with the "
    b'[-d display-id] option.\nSee "dumpsys SurfaceFlinger --display-id" for valid display IDs.\n'
)
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BOMB_SIDE = 60_000  # pixels


class PngEncoder:
    """Encodes pictures, and remembers the last one: whoever waits for a quiet screen asks for the
    same picture again and again, and comparing is twenty times cheaper than compressing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pixels = b""
        self._png = b""

    def encode(self, image: Image.Image) -> bytes:
        """An RGB picture as a PNG file."""
        pixels = image.tobytes() + struct.pack("2I", *image.size)
        with self._lock:
            if pixels != self._pixels:
                out = io.BytesIO()
                # A step is a picture: level 1 is several times faster and a little larger.
                image.save(out, "PNG", compress_level=1)
                self._pixels, self._png = pixels, out.getvalue()
            return self._png


def spoil(png: bytes, faults: Faults) -> bytes:
    """The file as a phone with these faults would deliver it."""
    if faults.take(Fault.EMPTY_PNG):
        return b""
    if faults.take(Fault.TRUNCATED_PNG):
        return png[: len(png) // 2]
    if faults.take(Fault.CRLF_PNG):
        return png.replace(b"\n", b"\r\n")
    if faults.take(Fault.WARNING_PNG):
        return MULTIPLE_DISPLAYS + png
    if faults.take(Fault.BOMB_PNG):
        return _bomb()
    return png


def _bomb() -> bytes:
    header = struct.pack(">2I5B", _BOMB_SIDE, _BOMB_SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1 << 16))), (b"IEND", b""))
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
