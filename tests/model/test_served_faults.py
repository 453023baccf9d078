"""A server's bad days: each is caught, named, and never taken for an answer."""

from __future__ import annotations

import socket
import time

import pytest
from PIL import Image

from tapwright.errors import (
    ModelError,
    ServerBroken,
    ServerError,
    ServerRefused,
    ServerUnreachable,
)
from tapwright.model.families import family_named
from tapwright.model.served_kinds import KINDS as TABLE
from tapwright.model.served_retry import Patience
from tapwright.model.server import ServedModel, open_served
from tapwright.serving.conformance import ConformanceServer, Fault, Said
from tapwright.types import ToolCall

from .served import KINDS, WEATHER, ask

QUICK = Patience(seconds=5.0, tries=3, first_pause=0.05, connect=1.0, silence=1.0)
streamed = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
each_kind = pytest.mark.parametrize("kind", KINDS)


def quick(server: ConformanceServer, family: str = "qwen2-vl", model: str = "") -> ServedModel:
    name = f"{server.kind}:{model or server.model}@{server.url}"
    return open_served(name, family_named(family), environment={}, patience=QUICK)


def failing(server: ConformanceServer, *, stream: bool, **more: object) -> ServerError:
    """The error that a request ends with; what a person was shown must not be a whole answer."""
    shown: list[str] = []
    with pytest.raises(ServerError) as caught:
        quick(server).generate(ask("Hi", **more), shown.append if stream else None)  # type: ignore[arg-type]
    assert "".join(shown) != "The whole answer."
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("fault", [Fault.HTML, Fault.WRONG_TYPE])
@each_kind
def test_what_is_not_json_is_named(kind: str, fault: Fault) -> None:
    with ConformanceServer(kind, ["The whole answer."] * 3, fault) as server:
        error = failing(server, stream=False)
        assert len(server.requests) == 1
    assert isinstance(error, ServerBroken)
    assert "instead of JSON" in str(error)
    assert server.url in str(error)


def test_a_page_instead_of_a_stream_is_named() -> None:
    with ConformanceServer("vllm", fault=Fault.HTML) as server:
        assert "'text/html' instead of JSON; is this the address" in str(
            failing(server, stream=True)
        )


@streamed
@each_kind
def test_an_answer_without_choices_is_broken(kind: str, stream: bool) -> None:
    with ConformanceServer(kind, ["The whole answer."] * 3, Fault.NO_CHOICES) as server:
        assert isinstance(failing(server, stream=stream), ServerBroken)
        assert len(server.requests) == 3  # asked again, for nobody had read anything


@streamed
@pytest.mark.parametrize("fault", [Fault.CUT_STREAM, Fault.STREAM_ERROR])
def test_an_answer_that_breaks_off_is_never_a_reply(fault: Fault, stream: bool) -> None:
    replies = ["The whole answer."] * 3
    with ConformanceServer("sglang", replies, fault, times=9) as server:
        if fault is Fault.STREAM_ERROR and not stream:
            return  # an answer in one piece has no middle
        error = failing(server, stream=stream)
        # Half of it was read by a person: it must not be said twice.
        assert len(server.requests) == (1 if stream else 3)
    assert isinstance(error, ServerBroken if stream else ServerError)


@each_kind
@streamed
def test_half_a_tool_call_is_never_a_call(kind: str, stream: bool) -> None:
    said = Said(calls=(ToolCall("weather", {"city": "Oslo", "days": 3}),))
    with ConformanceServer(kind, [said] * 3, Fault.HALF_CALL, family="qwen3-vl") as server:
        name = f"{server.kind}:{server.model}@{server.url}"
        family = family_named("qwen3-vl")
        model = open_served(name, family, environment={}, patience=QUICK)
        with pytest.raises(ServerBroken, match=r"half a tool call \('weather"):
            model.generate(ask("Weather?", tools=(WEATHER,)), print if stream else None)


def test_a_call_cut_by_the_token_budget_says_so_and_is_not_asked_for_again() -> None:
    said = Said(calls=(ToolCall("weather", {"city": "Oslo"}),), finish="length")
    with ConformanceServer("openai", [said] * 3, Fault.HALF_CALL) as server:
        error = failing(server, stream=False)
        assert len(server.requests) == 1
    assert isinstance(error, ServerBroken)
    assert "the budget of new tokens ended" in str(error)


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.FAILS, Fault.DROPS])
@streamed
def test_a_bad_moment_is_waited_out(fault: Fault, stream: bool) -> None:
    with ConformanceServer("vllm", ["The whole answer."], fault) as server:
        shown: list[str] = []
        start = time.monotonic()
        reply = quick(server).generate(ask("Hi"), shown.append if stream else None)
        took = time.monotonic() - start
        assert len(server.requests) == 2
    assert reply.text == "The whole answer."
    assert "".join(shown) == (reply.text if stream else "")
    assert took >= (1.0 if fault is Fault.BUSY else 0.05)  # it said how long to wait


@pytest.mark.parametrize(
    ("fault", "kind_of_error", "words"),
    [
        (Fault.BUSY, ServerRefused, "429: Rate limit reached"),
        (Fault.FAILS, ServerBroken, "fails with 500"),
        (Fault.DROPS, ServerUnreachable, "cannot be reached"),
    ],
)
def test_patience_has_an_end(fault: Fault, kind_of_error: type[Exception], words: str) -> None:
    with ConformanceServer("vllm", fault=fault, times=9) as server:
        error = failing(server, stream=False)
        assert len(server.requests) == 3
    assert type(error) is kind_of_error
    assert words in str(error)
    assert "asked 3 times" in str(error)


def test_a_pause_longer_than_the_budget_is_not_waited_for() -> None:
    with ConformanceServer("vllm", fault=Fault.BUSY, times=9) as server:
        hasty = Patience(seconds=0.5, tries=9, first_pause=0.05)
        name = f"vllm:{server.model}@{server.url}"
        model = open_served(name, family_named("qwen2-vl"), environment={}, patience=hasty)
        with pytest.raises(ServerRefused):
            model.generate(ask("Hi"))
        assert len(server.requests) == 1


def test_a_server_that_keeps_silent_is_given_up() -> None:
    with ConformanceServer("vllm", fault=Fault.SLOW) as server:
        impatient = Patience(seconds=0.5, tries=9, first_pause=0.3, silence=0.5)
        name = f"vllm:{server.model}@{server.url}"
        model = open_served(name, family_named("qwen2-vl"), environment={}, patience=impatient)
        with pytest.raises(ServerUnreachable, match="does not answer in time"):
            model.generate(ask("Hi"))


@each_kind
def test_nobody_there_says_what_to_start(kind: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    family = family_named("qwen2-vl")
    model = open_served(f"{kind}:qwen2-vl@{url}", family, environment={}, patience=QUICK)
    with pytest.raises(ServerUnreachable) as caught:
        model.generate(ask("Hi"))
    assert url in str(caught.value)
    assert TABLE[kind].start.replace("{model}", "qwen2-vl") in str(caught.value)


@each_kind
def test_a_wrong_key_names_its_variable_and_never_shows_it(kind: str) -> None:
    with ConformanceServer(kind, ["no"], key="sk-right") as server:
        name = f"{kind}:{server.model}@{server.url}"
        environment = {TABLE[kind].key: "sk-wrong-secret"}
        family = family_named("qwen2-vl")
        model = open_served(name, family, environment=environment, patience=QUICK)
        with pytest.raises(ServerRefused, match=TABLE[kind].key) as caught:
            model.generate(ask("Hi"))
    assert "sk-" not in str(caught.value)
    assert "***" in str(caught.value)


@each_kind
def test_an_unknown_model_lists_those_that_are_served(kind: str) -> None:
    with ConformanceServer(kind, model="qwen2-vl-7b") as server:
        model = quick(server, model="qwen2-vl-72b")
        with pytest.raises(ServerRefused, match="it serves: qwen2-vl-7b"):
            model.generate(ask("Hi"))


@each_kind
def test_a_prompt_that_is_too_long_is_named(kind: str) -> None:
    with ConformanceServer(kind, fault=Fault.TOO_LONG) as server:
        error = failing(server, stream=False)
        assert len(server.requests) == 1
    assert isinstance(error, ServerRefused)
    assert "maximum context length is 4096" in str(error)
    assert "(sent: about " in str(error)
    assert ("show fewer pictures" in str(error)) == (kind in ("openai", "llamacpp"))


@streamed
def test_characters_and_stop_words_in_halves_are_put_together(stream: bool) -> None:
    with ConformanceServer("vllm", ["世界👋✿R ✿RESULT✿"], Fault.SPLIT) as server:
        shown: list[str] = []
        request = ask("Hi", stop=("✿RESULT✿",))
        reply = quick(server).generate(request, shown.append if stream else None)
    assert reply.text == "世界👋✿R "
    assert "".join(shown) == (reply.text if stream else "")


@streamed
def test_counts_that_a_server_does_not_give_are_estimated_and_said_to_be(stream: bool) -> None:
    with ConformanceServer("ollama", ["Twelve words."], Fault.NO_USAGE) as server:
        model = quick(server)
        request = ask(Image.new("RGB", (280, 280)), "How many?")
        reply = model.generate(request, print if stream else None)
    assert model.usage_estimated
    assert reply.prompt_tokens == model.count_tokens(request)
    assert 100 < reply.prompt_tokens < 130  # 10 x 10 patches, and a few words
    assert reply.new_tokens == 4


def test_a_picture_that_cannot_be_shown_is_no_servers_fault() -> None:
    with ConformanceServer("vllm", ["x"]) as server:
        with pytest.raises(ModelError, match="9000x9"):
            quick(server).generate(ask(Image.new("RGB", (9000, 9))))
        assert server.requests == []


@streamed
@each_kind
def test_a_reply_that_the_server_gave_up_is_asked_for_again(kind: str, stream: bool) -> None:
    given_up = Said("The whole", finish="abort")
    with ConformanceServer(kind, [given_up] * 3) as server:
        error = failing(server, stream=stream)
        assert len(server.requests) == (1 if stream else 3)
    assert isinstance(error, ServerBroken) and "gave up ('abort')" in str(error)


@streamed
def test_a_refusal_in_the_place_of_an_answer_is_told_and_no_empty_answer(stream: bool) -> None:
    with ConformanceServer("openai", [Said(refusal="I cannot help with that.")]) as server:
        error = failing(server, stream=stream)
        assert len(server.requests) == 1
    assert isinstance(error, ServerRefused) and "'I cannot help with that.'" in str(error)


@streamed
def test_an_answer_that_a_filter_holds_back_is_no_answer(stream: bool) -> None:
    with ConformanceServer("dashscope", [Said("Th", finish="content_filter")]) as server:
        error = failing(server, stream=stream)
    assert isinstance(error, ServerRefused) and "content filter" in str(error)
