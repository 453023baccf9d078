"""Assistants with a script for a model and small tools, for the tests of conversations."""

from __future__ import annotations

from typing import Any

from tapwright.agent.approved import Approved
from tapwright.agent.assistant import Assistant
from tapwright.agent.chat_values import Answer, ChatSettings, Ended
from tapwright.agent.policy import NoOne, Policy
from tapwright.errors import ToolError
from tapwright.model.scripted import ScriptedModel
from tapwright.prompts import DIALECTS
from tapwright.tools.plugin import tool
from tapwright.tools.registry import Tool, Toolbox

from .parts import request_text


@tool
def weather(city: str, days: int = 1) -> str:
    """Tell the weather."""
    if city == "Nowhere":
        raise ToolError("no city 'Nowhere'; check its spelling")
    return f"{city} 27 °C"


@tool(asks=True)
def send_mail(to: str) -> str:
    """Send a mail."""
    SENT.append(to)
    return "sent"


SENT: list[str] = []


def call(name: str, arguments: str = "{}") -> str:
    return f"✿FUNCTION✿: {name}\n✿ARGS✿: {arguments}"


OSLO = call("weather", '{"city": "Oslo"}')


def talk(
    replies: list[Any], tools: list[Tool] | None = None, allowed: tuple[str, ...] = (), **set: Any
) -> Assistant:
    return Assistant(
        ScriptedModel(replies),
        Toolbox([weather] if tools is None else tools),
        DIALECTS["qwen"],
        ChatSettings(**set),
        Policy(Approved(allowed, NoOne())),
    )


def last_prompt(assistant: Assistant) -> str:
    model = assistant.model
    assert isinstance(model, ScriptedModel)
    return request_text(model.requests[-1])


def ended(answer: Answer) -> tuple[Ended, str]:
    return answer.ended, answer.text
