"""What a conversation leaves out where it no longer fits, in which order, and that it says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from tapwright.agent.assistant import Assistant
from tapwright.agent.chat_values import ChatSettings, Ended, LeftOut
from tapwright.agent.policy import Policy
from tapwright.model.families import family_named
from tapwright.model.scripted import ScriptedModel
from tapwright.prompts import DIALECTS
from tapwright.tools.plugin import tool
from tapwright.tools.registry import Toolbox
from tapwright.types import ImagePart, Request, TextPart, VideoPart

from .parts import pictures, request_text

SIDE = 280  # a picture of 100 tokens


def picture(shade: int) -> Image.Image:
    return Image.new("RGB", (SIDE, SIDE), (shade, shade, shade))


@tool
def page(number: int) -> str:
    """Read a page."""
    return f"page {number}: " + "word " * 200


def talk(replies: list[Any], room: int, **settings: Any) -> Assistant:
    """An assistant whose prompts may have `room` tokens."""
    family = replace(family_named("qwen2-vl"), context_tokens=room + 10)
    settings = {"system": "Help.", "max_new_tokens": 10, "language": "en", **settings}
    return Assistant(
        ScriptedModel(replies, family),
        Toolbox([page]),
        DIALECTS["compact"],
        ChatSettings(**settings),
        Policy(),
    )


def prompts(assistant: Assistant) -> list[Request]:
    assert isinstance(assistant.model, ScriptedModel)
    return assistant.model.requests


def test_the_oldest_pictures_go_first_and_leave_words_in_their_place() -> None:
    assistant = talk(["one", "two", "three"], room=280)
    said: list[Any] = []
    shown = [picture(10), picture(120), picture(240)]
    for number, image in enumerate(shown):
        assistant.ask(image, f"Question {number}?", on_event=said.append)
    assert [len(pictures(each)) for each in prompts(assistant)] == [1, 2, 2]
    last = prompts(assistant)[2]
    assert pictures(last) == shown[1:]
    assert "(an older picture, left out)Question 0?" in request_text(last)
    assert [each for each in said if isinstance(each, LeftOut)] == [LeftOut(pictures=1)]


def test_a_film_goes_like_a_picture() -> None:
    assistant = talk(["one", "two"], room=330)
    film = VideoPart((picture(1), picture(2)), (0.0, 1.0))
    assistant.ask(film, "What happens?")
    assistant.ask(picture(3), picture(4), "And here?")
    last = prompts(assistant)[1]
    assert not any(isinstance(p, VideoPart) for m in last.messages for p in m.parts)
    assert len(pictures(last)) == 2
    assert "(an older picture, left out)" in request_text(last)


def test_behind_the_pictures_the_oldest_questions_go_with_their_answers() -> None:
    assistant = talk([f"answer {number}" for number in range(8)], room=300)
    said: list[Any] = []
    for number in range(8):
        question = f"Question {number}? " + "please " * 30
        assert assistant.ask(question, on_event=said.append).ended is Ended.ANSWERED
    last = request_text(prompts(assistant)[-1])
    assert "Question 0?" not in last
    assert "answer 0" not in last
    assert "Question 7?" in last
    left = [each for each in said if isinstance(each, LeftOut)][-1]
    assert left.exchanges > 1
    assert f"(earlier questions and answers, left out: {left.exchanges})" in last
    kept = [number for number in range(8) if f"Question {number}?" in last]
    assert kept == list(range(left.exchanges, 8))


def test_of_the_newest_question_the_last_picture_stays() -> None:
    assistant = talk(["fine"], room=330)
    shown = [picture(shade) for shade in (10, 60, 120, 240)]
    assistant.ask(*shown, "Which?")
    seen = pictures(prompts(assistant)[0])
    assert seen == shown[-len(seen) :]
    assert 1 <= len(seen) < 4


def test_many_rounds_of_one_question_lose_the_oldest_and_a_long_result_its_end() -> None:
    calls = [f'*FUNCTION*: page *ARGS*: {{"number": {number}}}' for number in range(5)]
    assistant = talk([*calls, "Read."], room=700)
    said: list[Any] = []
    answer = assistant.ask("Read five pages", on_event=said.append)
    assert (answer.text, answer.rounds) == ("Read.", 6)
    last = request_text(prompts(assistant)[-1])
    assert "page 0:" not in last
    assert "page 4:" in last
    assert "Read five pages\n(earlier calls and results, left out: " in last

    narrow = talk([calls[0], "Read."], room=200)
    assert narrow.ask("Read a page", on_event=said.append).text == "Read."
    text = request_text(prompts(narrow)[-1])
    assert "page 0: word" in text
    assert "… (shortened to fit)" in text
    assert any(isinstance(each, LeftOut) and each.shortened == 1 for each in said)


def test_a_question_that_never_fits_is_the_models_failure_with_the_numbers() -> None:
    assistant = talk(["never"], room=100)
    answer = assistant.ask("please " * 200)
    assert answer.ended is Ended.MODEL_FAILED
    assert "'scripted' has room for 100 beside its answer" in answer.said
    assert prompts(assistant) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_words_in_their_place_are_in_the_language_of_the_prompt(language: Any) -> None:
    assistant = talk(["one", "two"], room=130, language=language)
    assistant.ask(picture(1), "?a")
    assistant.ask(picture(2), "?b")
    text = request_text(prompts(assistant)[1])
    assert ("(an older picture, left out)" in text) == (language == "en")
    assert ("较早的图片已省略" in text) == (language == "zh")
    assert isinstance(prompts(assistant)[1].messages[-1].parts[0], ImagePart | TextPart)


def test_of_an_earlier_question_the_older_picture_goes() -> None:
    assistant = talk(["one", "two"], room=280)
    shown = [picture(10), picture(120), picture(240)]
    assistant.ask(shown[0], shown[1], "Both?")
    assistant.ask(shown[2], "And this?")
    assert pictures(prompts(assistant)[1]) == shown[1:]
