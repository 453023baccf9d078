"""Reading calls out of a reply: each way of writing them, and the order in which they are tried.

A model may answer in a dialect that it was not asked for, so every reader is tried, the asked one
first. The JSON of a call is decoded before the next marker is looked for; a marker inside a
string therefore never splits it. A model's thoughts are set apart before any reader: a call that
is only thought about is never one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tapwright.errors import ReplyError
from tapwright.prompts.answers import refuse_call, without_return
from tapwright.prompts.loose_json import MAX_TEXT, LooseJsonError, check_bounds, read_object
from tapwright.prompts.untrusted import neutralise
from tapwright.types import ParsedReply, Reply, ToolCall

MAX_CALLS = 16
MAX_NAME = 64
CODE_TOOL = "code_interpreter"  # its argument is a fenced block of code, not JSON

Reader = Callable[[str, int], "ParsedReply | None"]  # the text, and how many calls to read

_COLON = r"[✿*][ \t]*[:\uff1a]"  # models that write Chinese use the wide one
_FUNCTION = re.compile(rf"[✿*]FUNCTION{_COLON}")
_NEXT = re.compile(
    rf"[✿*](?:(?P<function>FUNCTION{_COLON})|(?P<args>ARGS{_COLON})|(?P<end>(?:RESULT|RETURN)[✿*]))"
)
_FENCE = re.compile(r"\s*```[\w-]{0,20}\s*")
_OPEN_FENCE = re.compile(r"```[\w-]{0,20}\s*\Z")
_CODE = re.compile(r"\s*```[\w-]{0,20}[ \t]*\n(?P<code>.*?)\n?```", re.DOTALL)
_TAG = re.compile(r"<tool_call>\s*")
_BARE = re.compile(r"(?:\A|\n|```(?:json)?)[ \t]{0,20}(?=\{)")
# What may come first: a thought, or a call, whose strings may hold anything.
_FIRST = re.compile(
    rf"(?P<think><think>)|[✿*]FUNCTION{_COLON}|<tool_call>|(?:\A|\n|```(?:json)?)[ \t]{{0,20}}"
    r"\{\s{0,20}[\"']?(?:name|arguments|parameters|function|type)\b"
)
_THOUGHT_END = "</think>"
_END_OF_OPEN_THOUGHT = re.compile(r"^[ \t]{0,20}</think>", re.MULTILINE)
_MAX_THOUGHTS = 16
_MAX_BARE = 8  # places in a reply at which a bare object is looked for


def read_reply(
    reply: Reply, readers: Sequence[Reader], example: str, *, parallel: bool = False
) -> ParsedReply:
    """Read `reply` with the first of `readers` that finds a call in it.

    Without `parallel`, nothing behind the first call counts. `example` shows the model how a
    call is written. Raise `ReplyError` where the reply was cut off or holds a call that cannot be
    read, and `NoCall` where nothing in it looks like one.
    """
    cut = (
        "the reply was cut off before its end because it is too long; write one short "
        f"sentence and then one call, like this: {example}"
    )
    if reply.calls:
        return _read_native(reply, cut)
    _check_characters(reply.text)
    if len(reply.text) > MAX_TEXT:
        raise ReplyError(f"the reply is longer than {MAX_TEXT} characters; write one short call")
    if reply.finish == "length":
        try:
            calls = _read_text(reply.text, readers, most=1) is not None
        except ReplyError:
            calls = True  # a broken one
        raise ReplyError(cut) if calls else refuse_call(reply.text, cut, cut=True)
    parsed = _read_text(reply.text, readers, MAX_CALLS + 1 if parallel else 1)
    if parsed is None:
        told = f"no call in the reply; end it with a call, like this: {example}"
        raise refuse_call(reply.text, told)
    _check_number_of_calls(parsed.calls)
    return parsed


def _read_text(text: str, readers: Sequence[Reader], most: int) -> ParsedReply | None:
    thought, text = _set_thoughts_apart(text)
    for reader in readers:
        parsed = reader(text.lstrip(), most)
        if parsed is not None:
            thoughts = "\n".join(filter(None, (thought.strip(), parsed.thought)))
            return ParsedReply(thoughts, parsed.calls)
    return None


def _read_native(reply: Reply, cut: str) -> ParsedReply:
    if reply.finish == "length":  # some servers close the JSON of half a call by themselves
        raise ReplyError(cut)
    _check_number_of_calls(reply.calls)
    _check_characters(reply.text)
    for call in reply.calls:
        _check_characters(call.name)
        _check_native(call)
    return ParsedReply(reply.text.strip(), reply.calls)


def _check_characters(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # no tokenizer, journal or server could be given it again
        raise ReplyError("the reply holds half a character (a lone surrogate)") from None


def _check_number_of_calls(calls: Sequence[ToolCall]) -> None:
    if len(calls) > MAX_CALLS:
        raise ReplyError(f"more than {MAX_CALLS} calls in one reply; write fewer")


def _set_thoughts_apart(text: str) -> tuple[str, str]:
    """Split `text` behind the thoughts before its first call.

    Raise `ReplyError` for a thought that is never closed.
    """
    if "<think>" not in text and (
        _THOUGHT_END not in text or _END_OF_OPEN_THOUGHT.search(text) is None
    ):  # nearly always, and found out quickly
        return "", text
    at = 0
    for _ in range(_MAX_THOUGHTS):
        first = _FIRST.search(text, at)
        if first is not None and first["think"] is not None:
            end = text.find(_THOUGHT_END, first.end())
            if end < 0:
                raise ReplyError(
                    "the <think> in the reply is never closed, so all behind it is only thought; "
                    "write </think> and then one call"
                )
            at = end + len(_THOUGHT_END)
            continue
        # Some models' prompts end with an open <think>; the reply then holds its end only.
        closing = _END_OF_OPEN_THOUGHT.search(text, at)
        if closing is None or text.find("<think>", at, closing.start()) >= 0:
            return text[:at], text[at:]
        at = closing.end()
    raise ReplyError(
        f"{_MAX_THOUGHTS} thoughts or more in one reply; think once, then write a call"
    )


def _check_native(call: ToolCall) -> None:
    if not call.name.strip() or len(call.name) > MAX_NAME:
        raise ReplyError(f"no name of a tool where one belongs: {shorten(call.name)!r}")
    try:
        check_bounds(dict(call.arguments))
    except LooseJsonError as error:
        raise ReplyError(f"the arguments of {shorten(call.name)} cannot be used: {error}") from None


def read_marked(text: str, most: int) -> ParsedReply | None:
    """Read `✿FUNCTION✿` and `*FUNCTION*` calls; None where there is none."""
    first = _FUNCTION.search(text)
    if first is None:
        return None
    thought = without_return(text[: first.start()])
    calls: list[ToolCall] = []
    rest: str | None = text[first.end() :]
    while rest is not None and len(calls) < most:
        rest = _read_marked_call(rest, calls, most)
    return ParsedReply(thought, tuple(calls))


def _read_marked_call(text: str, calls: list[ToolCall], most: int) -> str | None:
    """Read one call, and all its ARGS, from behind its marker; return what is behind the next."""
    following = _NEXT.search(text)
    name = _name(text[: following.start()] if following else text)
    if following is None or following["args"] is None:
        calls.append(ToolCall(name, {}))
        return text[following.end() :] if following and following["function"] else None
    while following is not None and following["args"] is not None:
        arguments, text = _read_arguments(text[following.end() :], name)
        calls.append(ToolCall(name, arguments))
        if len(calls) >= most:
            return None
        _, text = _set_thoughts_apart(text)
        following = _NEXT.search(text)
    return text[following.end() :] if following and following["function"] else None


def _name(text: str) -> str:
    line = text.strip().split("\n", 1)[0]
    name = re.split(r"✿|<\|", line, maxsplit=1)[0].strip().strip("`'\"[]{}()*:,;.").strip()
    if not name or len(name) > MAX_NAME:
        raise ReplyError(f"no name of an action where one belongs: {shorten(line)!r}")
    return name


def _read_arguments(text: str, name: str) -> tuple[dict[str, Any], str]:
    """Read the arguments at the start of `text`; none at all count as an empty object."""
    code = _CODE.match(text) if name == CODE_TOOL else None
    if code is not None:
        return {"code": code["code"]}, text[code.end() :]
    fence = _FENCE.match(text)
    body = text[fence.end() :] if fence else text.lstrip()
    if body.startswith("{"):
        return _read_call_object(body, name)
    following = _NEXT.search(body)
    written = body[: following.start()] if following else body
    if written.strip("` \t\r\n"):
        raise ReplyError(
            f"the arguments of {shorten(name)} are not a JSON object but "
            f'{shorten(written.strip())!r}; write them like {{"text": "hello"}}'
        )
    return {}, body


def _read_call_object(text: str, name: str) -> tuple[dict[str, Any], str]:
    try:
        return read_object(text)
    except LooseJsonError as error:
        if error.truncated:
            raise ReplyError(
                f"the call of {shorten(name)} is cut off: {error}; write it again, whole and short"
            ) from None
        raise ReplyError(f"the arguments of {shorten(name)} cannot be read: {error}") from None


def read_tagged(text: str, most: int) -> ParsedReply | None:
    """Read `<tool_call>` blocks; None where there is none."""
    tag = _TAG.search(text)
    if tag is None:
        return None
    thought, body = text[: tag.start()].strip(), text
    calls: list[ToolCall] = []
    while tag is not None and len(calls) < most:
        body = body[tag.end() :]
        fence = _FENCE.match(body)
        content = body[fence.end() :] if fence else body
        if not content.startswith("{"):
            raise ReplyError(
                f"no JSON object behind <tool_call>: {shorten(content.strip())!r}; write "
                '{"name": ..., "arguments": {...}} there'
            )
        value, body = _read_call_object(content, "<tool_call>")
        calls.append(_as_call(value))
        if len(calls) < most:
            _, body = _set_thoughts_apart(body)
        tag = _TAG.search(body)
    return ParsedReply(thought, tuple(calls))


def read_bare(text: str, most: int) -> ParsedReply | None:
    """Read one JSON object with `name` and `arguments`, fenced or bare; None where none is."""
    for number, match in enumerate(_BARE.finditer(text)):
        if number >= _MAX_BARE:
            break
        try:
            value, _ = read_object(text, match.end())
        except LooseJsonError as error:
            if error.truncated and '"arguments"' in text[match.end() :]:
                raise ReplyError(
                    f"the call is cut off: {error}; write it again, whole and short"
                ) from None
            continue
        if "name" in value and ("arguments" in value or "parameters" in value):
            thought = _OPEN_FENCE.sub("", text[: match.start()]).strip()
            return ParsedReply(thought, (_as_call(value),))
    return None


def _as_call(value: Mapping[str, Any]) -> ToolCall:
    inner = value.get("function")
    if "name" not in value and isinstance(inner, Mapping):
        value = inner
    name = value.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
        raise ReplyError('a call needs "name", the name of a tool, and "arguments", an object')
    arguments = value.get("arguments", value.get("parameters", {}))
    if isinstance(arguments, str):  # JSON inside JSON, as servers' clients are used to
        text = arguments.strip()
        if not text:
            arguments = {}
        elif text.startswith("{"):
            arguments, _ = _read_call_object(text, name)
    if arguments is None:
        arguments = {}
    if not isinstance(arguments, dict):
        raise ReplyError(f'the "arguments" of {shorten(name)} are not a JSON object')
    return ToolCall(name.strip(), arguments)


def shorten(text: str, limit: int = 60) -> str:
    """Make a model's words fit into a message to it: harmless, on one line, `limit` long."""
    text = neutralise(" ".join(text[: 4 * limit].split()))
    return text if len(text) <= limit else text[: limit - 1] + "…"
