"""A model as a finder: asked as in a run, once or twice, and believed only where it points."""

from __future__ import annotations

import math
import random

import pytest
from PIL import Image, ImageDraw
from seeing_eyes import Eye, colour_eye

from tapwright.actions import Point
from tapwright.agent.grounding_pictures import COLOURS
from tapwright.agent.seeing.finder import ModelFinder
from tapwright.agent.seeing.values import Rung
from tapwright.errors import ModelError
from tapwright.model.scripted import ScriptedModel
from tapwright.prompts import dialect
from tapwright.types import ImagePart

COLOUR = "red"


def desktop(place: Point, half: int, size: tuple[int, int] = (1920, 1080)) -> Image.Image:
    image = Image.new("RGB", size, (242, 243, 245))
    box = (place.x - half, place.y - half, place.x + half, place.y + half)
    ImageDraw.Draw(image).rectangle(box, fill=COLOURS[COLOUR])
    return image


def clicked(*points: tuple[int, int]) -> list[str]:
    qwen = "\u273fFUNCTION\u273f: Click\n\u273fARGS\u273f: "
    return [f'{qwen}{{"point": [{x}, {y}]}}' for x, y in points]


@pytest.mark.parametrize("family", ["qwen2-vl", "qwen2.5-vl", "qwen3-vl"])
def test_a_second_look_hits_what_the_first_only_comes_near_to(family: str) -> None:
    random_places = random.Random(3)
    away = {True: 0.0, False: 0.0}
    for _ in range(8):
        place = Point(random_places.randrange(20, 1260), random_places.randrange(20, 700))
        image = desktop(place, 12, (1280, 720))
        for zoom in away:
            eye = Eye(colour_eye(least=1), family, max_pixels=64 * 32 * 32)
            finder = ModelFinder(eye, eye.dialect, zoom=zoom)
            found = finder.find(image, f"the {COLOUR} square")
            assert finder.calls == (2 if zoom else 1)
            assert found is not None
            away[zoom] += math.dist((found.point.x, found.point.y), (place.x, place.y))
    assert away[True] < 8 * 1.5, away
    assert away[True] < 0.7 * away[False], away


def test_it_asks_in_the_words_of_a_run_and_reads_the_frame_in_one_place() -> None:
    model = ScriptedModel(clicked((1000, 1000)))
    found = ModelFinder(model, dialect("qwen"), zoom=False).find(
        Image.new("RGB", (800, 600)), "the Save button"
    )
    assert found is not None
    assert found.point == Point(799, 599)
    assert found.rung is Rung.MODEL
    (request,) = model.requests
    words = "".join(
        part.text for m in request.messages for part in m.parts if hasattr(part, "text")
    )
    assert "Tap the Save button" in words
    assert "### Click" in words


def test_the_second_look_is_the_part_around_the_first_answer() -> None:
    model = ScriptedModel(clicked((250, 500), (500, 500)))
    found = ModelFinder(model, dialect("qwen")).find(Image.new("RGB", (1920, 1080)), "it")
    pictures = [
        part.image
        for request in model.requests
        for message in request.messages
        for part in message.parts
        if isinstance(part, ImagePart)
    ]
    assert pictures[0].size == (1920, 1080)
    assert pictures[1].width < 1920
    assert found is not None
    assert abs(found.point.x - 480) < 20
    assert abs(found.point.y - 540) < 20
    assert found.score > 0.9


@pytest.mark.parametrize(
    "reply",
    [
        "I see no such button.",
        '\u273fFUNCTION\u273f: Fail\n\u273fARGS\u273f: {"reason": "it is not there"}',
        "\u273fFUNCTION\u273f: Back\n\u273fARGS\u273f: {}",
        clicked((1001, 5))[0],  # beside the picture
        "\u273fFUNCTION\u273f: Click\n\u273fARGS\u273f: {",
    ],
)
def test_a_reply_without_a_place_finds_nothing(reply: str) -> None:
    finder = ModelFinder(ScriptedModel([reply]), dialect("qwen"))
    assert finder.find(Image.new("RGB", (1920, 1080)), "the Save button") is None
    assert finder.calls == 1
    assert finder.said


def test_what_is_not_seen_again_was_not_found() -> None:
    model = ScriptedModel([*clicked((250, 500)), "There is nothing here."])
    finder = ModelFinder(model, dialect("qwen"))
    assert finder.find(Image.new("RGB", (1920, 1080)), "it") is None
    assert finder.calls == 2


def test_a_model_that_fails_is_an_error() -> None:
    finder = ModelFinder(ScriptedModel([ModelError("gone")]), dialect("qwen"))
    with pytest.raises(ModelError, match="gone"):
        finder.find(Image.new("RGB", (100, 100)), "it")
