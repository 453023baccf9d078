"""The JSON schemas in which acts and their fields are described to models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tapwright.types import Size, ToolSpec


def object_schema(
    required: Sequence[str] = (), /, **properties: Mapping[str, Any]
) -> dict[str, Any]:
    """An object with these fields, of which `required` must be given."""
    return {"type": "object", "properties": properties, "required": list(required)}


def full_spec(tool: str, description: str, /, **properties: Mapping[str, Any]) -> ToolSpec:
    """A tool all of whose fields are required."""
    return ToolSpec(tool, description, object_schema(tuple(properties), **properties))


def text_schema(description: str) -> dict[str, Any]:
    """A text."""
    return {"type": "string", "description": description}


def point_schema(limit: Size, what: str = "its middle") -> dict[str, Any]:
    """A place, [x, y], with coordinates up to `limit`; `what` is at it."""
    return {
        "type": "array",
        "items": {"type": "number"},
        "minItems": 2,
        "maxItems": 2,
        "description": (
            f"(x,y) of {what}: x from 0 (left) to {limit.width} (right), "
            f"y from 0 (top) to {limit.height} (bottom)"
        ),
    }
