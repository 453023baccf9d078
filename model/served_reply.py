"""A server's answer, whole or in pieces, becomes a `Reply`; what is no answer is named.

Invariant: half a call is never a call, and a stream without its end is never a reply.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tapwright.errors import ServerBroken, ServerRefused
from tapwright.model.served_retry import Setback
from tapwright.model.stop_text import StopText
from tapwright.types import ToolCall

_MOST_CHARACTERS = 64  # per token: a server that goes on beyond its budget is stopped
_SHOWN = 80
_MOST_REFUSAL = 200  # characters of what a model says instead of an answer
# Words for an end that is none: the server stopped before the reply was whole.
_GIVEN_UP = frozenset({"abort", "aborted", "error", "cancelled", "insufficient_system_resource"})


@dataclass(slots=True)
class _Call:
    """A call of which not all pieces may have come."""

    id: str = ""
    name: str = ""
    written: list[str] = field(default_factory=list)


class Gathering:
    """Puts the pieces of one answer together; `address` is who sends them, for errors."""

    def __init__(self, address: str, text: StopText, max_new_tokens: int) -> None:
        self.usage: tuple[int, int] | None = None  # prompt and new tokens, where they were told
        self._address = address
        self._text = text
        self._room = _MOST_CHARACTERS * max_new_tokens + 1000
        self._taken = 0
        self._calls: list[_Call] = []
        self._places: dict[int, _Call] = {}
        self._refusal = ""
        self._ended = ""  # the server's own word for why it ended
        self._stop_reason: object = None

    @property
    def complete(self) -> bool:
        """Whether the answer's text is at its end, so that nothing more need be read."""
        return self._text.stopped

    def take(self, chunk: Mapping[str, Any], part: Literal["delta", "message"]) -> None:
        """Take one chunk of a stream, or a whole completion.

        Raise a `Setback` for an empty answer, `ServerBroken` for one of another shape.
        """
        self._note_usage(chunk.get("usage"))
        choices = chunk.get("choices")
        if not choices:
            if part == "message" or not isinstance(choices, list):
                raise Setback(self._broken("an answer without a reply in it (no choices)"))
            return  # the last chunk of a stream holds its usage only
        choice = choices[0] if isinstance(choices, list) else None
        said = choice.get(part) if isinstance(choice, dict) else None
        if not isinstance(choice, dict) or not isinstance(said, dict | None):
            raise self._broken("an answer of another shape than the API's")
        if said is None and part == "message":
            raise self._broken("an answer without a message in it")
        said = said or {}
        text = said.get("content")
        if isinstance(text, str):
            self._taken += len(text)
            if self._taken > self._room:
                raise self._broken("far more text than it was asked for")
            self._text.take(text)
        elif text is not None:
            raise self._broken("a reply whose content is not text")
        if isinstance(said.get("refusal"), str):
            self._refusal += said["refusal"][:_MOST_REFUSAL]
        for piece in said.get("tool_calls") or ():
            self._take_call(piece)
        if isinstance(choice.get("finish_reason"), str):
            self._ended = choice["finish_reason"]
            # vLLM and SGLang tell the stop word that was met.
            self._stop_reason = choice.get("stop_reason", choice.get("matched_stop"))

    def _take_call(self, piece: Any) -> None:
        function = piece.get("function") if isinstance(piece, dict) else None
        if not isinstance(function, dict):
            raise self._broken("a tool call of another shape than the API's")
        place = piece.get("index")
        name, written = function.get("name") or "", function.get("arguments") or ""
        call = self._places.get(place) if isinstance(place, int) else None
        id_ = piece.get("id") or ""
        # Some servers give every whole call the same index.
        if call is None or (id_ and call.id and id_ != call.id):
            call = _Call()
            self._calls.append(call)
            if isinstance(place, int):
                self._places[place] = call
        call.id = call.id or str(id_)
        call.name = call.name or str(name)
        call.written.append(json.dumps(written) if isinstance(written, dict) else str(written))

    def _note_usage(self, usage: Any) -> None:
        if isinstance(usage, dict):
            counts = usage.get("prompt_tokens"), usage.get("completion_tokens")
            prompt, new = counts
            if isinstance(prompt, int) and isinstance(new, int) and prompt > 0:
                self.usage = (prompt, new)

    def finish(self) -> tuple[Literal["end", "stop_word", "length"], tuple[ToolCall, ...]]:
        """Why the answer ended, and its calls.

        Raise a `Setback` where it did not end or holds half a call, `ServerBroken` where asking
        again would give the same.
        """
        self._text.close()
        if self._text.stopped:
            # What follows a stop word was not to be written, calls included.
            return "stop_word", ()
        if not self._ended:
            raise Setback(self._broken("a stream that stops before its end"))
        if self._ended in _GIVEN_UP:
            raise Setback(self._broken(f"a reply that it gave up ('{self._ended}')"))
        if self._refusal and not self._text.text.strip() and not self._calls:
            said = " ".join(self._refusal[:_MOST_REFUSAL].split())
            raise ServerRefused(f"{self._address} answers with a refusal only: '{said}'")
        if self._ended == "content_filter":
            raise ServerRefused(f"{self._address} withholds its reply: its content filter says no")
        calls = tuple(self._whole(call) for call in self._calls)
        if self._ended == "length":
            return "length", calls
        return ("stop_word" if isinstance(self._stop_reason, str) else "end"), calls

    def _whole(self, call: _Call) -> ToolCall:
        written = "".join(call.written)
        try:
            arguments = json.loads(written) if written.strip() else {}
        except ValueError:
            arguments = None
        if isinstance(arguments, dict) and call.name:
            return ToolCall(call.name, arguments)
        half = f"half a tool call ('{f'{call.name} {written}'.strip()[:_SHOWN]}')"
        if self._ended == "length":
            raise self._broken(f"{half}: the budget of new tokens ended before it; raise that")
        raise Setback(self._broken(half))

    def _broken(self, what: str) -> ServerBroken:
        return ServerBroken(f"{self._address} sent {what}")
