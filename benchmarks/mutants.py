"""Valid replies of every dialect, the tools that they call, and the ways of breaking them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

from tapwright.prompts import DIALECTS
from tapwright.tools.phone import ACTION_SETS
from tapwright.tools.registry import Tool, Toolbox
from tapwright.types import ParsedReply, Reply, Size, ToolCall, ToolSpec


def _spec(name: str, required: Sequence[str], **fields: Any) -> ToolSpec:
    schema = {"type": "object", "properties": fields, "required": list(required)}
    return ToolSpec(name, f"What {name} does.", schema)


FLIGHT = _spec("flight", ["number"], number={"type": "string"}, date={"type": "string"})
_SERVICES = (
    FLIGHT,
    _spec(
        "weather",
        ["city"],
        city={"type": "string", "minLength": 1},
        days={"type": "integer", "minimum": 1, "maximum": 7},
    ),
    _spec("code_interpreter", ["code"], code={"type": "string"}),
    _spec(
        "route",
        ["stops"],
        stops={
            "type": "array",
            "minItems": 1,
            "maxItems": 4,
            "items": {
                "type": "object",
                "properties": {
                    "place": {"type": "string"},
                    "at": {"anyOf": [{"type": "number"}, {"type": "null"}]},
                },
                "required": ["place"],
                "additionalProperties": False,
            },
        },
        by={"type": "string", "enum": ["car", "foot", "train"]},
        fast={"type": "boolean"},
    ),
)

_CALLS = (
    ToolCall("Click", {"point": [348, 291]}),
    ToolCall("LongPress", {"point": [0, 999]}),
    ToolCall("Type", {"text": 'hello } { \\ "x" ✿ARGS✿: (1,2)\n北京'}),
    ToolCall("Swipe", {"direction": "up"}),
    ToolCall("Home", {}),
    ToolCall("Done", {"answer": "20:30"}),
    ToolCall("mobile_use", {"action": "click", "coordinate": [348, 291]}),
    ToolCall("mobile_use", {"action": "type", "text": "тест"}),
    ToolCall("mobile_use", {"action": "swipe", "coordinate": [1, 2], "coordinate2": [3, 4]}),
    ToolCall("mobile_use", {"action": "terminate", "status": "success"}),
    ToolCall("flight", {"number": "CA1723", "date": "2026-11-22"}),
    ToolCall("weather", {"city": "北京", "days": 2}),
    ToolCall("code_interpreter", {"code": "x = {'a': 1}\nprint(x)\n"}),
    ToolCall("route", {"stops": [{"place": "A", "at": 9.5}, {"place": "B"}], "by": "foot"}),
    ToolCall("route", {"stops": [{"place": "ü", "at": None}], "fast": True}),
)
_THOUGHTS = (
    "",
    "The switch is off.",
    "我来查一下航班。",
    "<think>Which one? {maybe}</think>\nThis one.",
    'Step 1: look.\n\n* then tap\n```json\n{"a": 1}\n```\nSo:',
)
_ANSWERS = (
    "It lands at 20:30, and it is 27 °C there.",
    "| a | b |\n|---|---|\n| 1 | {2} |",
    "```python\nprint({'name': 'x'})\n```",
)


def toolboxes() -> tuple[Toolbox, ...]:
    """The action sets of the phone and the services, each as a run would have them."""
    limit = Size(1000, 1000)
    sets = [Toolbox(ACTION_SETS[name].build(limit)) for name in ("paper", "compact", "mobile_use")]
    return (*sets, Toolbox(Tool(spec, function=dict) for spec in _SERVICES))


def corpus() -> list[Reply]:
    """Valid replies: every call, alone and with another, thought about or not, in every dialect."""
    replies = [Reply(answer) for answer in _ANSWERS]
    for known in DIALECTS.values():
        for number, call in enumerate(_CALLS):
            for thought in _THOUGHTS:
                other = _CALLS[(number + len(thought)) % len(_CALLS)]
                replies.append(Reply(known.render_reply(ParsedReply(thought, (call,)))))
                replies.append(Reply(known.render_reply(ParsedReply(thought, (call, other)))))
    for call in _CALLS:
        plain = json.dumps({"name": call.name, "arguments": call.arguments}, ensure_ascii=False)
        replies += [Reply(plain), Reply(f"So:\n```json\n{plain}\n```")]
        replies += [Reply("I look.", calls=(call,)), Reply("", calls=(call, call))]
    return replies


_TOKENS = (
    "✿FUNCTION✿: ", "✿ARGS✿: ", "✿RESULT✿", "✿RETURN✿: ", "*FUNCTION*: ", "*ARGS*: ", "*RESULT*",
    "<tool_call>", "</tool_call>", "<think>", "</think>", "```", "```json\n", "{", "}", "[", "]",
    "(", ")", '"', "'", "\\", ",", ":", "\uff1a", "\n", "\n\n", "\0", "\u202e", "\u2066", "\ud800",
    "\ufeff", "\u200b", "👍🏽", "e\u0301", "NaN", "Infinity", "-Infinity", "1e999", "-1e999",
    "null", "true", "9" * 20, "9" * 400, "0.1e-400", "(1,2)", "(1,2,3)", "<|box_start|>",
    "<|box_end|>", "<|im_end|>", '"name": ', '"arguments": ', '"parameters": ', "//", "/*", "#",
    "\\u0000", "\\ud800", '": "', "': '", "__import__('os').system('true')", "\r", "\x1b[2J", "…",
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 7.0, 1.5, 2**53, 2**60, 10**30, -(10**400), float("nan"),
    float("inf"), -0.0, "", "3", " 3 ", "(1,2)", "NaN", "\0", "\u202eabc", "x" * 5_000, [], {},
    [[]], [1, 2], [1, 2, 3], ["1", "2"], [1e300, 1], [True, False], [None], [[1, 2], [3, 4]],
    {"a": 1}, {"name": "x", "arguments": {}}, {"place": 3}, [{"place": "A", "more": 1}], "up",
    "UP", "CAR",
)  # fmt: skip
_KEYS = (
    "", "point", "text", "x", "number", "City", "date ", "\0", "__class__", "stops", "self", "code",
)  # fmt: skip


def mutate(random_: random.Random, reply: Reply, others: Sequence[Reply]) -> Reply:
    """Break `reply` in one way or several; `others` lend their pieces."""
    finish = "length" if random_.random() < 0.05 else "end"
    text, calls = reply.text, reply.calls
    if calls:
        calls = tuple(_other_call(random_, call) for call in calls)
    elif random_.random() < 0.25:
        call = _other_call(random_, random_.choice(_CALLS))
        text = (
            _write(random_, call) if random_.random() < 0.8 else text + "\n" + _write(random_, call)
        )
    for _ in range(
        random_.choice((0, 1, 1, 1, 2, 3, 6))
        if calls or text != reply.text
        else random_.choice((1, 1, 1, 2, 3, 6, 20))
    ):
        text = random_.choice(_WAYS)(random_, text, others)
    return Reply(text, finish=finish, calls=calls)


def _other_call(random_: random.Random, call: ToolCall) -> ToolCall:
    """The call with fields changed, lost, renamed or added: still JSON, no longer its schema."""
    arguments = _changed(random_, dict(call.arguments))
    name = call.name
    if random_.random() < 0.1:
        name = random_.choice(("", " ", name.upper(), name + "_x", "x" * 70, "flight\0", "✿", "路"))
    return ToolCall(name, arguments)


def _changed(random_: random.Random, value: dict[str, Any]) -> dict[str, Any]:
    changed = dict(value)
    keys = list(changed)
    for _ in range(random_.randint(1, 2)):
        way = random_.random()
        key = random_.choice(keys) if keys else "x"
        if way < 0.5:
            changed[key] = random_.choice(_VALUES)
        elif way < 0.6:
            changed.pop(key, None)
        elif way < 0.7:
            changed[random_.choice(_KEYS)] = changed.pop(key, 1)
        elif way < 0.8:
            changed[random_.choice(_KEYS)] = random_.choice(_VALUES)
        elif isinstance(inner := changed.get(key), list) and inner:
            changed[key] = [*inner[1:], random_.choice(_VALUES)]
        else:
            changed[key] = [changed.get(key)] * random_.choice((1, 2, 30))
    return changed


def _write(random_: random.Random, call: ToolCall) -> str:
    # `json` writes NaN, infinities and numbers of any length, as our own writers do too.
    arguments = json.dumps(call.arguments, ensure_ascii=random_.random() < 0.3)
    shape = random_.choice(
        (
            "*FUNCTION*: {name} *ARGS*: {arguments}",
            "✿FUNCTION✿: {name}\n✿ARGS✿: {arguments}",
            '<tool_call>\n{{"name": "{name}", "arguments": {arguments}}}\n</tool_call>',
            '```json\n{{"name": "{name}", "arguments": {arguments}}}\n```',
            '{{"name": "{name}", "parameters": {arguments}}}',
        )
    )
    return shape.format(name=call.name, arguments=arguments)


Way = Callable[[random.Random, str, Sequence[Reply]], str]


def _span(random_: random.Random, text: str) -> tuple[int, int]:
    start = random_.randint(0, len(text))
    return start, min(len(text), start + random_.choice((1, 1, 1, 2, 5, 20, 100)))


def _drop(random_: random.Random, text: str, _: Sequence[Reply]) -> str:
    start, end = _span(random_, text)
    return text[:start] + text[end:]


def _insert(random_: random.Random, text: str, _: Sequence[Reply]) -> str:
    at = random_.randint(0, len(text))
    return text[:at] + random_.choice(_TOKENS) + text[at:]


def _replace(random_: random.Random, text: str, _: Sequence[Reply]) -> str:
    start, end = _span(random_, text)
    return text[:start] + random_.choice(_TOKENS) + text[end:]


def _double(random_: random.Random, text: str, _: Sequence[Reply]) -> str:
    start, end = _span(random_, text)
    return text[:end] + text[start:end] * random_.choice((1, 1, 2, 20)) + text[end:]


def _swap(random_: random.Random, text: str, _: Sequence[Reply]) -> str:
    start, end = _span(random_, text)
    return text[:start] + text[end : end + 5] + text[start:end] + text[end + 5 :]


def _cut(random_: random.Random, text: str, _: Sequence[Reply]) -> str:
    return text[: random_.randint(0, len(text))]


def _splice(random_: random.Random, text: str, others: Sequence[Reply]) -> str:
    other = random_.choice(others).text
    return text[: random_.randint(0, len(text))] + other[random_.randint(0, len(other)) :]


def _character(random_: random.Random, text: str, _: Sequence[Reply]) -> str:
    at = random_.randint(0, len(text))
    return (
        text[:at]
        + chr(random_.choice((random_.randint(0, 127), random_.randint(0, 0x10FFFF))))
        + text[at + 1 :]
    )


def _exchange(random_: random.Random, text: str, _: Sequence[Reply]) -> str:
    """One character for another everywhere, as models do with quotes and brackets."""
    old, new = random_.sample("\"'{}[]()✿*:,\n<>`", 2)
    return text.replace(old, new)


def _swell(random_: random.Random, text: str, _: Sequence[Reply]) -> str:
    """Now and then a reply that is far too long."""
    if random_.random() > 0.01:
        return text
    at = random_.randint(0, len(text))
    token = random_.choice(_TOKENS)
    size = random_.choice((10_000, 90_000, 90_000, 1_000_000))
    return text[:at] + (token * (size // len(token) + 1))[:size] + text[at:]


_WAYS: tuple[Way, ...] = (
    _drop, _drop, _insert, _insert, _replace, _double, _swap, _cut, _splice, _character, _exchange,
    _swell,
)  # fmt: skip
