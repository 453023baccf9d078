"""The system message that the embedded model is given on a desktop."""

from __future__ import annotations

from tapwright.prompts import DIALECTS
from tapwright.prompts.texts import system_prompt
from tapwright.tools.phone import ACTION_SETS
from tapwright.types import Conversation, Frame, Size, TextPart


def system_text() -> str:
    """The system message of every prompt of a desktop task."""
    size = Size(1000, 1000)  # coordinates do not depend on it
    tools = ACTION_SETS["desktop_compact"].tools(Frame.NORM_1000, size, size)
    specs = tuple(tool.spec for tool in tools)
    conversation = Conversation(system_prompt("desktop_compact"), specs, ())
    messages = DIALECTS["compact"].render(conversation)
    return "".join(part.text for part in messages[0].parts if isinstance(part, TextPart))
