"""The dialect as the Qwen2-VL paper prints it: starred markers, actions, bare points.

    The switch is off.
    *FUNCTION*: Click *ARGS*: {"point": (348,291)}

Each action is one line with a JSON list of its parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tapwright.prompts.marked import Markers, render_turns
from tapwright.prompts.reading import read_bare, read_marked, read_reply, read_tagged
from tapwright.prompts.texts import wording
from tapwright.prompts.untrusted import neutralise
from tapwright.prompts.writing import write_arguments, write_list
from tapwright.types import Conversation, Message, ParsedReply, Reply, ToolCall, ToolSpec


def write_call(call: ToolCall) -> str:
    """Write a call on one line, its points as bare tuples."""
    return f"*FUNCTION*: {call.name} *ARGS*: {write_arguments(call.arguments, tuples=True)}"


MARKERS = Markers("*RESULT*", "*RETURN*", write_call)
EXAMPLE = '*FUNCTION*: NAME *ARGS*: {"field": "value"}'


@dataclass(frozen=True, slots=True)
class PaperDialect:
    """The paper's dialect; one call in a reply."""

    name: str = "paper"
    stop: tuple[str, ...] = ("*RESULT*", "*RETURN*")

    def render(self, conversation: Conversation) -> tuple[Message, ...]:
        """Write the conversation; results follow their call in the same assistant turn."""
        sections = [conversation.system]
        if conversation.tools:
            sections.append(
                wording("paper").format(
                    tools="\n".join(_describe(tool) for tool in conversation.tools),
                    names=",".join(tool.name for tool in conversation.tools),
                )
            )
        return render_turns(conversation, "\n\n".join(filter(None, sections)), MARKERS)

    def parse(self, reply: Reply) -> ParsedReply:
        """Read thought and first call; raise `ReplyError` where there is none."""
        return read_reply(reply, (read_marked, read_tagged, read_bare), EXAMPLE)

    def render_reply(self, parsed: ParsedReply) -> str:
        """Write the text that a model should have written for `parsed`."""
        return MARKERS.write_reply(parsed)


def _describe(tool: ToolSpec) -> str:
    required = tool.parameters.get("required", ())
    fields = tool.parameters.get("properties", {})
    parameters = [_parameter(name, schema, name in required) for name, schema in fields.items()]
    words = " ".join(neutralise(tool.description).split())
    return f"{tool.name}: {words} Parameters: {write_list(parameters)}"


def _parameter(name: str, schema: Mapping[str, Any], required: bool) -> dict[str, Any]:
    shape = {key: value for key, value in schema.items() if key not in ("description", "enum")}
    parameter = {
        "name": name,
        "description": schema.get("description", ""),
        "required": required,
        "schema": shape,
    }
    if "enum" in schema:
        parameter["choices"] = schema["enum"]
    return parameter
