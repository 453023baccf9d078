"""How many pictures and steps of the past a model is shown, and that they fit."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from itertools import pairwise

import pytest
from PIL import Image

from tapwright.agent.history import (
    History,
    past_of,
)
from tapwright.errors import ModelError
from tapwright.model.families import FAMILIES
from tapwright.model.scripted import ScriptedModel
from tapwright.prompts import DIALECTS
from tapwright.types import (
    Family,
    ImagePart,
    Request,
)

from .parts import (
    a_step,
    pictures,
    request_text,
)

TURNS = FAMILIES["qwen2-vl"]
SUMMARY = FAMILIES["tapwright-embedded"]


def shown(family: Family, count: int, kept: int = 2) -> list[list[Image.Image]]:
    """The pictures of each request of a run of `count` steps, each with a picture of its own."""
    history = History("Go", "Act.", (), images_kept=kept)
    model, dialect = ScriptedModel([], family), DIALECTS["compact"]
    history.begin(Image.new("RGB", (280, 560), (0, 0, 0)))
    requests = [history.request(model, dialect, 64)]
    for number in range(1, count):
        after = Image.new("RGB", (280, 560), (number, 0, 0))
        history.add(past_of(a_step(number), after, "en"))
        requests.append(history.request(model, dialect, 64))
    return [pictures(request) for request in requests]


def test_the_window_of_pictures_grows_to_twice_its_size_and_is_then_cut() -> None:
    assert [len(seen) for seen in shown(TURNS, 9)] == [1, 2, 3, 4, 3, 4, 3, 4, 3]


def test_between_two_cuts_the_prompt_only_grows() -> None:
    seen = shown(TURNS, 12, kept=3)
    for before, after in pairwise(seen):
        if len(after) > len(before):
            assert after[: len(before)] == before


@pytest.mark.parametrize("family", [TURNS, SUMMARY])
def test_the_newest_picture_is_always_the_last(family: Family) -> None:
    reds = [images[-1].getpixel((0, 0))[0] for images in shown(family, 9)]
    assert reds == list(range(9))


def test_a_summary_shows_one_picture() -> None:
    assert [len(seen) for seen in shown(SUMMARY, 6)] == [1] * 6


@pytest.mark.parametrize(("image_first", "kinds"), [(True, [1, 0]), (False, [0, 1])])
@pytest.mark.parametrize("family", [TURNS, SUMMARY])
def test_the_picture_stands_where_the_family_wants_it(
    family: Family, image_first: bool, kinds: list[int]
) -> None:
    history = History("Go", "Act.", ())
    history.begin(Image.new("RGB", (280, 560)))
    model = ScriptedModel([], replace(family, image_first=image_first))
    last = history.request(model, DIALECTS["compact"], 64).messages[-1]
    assert [int(isinstance(part, ImagePart)) for part in last.parts] == kinds


def request_of(count: int, context_tokens: int, kept: int = 100) -> tuple[Request, int]:
    """The last request of a run of `count` steps, and its tokens."""
    history = History("Go", "Act.", (), images_kept=kept)
    model = ScriptedModel([], replace(TURNS, context_tokens=context_tokens))
    history.begin(Image.new("RGB", (280, 560)))  # 200 tokens
    for number in range(1, count):
        history.add(past_of(a_step(number), Image.new("RGB", (280, 560)), "en"))
    request = history.request(model, DIALECTS["compact"], 64)
    return request, model.count_tokens(request)


@pytest.mark.parametrize("context", [400, 700, 1000, 3000, 100_000])
def test_a_long_past_is_cut_until_it_fits(context: int) -> None:
    request, tokens = request_of(40, context)
    assert tokens <= context - 64
    assert len(pictures(request)) >= 1
    assert "Step 39." in request_text(request)


def test_pictures_go_before_steps_and_both_are_said_to_be_missing() -> None:
    few_pictures = request_text(request_of(12, 2000)[0])
    assert "Step 1." in few_pictures
    assert "(an older picture, left out)" in few_pictures
    few_steps = request_text(request_of(60, 600)[0])
    assert "Step 1." not in few_steps
    assert "(earlier steps, left out:" in few_steps


def test_a_past_that_fits_loses_nothing() -> None:
    request, _ = request_of(12, 100_000)
    assert len(pictures(request)) == 12
    assert "left out" not in request_text(request)


@pytest.mark.parametrize("family", [TURNS, SUMMARY])
def test_one_picture_that_does_not_fit_is_an_error_with_its_cure(family: Family) -> None:
    history = History("Go", "Act.", ())
    history.begin(Image.new("RGB", (1120, 1120)))
    model = ScriptedModel([], replace(family, context_tokens=200))
    with pytest.raises(ModelError, match="lower the pixel budget or max_new_tokens"):
        history.request(model, DIALECTS["compact"], 64)


@pytest.mark.parametrize("family", [TURNS, SUMMARY])
def test_pictures_of_the_past_do_not_pile_up_in_memory(family: Family) -> None:
    history = History("Go", "Act.", (), images_kept=2)
    model, dialect = ScriptedModel([], family), DIALECTS["compact"]
    history.begin(Image.new("RGB", (280, 560)))
    ever = []
    for number in range(1, 30):
        image = Image.new("RGB", (280, 560))
        ever.append(weakref.ref(image))
        history.add(past_of(a_step(number), image, "en"))
        history.request(model, dialect, 64)
        model.requests.clear()
    del image
    gc.collect()
    assert sum(picture() is not None for picture in ever) <= 4
