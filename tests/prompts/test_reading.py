"""A corpus of replies as models write them: each with what must be read out of it.

Every reply that was once misread becomes a line here.
"""

from __future__ import annotations

from typing import Any

import pytest

from tapwright.errors import ReplyError
from tapwright.prompts import dialect
from tapwright.types import ParsedReply, Reply, ToolCall

Read = tuple[str, str, str, list[tuple[str, dict[str, Any]]]]

# dialect, reply, thought, calls
READ: list[Read] = [
    # the paper's own examples
    ("paper", '*FUNCTION*: Tap *ARGS*: {"point": (348,291)}', "", [("Tap", {"point": [348, 291]})]),
    (
        "paper",
        '*FUNCTION*: Tap\n*ARGS*: {"point": "(687, 792)"}',
        "",
        [("Tap", {"point": "(687, 792)"})],
    ),
    # either marker, and any dialect, whatever was asked for
    ("qwen", "*FUNCTION*: Home *ARGS*: {}", "", [("Home", {})]),
    ("compact", "✿FUNCTION✿: Home\n✿ARGS✿: {}", "", [("Home", {})]),
    (
        "compact",
        'Go.\n<tool_call>\n{"name": "Click", "arguments": {"point": (1,2)}}\n</tool_call>',
        "Go.",
        [("Click", {"point": [1, 2]})],
    ),
    ("hermes", '✿FUNCTION✿: a\n✿ARGS✿: {"x": 1}', "", [("a", {"x": 1})]),
    # fenced and bare JSON
    (
        "hermes",
        'Here:\n```json\n{"name": "a", "arguments": {"x": 1}}\n```',
        "Here:",
        [("a", {"x": 1})],
    ),
    ("hermes", '{"name": "a", "parameters": {"x": 1}}', "", [("a", {"x": 1})]),
    ("qwen", '✿FUNCTION✿: a\n✿ARGS✿: ```json\n{"x": 1}\n```', "", [("a", {"x": 1})]),
    ("hermes", '<tool_call>\n```json\n{"name": "a", "arguments": {}}\n```', "", [("a", {})]),
    # box tokens
    (
        "qwen",
        '✿FUNCTION✿: a\n✿ARGS✿: {"point": <|box_start|>(20,465)<|box_end|>}',
        "",
        [("a", {"point": [20, 465]})],
    ),
    # a marker inside a string does not split it
    (
        "qwen",
        '✿FUNCTION✿: Type\n✿ARGS✿: {"text": "✿FUNCTION✿: Home ✿ARGS✿: {} ✿RESULT✿"}',
        "",
        [("Type", {"text": "✿FUNCTION✿: Home ✿ARGS✿: {} ✿RESULT✿"})],
    ),
    (
        "compact",
        '*FUNCTION*: Type *ARGS*: {"text": "*FUNCTION*: Home *ARGS*: {}"}',
        "",
        [("Type", {"text": "*FUNCTION*: Home *ARGS*: {}"})],
    ),
    (
        "hermes",
        '<tool_call>{"name": "a", "arguments": {"text": "</tool_call><tool_call>"}}</tool_call>',
        "",
        [("a", {"text": "</tool_call><tool_call>"})],
    ),
    # braces, quotes and newlines inside the JSON
    (
        "hermes",
        '<tool_call>\n{"name": "type",\n "arguments": {"text": "a } b { \\" c\nd"}}\n</tool_call>',
        "",
        [("type", {"text": 'a } b { " c\nd'})],
    ),
    (
        "paper",
        '*FUNCTION*: Click *ARGS*: {"point": [\n1,\n2\n]}',
        "",
        [("Click", {"point": [1, 2]})],
    ),
    # almost JSON
    (
        "paper",
        "*FUNCTION*: Type *ARGS*: {'text': 'hi (1,2)',}",
        "",
        [("Type", {"text": "hi (1,2)"})],
    ),
    ("hermes", "<tool_call>{name: 'a', arguments: {}}</tool_call>", "", [("a", {})]),
    # arguments as a string of JSON
    ("hermes", '<tool_call>{"name": "a", "arguments": "{\\"x\\": 1}"}', "", [("a", {"x": 1})]),
    ("hermes", '<tool_call>{"name": "a", "arguments": null}</tool_call>', "", [("a", {})]),
    (
        "hermes",
        '<tool_call>{"type": "function", "function": {"name": "a", "arguments": {}}}</tool_call>',
        "",
        [("a", {})],
    ),
    # the closing tag forgotten, but the call whole
    ("hermes", '<tool_call>\n{"name": "a", "arguments": {}}', "", [("a", {})]),
    # no arguments, odd names
    ("compact", "*FUNCTION*: Home", "", [("Home", {})]),
    ("compact", "*FUNCTION*: Home *ARGS*:", "", [("Home", {})]),
    ("compact", "*FUNCTION*: `Home`() *ARGS*: {}", "", [("Home", {})]),
    ("compact", "*FUNCTION*: Home<|im_end|>", "", [("Home", {})]),
    ("qwen", "✿FUNCTION✿\uff1aHome\n✿ARGS✿\uff1a{}", "", [("Home", {})]),
    ("qwen", "✿FUNCTION✿: Home\n✿ARGS", "", [("Home", {})]),
    # times in milliseconds, and what populations and debts come to
    (
        "hermes",
        '<tool_call>{"name": "report", "arguments": {"to": 1617262800000, "owed": -1.5e12}}',
        "",
        [("report", {"to": 1_617_262_800_000, "owed": -1.5e12})],
    ),
    # what a model goes on writing by itself is not read
    (
        "compact",
        "*FUNCTION*: Home *ARGS*: {}\n*RESULT*: done\n*FUNCTION*: Back *ARGS*: {}",
        "",
        [("Home", {})],
    ),
    ("qwen_parallel", "✿FUNCTION✿: a\n✿ARGS✿: {}\n✿RETURN✿: ✿FUNCTION✿: b", "", [("a", {})]),
    ("hermes", '<tool_call>{"name": "a", "arguments": {}}</tool_call> so be it', "", [("a", {})]),
    # several calls
    (
        "qwen_parallel",
        '✿FUNCTION✿: a\n✿ARGS✿: {"x": 1} and then\n✿FUNCTION✿: b\n✿ARGS✿: {"y": (1,2)}',
        "",
        [("a", {"x": 1}), ("b", {"y": [1, 2]})],
    ),
    ("qwen", "✿FUNCTION✿: a\n✿ARGS✿: {}\n✿FUNCTION✿: b\n✿ARGS✿: {half", "", [("a", {})]),
    # thoughts
    (
        "hermes",
        '<think>tap?</think>\n<tool_call>{"name": "a", "arguments": {}}',
        "<think>tap?</think>",
        [("a", {})],
    ),
    ("qwen", ": I go on.\n✿FUNCTION✿: Home\n✿ARGS✿: {}", "I go on.", [("Home", {})]),
    (
        "paper",
        "Thought: the switch is off.\n\n*FUNCTION*: Home",
        "Thought: the switch is off.",
        [("Home", {})],
    ),
    # code
    (
        "qwen",
        "✿FUNCTION✿: code_interpreter\n✿ARGS✿: \n```py\nprint({1})\n```",
        "",
        [("code_interpreter", {"code": "print({1})"})],
    ),
]

# dialect, reply, what the model is told
UNREAD = [
    ("qwen", '✿FUNCTION✿: Type\n✿ARGS✿: {"text": "hel', "the call of Type is cut off"),
    ("compact", '*FUNCTION*: Click *ARGS*: {"point": (348,', "the call of Click is cut off"),
    ("hermes", '<tool_call>\n{"name": "a", "arguments": {"x": 1', "is cut off"),
    ("hermes", '{"name": "a", "arguments": {"x": 1', "is cut off"),
    ("compact", "*FUNCTION*:", "no name of an action"),
    ("compact", "*FUNCTION*: *ARGS*: {}", "no name of an action"),
    ("compact", "*FUNCTION*: " + "x" * 65, "no name of an action"),
    ("compact", "*FUNCTION*: Click *ARGS*: 348, 291", "arguments of Click are not a JSON object"),
    ("compact", '*FUNCTION*: Click *ARGS*: {"point": (1,2) "x": 1}', "cannot be read: not JSON"),
    ("compact", '*FUNCTION*: Click *ARGS*: {"point": [1e999, 1]}', "beyond 9007199254740991"),
    ("compact", '*FUNCTION*: Click *ARGS*: {"point": [9007199254740992, 1]}', "beyond 9007"),
    ("compact", '*FUNCTION*: Click *ARGS*: {"point": [-1e16, 1]}', "beyond 9007"),
    ("compact", '*FUNCTION*: Click *ARGS*: {"point": [NaN, 1]}', "NaN"),
    ("hermes", "<tool_call>Home</tool_call>", "no JSON object behind <tool_call>"),
    ("hermes", '<tool_call>{"arguments": {}}</tool_call>', 'a call needs "name"'),
    ("hermes", '<tool_call>{"name": 3, "arguments": {}}</tool_call>', 'a call needs "name"'),
    ("hermes", '<tool_call>{"name": "a", "arguments": [1]}</tool_call>', "are not a JSON object"),
    ("hermes", '<tool_call>{"name": "a", "arguments": "x"}</tool_call>', "are not a JSON object"),
    ("hermes", '<think>I will <tool_call>{"name": "a", "arguments": {}}', "never closed"),
    ("hermes", '{"point": [1, 2]}', "no call in the reply"),
    ("qwen_parallel", "✿FUNCTION✿: a\n✿ARGS✿: {}\n" * 17, "more than 16 calls"),
    ("hermes", '<tool_call>{"name": "a", "arguments": {}}' * 17, "more than 16 calls"),
    # halves of characters, which nothing could write down again
    ("qwen", "✿FUNCTION✿: code_interpreter\n✿ARGS✿: \n```py\n'\ud800'\n```", "half a character"),
    ("compact", '\udfff *FUNCTION*: Type *ARGS*: {"text": "a"}', "half a character"),
    ("hermes", "It is \ud83d.", "half a character"),
    # peers take these for the end of the task, or for something to type
    ("hermes", 'finish(message="done")</answer>', "no call in the reply"),
    ("hermes", 'do(action="Tap", element=[500, 500])', "no call in the reply"),
    ("qwen", "__import__('os').system('true')", "no call in the reply"),
]


@pytest.mark.parametrize(("name", "text", "thought", "calls"), READ)
def test_a_reply_is_read(
    name: str, text: str, thought: str, calls: list[tuple[str, dict[str, Any]]]
) -> None:
    wanted = tuple(ToolCall(called, arguments) for called, arguments in calls)
    assert dialect(name).parse(Reply(text)) == ParsedReply(thought, wanted)


@pytest.mark.parametrize(("name", "text", "told"), UNREAD)
def test_a_reply_that_cannot_be_read_is_told(name: str, text: str, told: str) -> None:
    with pytest.raises(ReplyError, match=told.replace("(", r"\(")) as caught:
        dialect(name).parse(Reply(text))
    assert len(str(caught.value)) < 300


def test_what_is_quoted_to_the_model_is_harmless() -> None:
    with pytest.raises(ReplyError) as caught:
        dialect("compact").parse(Reply("*FUNCTION*: Type *ARGS*: <|im_end|> ✿RESULT✿"))
    assert "< |im_end| >" in str(caught.value)
    assert "<|" not in str(caught.value)


def test_native_calls_are_taken_within_the_same_bounds() -> None:
    call = ToolCall("a", {"x": 1})
    parsed = dialect("hermes").parse(Reply("I call.", calls=(call,)))
    assert parsed == ParsedReply("I call.", (call,))
    with pytest.raises(ReplyError, match="arguments of a cannot be used"):
        dialect("hermes").parse(Reply("", calls=(ToolCall("a", {"x": 10**400}),)))


def test_a_whole_call_in_a_reply_that_hit_the_limit_is_not_trusted() -> None:
    text = '*FUNCTION*: Type *ARGS*: {"text": "hello"}'
    with pytest.raises(ReplyError, match="cut off before its end"):
        dialect("compact").parse(Reply(text, finish="length"))


CALLS = [
    '*FUNCTION*: Click *ARGS*: {"point": (1,2)}',
    '✿FUNCTION✿: Click\n✿ARGS✿: {"point": (1,2)}',
    '<tool_call>\n{"name": "Click", "arguments": {"point": [1, 2]}}\n</tool_call>',
    '```json\n{"name": "Click", "arguments": {"point": [1, 2]}}\n```',
    '\n{"name": "Click", "arguments": {"point": [1, 2]}}',
]
DIALECTS = ["qwen", "qwen_parallel", "paper", "hermes", "compact", "native"]
CLICK = ToolCall("Click", {"point": [1, 2]})


@pytest.mark.parametrize("written", CALLS)
@pytest.mark.parametrize("name", DIALECTS)
def test_a_call_in_a_thought_is_no_call(name: str, written: str) -> None:
    known = dialect(name)
    for text in (
        f"<think>{written}</think>I will not do that.",
        f"<think>a</think><think>{written}\n</think>\nNo.",
        f"I see {{\n{{}}\n. <think>{written}</think>No.",
        f"The prompt opened it. {written}\n</think>\n\nNo.",
    ):
        with pytest.raises(ReplyError, match="no call in the reply"):
            known.parse(Reply(text))
    for text in (f"<think>{written}", f"Well. <think>So: {written}\n", f"<think>{written}<think>"):
        with pytest.raises(ReplyError, match="<think> in the reply is never closed"):
            known.parse(Reply(text))


@pytest.mark.parametrize("written", CALLS)
@pytest.mark.parametrize("name", DIALECTS)
def test_a_call_behind_a_thought_is_read_and_the_thought_kept(name: str, written: str) -> None:
    other = written.replace("Click", "Home")
    parsed = dialect(name).parse(Reply(f"<think>{other}?</think>\nGo.\n{written}"))
    assert parsed.calls == (CLICK,)
    assert parsed.thought == f"<think>{other}?</think>\nGo."


@pytest.mark.parametrize("name", ["qwen_parallel", "hermes"])
@pytest.mark.parametrize("written", CALLS[:3])
def test_a_thought_between_two_calls_holds_none(name: str, written: str) -> None:
    other = written.replace("Click", "Home")
    parsed = dialect(name).parse(Reply(f"{written}\n<think>{other}</think>\n{written}"))
    assert parsed.calls == (CLICK, CLICK)


def test_the_tag_of_a_thought_inside_a_string_is_text() -> None:
    for typed in ("<think>", "</think>", "<think>a</think>"):
        parsed = dialect("compact").parse(Reply(f'*FUNCTION*: Type *ARGS*: {{"text": "{typed}"}}'))
        assert parsed.calls == (ToolCall("Type", {"text": typed}),)


def test_endless_thoughts_are_refused() -> None:
    with pytest.raises(ReplyError, match="16 thoughts or more"):
        dialect("compact").parse(Reply("<think></think>" * 6_000))
