"""Whatever a model writes: no crash, no call that breaks its schema, no act off the screen."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields

import jsonschema
import pytest
from hypothesis import given, settings, strategies as st

from tapwright.actions import Action, Point, TypeText, Wait
from tapwright.errors import ReplyError, ToolError
from tapwright.prompts import DIALECTS, dialect
from tapwright.tools import ACTION_SETS, Context, Toolbox
from tapwright.types import Frame, Reply, Size

SCREEN, SHOWN = Size(1080, 2400), Size(672, 1484)
MUTATIONS = 20_000

REPLIES = {
    "qwen": [
        '✿FUNCTION✿: Click\n✿ARGS✿: {"point": [348, 291]}',
        'The switch is off.\n✿FUNCTION✿: Type\n✿ARGS✿: {"text": "hello, 你好"}',
        '✿FUNCTION✿: Swipe\n✿ARGS✿: {"direction": "up"}\n✿RESULT✿: done\n✿RETURN✿: ',
    ],
    "compact": [
        'It is off.\n*FUNCTION*: Click *ARGS*: {"point": (512,288)}',
        "*FUNCTION*: Done *ARGS*: {}",
        '*FUNCTION*: Tap *ARGS*: {"point": "(687, 792)"}',
        '*FUNCTION*: LongPress *ARGS*: {"point": <|box_start|>(20,465)<|box_end|>}',
    ],
    "hermes": [
        '<tool_call>\n{"name": "mobile_use", "arguments": {"action": "click", '
        '"coordinate": [348, 291]}}\n</tool_call>',
        'I swipe.\n<tool_call>\n{"name": "mobile_use", "arguments": {"action": "swipe", '
        '"coordinate": [500, 900], "coordinate2": [500, 100]}}\n</tool_call>',
        '```json\n{"name": "mobile_use", "arguments": {"action": "wait", "time": 2}}\n```',
        '<tool_call>{"name": "mobile_use", "arguments": {"action": "type", "text": "a"}}',
        '<tool_call>{"name": "mobile_use", "arguments": {"action": "long_press", "time": 1, '
        '"coordinate": [5, 5]}}</tool_call>',
    ],
}
NASTY = [
    *("NaN", "Infinity", "-1", "1e999", "9" * 400, "1001", "-0.0", "true", "null", "None", "0x10"),
    *('"', "'", "\\", "{", "}", "[", "]", "(", ")", ",", ":", "\n", "\x00", "\u202e", "\ud800"),
    *("✿FUNCTION✿:", "✿ARGS✿:", "*FUNCTION*:", "*ARGS*:", "<tool_call>", "</tool_call>", "```"),
    *("<|im_end|>", "<|box_start|>", "<think>", '"point":', '"coordinate":', "(1,2)", "\\ud800"),
    *("[" * 70, "(5000, 5000)", "[[1, 2], [9000, 9000]]", '{"point": {}}', "__import__('os')"),
]


def mutate(text: str, random_: random.Random) -> str:
    for _ in range(random_.randint(1, 3)):
        start = random_.randint(0, len(text))
        end = min(len(text), start + random_.randint(0, 12))
        kind = random_.randrange(6)
        if kind == 0:
            text = text[:start] + text[end:]
        elif kind == 1:
            text = text[:start] + random_.choice(NASTY) + text[start:]
        elif kind == 2:
            text = text[:start] + random_.choice(NASTY) + text[end:]
        elif kind == 3:
            text = text[:start] + text[start:end] * random_.randint(2, 4) + text[end:]
        elif kind == 4:
            text = text[:start]
        else:
            text = text[:start] + chr(random_.randrange(0x3000)) + text[start + 1 :]
    return text


def points_of(action: Action) -> list[Point]:
    values = (getattr(action, field.name) for field in fields(action))
    return [value for value in values if isinstance(value, Point)]


def carry_out(name: str, reply: Reply, toolbox: Toolbox, context: Context) -> str:
    """Read, check and run a reply, holding what must hold; say how far it came."""
    try:
        parsed = dialect(name).parse(reply)
    except ReplyError as error:
        assert 0 < len(str(error)) < 400
        return "unread"
    assert parsed.calls
    for call in parsed.calls:
        try:
            checked = toolbox.check(call)
        except ToolError as error:
            assert 0 < len(str(error)) < 400
            return "unchecked"
        jsonschema.Draft202012Validator(dict(checked.tool.spec.parameters)).validate(
            checked.call.arguments
        )
        result = toolbox.run(checked, context)
        assert result.parts == ()
    return "run"


@pytest.fixture
def carried(device, context_in: Callable[..., Context]) -> Callable[[str, str], str]:
    """A reply in a dialect, carried out on a device; the acts are judged at once."""
    context = context_in(Frame.NORM_1000)
    boxes = {
        name: Toolbox(
            ACTION_SETS["mobile_use" if name == "hermes" else "compact"].tools(
                Frame.NORM_1000, SCREEN, SHOWN
            )
        )
        for name in DIALECTS
    }

    def carry(name: str, text: str) -> str:
        came = carry_out(name, Reply(text), boxes[name], context)
        for action in device.performed:
            for point in points_of(action):
                assert 0 <= point.x < SCREEN.width
                assert 0 <= point.y < SCREEN.height
            if isinstance(action, TypeText):
                assert action.text
                action.text.encode("utf-8")
            if isinstance(action, Wait):
                assert 0 <= action.seconds <= 30
        device.performed.clear()
        return came

    return carry


@pytest.mark.parametrize("name", REPLIES)
def test_the_replies_themselves_are_carried_out(
    carried: Callable[[str, str], str], name: str
) -> None:
    assert {carried(name, text) for text in REPLIES[name]} == {"run"}


def test_twenty_thousand_mutations_do_no_harm(carried: Callable[[str, str], str]) -> None:
    came = {"unread": 0, "unchecked": 0, "run": 0}
    texts = [(name, text) for name, known in REPLIES.items() for text in known]
    for seed in range(MUTATIONS):
        random_ = random.Random(seed)
        name, text = random_.choice(texts)
        mutated = mutate(text, random_)
        try:
            came[carried(name, mutated)] += 1
        except Exception as error:
            raise AssertionError(f"seed {seed}: {mutated!r}") from error
    # The mutations are worth something only while all three ends are reached often.
    assert min(came.values()) > MUTATIONS / 50, came


pieces = st.sampled_from(
    [
        *("✿FUNCTION✿: ", "*FUNCTION*: ", "✿ARGS✿: ", " *ARGS*: ", "✿RESULT✿", "\n", " ", "Click"),
        *("Type", "mobile_use", "<tool_call>", "</tool_call>", "<think>", "</think>", "```json\n"),
        *('{"name": "Click", ', '"arguments": ', '{"point": ', '"text": ', "(1,2)", "[1, 2]", '"'),
        *(
            "'",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "-1",
            "1e9",
            "NaN",
            "null",
            "\\",
            "\\u0000",
            "你",
            "✿",
        ),
    ]
)
replies = st.lists(pieces, max_size=14).map("".join) | st.text(max_size=80)


def test_no_text_is_too_strange(carried: Callable[[str, str], str]) -> None:
    @settings(max_examples=5_000, deadline=None)
    @given(st.sampled_from(sorted(DIALECTS)), replies)
    def holds(name: str, text: str) -> None:
        carried(name, text)

    holds()
