"""Pictures from a phone: whole ones are read, every other kind of bytes is refused."""

import io
import struct
import zlib

import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from tapwright.devices.screencap import SIGNATURE, is_uniform, read_png
from tapwright.errors import CorruptFrame


def picture(width: int = 40, height: int = 60) -> Image.Image:
    image = Image.new("RGB", (width, height))
    image.putdata([(x * 7 % 256, x * 13 % 256, x * 31 % 256) for x in range(width * height)])
    return image


def png(image: Image.Image | None = None) -> bytes:
    buffer = io.BytesIO()
    (image or picture()).save(buffer, "PNG")
    return buffer.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def header(width: int, height: int) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def test_a_whole_picture_is_read_as_it_is():
    read = read_png(png())
    assert (read.mode, read.size) == ("RGB", (40, 60))
    assert read.tobytes() == picture().tobytes()


def test_transparency_is_left_out():
    assert read_png(png(picture().convert("RGBA"))).mode == "RGB"


def test_a_warning_before_the_picture_is_passed_over():
    warning = b"[Warning] Multiple displays were found, but no display id was specified!\n"
    assert read_png(warning + png()).tobytes() == picture().tobytes()


def test_white_space_after_the_picture_is_no_matter():
    assert read_png(png() + b"\r\n").size == (40, 60)


BAD = {
    "nothing": b"",
    "an error in words": b"screencap: cannot open display\n",
    "the signature alone": SIGNATURE,
    "half": png()[: len(png()) // 2],
    "all but the last byte": png()[:-1],
    "no end": png()[:-12],
    "CR LF for LF": png().replace(b"\n", b"\r\n"),
    "something after the end": png() + b"more",
    "two pictures": png() + png(),
    "a flipped bit": png()[:60] + bytes([png()[60] ^ 1]) + png()[61:],
    "a wrong checksum at the end": png()[:-1] + bytes([png()[-1] ^ 1]),
    "no header": SIGNATURE + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b""),
    "a bomb": SIGNATURE + header(60_000, 60_000) + chunk(b"IDAT", b"") + chunk(b"IEND", b""),
    "no width": SIGNATURE + header(0, 10) + chunk(b"IDAT", b"") + chunk(b"IEND", b""),
    "no pixels": SIGNATURE + header(10, 10) + chunk(b"IEND", b""),
    "half of the pixels": SIGNATURE
    + header(10, 10)
    + chunk(b"IDAT", zlib.compress(b"\0" * 31 * 5))
    + chunk(b"IEND", b""),
    "pixels that are no zlib": SIGNATURE
    + header(10, 10)
    + chunk(b"IDAT", b"\x01" * 40)
    + chunk(b"IEND", b""),
    "a part longer than memory": SIGNATURE + b"\xff\xff\xff\xffIHDR",
    "a JPEG": b"\xff\xd8\xff\xe0" + b"\0" * 50,
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_bytes_that_are_not_one_whole_picture_are_corrupt(data):
    with pytest.raises(CorruptFrame) as caught:
        read_png(data)
    assert "\n" not in str(caught.value)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_changed_byte_is_corrupt_or_changes_nothing(place, value):
    data = bytearray(png())
    data[place % len(data)] = value
    try:
        read = read_png(bytes(data))
    except CorruptFrame:
        return
    assert read.tobytes() == picture().tobytes()


def test_only_one_colour_all_over_is_uniform():
    image = Image.new("RGB", (30, 30), (0, 0, 0))
    assert is_uniform(image)
    assert is_uniform(Image.new("RGB", (30, 30), (7, 90, 200)))
    for place in ((29, 29), (26, 3), (1, 2)):
        image = Image.new("RGB", (30, 30), (0, 0, 0))
        image.putpixel(place, (0, 0, 1))
        assert not is_uniform(image)
