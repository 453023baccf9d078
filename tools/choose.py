"""The acts of an environment that names them: a card game's `hit`, a robot's `move left`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tapwright.actions import Choose
from tapwright.tools.context import Context
from tapwright.tools.registry import Tool
from tapwright.tools.schemas import full_spec, object_schema, text_schema
from tapwright.types import Finish, ToolSpec


def choose(names: Sequence[str]) -> tuple[Tool, ...]:
    """Choose, Done and Fail, for the acts called `names`; none given, any name is taken."""
    name = text_schema("what to do next")
    if names:
        name["enum"] = list(names)
    text = text_schema("what was asked for, where an answer is wanted")
    reason = text_schema("why it cannot be done")
    return (
        Tool(full_spec("Choose", "Do one act.", name=name), plan=_choose),
        Tool(
            ToolSpec("Done", "End the task: the picture shows its end.", object_schema(text=text)),
            plan=lambda context, arguments: Finish(True, arguments.get("text", "")),
        ),
        Tool(
            full_spec("Fail", "Give the task up.", reason=reason),
            plan=lambda context, arguments: Finish(False, arguments["reason"]),
        ),
    )


def _choose(context: Context, arguments: Mapping[str, Any]) -> Choose:
    return Choose(arguments["name"])
