"""Requests that cannot be meant, and who may not ask: the right status, in OpenAI's shape."""

from __future__ import annotations

import json
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI

from tapwright.errors import ModelError

from .openai_parts import ASK, WEATHER, Serve, data_uri, model_of, shown

ASSISTANT = {"role": "assistant", "content": "Hi."}
CALLED = {
    "role": "assistant",
    "tool_calls": [
        {"id": "a", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    ],
}
BAD_ARGUMENTS = json.loads(json.dumps(CALLED).replace('"{}"', '"[1]"'))


@pytest.mark.parametrize(
    ("more", "status", "code", "why"),
    [
        ({"model": "gpt"}, 404, "model_not_found", "'gpt' does not exist"),
        ({"messages": []}, 400, None, "messages"),
        ({"messages": [{"role": "system", "content": "x"}]}, 400, None, "no message of the user"),
        ({"messages": [*ASK, ASSISTANT]}, 400, None, "the last message is the assistant's"),
        ({"messages": [*ASK, CALLED]}, 400, None, "no tool message answers the call 'a'"),
        ({"messages": [*ASK, BAD_ARGUMENTS]}, 400, None, "no JSON object"),
        ({"messages": [{"role": "tool", "content": "x"}]}, 400, None, "behind the call"),
        ({"messages": [{"role": "king", "content": "x"}]}, 400, None, "messages.0.role"),
        ({"messages": shown("https://example.org/a.png")}, 400, "invalid_image_url", "fetched"),
        ({"messages": shown("file:///etc/passwd")}, 400, "invalid_image_url", "files"),
        ({"messages": shown("/etc/passwd")}, 400, "invalid_image_url", "files"),
        ({"messages": shown("data:image/png;base64,aGVsbG8=")}, 400, "invalid_image", "no picture"),
        ({"messages": shown("data:image/png;base64,***")}, 400, "invalid_image", "base64"),
        ({"messages": shown(data_uri((9000, 9000)))}, 400, "invalid_image", "9000x9000"),
        ({"messages": shown(data_uri()[:-40])}, 400, "invalid_image", "the picture is"),
        (
            {"messages": [{"role": "user", "content": [{"type": "video_url"}]}]},
            400, None, "'video_url' cannot be read",
        ),
        (
            {"messages": [{"role": "user", "content": "word " * 40_000}]},
            400, "context_length_exceeded", "maximum context length is 32768",
        ),
        ({"tools": [WEATHER, WEATHER]}, 400, None, "same name"),
        ({"tools": [WEATHER], "tool_choice": "required"}, 400, None, "cannot be forced"),
        (
            {"tools": [WEATHER], "tool_choice": {"type": "function", "function": {"name": "w"}}},
            400, None, "cannot be forced",
        ),
        ({"n": 2}, 400, None, "one choice"),
        ({"logprobs": True}, 400, None, "logprobs"),
        ({"response_format": {"type": "json_object"}}, 400, None, "response_format"),
        ({"stop": ["a", "b", "c", "d", "e"]}, 400, None, "stop holds at most 4"),
        ({"stop": [""]}, 400, None, "none of them empty"),
        ({"max_tokens": 0}, 400, None, "max_tokens"),
        ({"stream_options": {"include_usage": True}}, 400, None, "stream=true"),
    ],
)  # fmt: skip
def test_a_bad_request_is_answered_with_its_fault(
    serve: Serve, more: dict[str, Any], status: int, code: str | None, why: str
) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        serve("never said").ask(**more)
    assert caught.value.status_code == status
    assert caught.value.code == code
    assert isinstance(caught.value.body, dict)
    assert why in caught.value.body["message"]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b"\xff\xfe", {}, 400),
        (b"[" * 100_000, {}, 400),
        (b"{}", {"content-type": "text/plain"}, 415),
        (b"{}", {"host": "evil.example"}, 403),
        (b"x" * 2_000, {}, 413),
    ],
)
def test_bodies_that_are_no_request_are_refused_in_the_same_shape(
    serve: Serve, body: bytes, headers: dict[str, str], status: int
) -> None:
    served = serve("never said", most_bytes=1_000 if status == 413 else 1_000_000)
    answer = httpx.post(
        f"{served.url}/v1/chat/completions",
        content=body,
        headers={"content-type": "application/json", **headers},
    )
    assert answer.status_code == status, answer.text
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


def test_a_body_that_does_not_say_its_length_is_cut_all_the_same(serve: Serve) -> None:
    served = serve("never said", most_bytes=1_000)
    answer = httpx.post(
        f"{served.url}/v1/chat/completions",
        content=iter([b"x" * 600, b"x" * 600]),
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 413


def test_without_the_key_nothing_is_told(serve: Serve) -> None:
    served = serve("Hello.", key="a secret")
    stranger = OpenAI(base_url=f"{served.url}/v1", api_key="guess", max_retries=0)
    with pytest.raises(openai.AuthenticationError):
        stranger.models.list()
    with pytest.raises(openai.AuthenticationError):
        stranger.chat.completions.create(model=served.api.name, messages=ASK)
    assert served.ask().choices[0].message.content == "Hello."


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (ModelError("the network melted"), "the network melted"),
        ('✿FUNCTION✿: weather\n✿ARGS✿: {"city": "O', "call cannot be read"),
    ],
)
def test_a_failure_of_the_model_is_one_and_is_not_tried_again(
    serve: Serve, reply: Any, why: str
) -> None:
    served = serve(reply, "a second try")
    patient = served.client.with_options(max_retries=3)
    with pytest.raises(openai.InternalServerError, match=why):
        patient.chat.completions.create(model="scripted", messages=ASK, tools=[WEATHER])
    assert len(model_of(served).requests) == 1
