"""`computer_use`, the one function in which Qwen2.5-VL and Qwen3-VL were trained to use a desktop.

Names, fields and their meaning are the models' training; `coordinate` may be left out where the
pointer is already in the right place, which is where our own last act left it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tapwright.actions import Button, Click, Drag, Hotkey, MoveTo, Point, Scroll
from tapwright.errors import ToolError
from tapwright.tools.context import Context
from tapwright.tools.gestures import hotkey, notches, typed, waited
from tapwright.tools.registry import Planned, Tool
from tapwright.types import Finish, Size, ToolSpec

_DESCRIPTION = """\
Use a mouse and keyboard to interact with a computer, and take screenshots.
* This is an interface to a desktop GUI. There is no terminal beside it: what is to be done is \
done on the screen.
* Programs may take time to start or to answer, so it can be needed to wait and look at another \
screenshot before going on.
* The screen's resolution is {width}x{height}.
* Look at the screenshot to find the coordinates of an element before the cursor is moved to it.
* If a click had no effect even after waiting, move the tip of the cursor so that it visibly \
falls on the element.
* Click buttons, links and icons in their center. Don't click boxes on their edges unless asked."""

_ACTIONS = """\
The action to perform. The available actions are:
* `key`: Press the given keys down in order, then release them in reverse order.
* `type`: Type a string of text on the keyboard.
* `mouse_move`: Move the cursor to the (x, y) coordinate on the screen.
* `left_click`: Click the left mouse button at the (x, y) coordinate.
* `left_click_drag`: Press the left button where the cursor is, drag it to the (x, y) coordinate \
and let go.
* `right_click`: Click the right mouse button at the (x, y) coordinate.
* `middle_click`: Click the middle mouse button at the (x, y) coordinate.
* `double_click`: Double-click the left mouse button at the (x, y) coordinate.
* `triple_click`: Triple-click the left mouse button at the (x, y) coordinate.
* `scroll`: Turn the mouse wheel up or down.
* `hscroll`: Turn the mouse wheel sideways.
* `wait`: Wait specified seconds for the change to happen.
* `terminate`: Terminate the current task and report its completion status.
* `answer`: Terminate the current task and output the answer."""

_PROPERTIES: Mapping[str, Mapping[str, Any]] = {
    "keys": {
        "description": 'Required only by `action=key`, such as ["ctrl", "s"].',
        "type": "array",
        "items": {"type": "string"},
    },
    "text": {
        "description": "Required only by `action=type` and `action=answer`.",
        "type": "string",
    },
    "coordinate": {
        "description": "(x, y): The x (pixels from the left edge) and y (pixels from the top "
        "edge) coordinates to move the mouse to.",
        "type": "array",
    },
    "pixels": {
        "description": "How far to scroll. Positive values scroll up (`scroll`) or to the right "
        "(`hscroll`), negative values down or to the left. Required only by `action=scroll` and "
        "`action=hscroll`.",
        "type": "number",
    },
    "time": {
        "description": "The seconds to wait. Required only by `action=wait`.",
        "type": "number",
    },
    "status": {
        "description": "The status of the task. Required only by `action=terminate`.",
        "type": "string",
        "enum": ["success", "failure"],
    },
}


def computer_use(limit: Size) -> Tool:
    """The tool for a model whose coordinates go up to `limit`, which it is told as resolution."""
    description = _DESCRIPTION.format(width=limit.width, height=limit.height)
    action = {"description": _ACTIONS, "enum": list(_PLANS), "type": "string"}
    properties = {"action": action, **_PROPERTIES}
    schema = {"properties": properties, "required": ["action"], "type": "object"}
    return Tool(ToolSpec("computer_use", description, schema), plan=_plan, points=("coordinate",))


def _plan(context: Context, arguments: Mapping[str, Any]) -> Planned:
    return _PLANS[arguments["action"]](context, arguments)


def _need(arguments: Mapping[str, Any], name: str) -> Any:
    """A field that the chosen action cannot do without."""
    if name not in arguments:
        raise ToolError(f"computer_use needs {name!r} for the action {arguments['action']!r}")
    return arguments[name]


def _place(context: Context, arguments: Mapping[str, Any]) -> Point:
    """Where the action is done: at its coordinate, else where our last act left the pointer."""
    if "coordinate" not in arguments:
        return _pointer(context, arguments)
    place = arguments["coordinate"]
    if len(place) != 2:
        raise ToolError(f"'coordinate' should be two numbers [x, y], not {repr(place)[:60]}")
    return context.point(*place)


def _pointer(context: Context, arguments: Mapping[str, Any]) -> Point:
    if context.pointer is None:
        action = arguments["action"]
        raise ToolError(
            f"the cursor was not moved yet, so {action!r} has no place; "
            + ("move it to the start first" if "coordinate" in arguments else "give a 'coordinate'")
        )
    return context.pointer


def _click(button: Button, count: int = 1) -> Callable[[Context, Mapping[str, Any]], Planned]:
    return lambda context, arguments: Click(_place(context, arguments), button, count)


def _drag(context: Context, arguments: Mapping[str, Any]) -> Drag:
    _need(arguments, "coordinate")
    return Drag((_pointer(context, arguments), _place(context, arguments)))


def _scroll(context: Context, arguments: Mapping[str, Any]) -> Scroll:
    turned = notches(_need(arguments, "pixels"))
    if "coordinate" in arguments or context.pointer is not None:
        place = _place(context, arguments)
    else:
        size = context.screen.size
        place = Point(size.width // 2, size.height // 2)
    sideways = arguments["action"] == "hscroll"
    return Scroll(place, 0, turned) if sideways else Scroll(place, -turned, 0)


def _move(context: Context, arguments: Mapping[str, Any]) -> MoveTo:
    _need(arguments, "coordinate")
    return MoveTo(_place(context, arguments))


def _keys(context: Context, arguments: Mapping[str, Any]) -> Hotkey:
    return hotkey(_need(arguments, "keys"))


_PLANS: dict[str, Callable[[Context, Mapping[str, Any]], Planned]] = {
    "key": _keys,
    "type": lambda context, arguments: typed(_need(arguments, "text")),
    "mouse_move": _move,
    "left_click": _click("left"),
    "left_click_drag": _drag,
    "right_click": _click("right"),
    "middle_click": _click("middle"),
    "double_click": _click("left", 2),
    "triple_click": _click("left", 3),
    "scroll": _scroll,
    "hscroll": _scroll,
    "wait": lambda context, arguments: waited(_need(arguments, "time")),
    "terminate": lambda context, arguments: Finish(
        _need(arguments, "status") == "success", arguments.get("text", "")
    ),
    "answer": lambda context, arguments: Finish(True, _need(arguments, "text")),
}
