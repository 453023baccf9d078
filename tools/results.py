"""What a plugin returns, made into a result for the model: untrusted, and never without end."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic_core import PydanticSerializationError, to_json

from tapwright.types import Delivery, Effect, ImagePart, Part, TextPart, ToolResult

MAX_RESULT = 20_000  # characters of one result that a model is shown
MAX_SAID = 300


def as_result(value: object) -> ToolResult:
    """Make a plugin's value a `ToolResult`: text, parts, or anything that JSON can hold."""
    if isinstance(value, ToolResult):
        return ToolResult(value.effect, _untrusted(value.parts), value.point, value.finish)
    return ToolResult(Effect(Delivery.DELIVERED), _untrusted(_as_parts(value)))


def crash_result(name: str, error: Exception) -> ToolResult:
    """Say that a plugin failed; what it did before that is unknown."""
    said = " ".join(f"{type(error).__name__}: {error}"[: 4 * MAX_SAID].split())
    return ToolResult(Effect(Delivery.UNKNOWN, f"{name} failed: {_cut(said, MAX_SAID)}"))


def _as_parts(value: object) -> tuple[Part, ...]:
    if value is None:
        return (TextPart("done"),)
    if isinstance(value, str):
        return (TextPart(value),)
    if isinstance(value, (TextPart, ImagePart)):
        return (value,)
    if isinstance(value, Sequence) and value:
        parts = tuple(part for part in value if isinstance(part, (TextPart, ImagePart)))
        if len(parts) == len(value):
            return parts
    try:
        return (TextPart(to_json(value, inf_nan_mode="strings").decode("utf-8")),)
    except PydanticSerializationError:
        return (TextPart(str(value)),)


def _untrusted(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(
        TextPart(_cut(part.text, MAX_RESULT), trusted=False) if isinstance(part, TextPart) else part
        for part in parts
    )


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters in all)"
