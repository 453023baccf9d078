"""How each kind of server behaves: what it refuses, drops and renames, written down from its docs.

It is kept apart from the client's own table on purpose: a mistake in one must not agree with the
same mistake in the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Body = Mapping[str, Any]
Refusal = tuple[int, dict[str, Any]]  # status and JSON

_PLAIN_FIELDS = {
    "model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "stop",
    "stream", "stream_options", "tools", "tool_choice", "parallel_tool_calls", "response_format",
    "seed", "n", "user",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manners:
    """What a kind of server does with a request.

    strict: unknown fields are refused, else they are ignored. rich: pictures may stand in
    assistant and tool messages. schema: where it reads a JSON Schema of the reply. told_stop: the
    field in which it tells the stop word that was met. whole_calls: a stream gives each call in
    one piece, all with index 0. tools_for: families whose template writes tools down (None: all).
    """

    strict: bool = False
    rich: bool = False
    links: bool = True
    schema: str = "response_format"
    told_stop: str = ""
    whole_calls: bool = False
    tools_for: tuple[str, ...] | None = None
    parallel_by_default: bool = True
    goes_on: str = ""
    missing: str = "The model `{model}` does not exist."


_TEMPLATES = ("qwen3-vl", "tapwright-embedded")  # Qwen2-VL's and Qwen2.5-VL's know no tools

MANNERS: dict[str, Manners] = {
    "openai": Manners(strict=True),
    "dashscope": Manners(schema="", goes_on="partial"),
    "vllm": Manners(
        rich=True,
        schema="structured_outputs",
        told_stop="stop_reason",
        tools_for=_TEMPLATES,
        goes_on="continue_final_message",
    ),
    "sglang": Manners(
        rich=True, told_stop="matched_stop", tools_for=_TEMPLATES, goes_on="continue_final_message"
    ),
    "llamacpp": Manners(parallel_by_default=False, missing="model '{model}' not found"),
    "ollama": Manners(
        links=False, whole_calls=True, missing="model '{model}' not found, try pulling it first"
    ),
}


def refusal(kind: str, body: Body) -> Refusal | None:
    """What the server answers to a request that it cannot take; None where it can."""
    manners = MANNERS[kind]
    unknown = [name for name in body if name not in _PLAIN_FIELDS]
    if manners.strict and unknown:
        return _bad(kind, f"Unrecognized request argument supplied: {unknown[0]}")
    if len(body.get("stop") or ()) > 4:
        return _bad(kind, "at most 4 stop sequences are allowed")
    waiting: list[str] = []
    for message in body.get("messages", ()):
        role, content = message.get("role"), message.get("content")
        parts: Sequence[Body] = content if isinstance(content, list) else ()
        pictures = [part for part in parts if part.get("type") == "image_url"]
        if pictures and role != "user" and not manners.rich:
            return _bad(kind, f"Invalid content type: image_url in a message of role '{role}'")
        for part in pictures:
            url = part["image_url"]["url"]
            if not url.startswith("data:image/") and not manners.links:
                return _bad(kind, "invalid image input")
        if role == "tool":
            if message.get("tool_call_id") not in waiting:
                return _bad(kind, "a message of role 'tool' answers no call before it")
            waiting.remove(message["tool_call_id"])
        elif waiting:
            return _bad(kind, "a call has no answer of role 'tool'")
        waiting += [call["id"] for call in message.get("tool_calls") or ()]
    if body.get("continue_final_message") and manners.goes_on == "continue_final_message":
        if body.get("add_generation_prompt", True):
            return _bad(
                kind,
                "Cannot set both `continue_final_message` and `add_generation_prompt` to True.",
            )
        if body["messages"][-1].get("role") != "assistant":
            return _bad(kind, "continue_final_message needs a last message of the assistant")
    return None


def _bad(kind: str, text: str) -> Refusal:
    return 400, error_body(kind, text, 400)


def error_body(kind: str, text: str, status: int, code: str | None = None) -> dict[str, Any]:
    """An error in the shape that the kind gives it."""
    if kind == "vllm":
        error: dict[str, Any] = {"message": text, "type": "BadRequestError", "code": status}
        return {"error": error}
    if kind == "sglang":
        return {"object": "error", "message": text, "type": "BadRequest", "code": status}
    if kind == "llamacpp":
        return {"error": {"code": status, "message": text, "type": code or "invalid_request_error"}}
    return {
        "error": {"message": text, "type": "invalid_request_error", "param": None, "code": code}
    }


def too_long(kind: str) -> Refusal:
    """What the kind says to a prompt that does not fit."""
    codes = {"openai": "context_length_exceeded", "llamacpp": "exceed_context_size_error"}
    text = "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens."
    return 400, error_body(kind, text, 400, codes.get(kind))


def goes_on(kind: str, body: Body) -> bool:
    """Whether the reply continues the last assistant message."""
    wanted, last = MANNERS[kind].goes_on, body["messages"][-1]
    if last.get("role") != "assistant":
        return False
    return bool(last.get(wanted) if wanted == "partial" else body.get(wanted))


def tools_seen(kind: str, family: str, body: Body) -> bool:
    """Whether the model is told of the request's tools, or the template drops them."""
    known = MANNERS[kind].tools_for
    return bool(body.get("tools")) and (known is None or family in known)


def schema_held(kind: str, body: Body) -> Mapping[str, Any] | None:
    """The schema that the reply is held to, where it is spelled as the kind reads it."""
    place = MANNERS[kind].schema
    if place == "structured_outputs":
        found = body.get("structured_outputs")
        if isinstance(found, dict):
            return found.get("json")
    asked = body.get("response_format")
    if isinstance(asked, dict) and asked.get("type") == "json_schema" and place:
        schema: Mapping[str, Any] = asked["json_schema"]["schema"]
        return schema
    if isinstance(asked, dict) and asked.get("type") == "json_object":
        return {}
    return None
