"""The acts of an environment that names them: a card game's `hit`, a robot's `move left`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tapwright.actions import Choose
from tapwright.tools.context import Context
from tapwright.tools.registry import Tool
from tapwright.types import Finish, ToolSpec


def choose(names: Sequence[str]) -> tuple[Tool, ...]:
    """Choose, Done and Fail, for the acts called `names`; none given, any name is taken."""
    name: dict[str, Any] = {"type": "string", "description": "what to do next"}
    if names:
        name["enum"] = list(names)
    text = {"type": "string", "description": "what was asked for, where an answer is wanted"}
    reason = {"type": "string", "description": "why it cannot be done"}
    return (
        Tool(ToolSpec("Choose", "Do one act.", _object(("name",), name=name)), plan=_choose),
        Tool(
            ToolSpec("Done", "End the task: the picture shows its end.", _object((), text=text)),
            plan=lambda context, arguments: Finish(True, arguments.get("text", "")),
        ),
        Tool(
            ToolSpec("Fail", "Give the task up.", _object(("reason",), reason=reason)),
            plan=lambda context, arguments: Finish(False, arguments["reason"]),
        ),
    )


def _object(required: tuple[str, ...], **properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def _choose(context: Context, arguments: Mapping[str, Any]) -> Choose:
    return Choose(arguments["name"])
