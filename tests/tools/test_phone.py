"""The phone actions of the paper, in the sets that models are offered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tapwright.actions import Hotkey, LongPress, Point, PressKey, Swipe, Tap, TypeText
from tapwright.errors import ToolError
from tapwright.prompts import dialect, system_prompt
from tapwright.tools import ACTION_SETS, Context, Toolbox
from tapwright.types import Conversation, Finish, Frame, Size, TextPart, ToolCall

SCREEN, SHOWN = Size(1080, 2400), Size(672, 1484)


def box(name: str, frame: Frame = Frame.NORM_1000) -> Toolbox:
    return Toolbox(ACTION_SETS[name].tools(frame, SCREEN, SHOWN))


def planned(tools: Toolbox, context: Context, name: str, **arguments: Any) -> Any:
    return tools.plan(tools.check(ToolCall(name, arguments)), context)


def test_the_embedded_model_is_told_exactly_what_it_was_trained_on() -> None:
    conversation = Conversation(system_prompt("phone_compact"), box("embedded").specs, ())
    (system,) = dialect("compact").render(conversation)
    assert system.parts == (
        TextPart(
            "You operate a phone. Points are (x,y), 0 to 1000.\n"
            "Actions: Click(point), Type(text), Swipe(direction), Back(), Home(), Enter(), Done()"
        ),
    )


@pytest.mark.parametrize(
    ("name", "tools"),
    [
        ("embedded", "Click Type Swipe Back Home Enter Done"),
        ("paper", "Click Type Swipe Back Home Enter Done Fail"),
        ("compact", "Click Type Swipe Back Home Enter LongPress Done Fail"),
        ("mobile_use", "mobile_use"),
    ],
)
def test_every_set_has_its_tools(name: str, tools: str) -> None:
    assert ACTION_SETS[name].name == name
    assert [spec.name for spec in box(name).specs] == tools.split()


@pytest.mark.parametrize(
    ("name", "arguments", "action"),
    [
        ("Click", {"point": [500, 250]}, Tap(Point(540, 600))),
        ("Tap", {"point": "(500, 250)"}, Tap(Point(540, 600))),
        ("LongPress", {"point": [0, 1000]}, LongPress(Point(0, 2399))),
        ("Type", {"text": "你好 (1,2)"}, TypeText("你好 (1,2)")),
        ("Back", {}, PressKey("BACK")),
        ("Home", {}, PressKey("HOME")),
        ("Enter", {}, PressKey("ENTER")),
        ("Swipe", {"direction": "up"}, Swipe(Point(540, 1680), Point(540, 720))),
        ("Swipe", {"direction": "down"}, Swipe(Point(540, 720), Point(540, 1680))),
        ("Swipe", {"direction": "Left"}, Swipe(Point(756, 1200), Point(324, 1200))),
        ("Swipe", {"direction": "right"}, Swipe(Point(324, 1200), Point(756, 1200))),
        ("Done", {}, Finish(True)),
        ("Done", {"text": "20:30"}, Finish(True, "20:30")),
        ("Fail", {"reason": "no network"}, Finish(False, "no network")),
    ],
)
def test_a_call_becomes_its_action(
    context: Context, name: str, arguments: dict[str, Any], action: object
) -> None:
    assert planned(box("compact"), context, name, **arguments) == action


@pytest.mark.parametrize("name", ["desktop_compact", "desktop"])
@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("enter", ("enter",)),
        (" Ctrl + S ", ("ctrl", "s")),
        ("+", ("+",)),
        ("ctrl++", ("ctrl", "+")),
    ],
)
def test_keys_are_written_with_a_plus_between_them(
    context: Context, name: str, written: str, keys: tuple[str, ...]
) -> None:
    tools = box(name)
    field = "key" if name == "desktop_compact" else "keys"
    assert planned(tools, context, "Press", **{field: written}) == Hotkey(keys)
    with pytest.raises(ToolError, match="no keys 'ctrl\\+\\+\\+s'"):
        planned(tools, context, "Press", **{field: "ctrl+++s"})


@pytest.mark.parametrize(
    ("name", "arguments", "why"),
    [
        ("Type", {"text": ""}, "there is nothing to type"),
        ("Type", {"text": "x" * 2_001}, "2001 characters are too many"),
        ("Type", {}, "Type needs 'text'"),
        ("Click", {}, "Click needs 'point'"),
        ("Click", {"point": [1001, 0]}, r"\(1001, 0\) is not on the picture"),
        ("Swipe", {"direction": "north"}, "should be one of up, down, left, right"),
        ("Home", {"point": [1, 2]}, "Home has no field 'point'; its fields: none"),
        ("Fail", {}, "Fail needs 'reason'"),
    ],
)
def test_a_call_that_cannot_be_carried_out_is_told(
    context: Context, name: str, arguments: dict[str, Any], why: str
) -> None:
    with pytest.raises(ToolError, match=why):
        planned(box("compact"), context, name, **arguments)


def test_the_range_of_points_is_told_in_the_models_own_frame() -> None:
    (click, *_) = box("paper", Frame.RESIZED_PX).specs
    told = click.parameters["properties"]["point"]["description"]
    assert "(left) to 672 (right)" in told
    assert "(top) to 1484 (bottom)" in told


def test_the_content_scrolls_against_the_finger() -> None:
    told = {spec.name: spec.description for spec in box("paper").specs}["Swipe"]
    assert '"up" moves the finger up, so that the content scrolls down' in told


@pytest.mark.parametrize("direction", ["up", "down", "left", "right"])
def test_swipes_stay_on_screens_of_any_size(
    context_in: Callable[..., Context], direction: str
) -> None:
    for screen in (Size(1, 1), Size(3, 2), Size(320, 7680), Size(7680, 320)):
        context = context_in(screen=screen)
        action = planned(box("compact"), context, "Swipe", direction=direction)
        for point in (action.start, action.end):
            assert 0 <= point.x < screen.width
            assert 0 <= point.y < screen.height
