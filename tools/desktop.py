"""A desktop's actions for models that were taught no set of their own, in the paper's manner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tapwright.actions import Button, Click, Drag, Hotkey, OpenApp, Point, Scroll, TypeText, Wait
from tapwright.errors import ToolError
from tapwright.tools.context import Context
from tapwright.tools.gestures import DIRECTIONS, hotkey, typed, waited
from tapwright.tools.registry import Tool
from tapwright.tools.schemas import full_spec, object_schema, point_schema, text_schema
from tapwright.types import Finish, Size, ToolSpec

NOTCHES = 5  # of the wheel in one scroll
_TURNS = {"down": (NOTCHES, 0), "up": (-NOTCHES, 0), "right": (0, NOTCHES), "left": (0, -NOTCHES)}


def desktop(limit: Size) -> tuple[Tool, ...]:
    """Click, DoubleClick, RightClick, Type, Press, Scroll, Drag, Open, Wait, Done and Fail for
    coordinates up to `limit`."""
    point = point_schema(limit)
    start, end = point_schema(limit, "where to take it"), point_schema(limit, "where to let go")
    directions = {
        "type": "string",
        "enum": list(DIRECTIONS),
        "description": "where what is to be seen lies",
    }
    return (
        Tool(
            full_spec("Click", "Click a place on the screen.", point=point),
            plan=_click("left"),
            aliases=("Tap",),
            points=("point",),
        ),
        Tool(
            full_spec("DoubleClick", "Click a place twice.", point=point),
            plan=_click("left", 2),
            points=("point",),
        ),
        Tool(
            full_spec("RightClick", "Click with the right button, for a menu.", point=point),
            plan=_click("right"),
            points=("point",),
        ),
        Tool(
            full_spec(
                "Type",
                "Type text into the field that has the focus.",
                text=text_schema("the characters to type"),
            ),
            plan=_type,
        ),
        Tool(
            full_spec(
                "Press",
                "Press a key, or several at once.",
                keys=text_schema('such as "enter", "ctrl+s" or "alt+f4"'),
            ),
            plan=_press,
        ),
        Tool(
            full_spec("Scroll", "Turn the wheel over a place.", point=point, direction=directions),
            plan=_scroll,
            points=("point",),
        ),
        Tool(
            full_spec("Drag", "Drag from one place to another.", start=start, end=end),
            plan=_drag,
            points=("start", "end"),
        ),
        Tool(
            full_spec("Open", "Open a program.", name=text_schema("what the program is called")),
            plan=_open,
        ),
        Tool(
            full_spec(
                "Wait",
                "Wait for the screen to change.",
                seconds={"type": "number", "description": "how long"},
            ),
            plan=_wait,
        ),
        Tool(
            ToolSpec(
                "Done",
                "End the task: the screen shows that it is done.",
                object_schema(text=text_schema("what was asked for, where an answer is wanted")),
            ),
            plan=_done,
        ),
        Tool(
            full_spec(
                "Fail",
                "Give the task up because it cannot be done.",
                reason=text_schema("why it cannot be done"),
            ),
            plan=_fail,
        ),
    )


def _click(button: Button, count: int = 1) -> Any:
    def plan(context: Context, arguments: Mapping[str, Any]) -> Click:
        return Click(_point(context, arguments), button, count)

    return plan


def _point(context: Context, arguments: Mapping[str, Any], name: str = "point") -> Point:
    return context.point(*arguments[name])


def _type(context: Context, arguments: Mapping[str, Any]) -> TypeText:
    return typed(arguments["text"])


def _press(context: Context, arguments: Mapping[str, Any]) -> Hotkey:
    return hotkey(arguments["keys"])


def _scroll(context: Context, arguments: Mapping[str, Any]) -> Scroll:
    return Scroll(_point(context, arguments), *_TURNS[arguments["direction"]])


def _drag(context: Context, arguments: Mapping[str, Any]) -> Drag:
    return Drag((_point(context, arguments, "start"), _point(context, arguments, "end")))


def _open(context: Context, arguments: Mapping[str, Any]) -> OpenApp:
    name = arguments["name"].strip()
    if not name:
        raise ToolError('no program is named; give its name in "name"')
    return OpenApp(name)


def _wait(context: Context, arguments: Mapping[str, Any]) -> Wait:
    return waited(arguments["seconds"])


def _done(context: Context, arguments: Mapping[str, Any]) -> Finish:
    return Finish(True, arguments.get("text", ""))


def _fail(context: Context, arguments: Mapping[str, Any]) -> Finish:
    return Finish(False, arguments["reason"])
