"""`mobile_use`, the one function in which Qwen2.5-VL and Qwen3-VL were trained to act.

Its wording is the models' training and no place for improvements.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tapwright.actions import Action, OpenApp, Swipe, Tap
from tapwright.errors import ToolError
from tapwright.tools.context import Context
from tapwright.tools.gestures import key, pressed, typed, waited
from tapwright.tools.registry import Planned, Tool
from tapwright.types import Finish, Size, ToolSpec

_DESCRIPTION = """\
Use a touchscreen to interact with a mobile device, and take screenshots.
* This is an interface to a mobile device with touchscreen. You can perform actions like \
clicking, typing, swiping, etc.
* Some applications may take time to start or process actions, so you may need to wait and take \
successive screenshots to see the results of your actions.
* The screen's resolution is {width}x{height}.
* Make sure to click any buttons, links, icons, etc with the cursor tip in the center of the \
element. Don't click boxes on their edges unless asked."""

_ACTIONS = """\
The action to perform. The available actions are:
* `key`: Perform a key event on the mobile device.
    - This supports adb's `keyevent` syntax.
    - Examples: "volume_up", "volume_down", "power", "camera", "clear".
* `click`: Click the point on the screen with coordinate (x, y).
* `long_press`: Press the point on the screen with coordinate (x, y) for specified seconds.
* `swipe`: Swipe from the starting point with coordinate (x, y) to the end point with \
coordinates2 (x2, y2).
* `type`: Input the specified text into the activated input box.
* `system_button`: Press the system button.
* `open`: Open an app on the device.
* `wait`: Wait specified seconds for the change to happen.
* `terminate`: Terminate the current task and report its completion status.
* `answer`: Terminate the current task and output the answer."""

_COORDINATE = (
    "(x, y): The x (pixels from the left edge) and y (pixels from the top edge) coordinates to "
    "move the mouse to. Required only by "
)
_BUTTON = (
    "Back means returning to the previous interface, Home means returning to the desktop, Menu "
    "means opening the application background menu, and Enter means pressing the enter. Required "
    "only by `action=system_button`"
)
_BUTTON_KEYS = {"Back": "BACK", "Home": "HOME", "Menu": "APP_SWITCH", "Enter": "ENTER"}


def mobile_use(limit: Size) -> Tool:
    """The tool for a model whose coordinates go up to `limit`, which it is told as resolution."""
    description = _DESCRIPTION.format(width=limit.width, height=limit.height)
    spec = ToolSpec("mobile_use", description, _parameters())
    return Tool(spec, plan=_plan, points=("coordinate", "coordinate2"))


def _parameters() -> dict[str, Any]:
    return {
        "properties": {
            "action": {"description": _ACTIONS, "enum": list(_PLANS), "type": "string"},
            "coordinate": {
                "description": _COORDINATE
                + "`action=click`, `action=long_press`, and `action=swipe`.",
                "type": "array",
            },
            "coordinate2": {
                "description": _COORDINATE + "`action=swipe`.",
                "type": "array",
            },
            "text": {
                "description": "Required only by `action=key`, `action=type`, `action=open`, and "
                "`action=answer`.",
                "type": "string",
            },
            "time": {
                "description": "The seconds to wait. Required only by `action=long_press` and "
                "`action=wait`.",
                "type": "number",
            },
            "button": {"description": _BUTTON, "enum": list(_BUTTON_KEYS), "type": "string"},
            "status": {
                "description": "The status of the task. Required only by `action=terminate`.",
                "type": "string",
                "enum": ["success", "failure"],
            },
        },
        "required": ["action"],
        "type": "object",
    }


def _plan(context: Context, arguments: Mapping[str, Any]) -> Planned:
    return _PLANS[arguments["action"]](context, arguments)


def _need(arguments: Mapping[str, Any], name: str) -> Any:
    """A field that the chosen action cannot do without."""
    if name not in arguments:
        raise ToolError(f"mobile_use needs {name!r} for the action {arguments['action']!r}")
    return arguments[name]


def _point(context: Context, arguments: Mapping[str, Any], name: str = "coordinate") -> Any:
    place = _need(arguments, name)
    if len(place) != 2:
        raise ToolError(f"{name!r} should be two numbers [x, y], not {repr(place)[:60]}")
    return context.point(*place)


def _swipe(context: Context, arguments: Mapping[str, Any]) -> Action:
    return Swipe(_point(context, arguments), _point(context, arguments, "coordinate2"))


def _open(context: Context, arguments: Mapping[str, Any]) -> Action:
    name = _need(arguments, "text").strip()
    if not name:
        raise ToolError('no app is named; give its name in "text"')
    return OpenApp(name)


_PLANS: dict[str, Callable[[Context, Mapping[str, Any]], Planned]] = {
    "key": lambda context, arguments: key(_need(arguments, "text")),
    "click": lambda context, arguments: Tap(_point(context, arguments)),
    "long_press": lambda context, arguments: pressed(
        _point(context, arguments), arguments.get("time")
    ),
    "swipe": _swipe,
    "type": lambda context, arguments: typed(_need(arguments, "text")),
    "system_button": lambda context, arguments: key(_BUTTON_KEYS[_need(arguments, "button")]),
    "open": _open,
    "wait": lambda context, arguments: waited(_need(arguments, "time")),
    "terminate": lambda context, arguments: Finish(
        _need(arguments, "status") == "success", arguments.get("text", "")
    ),
    "answer": lambda context, arguments: Finish(True, _need(arguments, "text")),
}
