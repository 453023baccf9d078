"""The system message that the embedded model is given on a phone or a desktop."""

from __future__ import annotations

from tapwright.prompts import DIALECTS
from tapwright.prompts.texts import system_prompt
from tapwright.tools.phone import ACTION_SETS
from tapwright.types import Conversation, Frame, Size, TextPart


def system_text(prompt: str = "phone_compact", acts: str = "embedded") -> str:
    """The system message of every prompt of a task: instructions and a set of acts by name."""
    size = Size(1000, 1000)  # coordinates do not depend on it
    tools = ACTION_SETS[acts].tools(Frame.NORM_1000, size, size)
    specs = tuple(tool.spec for tool in tools)
    messages = DIALECTS["compact"].render(Conversation(system_prompt(prompt), specs, ()))
    return "".join(part.text for part in messages[0].parts if isinstance(part, TextPart))
