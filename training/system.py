"""The system message that the embedded model is given on a phone."""

from __future__ import annotations

from tapwright.prompts import DIALECTS
from tapwright.prompts.texts import system_prompt
from tapwright.tools.phone import ACTION_SETS
from tapwright.types import Conversation, Frame, Size, TextPart, UserTurn


def system_text() -> str:
    """The system message of every prompt of a phone task."""
    size = Size(1080, 2400)
    tools = ACTION_SETS["embedded"].tools(Frame.NORM_1000, size, size)
    specs = tuple(tool.spec for tool in tools)
    turns = (UserTurn((TextPart("x"),)),)
    conversation = Conversation(system_prompt("phone_compact"), specs, turns)
    messages = DIALECTS["compact"].render(conversation)
    return "".join(part.text for part in messages[0].parts if isinstance(part, TextPart))
