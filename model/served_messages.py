"""A request becomes what a server reads: messages, tools, and the server's own options."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from tapwright.model.served_kinds import NATIVE, Kind
from tapwright.model.served_pictures import Pictures, budget
from tapwright.types import (
    ImagePart,
    Message,
    Part,
    Request,
    TextPart,
    ToolCall,
    ToolSpec,
    still_parts,
)

# A server's tokenizer takes these for control tokens wherever they stand.
_CONTROL = re.compile(
    r"<\|(?=(?:im_start|im_end|endoftext|vision_start|vision_end|vision_pad|image_pad|video_pad)\|>)"
)
_GROUNDING = re.compile(r"<\|(?=(?:object_ref|box|quad)_(?:start|end)\|>)")


Piece = dict[str, Any]  # one part of a message's content, as the API writes it


def write_messages(
    messages: Sequence[Message], kind: Kind, pictures: Pictures
) -> list[dict[str, Any]]:
    """The messages as a server of `kind` reads them; calls get their ids by order."""
    writer = _Writer(kind, pictures)
    for message in messages:
        writer.add(message)
    writer.show_pictures()
    return writer.written


class _Writer:
    """Writes one request's messages down."""

    def __init__(self, kind: Kind, pictures: Pictures) -> None:
        self.written: list[dict[str, Any]] = []
        self._kind = kind
        self._encoded = pictures
        self._calls = 0
        self._unanswered: deque[str] = deque()
        self._pictures: list[Piece] = []  # of tool messages, where those hold none

    def add(self, message: Message) -> None:
        content = self._content(message)
        if message.role == "tool":
            self._result(content)
            return
        self.show_pictures()
        if message.role == "assistant":
            self._assistant(content, message.calls)
        else:
            self.written.append({"role": message.role, "content": _plain(content)})

    def show_pictures(self) -> None:
        """Show what tools gave to see, behind the last of their messages."""
        if self._pictures:
            self.written.append({"role": "user", "content": self._pictures})
            self._pictures = []

    def _result(self, content: list[Piece]) -> None:
        number = self._unanswered.popleft() if self._unanswered else f"call_{self._calls}"
        if not self._kind.rich_turns:
            shown = [piece for piece in content if piece["type"] == "image_url"]
            content = [piece for piece in content if piece["type"] == "text"]
            self._pictures += shown
            if shown and not content:
                content = [{"type": "text", "text": "(a picture, shown below)"}]
        said = {"role": "tool", "tool_call_id": number, "content": _plain(content)}
        self.written.append(said)

    def _assistant(self, content: list[Piece], calls: Sequence[ToolCall]) -> None:
        """The model's own turn; where it may hold no pictures, it is parted at them."""
        groups = [content] if self._kind.rich_turns else list(_by_picture(content))
        for group in groups:
            shown = not self._kind.rich_turns and group[:1] and group[0]["type"] == "image_url"
            role = "user" if shown else "assistant"
            self.written.append({"role": role, "content": _plain(group)})
        if not calls:
            return
        if not groups or self.written[-1]["role"] != "assistant":
            self.written.append({"role": "assistant", "content": None})
        last = self.written[-1]
        last["content"] = last["content"] or None
        last["tool_calls"] = [self._call(call) for call in calls]

    def _call(self, call: ToolCall) -> dict[str, Any]:
        name = f"call_{self._calls}"
        self._calls += 1
        self._unanswered.append(name)
        written = json.dumps(dict(call.arguments), ensure_ascii=False)
        return {
            "id": name,
            "type": "function",
            "function": {"name": call.name, "arguments": written},
        }

    def _content(self, message: Message) -> list[Piece]:
        pieces: list[Piece] = []
        for part in still_parts(message.parts):
            if isinstance(part, ImagePart):
                pieces.append(self._picture(part))
            elif pieces and pieces[-1]["type"] == "text":
                pieces[-1]["text"] += part.text
            elif part.text:
                pieces.append({"type": "text", "text": part.text})
        own = message.role == "assistant"
        for piece in pieces:
            if piece["type"] == "text":  # whole, for two parts may forge a token together
                piece["text"] = _guard(piece["text"], own=own)
        return pieces

    def _picture(self, part: ImagePart) -> Piece:
        url = self._encoded.data_uri(part.image)
        piece: Piece = {"type": "image_url", "image_url": {"url": url}}
        if self._kind.hints == "part":
            piece |= budget(self._encoded.family)
        return piece


def opened(messages: Sequence[Message], kind: Kind) -> tuple[list[Message], dict[str, Any]]:
    """The messages with an open last turn as the server can go on with it, and what to ask for.

    Where it cannot go on, the turn is put behind the last words of the user and a blank line:
    the way of the package qwen-agent.
    """
    given = list(messages)
    if not given or not given[-1].open:
        return given, {}
    pictures = any(isinstance(part, ImagePart) for part in still_parts(given[-1].parts))
    if kind.continuation == "flags":
        return given, {"continue_final_message": True, "add_generation_prompt": False}
    if kind.continuation == "partial" and not pictures:
        return given, {"partial": True}
    turn = given.pop()
    parts: tuple[Part, ...] = turn.parts
    if given and given[-1].role == "user":
        parts = (*given.pop().parts, TextPart("\n\n"), *parts)
    return [*given, Message("user", parts)], {}


def write_request(request: Request, model: str, kind: Kind, pictures: Pictures) -> dict[str, Any]:
    """The arguments of the SDK's `chat.completions.create`, all but those of streaming."""
    family = pictures.family
    messages, extra = opened(request.messages, kind)
    body: dict[str, Any] = {
        "model": model,
        "messages": write_messages(messages, kind, pictures),
        "max_tokens": request.max_new_tokens,
        "temperature": 0,
    }
    if extra.pop("partial", False):
        body["messages"][-1]["partial"] = True
    if request.stop:
        body["stop"] = list(request.stop)
    if request.tools and family.dialect == NATIVE:
        body["tools"] = [_tool(spec) for spec in request.tools]
        if kind.parallel:
            body["parallel_tool_calls"] = True
    if request.schema is not None:
        _hold_to(request.schema, kind, body, extra)
    if kind.hints == "processor" and _shows_pictures(messages):
        extra["mm_processor_kwargs"] = budget(family)
    if extra:
        body["extra_body"] = extra
    return body


def _hold_to(
    schema: Mapping[str, Any], kind: Kind, body: dict[str, Any], extra: dict[str, Any]
) -> None:
    """Ask for a reply that fits `schema`, in the server's spelling."""
    if kind.structure == "structured_outputs":
        extra["structured_outputs"] = {"json": dict(schema)}
    elif kind.structure == "response_format":
        named = {"name": "reply", "schema": dict(schema), "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": named}
    else:
        body["response_format"] = {"type": "json_object"}


def _tool(spec: ToolSpec) -> dict[str, Any]:
    function = {
        "name": spec.name,
        "description": spec.description,
        "parameters": dict(spec.parameters),
    }
    return {"type": "function", "function": function}


def _shows_pictures(messages: Sequence[Message]) -> bool:
    return any(isinstance(part, ImagePart) for m in messages for part in still_parts(m.parts))


def _plain(content: list[Piece]) -> str | list[Piece]:
    """Text alone as a string, which every server and template reads."""
    if all(piece["type"] == "text" for piece in content):
        return "".join(piece["text"] for piece in content)
    return content


def _by_picture(content: list[Piece]) -> Iterator[list[Piece]]:
    """The content parted into stretches of text and of pictures."""
    for _, group in groupby(content, key=lambda piece: piece["type"]):
        yield list(group)


def _guard(text: str, *, own: bool) -> str:
    """`text` with every control token broken; a model's own turns may name places."""
    text = _CONTROL.sub("< |", text)
    return text if own else _GROUNDING.sub("< |", text)
