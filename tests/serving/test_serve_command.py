"""`tapwright serve` as a program, with the checkpoint that ships and OpenAI's own client."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from .openai_parts import WEATHER, data_uri, shown

TAPWRIGHT = (sys.executable, "-m", "tapwright.cli", "serve", "--port", "0")
QUESTION = [{"role": "user", "content": "What is the weather in Oslo?"}]


@contextmanager
def program(*arguments: str, **environment: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The program, started; gives its address. It ends by Ctrl-C, cleanly."""
    process = subprocess.Popen(
        [*TAPWRIGHT, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **environment},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("serving "), process.communicate(timeout=30)
        yield line.split()[-1], process
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors
        assert "Traceback" not in errors
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
@pytest.mark.weights
def test_the_model_that_ships_answers_whole_streamed_and_with_a_picture() -> None:
    with program() as (url, _):
        client = OpenAI(base_url=url, api_key="any", max_retries=0)
        (model,) = client.models.list()
        assert model.id == "embedded"
        ask = {"model": "embedded", "messages": QUESTION, "max_tokens": 24, "tools": [WEATHER]}
        whole = client.chat.completions.create(**ask)
        (choice,) = whole.choices
        assert choice.finish_reason in ("stop", "length", "tool_calls")
        assert 0 < whole.usage.completion_tokens <= 24
        pieces = list(client.chat.completions.create(**ask, stream=True))
        text = "".join(p.choices[0].delta.content or "" for p in pieces)
        assert text == (choice.message.content or "")
        assert pieces[-1].choices[0].finish_reason == choice.finish_reason
        if choice.message.tool_calls:
            call = choice.message.tool_calls[0]
            result = {"role": "tool", "tool_call_id": call.id, "content": "now 21 °C, clear sky"}
            history = [*QUESTION, choice.message.model_dump(exclude_none=True), result]
            second = client.chat.completions.create(**{**ask, "messages": history})
            assert second.usage.prompt_tokens > whole.usage.prompt_tokens
        seen = client.chat.completions.create(
            model="embedded", messages=shown(data_uri((252, 560))), max_tokens=8
        )
        assert seen.usage.prompt_tokens > 100  # the picture is in the prompt
        with pytest.raises(openai.BadRequestError) as caught:
            client.chat.completions.create(
                model="embedded", messages=[{"role": "user", "content": "word " * 3000}]
            )
        assert caught.value.code == "context_length_exceeded"

        async def at_once() -> None:
            patient = AsyncOpenAI(base_url=url, api_key="any", max_retries=0)
            answers = await asyncio.gather(
                *(patient.chat.completions.create(**{**ask, "max_tokens": 4}) for _ in range(3))
            )
            assert len({answer.choices[0].message.content for answer in answers}) == 1

        asyncio.run(at_once())


def test_key_and_name_are_options(tmp_path: Path) -> None:
    script = tmp_path / "replies.txt"
    script.write_text("Hello.\n", encoding="utf-8")
    options = ("--model", f"scripted:{script}", "--name", "ours", "--api-key-env", "SERVE_KEY")
    with program(*options, SERVE_KEY="a secret") as (url, _):
        with pytest.raises(openai.AuthenticationError):
            OpenAI(base_url=url, api_key="guess", max_retries=0).models.list()
        client = OpenAI(base_url=url, api_key="a secret", max_retries=0)
        answer = client.chat.completions.create(model="ours", messages=QUESTION)
        assert answer.choices[0].message.content == "Hello."


def test_an_empty_key_and_a_taken_port_are_named() -> None:
    def fails(*arguments: str) -> str:
        ended = subprocess.run(
            [*TAPWRIGHT, *arguments], capture_output=True, text=True, timeout=60, check=False
        )
        assert ended.returncode == 2 and ended.stdout == ""
        return ended.stderr

    assert "'NO_SUCH_KEY' is not set" in fails("--api-key-env", "NO_SUCH_KEY")
    script = "scripted:/dev/null"
    with socket_of_another() as port:
        assert f"cannot listen on '127.0.0.1' port {port}" in fails(
            "--port", str(port), "--model", script
        )


@contextmanager
def socket_of_another() -> Iterator[int]:
    """A port that somebody else has."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]
