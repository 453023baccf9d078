"""`computer_use`, as Qwen2.5-VL and Qwen3-VL write it, and the sets that follow the device."""

from __future__ import annotations

from typing import Any

import pytest

from tapwright.actions import (
    Choose,
    Click,
    Drag,
    Hotkey,
    MoveTo,
    OpenApp,
    Point,
    Scroll,
    TypeText,
    Wait,
)
from tapwright.errors import ToolError
from tapwright.model.families import FAMILIES
from tapwright.protocols import Kind
from tapwright.tools import ACTION_SETS, Context, Toolbox
from tapwright.tools.phone import acts_for
from tapwright.types import Finish, Frame, Observation, Size, ToolCall

SCREEN, SHOWN = Size(1280, 800), Size(1288, 812)
HERE = Point(40, 30)


def context(pointer: Point | None = None, frame: Frame = Frame.NORM_1000) -> Context:
    from PIL import Image

    seen = Observation(Image.new("RGB", (SCREEN.width, SCREEN.height)))
    return Context(None, seen, frame, SHOWN, pointer)


def planned(given: Context, **arguments: Any) -> Any:
    tools = Toolbox(ACTION_SETS["computer_use"].tools(given.frame, SCREEN, SHOWN))
    return tools.plan(tools.check(ToolCall("computer_use", arguments)), given)


def test_the_names_are_those_that_the_models_were_trained_with() -> None:
    (spec,) = Toolbox(ACTION_SETS["computer_use"].tools(Frame.RESIZED_PX, SCREEN, SHOWN)).specs
    assert spec.parameters["properties"]["action"]["enum"] == [
        *("key", "type", "mouse_move", "left_click", "left_click_drag", "right_click"),
        *("middle_click", "double_click", "triple_click", "scroll", "hscroll", "wait"),
        *("terminate", "answer"),
    ]
    assert list(spec.parameters["properties"]) == [
        *("action", "keys", "text", "coordinate", "pixels", "time", "status"),
    ]
    assert spec.parameters["required"] == ["action"]
    assert "* The screen's resolution is 1288x812." in spec.description


@pytest.mark.parametrize(
    ("arguments", "action"),
    [
        ({"action": "left_click", "coordinate": [500, 500]}, Click(Point(640, 400))),
        ({"action": "left_click", "coordinate": "(500, 500)"}, Click(Point(640, 400))),
        ({"action": "left_click"}, Click(HERE)),
        ({"action": "right_click", "coordinate": [0, 0]}, Click(Point(0, 0), "right")),
        ({"action": "middle_click"}, Click(HERE, "middle")),
        ({"action": "double_click"}, Click(HERE, "left", 2)),
        ({"action": "triple_click"}, Click(HERE, "left", 3)),
        ({"action": "mouse_move", "coordinate": [1000, 1000]}, MoveTo(Point(1279, 799))),
        (
            {"action": "left_click_drag", "coordinate": [500, 500]},
            Drag((HERE, Point(640, 400))),
        ),
        ({"action": "scroll", "pixels": -500}, Scroll(HERE, 5, 0)),
        ({"action": "scroll", "pixels": 3}, Scroll(HERE, -1, 0)),
        (
            {"action": "scroll", "pixels": 1e5, "coordinate": [500, 500]},
            Scroll(Point(640, 400), -20, 0),
        ),
        ({"action": "hscroll", "pixels": 200}, Scroll(HERE, 0, 2)),
        ({"action": "key", "keys": ["ctrl", "S"]}, Hotkey(("ctrl", "s"))),
        ({"action": "key", "keys": ["ctrl+shift+t"]}, Hotkey(("ctrl", "shift", "t"))),
        ({"action": "key", "keys": ["ctrl", "+"]}, Hotkey(("ctrl", "+"))),
        ({"action": "key", "keys": ["ctrl++"]}, Hotkey(("ctrl", "+"))),
        ({"action": "type", "text": "你好\n"}, TypeText("你好\n")),
        ({"action": "wait", "time": 99}, Wait(30.0)),
        ({"action": "terminate", "status": "success"}, Finish(True)),
        ({"action": "terminate", "status": "failure"}, Finish(False)),
        ({"action": "answer", "text": "42"}, Finish(True, "42")),
    ],
)
def test_each_action_means_what_the_models_mean_by_it(
    arguments: dict[str, Any], action: object
) -> None:
    assert planned(context(HERE), **arguments) == action


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"action": "left_click"}, "not moved yet, so 'left_click' has no place; give a 'coord"),
        ({"action": "left_click_drag", "coordinate": [9, 9]}, "move it to the start first"),
        ({"action": "left_click_drag"}, "needs 'coordinate'"),
        ({"action": "mouse_move"}, "needs 'coordinate'"),
        ({"action": "mouse_move", "coordinate": [1, 2, 3]}, "should be two numbers"),
        ({"action": "left_click", "coordinate": [1001, 5]}, "not on the picture"),
        ({"action": "key", "keys": []}, "no keys"),
        ({"action": "key"}, "needs 'keys'"),
        ({"action": "scroll", "pixels": 0}, "not a way to scroll"),
        ({"action": "scroll"}, "needs 'pixels'"),
        ({"action": "type", "text": ""}, "nothing to type"),
        ({"action": "screenshot"}, "should be one of"),
    ],
)
def test_what_cannot_be_meant_is_told(arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(ToolError, match=told):
        planned(context(), **arguments)


def test_without_a_pointer_the_wheel_turns_over_the_middle() -> None:
    assert planned(context(), action="scroll", pixels=-100) == Scroll(Point(640, 400), 1, 0)


def test_what_follows_a_move_in_the_same_reply_starts_there() -> None:
    moved = planned(context(), action="mouse_move", coordinate=[250, 250])
    after = context().after(moved)
    assert planned(after, action="left_click") == Click(Point(320, 200))
    assert context(HERE).after(TypeText("a")).pointer == HERE


@pytest.mark.parametrize(
    ("family", "kind", "names"),
    [
        ("qwen2.5-vl", "desktop", ["computer_use"]),
        ("qwen3-vl", "desktop", ["computer_use"]),
        ("qwen3-vl", "phone", ["mobile_use"]),
        ("tapwright-embedded", "desktop", ["Click", "Type", "Press", "Scroll", "Done"]),
        ("qwen2-vl", "environment", ["Choose", "Done", "Fail"]),
        (
            "qwen2-vl",
            "desktop",
            [
                *("Click", "DoubleClick", "RightClick", "Type", "Press", "Scroll", "Drag", "Open"),
                *("Wait", "Done", "Fail"),
            ],
        ),
    ],
)
def test_the_device_decides_which_acts_a_family_is_offered(
    family: str, kind: Kind, names: list[str]
) -> None:
    acts = acts_for(FAMILIES[family], kind, SCREEN, SHOWN, ("hit", "stand"))
    assert [act.spec.name for act in acts] == names


@pytest.mark.parametrize(
    ("name", "arguments", "action"),
    [
        ("Click", {"point": [500, 500]}, Click(Point(640, 400))),
        ("DoubleClick", {"point": [500, 500]}, Click(Point(640, 400), "left", 2)),
        ("RightClick", {"point": [500, 500]}, Click(Point(640, 400), "right")),
        ("Type", {"text": "a"}, TypeText("a")),
        ("Press", {"keys": "ctrl+s"}, Hotkey(("ctrl", "s"))),
        ("Scroll", {"point": [500, 500], "direction": "down"}, Scroll(Point(640, 400), 5, 0)),
        ("Scroll", {"point": [500, 500], "direction": "left"}, Scroll(Point(640, 400), 0, -5)),
        ("Drag", {"start": [0, 0], "end": [500, 500]}, Drag((Point(0, 0), Point(640, 400)))),
        ("Open", {"name": "Notes"}, OpenApp("Notes")),
        ("Wait", {"seconds": 2}, Wait(2.0)),
        ("Done", {"text": "5"}, Finish(True, "5")),
        ("Fail", {"reason": "no"}, Finish(False, "no")),
    ],
)
def test_the_acts_for_families_without_a_set_of_their_own(
    name: str, arguments: dict[str, Any], action: object
) -> None:
    tools = Toolbox(acts_for(FAMILIES["qwen2-vl"], "desktop", SCREEN, SHOWN))
    assert tools.plan(tools.check(ToolCall(name, arguments)), context()) == action


def test_an_environment_takes_the_acts_that_it_names() -> None:
    tools = Toolbox(acts_for(FAMILIES["qwen2-vl"], "environment", SCREEN, SHOWN, ("hit", "stand")))
    assert tools.plan(tools.check(ToolCall("Choose", {"name": "hit"})), context()) == Choose("hit")
    with pytest.raises(ToolError, match="hit"):
        tools.check(ToolCall("Choose", {"name": "double"}))
