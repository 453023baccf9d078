"""`mobile_use`, as Qwen2.5-VL and Qwen3-VL write it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tapwright.actions import LongPress, OpenApp, Point, PressKey, Swipe, Tap, TypeText, Wait
from tapwright.errors import ToolError
from tapwright.tools import ACTION_SETS, Context, Toolbox
from tapwright.types import Finish, Frame, Size, ToolCall

SCREEN, SHOWN = Size(1080, 2400), Size(672, 1484)


def box(frame: Frame = Frame.NORM_1000) -> Toolbox:
    return Toolbox(ACTION_SETS["mobile_use"].tools(frame, SCREEN, SHOWN))


def planned(context: Context, **arguments: Any) -> Any:
    tools = box(context.frame)
    return tools.plan(tools.check(ToolCall("mobile_use", arguments)), context)


@pytest.mark.parametrize(
    ("frame", "resolution"),
    [
        (Frame.RESIZED_PX, "672x1484"),
        (Frame.NORM_999, "999x999"),
        (Frame.NORM_1000, "1000x1000"),
        (Frame.SCREEN_PX, "1080x2400"),
    ],
)
def test_the_description_states_the_resolution_of_the_frame(frame: Frame, resolution: str) -> None:
    (spec,) = box(frame).specs
    assert f"* The screen's resolution is {resolution}." in spec.description


def test_only_the_action_is_required() -> None:
    (spec,) = box().specs
    assert spec.parameters["required"] == ["action"]
    assert spec.parameters["properties"]["action"]["enum"] == [
        *("key", "click", "long_press", "swipe", "type", "system_button", "open", "wait"),
        *("terminate", "answer"),
    ]


@pytest.mark.parametrize(
    ("arguments", "action"),
    [
        ({"action": "click", "coordinate": [500, 250]}, Tap(Point(540, 600))),
        ({"action": "click", "coordinate": "(500, 250)"}, Tap(Point(540, 600))),
        ({"action": "CLICK", "coordinate": [500, 250], "text": ""}, Tap(Point(540, 600))),
        ({"action": "long_press", "coordinate": [0, 0], "time": 2}, LongPress(Point(0, 0), 2.0)),
        ({"action": "long_press", "coordinate": [0, 0]}, LongPress(Point(0, 0))),
        ({"action": "long_press", "coordinate": [0, 0], "time": 99}, LongPress(Point(0, 0), 10.0)),
        (
            {"action": "swipe", "coordinate": [500, 750], "coordinate2": [500, 250]},
            Swipe(Point(540, 1800), Point(540, 600)),
        ),
        ({"action": "type", "text": "你好"}, TypeText("你好")),
        ({"action": "key", "text": "volume_up"}, PressKey("VOLUME_UP")),
        ({"action": "key", "text": "KEYCODE_POWER"}, PressKey("POWER")),
        ({"action": "system_button", "button": "Back"}, PressKey("BACK")),
        ({"action": "system_button", "button": "menu"}, PressKey("APP_SWITCH")),
        ({"action": "system_button", "button": "Enter"}, PressKey("ENTER")),
        ({"action": "system_button", "button": "Home"}, PressKey("HOME")),
        ({"action": "open", "text": " Settings "}, OpenApp("Settings")),
        ({"action": "wait", "time": 2}, Wait(2.0)),
        ({"action": "wait", "time": "2"}, Wait(2.0)),
        ({"action": "wait", "time": 86_400}, Wait(30.0)),
        ({"action": "terminate", "status": "success"}, Finish(True)),
        ({"action": "terminate", "status": "failure"}, Finish(False)),
        ({"action": "answer", "text": "20:30"}, Finish(True, "20:30")),
    ],
)
def test_a_call_becomes_its_action(
    context: Context, arguments: dict[str, Any], action: object
) -> None:
    assert planned(context, **arguments) == action


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({}, "mobile_use needs 'action'"),
        ({"action": "fly"}, "'action' should be one of key, click"),
        ({"action": "click"}, "needs 'coordinate' for the action 'click'"),
        ({"action": "click", "coordinate": [1]}, "should be two numbers"),
        ({"action": "click", "coordinate": [1, 2, 3]}, "should be two numbers"),
        ({"action": "click", "coordinate": [1, "x"]}, "is not on the picture"),
        ({"action": "click", "coordinate": [1001, 2]}, "x goes from 0 to 1000"),
        ({"action": "swipe", "coordinate": [1, 2]}, "needs 'coordinate2' for the action 'swipe'"),
        ({"action": "type"}, "needs 'text' for the action 'type'"),
        ({"action": "type", "text": ""}, "there is nothing to type"),
        ({"action": "key", "text": "a; reboot"}, "no key 'a; reboot'"),
        ({"action": "key", "text": ""}, "no key ''"),
        ({"action": "open", "text": "  "}, "no app is named"),
        ({"action": "wait"}, "needs 'time' for the action 'wait'"),
        ({"action": "wait", "time": -1}, "-1 is not a time"),
        ({"action": "wait", "time": 1e9}, "is not a time"),
        ({"action": "terminate"}, "needs 'status'"),
        ({"action": "terminate", "status": "done"}, "should be one of success, failure"),
        ({"action": "system_button", "button": "Up"}, "should be one of Back, Home, Menu, Enter"),
    ],
)
def test_a_call_that_cannot_be_carried_out_is_told(
    context: Context, arguments: dict[str, Any], why: str
) -> None:
    with pytest.raises(ToolError, match=why):
        planned(context, **arguments)


def test_coordinates_are_those_of_the_picture_that_the_model_saw(
    context_in: Callable[..., Context],
) -> None:
    context = context_in(Frame.RESIZED_PX)
    assert planned(context, action="click", coordinate=[336, 742]) == Tap(Point(540, 1200))
    with pytest.raises(ToolError, match="x goes from 0 to 672, y from 0 to 1484"):
        planned(context, action="click", coordinate=[673, 0])
