"""What a conformance server hears and says, and how each kind writes an answer down."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from PIL import Image

from tapwright.serving.conformance_faults import Fault
from tapwright.serving.conformance_kinds import MANNERS
from tapwright.types import ToolCall

_PIECE = 5  # characters of a stream's chunk


@dataclass(frozen=True, slots=True)
class Heard:
    """A request as it reaches the model: its pictures as they are seen, its last words.

    `tools` says whether the model is told of any, `goes_on` whether it continues its own turn.
    """

    body: Mapping[str, Any]
    pictures: tuple[Image.Image, ...] = ()
    question: str = ""
    tools: bool = False
    goes_on: bool = False
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What the model writes: text, calls, and why it ends; `reasoning` stands beside the text.

    `refusal` is said in the text's place, and `abort` is a server that gives a reply up.
    """

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    finish: Literal["stop", "length", "content_filter", "abort"] = "stop"
    reasoning: str = ""
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer on its way out."""

    kind: str
    said: Said
    body: Mapping[str, Any]
    fault: Fault | None = None
    prompt_tokens: int = 0
    stopped_by: str = field(default="")

    def cut(self) -> Answer:
        """The answer as the server ends it: at a stop word, with as many calls as were allowed."""
        said, stopped = self.said, ""
        if self.fault is not Fault.IGNORES_STOP:
            found = [
                (said.text.index(word), word)
                for word in self.body.get("stop") or ()
                if word in said.text
            ]
            if found:
                at, stopped = min(found)
                said = replace(said, text=said.text[:at])
        several = MANNERS[self.kind].parallel_by_default or self.body.get("parallel_tool_calls")
        if not several:
            said = replace(said, calls=said.calls[:1])
        return replace(self, said=said, stopped_by=stopped)

    @property
    def finish(self) -> dict[str, Any]:
        """The fields that say why it ended."""
        ended = self.said.finish == "stop" and self.said.calls
        reason = "tool_calls" if ended else self.said.finish
        told = MANNERS[self.kind].told_stop
        more = {told: self.stopped_by or None} if told else {}
        return {"finish_reason": reason, **more}

    @property
    def usage(self) -> dict[str, Any] | None:
        """The counted tokens; None where the server does not count."""
        if self.fault is Fault.NO_USAGE:
            return None
        new = max(1, len(self.said.text) // 4 + 8 * len(self.said.calls))
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": new,
            "total_tokens": self.prompt_tokens + new,
        }

    def whole(self) -> bytes:
        """The answer as one JSON document."""
        message: dict[str, Any] = {"role": "assistant", "content": self.said.text or None}
        if not self.said.calls:
            message["content"] = self.said.text
        if self.said.reasoning:
            message["reasoning_content"] = self.said.reasoning
        if self.said.refusal:
            message.update(content=None, refusal=self.said.refusal)
        if self.said.calls:
            message["tool_calls"] = [
                {"id": f"c{at}", "type": "function", "function": self._function(call)}
                for at, call in enumerate(self.said.calls)
            ]
        choices: list[dict[str, Any]] = [{"index": 0, "message": message, **self.finish}]
        answer = self._head("chat.completion")
        answer["choices"] = [] if self.fault is Fault.NO_CHOICES else choices
        if self.usage:
            answer["usage"] = self.usage
        return json.dumps(answer, ensure_ascii=False).encode()

    def events(self) -> list[bytes]:
        """The answer as a stream's events, `[DONE]` last."""
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        if self.said.reasoning:
            deltas.append({"reasoning_content": self.said.reasoning})
        refusal = self.said.refusal
        deltas += [{"refusal": refusal[at : at + _PIECE]} for at in range(0, len(refusal), _PIECE)]
        text = self.said.text
        deltas += [{"content": text[at : at + _PIECE]} for at in range(0, len(text), _PIECE)]
        deltas += [{"tool_calls": [piece]} for piece in self._call_pieces()]
        chunks = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
        chunks.append({"index": 0, "delta": {}, **self.finish})
        events = [self._event([chunk]) for chunk in chunks]
        if self.fault is Fault.NO_CHOICES:
            events = []
        if self.fault is Fault.STREAM_ERROR:
            broken = {"error": {"message": "CUDA error: out of memory", "type": "server_error"}}
            return [*events[: len(events) // 2], _line(broken)]
        if self.fault is Fault.CUT_STREAM:
            return events[: len(events) // 2]
        if self.usage and (self.body.get("stream_options") or {}).get("include_usage"):
            events.append(self._event([], usage=self.usage))
        return [*events, b"data: [DONE]\n\n"]

    def _function(self, call: ToolCall) -> dict[str, str]:
        written = json.dumps(dict(call.arguments), ensure_ascii=False)
        if self.fault is Fault.HALF_CALL:
            written = written[: max(1, len(written) // 2)]
        return {"name": call.name, "arguments": written}

    def _call_pieces(self) -> list[dict[str, Any]]:
        pieces: list[dict[str, Any]] = []
        for at, call in enumerate(self.said.calls):
            function = self._function(call)
            head = {"id": f"c{at}", "type": "function"}
            if MANNERS[self.kind].whole_calls:
                pieces.append({"index": 0, **head, "function": function})
                continue
            written = function["arguments"]
            pieces.append(
                {"index": at, **head, "function": {"name": function["name"], "arguments": ""}}
            )
            pieces += [
                {"index": at, "function": {"arguments": written[start : start + _PIECE]}}
                for start in range(0, len(written), _PIECE)
            ]
        return pieces

    def _event(self, choices: Sequence[Mapping[str, Any]], **more: Any) -> bytes:
        return _line({**self._head("chat.completion.chunk"), "choices": list(choices), **more})

    def _head(self, what: str) -> dict[str, Any]:
        return {"id": "chat-1", "object": what, "created": 0, "model": self.body.get("model", "")}


def _line(event: Mapping[str, Any]) -> bytes:
    return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"
