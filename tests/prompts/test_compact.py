"""The compact dialect, word for word what the embedded model is trained on."""

from __future__ import annotations

import pytest

from tapwright.errors import ReplyError
from tapwright.prompts import dialect
from tapwright.types import (
    Conversation,
    Message,
    ModelTurn,
    ParsedReply,
    Reply,
    TextPart,
    ToolCall,
    ToolSpec,
    UserTurn,
)


def tool(name: str, *fields: str) -> ToolSpec:
    return ToolSpec(name, "", {"type": "object", "properties": {field: {} for field in fields}})


def test_the_system_text_is_the_instructions_and_the_signatures() -> None:
    conversation = Conversation(
        "You operate a phone.",
        (tool("Click", "point"), tool("Drag", "start", "end"), tool("Back")),
        (UserTurn((TextPart("Go."),)),),
    )
    assert dialect("compact").render(conversation) == (
        Message(
            "system",
            (TextPart("You operate a phone.\nActions: Click(point), Drag(start, end), Back()"),),
        ),
        Message("user", (TextPart("Go."),)),
    )


@pytest.mark.parametrize(
    ("parsed", "text"),
    [
        (
            ParsedReply("It is off.", (ToolCall("Click", {"point": [512, 288]}),)),
            'It is off.\n*FUNCTION*: Click *ARGS*: {"point": (512,288)}',
        ),
        (ParsedReply("", (ToolCall("Done", {}),)), "*FUNCTION*: Done *ARGS*: {}"),
        (
            ParsedReply("", (ToolCall("Type", {"text": "(1,2) *FUNCTION*: 你"}),)),
            r'*FUNCTION*: Type *ARGS*: {"text": "(1,2) \u002aFUNCTION*: 你"}',
        ),
    ],
)
def test_a_reply_is_written_and_read_back(parsed: ParsedReply, text: str) -> None:
    compact = dialect("compact")
    assert compact.render_reply(parsed) == text
    assert compact.parse(Reply(text)) == parsed


def test_results_follow_their_call_in_the_open_turn() -> None:
    reply = ParsedReply("On.", (ToolCall("Back", {}),))
    turns = (UserTurn((TextPart("Go."),)), ModelTurn(reply, ((TextPart("done"),),)))
    last = dialect("compact").render(Conversation("", (), turns))[-1]
    text = "On.\n*FUNCTION*: Back *ARGS*: {}\n*RESULT*: done\n*RETURN*"
    assert last == Message("assistant", (TextPart(text),), open=True)


def test_only_the_first_call_counts() -> None:
    text = "*FUNCTION*: Back *ARGS*: {}\n*FUNCTION*: Home *ARGS*: {}"
    assert dialect("compact").parse(Reply(text)).calls == (ToolCall("Back", {}),)


@pytest.mark.parametrize("text", ["I am thinking.", "", "*FUNCTION* Click"])
def test_prose_is_not_a_call(text: str) -> None:
    with pytest.raises(ReplyError, match="no call in the reply"):
        dialect("compact").parse(Reply(text))
