"""Values as YAML text that `source.parse` reads back as the same values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tapwright.agent.script.expression_rules import as_text
from tapwright.agent.script.source import meaning
from tapwright.errors import UsageError

WIDTH = 96
_INDENT = "  "
# What can stand without quotes, inside `{}` and `[]` too.
_PLAIN = re.compile(r"[^\W_][\w ./+()%$€;=<>~^|*!?&@'\"-]*")
_UNSAFE_INSIDE = re.compile(r" #|: |:$|\s$|  ")
# Texts that other readers of YAML take for numbers, dates or flags.
_MISTAKEN = re.compile(r"[\d.:_+-][\d.:_+eE-]*|(?i:yes|no|on|off)|0[xo][0-9a-fA-F]+")
_STEPS = frozenset({"steps", "then", "else", "do", "catch", "finally"})


def to_yaml(value: Any) -> str:
    """A mapping or list as a YAML document.

    Short mappings stand on one line, steps each on their own. Raise `UsageError` for a text that
    holds half a character.
    """
    return "\n".join(_block(value, "")) + "\n"


def _block(value: Any, indent: str) -> Iterator[str]:
    """The lines of a mapping or list."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _entry(f"{indent}{_scalar(str(key))}:", inner, indent, str(key))
    else:
        for item in value:
            yield from _item(item, indent)


def _item(item: Any, indent: str) -> Iterator[str]:
    if isinstance(item, Mapping) and item:
        lines = list(_block(item, indent + _INDENT))
        yield f"{indent}- {lines[0][len(indent) + len(_INDENT) :]}"
        yield from lines[1:]
    else:
        yield from _entry(f"{indent}-", item, indent, "")


def _entry(start: str, value: Any, indent: str, key: str) -> Iterator[str]:
    is_tall = key in _STEPS and isinstance(value, list) and value
    if isinstance(value, Mapping | list | tuple):
        line = f"{start} {_flow(value)}"
        if not is_tall and not _is_tall(value) and (not value or len(line) <= WIDTH):
            yield line
            return
        yield start
        yield from _block(value, indent + _INDENT)
    elif isinstance(value, str) and _is_block_text(value):
        yield f"{start} {'|' if value.endswith(chr(10)) else '|-'}"
        for line in value.removesuffix("\n").split("\n"):
            yield f"{indent}{_INDENT}{line}" if line else ""
    else:
        yield f"{start} {_scalar(value)}"


def _is_tall(value: Any) -> bool:
    """Whether a mapping holds steps, or a text of several lines."""
    return isinstance(value, Mapping) and any(
        (key in _STEPS and isinstance(inner, list) and inner)
        or (isinstance(inner, str) and _is_block_text(inner))
        for key, inner in value.items()
    )


def _flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        parts = (f"{_scalar(str(key))}: {_flow(inner)}" for key, inner in value.items())
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"{value:.1f}"
    if isinstance(value, int | float):
        return repr(value)
    text = value if isinstance(value, str) else as_text(value)
    plain = _PLAIN.fullmatch(text) and not _UNSAFE_INSIDE.search(text)
    plain = plain and not _MISTAKEN.fullmatch(text)
    if plain and meaning(text) == text and text.isprintable():
        return text
    if ('"' in text or "\\" in text) and text.isprintable() and not text.isspace():
        return "'" + text.replace("'", "''") + "'"
    return _quoted(text)


def _quoted(text: str) -> str:
    """A text in double quotes, with everything that cannot be seen escaped."""
    pieces = []
    for character in text:
        code = ord(character)
        if 0xD800 <= code <= 0xDFFF:
            raise UsageError(f"half a character (U+{code:04X}) cannot be written into a script")
        if character in '"\\':
            pieces.append(f"\\{character}")
        elif character in "\n\t":
            pieces.append("\\n" if character == "\n" else "\\t")
        elif character.isprintable():
            pieces.append(character)
        elif code < 0x10000:
            pieces.append(f"\\u{code:04x}")
        else:
            pieces.append(f"\\U{code:08x}")
    return f'"{"".join(pieces)}"'


def _is_block_text(text: str) -> bool:
    """Whether a text of several lines can stand as such: nothing unseen at their ends."""
    lines = text.removesuffix("\n").split("\n")
    return (
        len(lines) > 1
        and all(line == line.rstrip() and (not line or line.isprintable()) for line in lines)
        and bool(lines[0])
        and bool(lines[-1])
        and not lines[0].startswith((" ", "\t"))
    )
