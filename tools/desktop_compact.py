"""The few actions with which the embedded model operates a desktop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tapwright.actions import Hotkey, Point, Scroll, Tap, TypeText
from tapwright.tools.context import Context
from tapwright.tools.gestures import DIRECTIONS, hotkey, typed
from tapwright.tools.registry import Tool
from tapwright.tools.schemas import full_spec, point_schema, text_schema
from tapwright.types import Finish, Size

NOTCHES = 3  # of the wheel in one scroll
_NOTCHES = {"down": (NOTCHES, 0), "up": (-NOTCHES, 0), "right": (0, NOTCHES), "left": (0, -NOTCHES)}


def desktop_compact(limit: Size) -> tuple[Tool, ...]:
    """Click, Type, Press, Scroll and Done for coordinates up to `limit`."""
    point = {
        **point_schema(limit),
        "description": f"(x,y) of its middle: x from 0 to {limit.width}, y to {limit.height}",
    }
    return (
        Tool(
            full_spec("Click", "Click a place on the screen.", point=point),
            plan=_click,
            aliases=("Tap",),
            points=("point",),
        ),
        Tool(
            full_spec(
                "Type",
                "Type text where the keyboard's focus is.",
                text=text_schema("the characters to type"),
            ),
            plan=_type,
        ),
        Tool(
            full_spec(
                "Press",
                "Press a key, or several at once.",
                key=text_schema("such as enter, or ctrl+s"),
            ),
            plan=_press,
        ),
        Tool(
            full_spec(
                "Scroll",
                "Turn the wheel over the middle of the screen.",
                direction={
                    "type": "string",
                    "enum": list(DIRECTIONS),
                    "description": "where what is to be seen lies",
                },
            ),
            plan=_scroll,
        ),
        Tool(full_spec("Done", "End the task: the screen shows that it is done."), plan=_done),
    )


def _click(context: Context, arguments: Mapping[str, Any]) -> Tap:
    return Tap(context.point(*arguments["point"]))


def _type(context: Context, arguments: Mapping[str, Any]) -> TypeText:
    return typed(arguments["text"])


def _press(context: Context, arguments: Mapping[str, Any]) -> Hotkey:
    return hotkey(arguments["key"])


def _scroll(context: Context, arguments: Mapping[str, Any]) -> Scroll:
    size = context.screen.size
    down, right = _NOTCHES[arguments["direction"]]
    return Scroll(Point(size.width // 2, size.height // 2), down, right)


def _done(context: Context, arguments: Mapping[str, Any]) -> Finish:
    return Finish(True)
