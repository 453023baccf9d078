"""What a plugin returns has an end: texts, bytes, objects, generators, pictures."""

from __future__ import annotations

import datetime
import enum
import itertools
import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pydantic import BaseModel

from tapwright.errors import ToolError
from tapwright.tools.results import MAX_PICTURES, MAX_PIXELS, as_result
from tapwright.types import Delivery, ImagePart, TextPart, VideoPart


def text_of(value: object) -> str:
    (part,) = as_result(value).parts
    assert isinstance(part, TextPart)
    assert not part.trusted
    return part.text


class Colour(enum.Enum):
    RED = "red"


class City(BaseModel):
    name: str
    founded: datetime.date


@dataclass
class Trip:
    to: City
    days: int


def circle() -> list[Any]:
    inner: list[Any] = [1]
    inner.append(inner)
    return inner


def deep() -> list[Any]:
    nest: list[Any] = []
    for _ in range(100_000):
        nest = [nest]
    return nest


def endless() -> Iterator[int]:
    return itertools.count()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", ""),
        (b"text", "text"),
        ("né".encode(), "né"),
        (b"\xff\xfe\x00", "(3 bytes that are not text)"),
        ({"when": datetime.date(2026, 1, 2)}, '{"when":"2026-01-02"}'),
        (datetime.date(2026, 1, 2), '"2026-01-02"'),
        (Colour.RED, '"red"'),
        ({1: (2, 3), None: Path("a")}, '{"1":[2,3],"None":"a"}'),
        (City(name="Oslo", founded=datetime.date(1048, 1, 1)),
         '{"name":"Oslo","founded":"1048-01-01"}'),
        (Trip(City(name="Oslo", founded=datetime.date(1048, 1, 1)), 3),
         '{"to":{"name":"Oslo","founded":"1048-01-01"},"days":3}'),
        ({"pi": float("inf"), "raw": b"abc"}, '{"pi":"Infinity","raw":"(3 bytes)"}'),
        (iter([1, 2]), "[1,2]"),
        ({}, "{}"),
        (True, "true"),
        (10**5_000, '"a number of 16610 bits"'),
        ("\ud800", "\ud800"),
    ],
    ids=range(16),
)  # fmt: skip
def test_a_value_is_shown_as_json(value: object, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    "value",
    [
        "x" * 50_000_000,
        b"x" * 50_000_000,
        "é".encode() * 25_000_000,
        bytearray(50_000_000),
        [1] * 5_000_000,
        {"x": "y" * 50_000_000},
        circle(),
        deep(),
        {n: n for n in range(300_000)},
        ["é" * 1_000] * 100_000,
        [TextPart("x" * 10_000)] * 10_000,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_huge_is_cut_with_flat_memory(value: object) -> None:
    tracemalloc.start()
    try:
        parts = as_result(value).parts
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(len(part.text) for part in parts if isinstance(part, TextPart)) < 20_200
    # One string inside is written whole before it is cut; nothing is ever copied more often.
    assert peak < (120_000_000 if isinstance(value, dict) else 5_000_000)


def test_a_generator_without_end_is_cut() -> None:
    text = text_of(endless())
    assert text.startswith("[0,1,2,")
    assert "cut off" in text or "characters in all" in text
    assert len(text) < 20_200


def test_what_was_cut_says_how_much_there_was() -> None:
    assert text_of("x" * 30_000).endswith("x… (30000 characters in all)")


def test_what_was_not_cut_is_whole() -> None:
    value = {"list": list(range(1000)), "text": "né\n"}
    assert json.loads(text_of(value)) == value


@pytest.mark.parametrize("mode", ["RGBA", "L", "P", "1", "CMYK", "I;16"])
def test_a_picture_becomes_rgb_without_what_its_file_carried(mode: str) -> None:
    picture = Image.new(mode, (20, 10))
    picture.info["comment"] = "hidden"
    (part,) = as_result(picture).parts
    assert isinstance(part, ImagePart)
    assert (part.image.mode, part.image.size, part.image.info) == ("RGB", (20, 10), {})


def test_a_large_picture_is_shrunk() -> None:
    (part,) = as_result(Image.new("RGB", (6_000, 3_000))).parts
    assert isinstance(part, ImagePart)
    width, height = part.image.size
    assert width * height <= MAX_PIXELS
    assert abs(width / height - 2) < 0.01


def test_a_picture_that_is_far_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(ToolError, match="20000x20000 pixels; too large"):
        as_result(Image.new("1", (20_000, 20_000)))


@pytest.mark.parametrize("kind", ["cut", "text"])
def test_a_picture_that_cannot_be_read_is_refused(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    Image.effect_noise((300, 300), 50).save(file)
    file.write_bytes(file.read_bytes()[:20_000])
    broken: Any = Image.open(file) if kind == "cut" else "not a picture"
    with pytest.raises(ToolError, match="it returned a picture that"):
        as_result(ImagePart(broken))


def test_only_so_many_pictures_are_shown() -> None:
    parts = as_result([Image.new("RGB", (4, 4))] * 30).parts
    assert len(parts) == MAX_PICTURES + 1
    assert parts[-1] == TextPart("… (22 parts more are left out)", trusted=False)


def test_a_film_becomes_pictures_with_their_times() -> None:
    film = VideoPart((Image.new("RGB", (4, 4)),) * 2, (0.0, 1.5))
    told = as_result(film).parts
    assert [part.text for part in told if isinstance(part, TextPart)] == [
        "<0.0 seconds>", "<1.5 seconds>",
    ]  # fmt: skip
    assert all(not part.trusted for part in told if isinstance(part, TextPart))


def test_a_result_keeps_what_it_says_of_its_delivery() -> None:
    from tapwright.types import Effect, ToolResult

    made = as_result(ToolResult(Effect(Delivery.REFUSED, "no\nroom"), ()))
    assert made.effect == Effect(Delivery.REFUSED, "no room")
