"""Lessons in the words of the embedded model: what it is shown and what it should write."""

from __future__ import annotations

from functools import cache

from PIL import Image

from tapwright.agent.telling import words
from tapwright.errors import ToolError
from tapwright.model.families import FAMILIES
from tapwright.prompts import DIALECTS, system_prompt
from tapwright.training.cards.lessons import Step
from tapwright.types import (
    Conversation,
    ImagePart,
    ModelTurn,
    ParsedReply,
    TextPart,
    ToolSpec,
    Turn,
    UserTurn,
)

FAMILY = FAMILIES["tapwright-embedded"]
DIALECT = DIALECTS[FAMILY.dialect]
_PARAMETERS = {
    "flight": ("number", "date"),
    "weather": ("city", "days"),
    "parcel": ("number", "carrier"),
}


@cache
def _instructions() -> str:
    return system_prompt("chat_compact")


def tool_specs() -> tuple[ToolSpec, ...]:
    """The tools that a chat with the embedded model offers, as its dialect names them."""
    return tuple(
        ToolSpec(name, "", {"type": "object", "properties": {key: {} for key in _PARAMETERS[name]}})
        for name in FAMILY.chat_tools
    )


def prompt_messages(picture: Image.Image, question: str, step: Step) -> Conversation:
    """The conversation up to the reply of `step`."""
    turns: list[Turn] = [UserTurn((ImagePart(picture), TextPart(question)))]
    for call, result in step.done:
        turns.append(ModelTurn(ParsedReply("", (call,)), (_told(result),)))
    return Conversation(_instructions(), tool_specs(), tuple(turns))


def _told(result: str | ToolError) -> tuple[TextPart, ...]:
    said = TextPart(str(result), trusted=False)
    refused = isinstance(result, ToolError)
    return (TextPart(words("refused", "en")), said) if refused else (said,)


def system_text() -> str:
    """The whole system message of such a chat."""
    first = DIALECT.render(Conversation(_instructions(), tool_specs(), ()))[0]
    return text_of(first.parts)


def so_far(step: Step) -> str:
    """What stands in the assistant's turn before the reply of `step`; "" where nothing does."""
    last = DIALECT.render(prompt_messages(Image.new("RGB", (1, 1)), "", step))[-1]
    return text_of(last.parts) if last.role == "assistant" else ""


def reply_text(step: Step) -> str:
    """What the model should write, character by character, behind `so_far`."""
    opened = ": " if step.done else ""
    if step.call is None:
        return opened + step.answer
    return (opened + "\n" if step.done else "") + DIALECT.render_reply(
        ParsedReply("", (step.call,))
    )


def text_of(parts: tuple[object, ...]) -> str:
    """The texts among a message's parts, as one."""
    return "".join(part.text for part in parts if isinstance(part, TextPart))
