"""What the marker dialects share: one assistant turn holds thought, calls, results and answer.

    I look it up.
    *FUNCTION*: flight *ARGS*: {"number": "XY12"}
    *RESULT*: lands 20:30
    *RETURN*

Generation goes on in the same turn behind the RETURN marker.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tapwright.prompts.untrusted import MAX_UNREAD, joined, neutralise, safe_parts
from tapwright.types import (
    Conversation,
    Message,
    ModelTurn,
    ParsedReply,
    Part,
    TextPart,
    ToolCall,
    UnreadTurn,
    UserTurn,
)


@dataclass(frozen=True, slots=True)
class Markers:
    """The marker words that stand before results, and how one call is written."""

    result: str
    returned: str
    write_call: Callable[[ToolCall], str]

    def write_reply(self, reply: ParsedReply) -> str:
        """The exact text of a reply: thought, then one call behind another."""
        lines = [reply.thought] if reply.thought else []
        return "\n".join(lines + [self.write_call(call) for call in reply.calls])


class _TurnWriter:
    """Puts messages together; what a model writes in a row becomes one assistant message."""

    def __init__(self, markers: Markers) -> None:
        self.markers = markers
        self.messages: list[Message] = []
        self._writing: list[Part] = []
        self._returned = False  # what is being written ends with the RETURN marker

    def user(self, parts: tuple[Part, ...]) -> None:
        self.close()
        self.messages.append(Message("user", joined(safe_parts(parts))))

    def model(self, turn: ModelTurn) -> None:
        reply = ParsedReply(neutralise(turn.reply.thought), turn.reply.calls)
        self._write(self.markers.write_reply(reply), starts_with_call=not reply.thought)
        for parts in turn.results:
            self._writing.append(TextPart(f"\n{self.markers.result}: "))
            self._writing.extend(safe_parts(parts))
        if turn.results:
            self._writing.append(TextPart(f"\n{self.markers.returned}"))
            self._returned = True

    def unread(self, turn: UnreadTurn) -> None:
        self._write(neutralise(turn.text[:MAX_UNREAD]))
        self.close()
        self.messages.append(Message("user", (TextPart(turn.told),)))

    def _write(self, text: str, *, starts_with_call: bool = False) -> None:
        if self._returned:
            self._writing.append(TextPart(": \n" if starts_with_call else ": "))
        elif self._writing:
            self._writing.append(TextPart("\n"))
        self._writing.append(TextPart(text))
        self._returned = False

    def close(self, *, last: bool = False) -> None:
        """End the assistant message; the `last` one stays open behind a RETURN marker."""
        if self._returned and not last:
            self._writing.append(TextPart(": "))
        if self._writing:
            parts = joined(self._writing)
            self.messages.append(Message("assistant", parts, open=self._returned and last))
        self._writing, self._returned = [], False


def render_turns(conversation: Conversation, system: str, markers: Markers) -> tuple[Message, ...]:
    """Write the turns behind the `system` text.

    The last message is left open where the model has results to go on from: without the `: `
    behind the marker, which may form one token with the word that the model writes next.
    """
    writer = _TurnWriter(markers)
    if system:
        writer.messages.append(Message("system", (TextPart(system),)))
    for turn in conversation.turns:
        if isinstance(turn, UserTurn):
            writer.user(turn.parts)
        elif isinstance(turn, ModelTurn):
            writer.model(turn)
        else:
            writer.unread(turn)
    writer.close(last=True)
    return tuple(writer.messages)
