"""Pictures in all their forms, and each way in which a file is none, named."""

from __future__ import annotations

import base64
import io
import os
import struct
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from tapwright.agent import media
from tapwright.agent.film_source import film_at
from tapwright.agent.media import is_address, read_picture
from tapwright.errors import MediaError


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


RED = Image.new("RGB", (40, 20), (250, 0, 0))
PNG = encoded(RED)


def near(pixel: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 12 for a, b in zip(pixel, wanted, strict=True))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_every_common_kind_of_picture_is_read(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "bild mit ü.bin"
    file.write_bytes(encoded(RED, kind))
    for source in (file, str(file), file.as_uri(), file.read_bytes()):
        picture = read_picture(source)
        assert (picture.image.mode, picture.image.size, picture.note) == ("RGB", (40, 20), "")
        assert near(picture.image.getpixel((5, 5)), (250, 0, 0))


def test_a_data_uri_is_read_with_and_without_line_breaks() -> None:
    code = base64.b64encode(PNG).decode()
    for uri in (
        f"data:image/png;base64,{code}", f"data:image;base64,{code[:40]}\n{code[40:]}",
        "data:image/png," + "".join(f"%{byte:02x}" for byte in PNG),
    ):  # fmt: skip
        assert read_picture(uri).image.size == (40, 20)


def test_a_picture_is_turned_as_its_camera_says() -> None:
    lying = Image.new("RGB", (40, 20), "white")
    lying.paste((0, 0, 255), (0, 0, 10, 20))  # blue at the left
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise: left goes up
    seen = read_picture(encoded(lying, "JPEG", exif=exif, quality=95)).image
    assert seen.size == (20, 40)
    assert near(seen.getpixel((10, 3)), (0, 0, 255))
    assert near(seen.getpixel((10, 35)), (255, 255, 255))


def test_what_can_be_seen_through_lies_on_white() -> None:
    clear = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    assert near(read_picture(encoded(clear)).image.getpixel((5, 5)), (255, 255, 255))
    grey = Image.new("LA", (10, 10), (0, 0))
    assert near(read_picture(encoded(grey)).image.getpixel((5, 5)), (255, 255, 255))
    palette = Image.new("P", (10, 10), 0)
    palette.putpalette([0, 0, 0, 255, 0, 0])
    data = encoded(palette, "PNG", transparency=0)
    assert near(read_picture(data).image.getpixel((5, 5)), (255, 255, 255))
    assert near(read_picture(clear).image.getpixel((5, 5)), (255, 255, 255))


def test_sixteen_bits_of_grey_and_four_colours_of_ink_keep_their_light() -> None:
    grey = Image.new("I;16", (10, 10), 0x8000)
    assert near(read_picture(encoded(grey, "PNG")).image.getpixel((5, 5)), (128, 128, 128))
    ink = Image.new("CMYK", (10, 10), (0, 255, 255, 0))
    assert near(read_picture(encoded(ink, "JPEG")).image.getpixel((5, 5)), (254, 0, 0))


def test_of_what_moves_the_first_frame_is_seen_and_said_so() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    picture = read_picture(data)
    assert near(picture.image.getpixel((5, 5)), (255, 0, 0))
    assert picture.note == (
        "the picture given as bytes moves: only the first of its 3 frames is shown"
    )


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be of that size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        sum_of = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", sum_of)

    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


BAD = {
    "empty.png": (b"", "is empty"),
    "text.png": (b"hello, I am a picture", "is not a picture (it begins with b'hello, I')"),
    "page.jpg": (b"\n<!DOCTYPE html><html>", "is not a picture (it is a web page)"),
    "doc.png": (b"%PDF-1.7 ...", "it is a PDF file; save the page as a picture"),
    "draw.png": (b'<?xml version="1.0"?><svg xmlns="x">', "it is an SVG drawing; save it as PNG"),
    "cut.png": (PNG[: len(PNG) // 2], "is not whole"),
    "cut.jpg": (encoded(Image.effect_noise((200, 200), 80), "JPEG")[:3000], "is not whole"),
    "bomb.png": (bomb(10_000, 9_000), "is 10000x9000, more than 80000000 pixels; shrink it"),
    "worse.png": (bomb(65_000, 65_000), "claims to be far larger than any picture"),
    "phone.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "is a HEIC picture; install the package"),
    "postscript.eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is not a picture"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_named_with_what_is_wrong(name: str, tmp_path: Path) -> None:
    data, why = BAD[name]
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(MediaError) as error:
        read_picture(file)
    said = str(error.value)
    assert why in said
    assert f"'{file}'"[-20:] in said or "…" in said
    assert "\n" not in said


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    for source, why in (
        (tmp_path, "is a folder; name a picture in it"),
        (tmp_path / "none.png", "there is no file"),
        (pipe, "is no ordinary file"),
        (str(tmp_path / ("x" * 400)), "cannot read"),
        ("a\0b.png", "there is no file 'a?b.png'"),
        ("data:image/png;base64,!!!", "the data URI is not written in base64"),
        ("data:image/png;base64,", "is empty"),
    ):
        with pytest.raises(MediaError) as error:
            read_picture(source)
        assert why in str(error.value)
        assert len(str(error.value)) < 300


class Pictures(BaseHTTPRequestHandler):
    """Serves one picture, and a few things that are none."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.send_response({"/gone.png": 404, "/loop": 302, "/moved": 302}.get(path, 200))
        if path in ("/loop", "/moved"):
            self.send_header("Location", "/loop" if path == "/loop" else "/red.png")
        body = b"<html>sign in</html>" if path == "/page.png" else PNG
        body = b"\0" * 3000 if path == "/huge.png" else body
        self.send_header("Content-Length", str(len(body) + (9 if path == "/cut.png" else 0)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing."""


@pytest.fixture
def web() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pictures)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_picture_on_the_web_is_fetched_redirects_included(web: str) -> None:
    assert read_picture(f"{web}/red.png").image.size == (40, 20)
    assert read_picture(f"{web}/moved").image.size == (40, 20)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/gone.png", "answers with 404, not a picture"),
        ("/page.png?token=hush", "is not a picture (it is a web page)"),
        ("/loop", "cannot fetch"),
        ("/cut.png", "cannot fetch"),
    ],
)
def test_what_the_web_does_not_give_is_named_without_its_keys(
    web: str, path: str, why: str
) -> None:
    with pytest.raises(MediaError) as error:
        read_picture(web.replace("//", "//me:hush@") + path)
    assert why in str(error.value)
    assert f"'{web}{path.partition('?')[0]}'" in str(error.value)
    assert "hush" not in str(error.value)


def test_an_address_where_nobody_answers_is_named() -> None:
    with pytest.raises(MediaError, match=r"cannot fetch 'http://127\.0\.0\.1:9/x\.png'"):
        read_picture("http://127.0.0.1:9/x.png")


def test_the_bounds_hold_what_one_machine_can_hold() -> None:
    assert media.MOST_PIXELS * 3 <= 300_000_000
    assert media.MOST_BYTES <= 100_000_000


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("http://a/b.png", True),
        ("HTTPS://a/b", True),
        ("data:image/png;base64,AA", True),
        ("When does http://a/b land?", False),
        ("data: what is it, and why?", False),
        ("picture.png", False),
    ],
)
def test_an_address_is_told_from_a_question(text: str, is_one: bool) -> None:
    assert is_address(text) is is_one


@pytest.mark.parametrize("source", ["http://[abc/x.png", "https://[::1/film.mp4", "file://[abc/x"])
def test_an_address_that_is_none_is_named(source: str) -> None:
    with pytest.raises(MediaError, match="no such address"):
        read_picture(source)
    with pytest.raises(MediaError, match="no such address"), film_at(source):
        pass
