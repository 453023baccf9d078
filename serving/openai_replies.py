"""A model's reply as OpenAI's API tells it, whole or in pieces, calls set apart from words."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tapwright.errors import NoCall, ReplyError
from tapwright.protocols import Dialect
from tapwright.serving.openai_errors import failed
from tapwright.types import Reply, ToolCall

# From here on a reply may be a call, in whichever dialect; a line of JSON may be one too.
_MAYBE_CALL = re.compile(
    r"[✿*](?:FUNCTION|ARGS|RESULT|RETURN)|</?tool_call|(?:\A|\n)[ \t]*(?:\{|```)"
)
_MARKERS = (
    *(flower + word for flower in "✿*" for word in ("FUNCTION", "ARGS", "RESULT", "RETURN")),
    "<tool_call",
    "</tool_call",
)
_OPENED = re.compile(r"\A\s*:")  # what is left of the marker that the prompt ends with


class HeldBack:
    """Lets the words of a reply through as they come, and keeps back whatever may be a call.

    With `calls` False everything is let through but blanks at both ends. `opened` for a prompt
    that ends in the middle of the assistant's turn.
    """

    def __init__(self, *, calls: bool, opened: bool) -> None:
        self.told = ""
        self._calls = calls
        self._opened = opened
        self._text = ""

    def add(self, piece: str) -> str:
        """What may be told now that `piece` has come."""
        self._text += piece
        return self.rest(words(self._text[: self._safe()], self._opened))

    def rest(self, content: str) -> str:
        """What is left to tell of all the words."""
        if not content.startswith(self.told):
            return ""  # the reader drew the line elsewhere; nothing is told twice
        new = content[len(self.told) :]
        self.told = content
        return new

    def _safe(self) -> int:
        """How many characters surely stand before a call."""
        end = len(self._text)
        if not self._calls:
            return end
        if found := _MAYBE_CALL.search(self._text):
            return found.start()
        longest = max(map(len, _MARKERS))
        for length in range(min(longest, end), 0, -1):
            if self._text.endswith(tuple(word[:length] for word in _MARKERS if length < len(word))):
                return end - length
        return end


def words(text: str, opened: bool) -> str:
    """The words of a reply, without the end of a marker before them or blanks around them."""
    return (_OPENED.sub("", text, count=1) if opened else text).strip()


@dataclass(frozen=True, slots=True)
class Told:
    """A reply's words, calls and end."""

    content: str
    calls: tuple[ToolCall, ...]
    finish: str
    ids: tuple[str, ...] = ()


def read_reply(
    reply: Reply, dialect: Dialect, *, calls: bool, opened: bool, parallel: bool
) -> Told:
    """Set words and calls apart; raise `ApiError` for a call that cannot be read."""
    whole = words(reply.text, opened)
    answer = Told(whole, (), "length" if reply.finish == "length" else "stop")
    if not calls:
        return answer
    try:
        parsed = dialect.parse(reply)
    except NoCall:
        return answer
    except ReplyError as error:
        if reply.finish != "length":
            raise failed(f"the model's call cannot be read: {error}", "unreadable_call") from None
        found = _MAYBE_CALL.search(reply.text)
        return Told(words(reply.text[: found.start()], opened) if found else whole, (), "length")
    made = parsed.calls if parallel else parsed.calls[:1]
    ids = tuple(f"call_{secrets.token_hex(12)}" for _ in made)
    return Told(parsed.thought, made, "tool_calls", ids)


def calls_json(told: Told, *, streamed: bool = False) -> list[dict[str, Any]]:
    """The calls as JSON, with their places where they are streamed."""
    written = []
    for at, (call, name) in enumerate(zip(told.calls, told.ids, strict=True)):
        arguments = json.dumps(dict(call.arguments), ensure_ascii=False)
        function = {"name": call.name, "arguments": arguments}
        place = {"index": at} if streamed else {}
        written.append({**place, "id": name, "type": "function", "function": function})
    return written


def usage(reply: Reply) -> dict[str, int]:
    """What the reply cost."""
    total = reply.prompt_tokens + reply.new_tokens
    return {
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.new_tokens,
        "total_tokens": total,
    }


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the answer to one request; `created` is in seconds since the epoch."""

    id: str
    created: int
    model: str

    def whole(self, told: Told, reply: Reply) -> dict[str, Any]:
        """The answer in one piece."""
        message: dict[str, Any] = {"role": "assistant", "content": told.content or None}
        if told.calls:
            message["tool_calls"] = calls_json(told)
        elif message["content"] is None:
            message["content"] = ""
        choice = {"index": 0, "message": message, "finish_reason": told.finish, "logprobs": None}
        return {**self._head("chat.completion"), "choices": [choice], "usage": usage(reply)}

    def piece(self, delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        """One piece of a stream."""
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return {**self._head("chat.completion.chunk"), "choices": [choice]}

    def ending(self, told: Told, reply: Reply, *, with_usage: bool) -> Iterator[dict[str, Any]]:
        """The last pieces: calls, why it ended, and what it cost where that was asked for."""
        for call in calls_json(told, streamed=True):
            whole = call["function"]
            begun = {**call, "function": {"name": whole["name"], "arguments": ""}}
            yield self.piece({"tool_calls": [begun]})
            rest = {"index": call["index"], "function": {"arguments": whole["arguments"]}}
            yield self.piece({"tool_calls": [rest]})
        yield self.piece({}, told.finish)
        if with_usage:
            yield {**self._head("chat.completion.chunk"), "choices": [], "usage": usage(reply)}

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}
