"""The dialect of served models with calls of their own: the server writes tools and calls down.

Nothing is said of the tools in the text: `Request.tools` carries them. An assistant message holds
its calls in `Message.calls`, and behind it stands one "tool" message for each of them, in order,
with text and pictures as they are; the served model fits both to its server. A model that writes
a call as text all the same is understood.
"""

from __future__ import annotations

from dataclasses import dataclass

from tapwright.prompts.reading import read_bare, read_marked, read_reply, read_tagged
from tapwright.prompts.untrusted import MAX_UNREAD, joined, neutralise, safe_parts
from tapwright.prompts.writing import write_tagged
from tapwright.types import (
    Conversation,
    Language,
    Message,
    ModelTurn,
    ParsedReply,
    Part,
    Reply,
    TextPart,
    UserTurn,
)

EXAMPLE = '<tool_call>{"name": "NAME", "arguments": {"field": "value"}}</tool_call>'
# Servers refuse a history in which a call has no result.
_NOT_DONE: dict[Language, str] = {
    "en": "This call was not carried out.",
    "zh": "此调用未执行。",
}


@dataclass(frozen=True, slots=True)
class NativeDialect:
    """Tools, calls and results beside the text; a reply may hold several calls."""

    name: str = "native"
    stop: tuple[str, ...] = ()

    def render(self, conversation: Conversation) -> tuple[Message, ...]:
        """Write the conversation; each result is a "tool" message behind the calls' message."""
        messages: list[Message] = []
        if conversation.system:
            messages.append(Message("system", (TextPart(conversation.system),)))
        for turn in conversation.turns:
            if isinstance(turn, UserTurn):
                messages.append(Message("user", joined(safe_parts(turn.parts))))
            elif isinstance(turn, ModelTurn):
                messages += _model_messages(turn, conversation.language)
            else:
                said = neutralise(turn.text[:MAX_UNREAD])
                messages.append(Message("assistant", (TextPart(said),)))
                messages.append(Message("user", (TextPart(turn.told),)))
        return tuple(messages)

    def parse(self, reply: Reply) -> ParsedReply:
        """Read the reply's calls, or those in its text.

        Raise `NoCall` for words that call nothing, `ReplyError` for what cannot be read.
        """
        return read_reply(reply, (read_tagged, read_marked, read_bare), EXAMPLE, parallel=True)

    def render_reply(self, parsed: ParsedReply) -> str:
        """Write `parsed` as text, with its calls in tags, for a server that returns only text."""
        lines = [parsed.thought] if parsed.thought else []
        return "\n".join(lines + [write_tagged(call) for call in parsed.calls])


def _model_messages(turn: ModelTurn, language: Language) -> list[Message]:
    calls = turn.reply.calls
    said = joined((TextPart(neutralise(turn.reply.thought)),))
    missing: tuple[Part, ...] = (TextPart(_NOT_DONE[language]),)
    results = [joined(safe_parts(parts)) for parts in turn.results]
    results += [missing] * (len(calls) - len(results))
    return [
        Message("assistant", said, calls=calls),
        *(Message("tool", parts) for parts in results),
    ]
