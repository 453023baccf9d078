"""The shortest dialect, for the small embedded model: the paper's calls, names for a prompt.

The system text is the instructions, a newline and `Actions: Click(point), Back()`; a reply is

    The switch is off.
    *FUNCTION*: Click *ARGS*: {"point": (512,288)}
"""

from __future__ import annotations

from dataclasses import dataclass

from tapwright.prompts.marked import Markers, render_turns
from tapwright.prompts.reading import read_bare, read_marked, read_reply, read_tagged
from tapwright.prompts.writing import write_arguments
from tapwright.types import Conversation, Message, ParsedReply, Reply, ToolCall, ToolSpec


def write_call(call: ToolCall) -> str:
    """Write a call on one line, as the paper prints it."""
    return f"*FUNCTION*: {call.name} *ARGS*: {write_arguments(call.arguments, tuples=True)}"


MARKERS = Markers("*RESULT*", "*RETURN*", write_call)
EXAMPLE = '*FUNCTION*: NAME *ARGS*: {"field": "value"}'


@dataclass(frozen=True, slots=True)
class CompactDialect:
    """Signatures instead of descriptions; one call in a reply."""

    name: str = "compact"
    stop: tuple[str, ...] = ("*RESULT*", "*RETURN*")

    def render(self, conversation: Conversation) -> tuple[Message, ...]:
        """Write the conversation; results follow their call in the same assistant turn."""
        actions = ", ".join(signature(tool) for tool in conversation.tools)
        sections = [conversation.system, f"Actions: {actions}" if actions else ""]
        return render_turns(conversation, "\n".join(filter(None, sections)), MARKERS)

    def parse(self, reply: Reply) -> ParsedReply:
        """Read thought and first call; raise `ReplyError` where there is none."""
        return read_reply(reply, (read_marked, read_tagged, read_bare), EXAMPLE)

    def render_reply(self, parsed: ParsedReply) -> str:
        """Write the text that a model should have written for `parsed`."""
        return MARKERS.write_reply(parsed)


def signature(tool: ToolSpec) -> str:
    """Write `Click(point)`: the name and the parameters' names, optional ones included."""
    return f"{tool.name}({', '.join(tool.parameters.get('properties', {}))})"
