"""What a chat request means in our values, and what in it cannot be meant."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from tapwright.errors import MediaError, UsageError
from tapwright.serving.openai_bodies import Call, ChatBody, ChatMessage, ContentPart, OfferedTool
from tapwright.serving.openai_errors import bad
from tapwright.tools.arguments import check_schema
from tapwright.tools.pictures import decode_base64
from tapwright.types import (
    Conversation,
    ImagePart,
    Language,
    ModelTurn,
    ParsedReply,
    Part,
    TextPart,
    ToolCall,
    ToolSpec,
    Turn,
    UserTurn,
)

MAX_STOP = 4
MAX_PARTS = 256  # of all messages together, pictures among them
_DATA = re.compile(r"data:image/[\w.+-]{1,40};base64,", re.IGNORECASE)
_NAME = re.compile(r"[\w.-]{1,64}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What a client asked for, in our values."""

    model: str
    conversation: Conversation
    stop: tuple[str, ...] = ()
    max_tokens: int | None = None  # None: as many as the context has room for
    parallel: bool = True
    stream: bool = False
    usage: bool = False  # at the end of a stream


def read_request(data: bytes) -> ChatRequest:
    """Read a body; raise `ApiError` (400) with the field for what cannot be meant or done."""
    try:
        body = ChatBody.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise bad(f"{where or 'the body'}: {first['msg'].lower()}"[:300], where or None) from None
    _check_wishes(body)
    tools = () if body.tool_choice == "none" else tuple(map(_tool, body.tools or ()))
    if len({tool.name for tool in tools}) < len(tools):
        raise bad("two tools have the same name", "tools")
    system, turns = _turns(body.messages)
    limits = [n for n in (body.max_tokens, body.max_completion_tokens) if n is not None]
    return ChatRequest(
        body.model,
        Conversation(system, tools, turns, _language(system, turns)),
        _stop(body.stop),
        min(limits, default=None),
        body.parallel_tool_calls is not False,
        bool(body.stream),
        bool(body.stream and body.stream_options and body.stream_options.include_usage),
    )


def _check_wishes(body: ChatBody) -> None:
    """Refuse what would otherwise be left undone without a word."""
    choice = body.tool_choice
    if isinstance(choice, dict) or choice not in (None, "auto", "none"):
        raise bad("tool_choice can be 'auto' or 'none'; a call cannot be forced", "tool_choice")
    if body.n not in (None, 1):
        raise bad("only one choice can be written; leave n out", "n")
    if body.logprobs:
        raise bad("logprobs cannot be told", "logprobs")
    if body.response_format is not None and body.response_format.type != "text":
        raise bad(
            f"response_format '{body.response_format.type[:40]}' cannot be held; use 'text'",
            "response_format",
        )
    if body.stream_options is not None and not body.stream:
        raise bad("stream_options are for stream=true", "stream_options")


def _stop(given: str | list[str] | None) -> tuple[str, ...]:
    words = [given] if isinstance(given, str) else list(given or ())
    if len(words) > MAX_STOP or not all(words):
        raise bad(f"stop holds at most {MAX_STOP} words, none of them empty", "stop")
    return tuple(words)


def _tool(offered: OfferedTool) -> ToolSpec:
    function = offered.function
    if _NAME.fullmatch(function.name) is None:
        raise bad(f"{function.name[:64]!r} is no name for a tool", "tools")
    parameters = function.parameters or {"type": "object", "properties": {}}
    spec = ToolSpec(function.name, function.description or "", parameters)
    try:
        check_schema(spec)
    except UsageError as error:
        raise bad(str(error), "tools") from None
    return spec


def _turns(messages: list[ChatMessage]) -> tuple[str, tuple[Turn, ...]]:
    """The instructions, all system messages joined, and the turns."""
    instructions: list[str] = []
    turns: list[Turn] = []
    if sum(len(m.content) for m in messages if isinstance(m.content, list)) > MAX_PARTS:
        raise bad(f"more than {MAX_PARTS} parts in the messages", "messages")
    rest = iter(enumerate(messages))
    waiting: list[Call] = []
    for at, message in rest:
        where = f"messages.{at}"
        if message.role in ("system", "developer"):
            instructions.append("\n".join(part.text for part in _texts(message, where)))
        elif message.role == "user":
            turns.append(UserTurn(tuple(_parts(message, where))))
        elif message.role == "tool":
            raise bad("a tool message stands behind the call that it answers", where)
        else:
            waiting = message.tool_calls or []
            turns.append(_model_turn(message, where, rest))
    if isinstance(turns[-1] if turns else None, ModelTurn) and not waiting:
        raise bad("the last message is the assistant's; nothing is left to answer", "messages")
    if not turns:
        raise bad("there is no message of the user", "messages")
    return "\n\n".join(filter(None, instructions)), tuple(turns)


def _model_turn(
    message: ChatMessage, where: str, rest: Iterator[tuple[int, ChatMessage]]
) -> ModelTurn:
    """The assistant's message with the results that stand behind it, in the order of its calls."""
    said = "\n".join(part.text for part in _texts(message, where))
    calls = [_call(call, f"{where}.tool_calls") for call in message.tool_calls or ()]
    results: dict[str, tuple[Part, ...]] = {}
    ids = [call.id for call in message.tool_calls or ()]
    if len(set(ids)) < len(ids):
        raise bad("two calls have the same id", f"{where}.tool_calls")
    while len(results) < len(ids):
        at, answer = next(rest, (0, None))
        if answer is None or answer.role != "tool" or answer.tool_call_id not in ids:
            missing = next(each for each in ids if each not in results)
            raise bad(f"no tool message answers the call '{missing[:64]}'", where)
        results[answer.tool_call_id] = tuple(_untrusted(_parts(answer, f"messages.{at}")))
    return ModelTurn(ParsedReply(said, tuple(calls)), tuple(results[each] for each in ids))


def _call(call: Call, where: str) -> ToolCall:
    try:
        arguments = json.loads(call.function.arguments or "{}")
    except (ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict):
        raise bad("the arguments of a call are no JSON object", where)
    return ToolCall(call.function.name, arguments)


def _texts(message: ChatMessage, where: str) -> list[TextPart]:
    parts = _parts(message, where)
    if not all(isinstance(part, TextPart) for part in parts):
        raise bad(f"a message of the {message.role} holds text only", where)
    return [part for part in parts if isinstance(part, TextPart)]


def _parts(message: ChatMessage, where: str) -> list[Part]:
    if message.content is None:
        return []
    if isinstance(message.content, str):
        return [TextPart(message.content)] if message.content else []
    return [_part(part, f"{where}.content.{at}") for at, part in enumerate(message.content)]


def _part(part: ContentPart, where: str) -> Part:
    if part.type == "text" and part.text is not None:
        return TextPart(part.text)
    if part.type == "image_url" and part.image_url is not None:
        link = part.image_url if isinstance(part.image_url, str) else part.image_url.url
        head = _DATA.match(link)
        if head is None:
            raise bad(
                "pictures are neither fetched nor read from files; send the picture itself as "
                "data:image/png;base64,...",
                where,
                "invalid_image_url",
            )
        try:
            return ImagePart(decode_base64(link[head.end() :], "the picture"))
        except MediaError as error:
            raise bad(str(error), where, "invalid_image") from None
    raise bad(f"a part of type '{part.type[:40]}' cannot be read; use text or image_url", where)


def _untrusted(parts: list[Part]) -> Iterator[Part]:
    for part in parts:
        yield TextPart(part.text, trusted=False) if isinstance(part, TextPart) else part


def _language(system: str, turns: tuple[Turn, ...]) -> Language:
    """Chinese where the person writes Chinese: some dialects tell of tools in either language."""
    said = [system]
    for turn in turns:
        if isinstance(turn, UserTurn):
            said += [part.text for part in turn.parts if isinstance(part, TextPart)]
    return "zh" if _CHINESE.search("".join(said)) else "en"
