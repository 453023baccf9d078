"""The dialect that Qwen2-VL was trained on, with its flower markers, in English and Chinese.

    I look it up.
    ✿FUNCTION✿: flight
    ✿ARGS✿: {"number": "XY12"}
    ✿RESULT✿: lands 20:30
    ✿RETURN✿

The tools section equals that of the package qwen-agent, byte for byte; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

from tapwright.prompts.marked import Markers, render_turns
from tapwright.prompts.reading import CODE_TOOL, read_bare, read_marked, read_reply, read_tagged
from tapwright.prompts.texts import wording
from tapwright.prompts.untrusted import neutralise
from tapwright.prompts.writing import write_arguments
from tapwright.types import (
    Conversation,
    Language,
    Message,
    ParsedReply,
    Reply,
    ToolCall,
    ToolSpec,
)

_PARAMETERS: dict[Language, str] = {"en": "Parameters: ", "zh": "输入参数\uff1a"}
_JSON_FORMAT: dict[Language, str] = {
    "en": "Format the arguments as a JSON object.",
    "zh": "此工具的输入应为JSON对象。",
}
_CODE_FORMAT: dict[Language, str] = {
    "en": "Enclose the code within triple backticks (`) at the beginning and end of the code.",
    "zh": "此工具的输入应为Markdown代码块。",
}


def write_call(call: ToolCall) -> str:
    """Write a call on two lines; code is fenced instead of wrapped into JSON."""
    code = call.arguments.get("code")
    if call.name == CODE_TOOL and len(call.arguments) == 1 and isinstance(code, str):
        return f"✿FUNCTION✿: {call.name}\n✿ARGS✿: \n```py\n{code}\n```"
    return f"✿FUNCTION✿: {call.name}\n✿ARGS✿: {write_arguments(call.arguments)}"


MARKERS = Markers("✿RESULT✿", "✿RETURN✿", write_call)
EXAMPLE = '✿FUNCTION✿: NAME ✿ARGS✿: {"field": "value"}'


@dataclass(frozen=True, slots=True)
class QwenDialect:
    """The flower dialect; `parallel` allows several calls in one reply."""

    name: str = "qwen"
    parallel: bool = False
    stop: tuple[str, ...] = ("✿RESULT✿", "✿RETURN✿")

    def render(self, conversation: Conversation) -> tuple[Message, ...]:
        """Write the conversation; results follow their calls in the same assistant turn."""
        sections = [conversation.system]
        if conversation.tools:
            sections.append(self._tools_section(conversation.tools, conversation.language))
        return render_turns(conversation, "\n\n".join(filter(None, sections)), MARKERS)

    def parse(self, reply: Reply) -> ParsedReply:
        """Read thought and calls; raise `ReplyError` where there is no call."""
        readers = (read_marked, read_tagged, read_bare)
        return read_reply(reply, readers, EXAMPLE, parallel=self.parallel)

    def render_reply(self, parsed: ParsedReply) -> str:
        """Write the text that a model should have written for `parsed`."""
        return MARKERS.write_reply(parsed)

    def _tools_section(self, tools: tuple[ToolSpec, ...], language: Language) -> str:
        template = wording(f"qwen_parallel_{language}" if self.parallel else f"qwen_{language}")
        return template.format(
            tools="\n\n".join(_describe(tool, language) for tool in tools),
            names=",".join(tool.name for tool in tools),
        )


def _describe(tool: ToolSpec, language: Language) -> str:
    formats = _CODE_FORMAT if tool.name == CODE_TOOL else _JSON_FORMAT
    return (
        f"### {tool.name}\n\n{tool.name}: {neutralise(tool.description)} "
        f"{_PARAMETERS[language]}{write_arguments(tool.parameters)} {formats[language]}"
    )
