"""The dialect of Qwen2.5-VL and Qwen3-VL: tools, calls and results in XML-like tags.

    I look it up.
    <tool_call>
    {"name": "flight", "arguments": {"number": "XY12"}}
    </tool_call>

Results come back as a user turn of `<tool_response>` blocks. The tools section equals that of the
package qwen-agent (`nous`), byte for byte; a test compares the two. It has no Chinese form.
"""

from __future__ import annotations

from dataclasses import dataclass

from tapwright.prompts.reading import read_bare, read_marked, read_reply, read_tagged
from tapwright.prompts.texts import wording
from tapwright.prompts.untrusted import MAX_UNREAD, joined, neutralise, safe_parts
from tapwright.prompts.writing import write_arguments, write_tagged
from tapwright.types import (
    Conversation,
    Message,
    ModelTurn,
    ParsedReply,
    Part,
    Reply,
    TextPart,
    ToolSpec,
    UserTurn,
)

EXAMPLE = '<tool_call>{"name": "NAME", "arguments": {"field": "value"}}</tool_call>'


@dataclass(frozen=True, slots=True)
class HermesDialect:
    """The tagged dialect; a reply may hold several calls."""

    name: str = "hermes"
    stop: tuple[str, ...] = ()

    def render(self, conversation: Conversation) -> tuple[Message, ...]:
        """Write the conversation; the results of a reply's calls are one user turn."""
        messages: list[Message] = []
        system = "\n\n".join(filter(None, (conversation.system, _tools(conversation.tools))))
        if system:
            messages.append(Message("system", (TextPart(system),)))
        for turn in conversation.turns:
            if isinstance(turn, UserTurn):
                messages.append(Message("user", joined(safe_parts(turn.parts))))
            elif isinstance(turn, ModelTurn):
                reply = ParsedReply(neutralise(turn.reply.thought), turn.reply.calls)
                messages.append(Message("assistant", (TextPart(self.render_reply(reply)),)))
                if turn.results:
                    messages.append(Message("user", _responses(turn.results)))
            else:
                said = neutralise(turn.text[:MAX_UNREAD])
                messages.append(Message("assistant", (TextPart(said),)))
                messages.append(Message("user", (TextPart(turn.told),)))
        return tuple(messages)

    def parse(self, reply: Reply) -> ParsedReply:
        """Read thought and calls; raise `ReplyError` where there is no call."""
        return read_reply(reply, (read_tagged, read_marked, read_bare), EXAMPLE, parallel=True)

    def render_reply(self, parsed: ParsedReply) -> str:
        """Write the text that a model should have written for `parsed`."""
        lines = [parsed.thought] if parsed.thought else []
        return "\n".join(lines + [write_tagged(call) for call in parsed.calls])


def _tools(tools: tuple[ToolSpec, ...]) -> str:
    if not tools:
        return ""
    return wording("hermes").format(tools="\n".join(_describe(tool) for tool in tools))


def _describe(tool: ToolSpec) -> str:
    function = {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
    }
    return write_arguments({"type": "function", "function": function})


def _responses(results: tuple[tuple[Part, ...], ...]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for result in results:
        parts.append(TextPart("\n<tool_response>\n" if parts else "<tool_response>\n"))
        parts.extend(safe_parts(result))
        parts.append(TextPart("\n</tool_response>"))
    return joined(parts)
