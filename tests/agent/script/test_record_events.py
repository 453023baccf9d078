"""From presses and keys to gestures: what a person meant by them."""

from __future__ import annotations

from tapwright.actions import Point
from tapwright.agent.script.record_events import (
    Clicked,
    Dragged,
    Event,
    Gesture,
    KeyDown,
    Keys,
    KeyUp,
    PointerDown,
    PointerUp,
    Typed,
    Wheeled,
    WheelTurned,
    gestures,
)

HERE, THERE = Point(100, 50), Point(300, 90)


def press(point: Point, at: float, *, up: Point | None = None, hold: float = 0.05) -> list[Event]:
    return [PointerDown(point, "left", at), PointerUp(up or point, "left", at + hold)]


def keys(*names: str, at: float = 0.0) -> list[Event]:
    """Keys pressed one after the other; a single letter types itself."""
    events: list[Event] = []
    for name in names:
        text = " " if name == "space" else name if len(name) == 1 else ""
        events += [KeyDown(name, text, at), KeyUp(name, at)]
    return events


def hotkey(*names: str) -> list[Event]:
    downs: list[Event] = [KeyDown(n, n if len(n) == 1 else "", 0.0) for n in names]
    return downs + [KeyUp(name, 0.0) for name in reversed(names)]


def told(events: list[Event]) -> list[Gesture]:
    return list(gestures(events))


def test_typed_characters_become_one_text_and_enter_stays_a_key() -> None:
    events = keys("H", "i", "space", "你", "enter", "x")
    assert told(events) == [Typed("Hi 你"), Keys(("enter",)), Typed("x")]


def test_a_capital_is_text_and_no_hotkey() -> None:
    events = [KeyDown("shift", "", 0.0), KeyDown("a", "A", 0.0), KeyUp("shift", 0.0)]
    assert told([*events, *keys("b")]) == [Typed("Ab")]


def test_a_slip_of_the_hand_is_taken_back_but_no_more_than_was_typed() -> None:
    events = keys("a", "b", "backspace", "c", "backspace", "backspace", "backspace")
    assert told(events) == [Keys(("backspace",))]
    assert told(keys("a", "b", "backspace", "c")) == [Typed("ac")]


def test_keys_held_together_are_a_hotkey_whichever_side_they_are_on() -> None:
    assert told(hotkey("ctrl", "s")) == [Keys(("ctrl", "s"))]
    assert told(hotkey("shiftright", "ctrlleft", "F12")) == [Keys(("ctrl", "shift", "f12"))]
    assert told([*hotkey("shift", "tab"), *keys("a")]) == [Keys(("shift", "tab")), Typed("a")]


def test_two_quick_presses_are_a_double_click_and_two_slow_ones_are_not() -> None:
    twice = press(HERE, 1.0) + press(HERE, 1.2)
    assert told(twice) == [Clicked(HERE, "left", 2, 0.0, None)]
    slowly = press(HERE, 1.0) + press(HERE, 2.0)
    assert told(slowly) == [Clicked(HERE, "left", 1, 0.0, None)] * 2
    apart = press(HERE, 1.0) + press(THERE, 1.2)
    assert [type(gesture) for gesture in told(apart)] == [Clicked, Clicked]


def test_a_press_that_moves_is_a_drag_and_one_that_lasts_is_long() -> None:
    assert told(press(HERE, 1.0, up=THERE)) == [Dragged(HERE, THERE, "left", None)]
    assert told(press(HERE, 1.0, up=Point(103, 52))) == [Clicked(HERE, "left", 1, 0.0, None)]
    assert told(press(HERE, 1.0, hold=1.5)) == [Clicked(HERE, "left", 1, 1.5, None)]


def test_notches_of_the_wheel_add_up_until_it_turns_back() -> None:
    turns: list[Event] = [WheelTurned(HERE, 1, 0, at / 10) for at in range(3)]
    back: list[Event] = [WheelTurned(HERE, -1, 0, 0.4)]
    assert told(turns + back) == [Wheeled(HERE, 3, 0, None), Wheeled(HERE, -1, 0, None)]


def test_everything_keeps_its_order() -> None:
    events = [*press(HERE, 1.0), *keys("a"), *press(THERE, 1.1), *hotkey("ctrl", "s"), *keys("z")]
    kinds = [type(gesture) for gesture in told(events)]
    assert kinds == [Clicked, Typed, Clicked, Keys, Typed]
