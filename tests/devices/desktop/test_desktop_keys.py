"""Keys on a real X server: by the names that people write, on whatever layout."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from Xlib import XK, X
from Xlib.display import Display

from tapwright.actions import (
    Click,
    Drag,
    Hotkey,
    Point,
    PressKey,
    Scroll,
    TypeText,
)
from tapwright.devices.desktop import DesktopDevice
from tapwright.devices.desktop_hands import Hands
from tapwright.devices.desktop_xtest import XTest
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.errors import ActionRefused
from tapwright.types import Delivery

pytestmark = pytest.mark.desktop

HERE = Point(300, 200)


def _done(desktop: DesktopDevice, action: Any) -> None:
    effect = desktop.perform(action)
    assert effect.delivery is Delivery.DELIVERED, effect


def test_a_hotkey_is_pressed_in_order_and_let_go_in_reverse(
    desktop: DesktopDevice, pad: Any, other: Any
) -> None:
    _done(desktop, Hotkey(("ctrl", "shift", "s")))
    events = pad.events()
    told = pad.kinds(events)
    codes = [code for kind, code in told if kind == "key"]
    assert [other.keycode_to_keysym(code, 0) for code in codes] == [
        XK.XK_Control_L,
        XK.XK_Shift_L,
        XK.XK_s,
    ]
    assert [code for kind, code in told if kind == "let"] == codes[::-1]
    assert other.held() == 0


@pytest.mark.parametrize(
    ("written", "keysym"),
    [
        ("enter", "Return"), ("Return", "Return"), ("ENTER", "Return"), ("esc", "Escape"),
        ("Page_Down", "Next"), ("pgup", "Prior"), ("f5", "F5"), ("ArrowLeft", "Left"),
        ("del", "Delete"), ("super", "Super_L"), ("A", "a"), ("space", "space"), ("é", None),
        ("volumemute", None), ("f20", None), ("alt left", "Alt_L"), ("Shift_Right", "Shift_R"),
        ("d e l", "Delete"), ("page-down", "Next"), ("Num Enter", "Return"), ("ß", None),
    ],
)  # fmt: skip
def test_keys_go_by_the_names_that_people_write(
    desktop: DesktopDevice, pad: Any, written: str, keysym: str | None
) -> None:
    _done(desktop, PressKey(written))
    told = pad.kinds()
    assert [kind for kind, _ in told] == ["key", "let"]
    if keysym:
        link = desktop._hands._injector._link  # type: ignore[attr-defined]
        assert link.keycode_to_keysym(told[0][1], 0) == XK.string_to_keysym(keysym)


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (PressKey("entr"), "did you mean enter"),
        (Hotkey(("ctrl", "pagedwn")), "did you mean pagedown"),
        (Hotkey(("ctrl", "s", "ctrl")), "twice"),
        (Hotkey(()), "1 to 6 keys"),
        (PressKey("ctrl+s"), "hotkey"),
        (PressKey(""), "no key"),
        (PressKey("command"), "no key"),
        (Click(HERE, keys=("shft",)), "did you mean shift"),
        (Click(HERE, count=0), "1 to 3 times"),
        (Click(HERE, count=4), "1 to 3 times"),
        (Drag((HERE,)), "two points"),
        (Drag((HERE, Point(5000, 2))), "outside"),
        (Scroll(HERE, down=100_000), "at most"),
        (Click(Point(1280, 10)), "outside the 1280x800 picture"),
        (TypeText("a\0b"), "U+0000"),
        (TypeText("bell \a"), "U+0007"),
        (TypeText("\ud800"), "U+D800"),
        (TypeText("x" * 100_001), "in parts"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_pressed(
    desktop: DesktopDevice, pad: Any, action: Any, words: str
) -> None:
    effect = desktop.perform(action)
    assert effect.delivery is Delivery.REFUSED
    assert words in effect.said
    assert pad.kinds() == []


def test_text_is_refused_while_somebody_holds_a_modifier(
    desktop: DesktopDevice, pad: Any, other: Any
) -> None:
    from Xlib.ext.xtest import fake_input

    control = other.keysym_to_keycode(XK.XK_Control_L)
    fake_input(other, X.KeyPress, control)
    other.sync()
    try:
        pad.events()
        effect = desktop.perform(TypeText("q"))
        assert effect.delivery is Delivery.REFUSED and '"ctrl" is being held' in effect.said
        assert pad.kinds() == []
    finally:
        fake_input(other, X.KeyRelease, control)
        other.sync()


def test_the_keyboard_is_as_it_was_when_the_driver_is_closed(
    screen: VirtualDisplay, pad: Any, other: Any
) -> None:
    before = other.get_keyboard_mapping(8, 248)
    hands = Hands(XTest(screen.display))
    hands.type("漢字かな交じり文 Съешь ещё этих мягких булок")
    other.sync()
    assert other.get_keyboard_mapping(8, 248) != before
    hands.close()
    assert [list(row) for row in other.get_keyboard_mapping(8, 248)] == [
        list(row) for row in before
    ]


def test_a_key_of_another_layout_is_typed_as_the_layout_is_now(
    screen: VirtualDisplay, desktop: DesktopDevice, pad: Any, needs: Callable[..., None]
) -> None:
    needs("setxkbmap")
    env = {**os.environ, **screen.env}
    try:
        for layout in ("de", "fr", "ru", "us,ru"):
            subprocess.run(["setxkbmap", layout], env=env, check=True)
            pad.events()
            _done(desktop, TypeText("zY1/ü"))
            assert _typed(pad, screen) == "zY1/ü", layout
    finally:
        subprocess.run(["setxkbmap", "us"], env=env, check=True)


def _typed(pad: Any, screen: VirtualDisplay) -> str:
    """The characters that a program would read from the pad's keys."""
    link = Display(screen.display)
    text = ""
    for event in pad.events():
        if event.type == X.KeyPress:
            keysym = link.keycode_to_keysym(event.detail, 1 if event.state & X.ShiftMask else 0)
            if keysym and not XK.XK_Shift_L <= keysym <= XK.XK_Hyper_R:
                text += chr(keysym & 0xFFFFFF)
    link.close()
    return text


def test_caps_lock_changes_no_letter_and_is_on_again_after(
    screen: VirtualDisplay, desktop: DesktopDevice, pad: Any, other: Any
) -> None:
    _done(desktop, PressKey("capslock"))
    try:
        assert other.held() & X.LockMask
        pad.events()
        _done(desktop, TypeText("aB"))
        letters = [
            event
            for event in pad.events()
            if event.type == X.KeyPress and other.keycode_to_keysym(event.detail, 0) < 0xFF00
        ]
        assert [event.state & X.LockMask for event in letters] == [0, 0]
        assert other.held() & X.LockMask
    finally:
        _done(desktop, PressKey("capslock"))
    assert not other.held() & X.LockMask


def test_an_unknown_action_is_refused(desktop: DesktopDevice) -> None:
    class Fly:
        pass

    effect = desktop.perform(Fly())  # type: ignore[arg-type]
    assert effect.delivery is Delivery.REFUSED and "Fly" in effect.said


def test_a_key_is_refused_by_type(screen: VirtualDisplay) -> None:
    hands = Hands(XTest(screen.display))
    with pytest.raises(ActionRefused):
        hands.hotkey(["nosuchkey"])
    hands.close()
