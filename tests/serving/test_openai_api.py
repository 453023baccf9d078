"""Answers and streams as OpenAI's own client sees them, on a real socket."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

from tapwright.errors import ModelError
from tapwright.model.scripted import ScriptedModel
from tapwright.types import ImagePart, Reply, Request, TextPart

from .openai_parts import (
    ASK,
    CALL,
    TWO,
    WEATHER,
    Serve,
    data_uri,
    model_of,
    prompt,
    shown,
    streamed,
)


def test_the_models_are_listed(serve: Serve) -> None:
    served = serve(name="ours")
    assert [model.id for model in served.client.models.list()] == ["ours"]
    assert served.client.models.retrieve("ours").owned_by == "tapwright"


def test_words_come_back_with_their_cost(serve: Serve) -> None:
    answer = serve(" Hello there. ").ask()
    assert answer.choices[0].message.content == "Hello there."
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.completion_tokens == 3 and answer.usage.prompt_tokens > 3
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + 3


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_reaches_the_model_at_its_size(serve: Serve, kind: str) -> None:
    served = serve("A teal box.")
    served.ask(shown(data_uri((56, 28), kind)))
    parts = model_of(served).requests[0].messages[-1].parts
    assert isinstance(parts[0], ImagePart) and parts[0].image.size == (56, 28)
    assert parts[1] == TextPart("What is it?")


def test_a_call_comes_back_as_a_call(serve: Serve) -> None:
    (choice,) = serve(CALL).ask(tools=[WEATHER]).choices
    assert choice.finish_reason == "tool_calls"
    assert choice.message.content == "I look it up."
    (call,) = choice.message.tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == (
        "weather",
        {"city": "Oslo"},
    )
    assert call.id.startswith("call_")


def test_results_go_back_in_the_dialect_of_the_family(serve: Serve) -> None:
    served = serve(CALL, ": It is 21 degrees.")
    first = served.ask(tools=[WEATHER]).choices[0].message
    history = [
        {"role": "system", "content": "Be brief."},
        *ASK,
        first.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": first.tool_calls[0].id, "content": "21 °C ✿FUNCTION✿"},
    ]
    answer = served.ask(history, tools=[WEATHER]).choices[0]
    assert (answer.message.content, answer.finish_reason) == ("It is 21 degrees.", "stop")
    last = model_of(served).requests[-1].messages[-1]
    assert last.open and prompt(model_of(served).requests[-1]).startswith("system: Be brief.\n\n#")
    assert last.parts[0].text == (
        'I look it up.\n✿FUNCTION✿: weather\n✿ARGS✿: {"city": "Oslo"}\n'
        "✿RESULT✿: 21 °C ❀FUNCTION❀\n✿RETURN✿"
    )


def test_parallel_calls_and_their_results_keep_their_order(serve: Serve) -> None:
    served = serve(TWO, "Both are fine.", TWO, family="qwen2.5-vl")
    first = served.ask(tools=[WEATHER]).choices[0].message
    oslo, rome = first.tool_calls
    assert json.loads(rome.function.arguments) == {"city": "Rome"}
    results = [
        {"role": "tool", "tool_call_id": rome.id, "content": "30 in Rome"},
        {"role": "tool", "tool_call_id": oslo.id, "content": "21 in Oslo"},
    ]
    served.ask([*ASK, first.model_dump(exclude_none=True), *results], tools=[WEATHER])
    told = prompt(model_of(served).requests[1])
    assert 0 < told.index("21 in Oslo") < told.index("30 in Rome")
    one = served.ask(tools=[WEATHER], parallel_tool_calls=False).choices[0].message
    assert len(one.tool_calls) == 1


def test_a_picture_in_a_result_is_shown_to_the_model(serve: Serve) -> None:
    served = serve(CALL, "A chart.")
    call = served.ask(tools=[WEATHER]).choices[0].message
    picture = {"type": "image_url", "image_url": {"url": data_uri()}}
    result = {"role": "tool", "tool_call_id": call.tool_calls[0].id, "content": [picture]}
    served.ask([*ASK, call.model_dump(exclude_none=True), result], tools=[WEATHER])
    parts = model_of(served).requests[-1].messages[-1].parts
    assert any(isinstance(part, ImagePart) for part in parts)


def test_with_tool_choice_none_the_model_hears_of_no_tool(serve: Serve) -> None:
    served = serve("Fine.")
    served.ask(tools=[WEATHER], tool_choice="none")
    assert "weather:" not in prompt(model_of(served).requests[0])


def test_stop_words_and_limits_reach_the_model(serve: Serve) -> None:
    served = serve("one two three", Reply("cut off he", finish="length"))
    assert served.ask(stop=[" two"]).choices[0].message.content == "one"
    cut = served.ask(max_tokens=5, tools=[WEATHER]).choices[0]
    assert (cut.message.content, cut.finish_reason) == ("cut off he", "length")
    assert model_of(served).requests[1].max_new_tokens == 5


def test_a_call_that_was_cut_off_by_the_limit_is_no_call(serve: Serve) -> None:
    served = serve(Reply('Look.\n✿FUNCTION✿: weather\n✿ARGS✿: {"ci', finish="length"))
    (choice,) = served.ask(tools=[WEATHER]).choices
    assert choice.message.tool_calls is None
    assert (choice.message.content, choice.finish_reason) == ("Look.", "length")


def test_words_are_streamed_as_they_come_and_usage_when_asked_for(serve: Serve) -> None:
    text, pieces = streamed(serve("Hello  there you."), stream_options={"include_usage": True})
    assert text == "Hello  there you."
    assert len(pieces) == 1 + 3 + 1 + 1  # the role, the words, the end, the cost
    assert [p.usage is not None for p in pieces] == [False] * 5 + [True]
    assert pieces[-1].choices == [] and pieces[-2].choices[0].finish_reason == "stop"


@pytest.mark.parametrize("reply", [CALL, TWO, '{"name": "weather", "arguments": {"city": "O"}}'])
def test_no_part_of_a_call_is_streamed_as_words(serve: Serve, reply: str) -> None:
    text, pieces = streamed(serve(reply), tools=[WEATHER])
    assert text == ("I look it up." if reply is CALL else "")
    calls = [c for p in pieces if p.choices for c in p.choices[0].delta.tool_calls or ()]
    names = [c.function.name for c in calls if c.function.name]
    assert names == ["weather"] * len(names) and names
    assert pieces[-1].choices[0].finish_reason == "tool_calls"
    first = "".join(c.function.arguments for c in calls if c.index == 0)
    assert json.loads(first)["city"] in ("Oslo", "O")


def test_letter_by_letter_nothing_leaks_either(serve: Serve) -> None:
    class Letters(ScriptedModel):
        def generate(self, request: Request, on_text: Any = None) -> Reply:
            reply = super().generate(request)
            for letter in reply.text:
                on_text(letter)
            return reply

    text, _ = streamed(serve(Letters([CALL])), tools=[WEATHER])
    assert text == "I look it up."


@pytest.mark.parametrize(
    "words",
    [
        "It is *bold* and 3 * 4.",
        "Use `{x}` here: {y}.",
        "A list:\n* one\n* two",
        "```json\n{}\n```\nis empty",
        "a <b> and <tool> ✿ flower".replace("✿ ", ""),
    ],
)
def test_words_that_only_begin_like_a_call_are_streamed_whole(serve: Serve, words: str) -> None:
    assert streamed(serve(words), tools=[WEATHER])[0] == words


def test_the_end_of_a_marker_before_the_answer_is_not_streamed(serve: Serve) -> None:
    served = serve(CALL, ": It is 21 degrees.")
    first = served.ask(tools=[WEATHER]).choices[0].message
    result = {"role": "tool", "tool_call_id": first.tool_calls[0].id, "content": "21"}
    history = [*ASK, first.model_dump(exclude_none=True), result]
    assert streamed(served, history, tools=[WEATHER])[0] == "It is 21 degrees."


def test_a_failure_in_a_stream_is_an_error_for_the_client(serve: Serve) -> None:
    served = serve(ModelError("the network melted"), '✿FUNCTION✿: weather\n✿ARGS✿: {"city": "O')
    with pytest.raises(openai.APIError, match="the network melted"):
        streamed(served)
    with pytest.raises(openai.APIError, match="call cannot be read"):
        streamed(served, tools=[WEATHER])
