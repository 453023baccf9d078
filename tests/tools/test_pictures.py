"""Pictures from foreign bytes and from plugins are shown as a person would see them."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tapwright.errors import MediaError
from tapwright.tools.pictures import decode_picture
from tapwright.tools.results import as_result
from tapwright.types import ImagePart


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def shown(image: Image.Image) -> Image.Image:
    """What a model sees of a plugin's picture."""
    (part,) = as_result(image).parts
    assert isinstance(part, ImagePart)
    return part.image


def sideways() -> Image.Image:
    """A picture that its camera says to turn by a quarter."""
    image = Image.new("RGB", (20, 10), "red")
    exif = image.getexif()
    exif[0x0112] = 6
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif)
    return Image.open(file)


def test_sixteen_bits_of_grey_stay_grey_on_their_way_from_a_server() -> None:
    grey = Image.new("I;16", (10, 10), 0x8000)
    level = decode_picture(png(grey), "the picture").getpixel((5, 5))
    assert level in {(127, 127, 127), (128, 128, 128)}


def test_a_clear_chart_of_a_plugin_lies_on_white() -> None:
    clear = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    assert shown(clear).getpixel((5, 5)) == (255, 255, 255)


def test_a_photo_of_a_plugin_stands_upright() -> None:
    assert shown(sideways()).size == (10, 20)


def test_half_a_picture_is_named() -> None:
    data = png(Image.effect_noise((80, 80), 50))
    with pytest.raises(MediaError, match="the picture is broken"):
        decode_picture(data[: len(data) // 2], "the picture")
