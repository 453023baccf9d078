"""What every dialect holds: both halves fit, errors are worded for the model."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from tapwright.errors import ReplyError, UsageError
from tapwright.prompts import DIALECTS, dialect, system_prompt
from tapwright.prompts.untrusted import neutralise
from tapwright.protocols import Dialect
from tapwright.types import (
    Conversation,
    ImagePart,
    Message,
    ModelTurn,
    ParsedReply,
    Reply,
    TextPart,
    ToolCall,
    ToolSpec,
    UnreadTurn,
    UserTurn,
)

PARALLEL = {"qwen_parallel", "hermes", "native"}
TEXTUAL = [name for name in DIALECTS if name != "native"]  # test_native.py looks at that one
PICTURE = ImagePart(Image.new("RGB", (2, 2)))

whole = st.integers(-(10**9), 10**9)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        '✿FUNCTION✿: x\n✿ARGS✿: {"a": 1}',
        "*FUNCTION*: Done *ARGS*: {}",
        "</tool_call>",
        "<|im_end|>",
        "(1,2)",
        '"',
        "'",
        "\\",
        "}",
        "```",
        "a\nb",
    ]
)
value = st.recursive(
    st.none() | st.booleans() | whole | st.floats(-1e9, 1e9) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
arguments = st.dictionaries(text, value | st.tuples(whole, whole).map(list), max_size=4)
call = st.builds(ToolCall, st.sampled_from(["Click", "mobile_use", "天气", "a.b"]), arguments)
thought = text.map(lambda words: neutralise(words).strip().lstrip(": \n").strip())


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_is_one(name: str) -> None:
    assert isinstance(dialect(name), Dialect)
    assert dialect(name).name == name


def test_an_unknown_dialect_is_named_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no dialect 'klingon'; use one of: qwen, qwen_parallel"):
        dialect("klingon")


@pytest.mark.parametrize("name", DIALECTS)
def test_what_is_written_is_read_back(name: str) -> None:
    known = dialect(name)

    @settings(max_examples=400, deadline=None)
    @given(thought, st.lists(call, min_size=1, max_size=3 if name in PARALLEL else 1))
    def holds(words: str, calls: list[ToolCall]) -> None:
        parsed = ParsedReply(words, tuple(calls))
        assert known.parse(Reply(known.render_reply(parsed))) == parsed

    holds()


@pytest.mark.parametrize("name", TEXTUAL)
def test_history_shows_a_reply_as_it_should_have_been_written(name: str) -> None:
    known = dialect(name)
    parsed = ParsedReply("It is off.", (ToolCall("Click", {"point": [1, 2]}),))
    turns = (UserTurn((TextPart("Go."),)), ModelTurn(parsed), UserTurn((PICTURE,)))
    messages = known.render(Conversation("", (), turns))
    assert [message.role for message in messages] == ["user", "assistant", "user"]
    assert messages[1] == Message("assistant", (TextPart(known.render_reply(parsed)),))
    assert messages[2].parts == (PICTURE,)


@pytest.mark.parametrize("name", TEXTUAL)
def test_a_result_may_be_a_picture_alone(name: str) -> None:
    turn = ModelTurn(ParsedReply("", (ToolCall("Home", {}),)), ((PICTURE,),))
    last = dialect(name).render(Conversation("", (), (UserTurn((TextPart("Go."),)), turn)))[-1]
    before, picture, after = last.parts
    assert picture is PICTURE
    assert isinstance(before, TextPart)
    assert isinstance(after, TextPart)
    if name == "hermes":
        assert last.role == "user"
        assert (before.text, after.text) == ("<tool_response>\n", "\n</tool_response>")
    else:
        assert last.open
        assert before.text.endswith("RESULT✿: " if "qwen" in name else "*RESULT*: ")
        assert after.text in ("\n✿RETURN✿", "\n*RETURN*")


@pytest.mark.parametrize("name", DIALECTS)
def test_an_unread_reply_is_shown_again_with_what_was_wrong(name: str) -> None:
    turns = (UserTurn((TextPart("Go."),)), UnreadTurn("I tap. " * 1_000, "no call in the reply"))
    _, said, told = dialect(name).render(Conversation("", (), turns))
    assert said.role == "assistant"
    assert isinstance(said.parts[0], TextPart)
    assert 0 < len(said.parts[0].text) <= 2_000
    assert told == Message("user", (TextPart("no call in the reply"),))


@pytest.mark.parametrize("name", TEXTUAL)
def test_a_turn_goes_on_behind_its_results(name: str) -> None:
    known = dialect(name)
    done = ModelTurn(ParsedReply("", (ToolCall("Back", {}),)), ((TextPart("ok"),),))
    if known.stop:
        continued = known.render_reply(ParsedReply("Now.", (ToolCall("Home", {}),)))
        assert known.parse(Reply(": " + continued)).thought == "Now."
        assert known.parse(Reply(":\n" + continued)).thought == "Now."
        first, *_ = known.render(Conversation("", (), (done, done)))
        assert first.role == "assistant"
        assert first.open
    else:
        roles = [message.role for message in known.render(Conversation("", (), (done, done)))]
        assert roles == ["assistant", "user"] * 2


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply("I tap the button."), "no call in the reply"),
        (Reply(""), "no call in the reply"),
        (Reply("word " * 100, finish="length"), "cut off before its end"),
        (Reply("x" * 100_001), "longer than"),
    ],
)
def test_a_reply_without_a_call_is_told_to_the_model(name: str, reply: Reply, why: str) -> None:
    with pytest.raises(ReplyError, match=why) as caught:
        dialect(name).parse(reply)
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", DIALECTS)
def test_every_cut_of_a_call_is_an_error_and_never_another_call(name: str) -> None:
    known = dialect(name)
    arguments: dict[str, Any] = {"point": [348, 291], "text": "a } ✿ARGS✿: (1,2)"}
    wanted = ToolCall("Click", arguments)
    written = known.render_reply(ParsedReply("I tap.", (wanted,)))
    for end in range(len(written)):
        try:
            parsed = known.parse(Reply(written[:end]))
        except ReplyError:
            continue
        (call_read,) = parsed.calls
        # A name alone reads as a call without arguments, which the tool's schema refuses.
        assert call_read == wanted or not call_read.arguments


@pytest.mark.parametrize("name", DIALECTS)
def test_the_example_in_the_error_can_be_read(name: str) -> None:
    known = dialect(name)
    with pytest.raises(ReplyError) as caught:
        known.parse(Reply("hm"))
    example = str(caught.value).split("like this: ")[1]
    assert known.parse(Reply(example)).calls == (ToolCall("NAME", {"field": "value"}),)


HUGE = {
    "prose": "word " * 19_900,
    "newlines": "x" + "\n" * 99_800,
    "markers": "✿FUNCTION✿: " * 8_000,
    "starred": "*FUNCTION*" * 9_900,
    "tags": "<tool_call>" * 9_000,
    "fences": "```json\n" * 12_000,
    "open brackets": '✿FUNCTION✿: a\n✿ARGS✿: {"x": ' + "[" * 99_800,
    "lists": '✿FUNCTION✿: a\n✿ARGS✿: {"x": [' + "[]," * 33_200,
    "numbers": '<tool_call>{"name": "a", "arguments": {"x": [' + "1," * 49_900,
    "digits": '*FUNCTION*: a *ARGS*: {"x": ' + "9" * 99_800,
    "a string": '*FUNCTION*: a *ARGS*: {"x": "' + "y" * 99_800,
    "escapes": "*FUNCTION*: a *ARGS*: {'" + "\\'" * 49_000,
    "thoughts": "<think></think>" * 15 + "\n<" * 49_000,
    "tuples": "*FUNCTION*: a *ARGS*: {'x': " + "(1," * 33_000,
}


@pytest.mark.parametrize("name", ["qwen_parallel", "compact", "hermes"])
@pytest.mark.parametrize("kind", HUGE)
def test_the_longest_replies_are_judged_in_no_time(name: str, kind: str) -> None:
    known, reply = dialect(name), Reply(HUGE[kind])
    assert 60_000 < len(reply.text) <= 100_000
    seconds = []
    for _ in range(3):
        start = time.thread_time()
        with pytest.raises(ReplyError):
            known.parse(reply)
        seconds.append(time.thread_time() - start)
    assert min(seconds) < 0.05


@pytest.mark.parametrize("name", sorted(PARALLEL))
@pytest.mark.parametrize("end", ["", "</think>", "\n</think>", "<think>"])
def test_many_calls_are_judged_in_no_time(name: str, end: str) -> None:
    reply = Reply("✿FUNCTION✿: a" + "*ARGS*: " * 12_000 + end)
    seconds = []
    for _ in range(3):
        start = time.thread_time()
        with pytest.raises(ReplyError):
            dialect(name).parse(reply)
        seconds.append(time.thread_time() - start)
    assert min(seconds) < 0.05


def test_the_paper_lists_parameters_and_names_actions() -> None:
    schema = {
        "type": "object",
        "properties": {
            "direction": {"type": "string", "enum": ["up", "down"], "description": "which way"}
        },
        "required": ["direction"],
    }
    tools = (ToolSpec("Swipe", "Move\na finger.", schema), ToolSpec("Home", "Go home.", {}))
    (system,) = dialect("paper").render(Conversation("Be brief.", tools, ()))
    assert isinstance(system.parts[0], TextPart)
    lines = system.parts[0].text.splitlines()
    assert lines[:3] == ["Be brief.", "", "# Actions"]
    assert (
        'Swipe: Move a finger. Parameters: [{"name": "direction", "description": "which way", '
        '"required": true, "schema": {"type": "string"}, "choices": ["up", "down"]}]'
    ) in lines
    assert "Home: Go home. Parameters: []" in lines
    assert any("should be one of {Swipe,Home}" in line for line in lines)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_system_prompts_can_be_read(language: Any) -> None:
    assert len(system_prompt("phone", language)) > 200
    compact = system_prompt("phone_compact", language)
    assert compact == "You operate a phone. Points are (x,y), 0 to 1000."


def test_an_unknown_system_prompt_is_named() -> None:
    with pytest.raises(UsageError, match="no system prompt 'tv' in language 'zh'"):
        system_prompt("tv", "zh")
