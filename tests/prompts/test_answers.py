"""A reply in words is an answer; a reply with anything like a call in it never is."""

from __future__ import annotations

import time

import pytest

from tapwright.errors import NoCall, ReplyError
from tapwright.prompts import DIALECTS, dialect
from tapwright.prompts.answers import refuse_call
from tapwright.types import Reply

ANSWERS = [
    "It lands at 20:30.",
    "它20:30到达\uff0c天气27度。",
    "A set is written {1, 2, 3}, a mapping {'a': 1}.",
    "Here you are:\n```python\ndef f(x: int) -> dict[str, int]:\n    return {'name': x}\n```",
    '```json\n{"name": "Ann", "age": 3}\n```',
    '{"city": "Beijing", "now": 27}',
    '{"point": [1, 2]}',
    '[{"name": "Ann"}, {"name": "Bob"}]',
    '```json\n{"name": "Python", "type": "debugpy", "args": ["--fast"]}\n```',
    '{"type": "object", "properties": {"name": {"type": "string"}}}',
    "| flight | lands |\n|---|---|\n| CA1723 | 20:30 |",
    "Arguments: three of them, {a, b, c}, in this *function*.",
    "Call `print(x)` or run:\n```\nprint(x)\n```",
    "My *arguments* are these:\n* one\n* two",
    "1 < 2 and a <b> is bold; use <table> for tables.",
    "2 * 3 * 4 = 24, and **bold** is *fine*",
    ":) glad to help",
    "The word FUNCTION stands in SQL: CREATE FUNCTION f().",
    "Your name: {name}, the arguments of the debate: both sides agreed.",
]

# Half a call, a call in another's dialect, or one misspelt: shown to nobody as an answer.
TRACES = [
    "*FUNCTION* flight *ARGS* {}",
    "✿FUNCTION✿ flight",
    "✿FUNC",
    "I look.\n*FUNC",
    "I look.\n<tool_c",
    "FUNCTION: flight\nARGS: {}",
    "**FUNCTION**: flight",
    "*function*: flight *args*: {}",
    "*ARGS*: {}",
    "✿RESULT✿: 20:30",
    "*RETURN*: done",
    '<tool_call {"name": "flight"}',
    "Well. </tool_call>",
    '<TOOL_CALL>{"name": "flight"}</TOOL_CALL>',
    '<toolcall>{"name": "flight"}</toolcall>',
    "<tool_response>\n20:30\n</tool_response>",
    '<function_call>{"name": "flight"}',
    "<function=flight><parameter=number>CA1723</parameter></function>",
    '<invoke name="flight">',
    '<|tool_call|>[{"name": "flight"}]',
    '[TOOL_CALLS] [{"name": "flight"}]',
    '<|python_tag|>flight.call(number="CA1723")',
    '```json\n{"nmae": "flight", "arguments": {"number": "CA1723"}}\n```',
    '```json\n{"name": "flight", "argumnets": {"number": "CA1723"}}\n```',
    '```json\n{"name": "flight", "args": {"number": "CA1723"}}\n```',
    '```json\n{"nmae": "flight", "arguemnts": {"number": "CA1723"}}\n```',
    'I call {"name": "flight", "parameters": {"number": "CA1723"}} now.',
    '{"tool": "flight", "input": {"number": "CA1723"}}',
    '{"type": "function", "name": "flight", "args": {"number": "CA1723"}}',
    '{"tool_calls": [{"name": "flight"}]}',
    '{"function_call": {"name": "flight"}}',
    "{name: flight, arguments: {number: CA1723}}",
    '{"name": "flight", "arguments": {"number": "CA17',
    '{"name": "flight", "argu',
    '{"name": "fli',
    '```json\n{"name',
    'do(action="Tap", element=[500, 500])',
    'finish(message="done")</answer>',
    '[flight(number="CA1723")]',
]


@pytest.mark.parametrize("text", ANSWERS)
def test_words_are_an_answer(text: str) -> None:
    for known in DIALECTS.values():
        with pytest.raises(NoCall) as caught:
            known.parse(Reply(text))
        assert caught.value.answer == text
        assert caught.value.thought == ""
        assert not caught.value.cut


@pytest.mark.parametrize("text", TRACES)
def test_what_is_like_a_call_is_no_answer(text: str) -> None:
    for known in DIALECTS.values():
        for reply in (Reply(text), Reply(f": {text}"), Reply(f"<think>hm</think>\n{text}")):
            try:
                known.parse(reply)
            except ReplyError as error:
                assert not isinstance(error, NoCall), known.name


@pytest.mark.parametrize("text", TRACES)
def test_the_rule_holds_without_the_readers_too(text: str) -> None:
    assert not isinstance(refuse_call(text, "no call"), NoCall)


@pytest.mark.parametrize("text", ["", " \n", ":", " : ", "\uff1a", "<think>hm</think>", "</think>"])
def test_nothing_is_no_answer(text: str) -> None:
    with pytest.raises(ReplyError) as caught:
        dialect("qwen").parse(Reply(text))
    assert not isinstance(caught.value, NoCall)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (": It lands.", "It lands."),
        (":\nIt lands.", "It lands."),
        (":It lands.", "It lands."),
        (":它到了。", "它到了。"),
        ("\uff1a它到了。", "它到了。"),
        ("\uff1a It lands.", "It lands."),
        (": : twice", ": twice"),
        (":-) fine", ":-) fine"),
    ],
)
def test_the_colon_behind_an_open_turn_is_no_part_of_the_answer(text: str, answer: str) -> None:
    with pytest.raises(NoCall) as caught:
        dialect("qwen").parse(Reply(text))
    assert caught.value.answer == answer


@pytest.mark.parametrize(
    ("text", "answer", "thought"),
    [
        ("<think>hm</think>\nYes.", "Yes.", "hm"),
        ("Well. <think>hm</think>Yes.", "Well. Yes.", "hm"),
        ("Yes.\n<think>that was it</think>", "Yes.", "that was it"),
        ("opened by the prompt\n</think>\n\nYes.", "Yes.", "opened by the prompt"),
        ("<think>a</think><think>b</think>Yes.", "Yes.", "a\nb"),
        ("<think>*FUNCTION*: x *ARGS*: {}</think>No.", "No.", "*FUNCTION*: x *ARGS*: {}"),
    ],
)
def test_thoughts_are_set_apart_from_an_answer(text: str, answer: str, thought: str) -> None:
    with pytest.raises(NoCall) as caught:
        dialect("compact").parse(Reply(text))
    assert (caught.value.answer, caught.value.thought) == (answer, thought)


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call {"text": "</think>"} so',
        '<tool_call {"text": "<think>a</think>"} so',
        "*FUNCTION* x <think>a</think> so",
    ],
)
def test_the_tags_of_a_thought_do_not_hide_a_call(text: str) -> None:
    with pytest.raises(ReplyError) as caught:
        dialect("hermes").parse(Reply(text))
    assert not isinstance(caught.value, NoCall)


@pytest.mark.parametrize("name", DIALECTS)
def test_an_answer_that_ran_into_its_limit_says_so(name: str) -> None:
    with pytest.raises(NoCall, match="cut off before its end") as caught:
        dialect(name).parse(Reply("It lands at 20", finish="length"))
    assert caught.value.cut
    assert caught.value.answer == "It lands at 20"


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize(
    "text",
    [
        *TRACES,
        "",
        "<think>It",
        '*FUNCTION*: flight *ARGS*: {"number": "CA1723"}',
        '{"name": "flight", "parameters": {}}',
        '<tool_call>\n{"name": "a", "arguments": {}}\n</tool_call>\nIt',
    ],
)
def test_a_cut_reply_with_a_trace_of_a_call_is_no_answer(name: str, text: str) -> None:
    with pytest.raises(ReplyError, match="cut off before its end") as caught:
        dialect(name).parse(Reply(text, finish="length"))
    assert not isinstance(caught.value, NoCall)


@pytest.mark.parametrize(
    "text",
    [
        "{" * 999_000,
        '{"name": "x", ' * 70_000,
        '"name": "' * 110_000,
        '{"a": "b", "c": "d", ' * 47_000,
        "{name: " * 140_000,
        "*function* " * 90_000,
        "x(" * 400_000,
        "f(a=" + ")" * 900_000,
        "<" * 999_000,
        "\n" + " " * 999_000,
        "FUNCTION " * 110_000,
    ],
)
def test_a_megabyte_of_hints_is_judged_in_no_time(text: str) -> None:
    start = time.thread_time()
    refuse_call(text, "no call")
    assert time.thread_time() - start < 0.5
