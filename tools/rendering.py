"""A plugin's value as JSON, written until there is enough of it: a value can be deep, circular,
or without end."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping, Set as AbstractSet
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_jsonable_python

DEEPEST = 40  # containers inside one another
_LARGEST = 10**1000


def as_json(value: object, limit: int) -> str:
    """At most about `limit` characters of `value` as JSON; what JSON has no word for as text."""
    if not _has_parts(value):
        scalar = _scalar(value)
        return scalar[:limit] if isinstance(scalar, str) and _is_odd(value) else _quoted(scalar)
    pieces: list[str] = []
    length = 0
    for piece in _pieces(value, 0):
        pieces.append(piece)
        length += len(piece)
        if length > limit:
            return "".join(pieces)[:limit] + f"… (cut off after {limit} characters)"
    return "".join(pieces)


def _has_parts(value: object) -> bool:
    return isinstance(
        value, Mapping | list | tuple | AbstractSet | Iterator | BaseModel
    ) or _is_record(value)


def _is_record(value: object) -> bool:
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


def _pieces(value: Any, depth: int) -> Iterator[str]:
    """The JSON of `value`, bit by bit; nothing is taken of it before it is needed."""
    if not _has_parts(value):
        yield _quoted(_scalar(value))
    elif depth >= DEEPEST:
        yield '"…"'
    elif isinstance(value, Mapping):
        yield from _object(value.items(), depth)
    elif isinstance(value, BaseModel):
        yield from _object(iter(value), depth)
    elif _is_record(value):
        names = [field.name for field in dataclasses.fields(value)]
        yield from _object(((name, getattr(value, name)) for name in names), depth)
    else:
        before = "["
        for item in value:
            yield before
            yield from _pieces(item, depth + 1)
            before = ","
        yield "[]" if before == "[" else "]"


def _object(items: Any, depth: int) -> Iterator[str]:
    before = "{"
    for name, item in items:
        yield f"{before}{_quoted(name if isinstance(name, str) else str(_scalar(name)))}:"
        yield from _pieces(item, depth + 1)
        before = ","
    yield "{}" if before == "{" else "}"


def _scalar(value: object) -> object:
    """A value without parts as one that JSON has; text where it has none."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) < _LARGEST else f"a number of {value.bit_length()} bits"
    if isinstance(value, float):
        return value if math.isfinite(value) else _not_finite(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"({len(value)} bytes)"
    try:
        plain = to_jsonable_python(value, inf_nan_mode="strings")
    except (PydanticSerializationError, ValueError, RecursionError):
        return str(value)
    return plain if isinstance(plain, str | int | float | bool) else str(value)


def _is_odd(value: object) -> bool:
    """Whether a value on its own is shown as plain text: JSON would only add quotes to it."""
    if isinstance(value, str):
        return True
    try:
        to_jsonable_python(value)
    except (PydanticSerializationError, ValueError, RecursionError):
        return True
    return False


def _not_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
