"""Writing calls as JSON, the way a model should write them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tapwright.types import ToolCall

# Inside JSON a character may be written as an escape: the value stays the same, but the text no
# longer holds a control token or a marker that would be taken for a real one.
_FORGED = re.compile(
    r"<(?=\|)|✿|\*(?=(?:FUNCTION|ARGS|RESULT|RETURN)\*)|<(?=/?(?:tool_call|tool_response)>)"
)


def write_arguments(arguments: Mapping[str, Any], *, tuples: bool = False) -> str:
    """Write `arguments` as one line of JSON; with `tuples`, two integers as `(x,y)`."""
    return _unforge(_write(arguments) if tuples else _dumps(arguments))


def write_tagged(call: ToolCall) -> str:
    """Write a call in the tags of the Hermes dialect."""
    written = write_arguments({"name": call.name, "arguments": dict(call.arguments)})
    return f"<tool_call>\n{written}\n</tool_call>"


def write_list(values: Sequence[Any]) -> str:
    """Write a list as one line of JSON."""
    return _unforge(_dumps(values))


def _unforge(text: str) -> str:
    return _FORGED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    """Mappings that are no dict, as frozen ones are, for `json`."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def _write(value: object) -> str:
    if isinstance(value, Mapping):
        items = (f"{_dumps(str(key))}: {_write(inner)}" for key, inner in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        if len(value) == 2 and all(type(number) is int for number in value):
            return f"({value[0]},{value[1]})"
        return "[" + ", ".join(_write(inner) for inner in value) + "]"
    return _dumps(value)
