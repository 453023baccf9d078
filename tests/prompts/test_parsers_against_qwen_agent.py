"""The parsers beside those of the installed qwen-agent: where they agree, and why they do not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from qwen_agent.llm.fncall_prompts.nous_fncall_prompt import NousFnCallPrompt
from qwen_agent.llm.fncall_prompts.qwen_fncall_prompt import QwenFnCallPrompt
from qwen_agent.llm.schema import ContentItem, Message as AgentMessage

from tapwright.errors import ReplyError
from tapwright.prompts import dialect
from tapwright.types import Reply

Read = list[tuple[str, Any]]


def read_by_agent(text: str, prompt: str) -> list[tuple[str, str]]:
    """The calls as qwen-agent hands them on: arguments are text, whatever it holds."""
    reply = [AgentMessage("assistant", [ContentItem(text=text)])]
    known = NousFnCallPrompt() if prompt == "hermes" else QwenFnCallPrompt()
    read = known.postprocess_fncall_messages(reply)
    return [(m.function_call.name, m.function_call.arguments) for m in read if m.function_call]


# Replies that both parsers read, and read alike.
SHARED = {
    "qwen_parallel": [
        '✿FUNCTION✿: click\n✿ARGS✿: {"point": [1, 2]}',
        'I look.\n✿FUNCTION✿: click\n✿ARGS✿: {"point": [1, 2]}',
        ': \n✿FUNCTION✿: click\n✿ARGS✿: {"point": [1, 2]}',
        "✿FUNCTION✿: Home ✿ARGS✿: {}",
        '✿FUNCTION✿: a\n✿ARGS✿: {"x": 1}\n✿FUNCTION✿: b\n✿ARGS✿: {"y": "z"}',
        '✿FUNCTION✿: a\n✿ARGS✿: {"x": 1}\n✿ARGS✿: {"x": 2}',
        '✿FUNCTION✿: a\n✿ARGS✿: {"x": 1} <!-- a comment -->',
        "✿FUNCTION✿: home",
        '✿FUNCTION✿: a\n✿ARGS✿: {"x": 1}\n✿',
        '✿FUNCTION✿: 天气\n✿ARGS✿: {"城市": "北京"}',
    ],
    "hermes": [
        '<tool_call>\n{"name": "a", "arguments": {"x": 1}}\n</tool_call>',
        'First.\n<tool_call>\n{"name": "a", "arguments": {"x": "ü"}}\n</tool_call> and more',
        '<tool_call>{"name": "a", "arguments": {}}</tool_call>\n'
        '<tool_call>{"name": "b", "arguments": {"y": [1, 2]}}</tool_call>',
        "<tool_call>\n{'name': 'a', 'arguments': {x: 1,},}\n</tool_call>",
        '<think>use <tool_call>?</think>\n<tool_call>{"name": "a", "arguments": {}}</tool_call>',
    ],
}


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in SHARED.items() for text in texts]
)
def test_both_parsers_read_the_same_calls(name: str, text: str) -> None:
    calls = dialect(name).parse(Reply(text)).calls
    theirs = [(called, json.loads(given or "{}")) for called, given in read_by_agent(text, name)]
    assert [(call.name, call.arguments) for call in calls] == theirs


# dialect, reply, what qwen-agent hands on, what ours reads (or tells the model), and why
DIFFERENT: list[tuple[str, str, list[tuple[str, str]], Read | str, str]] = [
    (
        "qwen_parallel",
        '✿FUNCTION✿: a\n✿ARGS✿: {"x": "✿FUNCTION✿: b"}',
        [("a", '{"x": "'), ('b"}', "")],
        [("a", {"x": "✿FUNCTION✿: b"})],
        "it splits at markers before it decodes, so what is typed becomes a call",
    ),
    (
        "hermes",
        '<tool_call>{"name": "a", "arguments": {"x": "<tool_call>"}}</tool_call>',
        [("a", '{"x": '), ("", "")],
        [("a", {"x": "<tool_call>"})],
        "the same for tags",
    ),
    (
        "qwen_parallel",
        '✿FUNCTION✿: a\n✿ARGS✿: {"x": 1',
        [("a", '{"x": 1')],
        "is cut off",
        "half a call is handed on as it is",
    ),
    (
        "hermes",
        '<tool_call>\n{"name": "a", "arguments": {"x": 1',
        [("a", '{"x": ')],
        "is cut off",
        "half a call is handed on with one more character lost",
    ),
    (
        "qwen_parallel",
        '✿FUNCTION✿: a\n✿ARGS✿: {"x": (1,2)}',
        [("a", '{"x": (1,2)}')],
        [("a", {"x": [1, 2]})],
        "bare points, which Qwen2-VL writes, are left to the caller",
    ),
    (
        "qwen_parallel",
        '✿FUNCTION✿: a\n✿ARGS✿: ```json\n{"x": 1}\n```',
        [("a", '```json\n{"x": 1}\n```')],
        [("a", {"x": 1})],
        "fences are left to the caller",
    ),
    (
        "qwen_parallel",
        "✿FUNCTION✿: code_interpreter\n✿ARGS✿: \n```py\nx = 1\n```",
        [("code_interpreter", "```py\nx = 1\n```")],
        [("code_interpreter", {"code": "x = 1"})],
        "its tool takes the fence off; ours takes named arguments as every tool does",
    ),
    (
        "qwen_parallel",
        '✿FUNCTION✿: a\n✿ARGS✿: {"x": 1} {"x": 2}',
        [("a", '{"x": 1} {"x": 2}')],
        [("a", {"x": 1})],
        "it cuts behind the last brace, ours behind the object",
    ),
    (
        "qwen_parallel",
        '✿FUNCTION✿: a\n✿ARGS✿: {"x": NaN}',
        [("a", '{"x": NaN}')],
        "NaN",
        "no JSON, and no place on a screen",
    ),
    (
        "hermes",
        '<tool_call>{"name": "a", "arguments": {"x": NaN}}</tool_call>',
        [("a", '{"x": NaN}')],
        "NaN",
        "the same in tags",
    ),
    (
        "qwen_parallel",
        "✿FUNCTION✿: \n✿ARGS✿: {}",
        [("", "{}")],
        "no name of an action",
        "a call of nothing is handed on",
    ),
    (
        "hermes",
        "<tool_call>\nflight CA1723\n</tool_call>",
        [("", "")],
        "no JSON object behind",
        "a call of nothing is handed on",
    ),
    (
        "qwen_parallel",
        '*FUNCTION*: a *ARGS*: {"x": 1}',
        [],
        [("a", {"x": 1})],
        "the markers as the paper prints them",
    ),
    (
        "qwen_parallel",
        '✿FUNCTION✿\uff1aa\n✿ARGS✿\uff1a{"x": 1}',
        [],
        [("a", {"x": 1})],
        "the wide colon of Chinese text",
    ),
    (
        "qwen_parallel",
        '<tool_call>{"name": "a", "arguments": {"x": 1}}</tool_call>',
        [],
        [("a", {"x": 1})],
        "a model trained on the other dialect",
    ),
    ("hermes", '✿FUNCTION✿: a\n✿ARGS✿: {"x": 1}', [], [("a", {"x": 1})], "the other way round"),
    (
        "hermes",
        '```json\n{"name": "a", "arguments": {"x": 1}}\n```',
        [],
        [("a", {"x": 1})],
        "the call without its tags",
    ),
    (
        "hermes",
        '<tool_call>{"name": "a", "arguments": "{\\"x\\": 1}"}</tool_call>',
        [("a", '"{\\"x\\": 1}"')],
        [("a", {"x": 1})],
        "arguments as a string, as servers' clients write them",
    ),
    (
        "hermes",
        '<tool_call>{"name": "a"}</tool_call>',
        [],
        [("a", {})],
        "a call without arguments is lost without a word",
    ),
    (
        "hermes",
        '<tool_call>{"nmae": "a", "arguments": {"x": 1}}</tool_call>',
        [],
        'a call needs "name"',
        "a misspelt call is lost without a word",
    ),
    (
        "qwen_parallel",
        '<think>✿FUNCTION✿: a\n✿ARGS✿: {"x": 1}</think>No.',
        [("a", '{"x": 1}')],
        "no call in the reply",
        "its `qwen` does not know of thoughts; `nous` does",
    ),
    (
        "hermes",
        '<think>so <tool_call>{"name": "a", "arguments": {}}</tool_call>',
        [],
        "never closed",
        "both take it for a thought; ours tells the model",
    ),
]


@pytest.mark.parametrize(("name", "text", "theirs", "ours", "why"), DIFFERENT)
def test_where_the_parsers_differ_it_is_known_why(
    name: str, text: str, theirs: list[tuple[str, str]], ours: Read | str, why: str
) -> None:
    assert why
    assert read_by_agent(text, name) == theirs
    if isinstance(ours, str):
        with pytest.raises(ReplyError, match=ours):
            dialect(name).parse(Reply(text))
    else:
        calls = dialect(name).parse(Reply(text)).calls
        assert [(call.name, call.arguments) for call in calls] == ours


def test_stop_words_in_a_reply_end_it_for_us_and_are_a_crash_for_them() -> None:
    text = '✿FUNCTION✿: a\n✿ARGS✿: {"x": 1}\n✿RESULT✿: 5\n✿RETURN✿'
    with pytest.raises(AssertionError):
        read_by_agent(text, "qwen_parallel")
    (call,) = dialect("qwen_parallel").parse(Reply(text)).calls
    assert (call.name, call.arguments) == ("a", {"x": 1})
