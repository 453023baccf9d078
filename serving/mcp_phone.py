"""The phone's acts as any MCP client understands them: small verbs, points in screen pixels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tapwright.actions import Action, LongPress, OpenApp, Swipe, Tap
from tapwright.errors import ToolError
from tapwright.tools.context import Context
from tapwright.tools.gestures import key, pressed, typed, waited
from tapwright.tools.registry import Tool
from tapwright.types import ToolSpec

SCREENSHOT, LIST_APPS = "screenshot", "list_apps"

_X = {"type": "number", "description": "pixels from the left of the screenshot last shown"}
_Y = {"type": "number", "description": "pixels from the top of the screenshot last shown"}
_SECONDS = {"type": "number", "minimum": 0}


def phone_tools() -> tuple[Tool, ...]:
    """The acts; each is planned on the screenshot that was last shown."""
    return (
        _act("tap", "Tap a place on the screen.", _tap, ("x", "y"), x=_X, y=_Y),
        _act(
            "long_press", "Hold a finger on a place on the screen.", _long_press, ("x", "y"),
            x=_X, y=_Y, seconds={**_SECONDS, "description": "how long, 0.8 without it"},
        ),
        _act(
            "swipe",
            "Move a finger from one place to another; upwards to scroll the content down.",
            _swipe, ("x", "y", "to_x", "to_y"),
            x=_X, y=_Y, to_x=_X, to_y=_Y,
            seconds={**_SECONDS, "description": "how long the finger takes, 0.3 without it"},
        ),
        _act(
            "type_text", "Type text into the field that has the focus.", _type, ("text",),
            text={"type": "string", "description": "the characters to type"},
        ),
        _act(
            "press_key", "Press a key.", _press, ("key",),
            key={
                "type": "string",
                "description": "its Android name, such as BACK, HOME, ENTER, APP_SWITCH",
            },
        ),
        _act(
            "open_app", "Bring an installed app to the front.", _open, ("name",),
            name={"type": "string", "description": "its label or package name"},
        ),
        _act(
            "wait", "Wait, at most 30 seconds, for the screen to change.", _wait, ("seconds",),
            seconds={**_SECONDS, "description": "how long"},
        ),
    )  # fmt: skip


def _act(
    name: str,
    description: str,
    plan: Any,
    required: tuple[str, ...],
    /,
    **properties: Mapping[str, Any],
) -> Tool:
    parameters = {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
    return Tool(ToolSpec(name, description, parameters), plan=plan)


def _tap(context: Context, arguments: Mapping[str, Any]) -> Action:
    return Tap(context.point(arguments["x"], arguments["y"]))


def _long_press(context: Context, arguments: Mapping[str, Any]) -> LongPress:
    return pressed(context.point(arguments["x"], arguments["y"]), arguments.get("seconds"))


def _swipe(context: Context, arguments: Mapping[str, Any]) -> Action:
    start = context.point(arguments["x"], arguments["y"])
    end = context.point(arguments["to_x"], arguments["to_y"])
    seconds = arguments.get("seconds", 0.3)
    if not 0 < seconds <= 10:
        raise ToolError(f"a swipe cannot take {seconds!r} seconds; from 0 to 10")
    return Swipe(start, end, float(seconds))


def _type(context: Context, arguments: Mapping[str, Any]) -> Action:
    return typed(arguments["text"])


def _press(context: Context, arguments: Mapping[str, Any]) -> Action:
    return key(arguments["key"])


def _open(context: Context, arguments: Mapping[str, Any]) -> Action:
    name = arguments["name"].strip()
    if not name:
        raise ToolError("no app is named; list_apps tells their names")
    return OpenApp(name)


def _wait(context: Context, arguments: Mapping[str, Any]) -> Action:
    return waited(arguments["seconds"])
