"""Mouse and keyboard on a real X server: what arrives, and that nothing stays pressed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from Xlib import XK, X
from Xlib.display import Display

from tapwright.actions import (
    Click,
    Drag,
    Hotkey,
    LongPress,
    MoveTo,
    Point,
    PressKey,
    Scroll,
    Swipe,
    Tap,
    TypeText,
)
from tapwright.devices.conformance import check_device
from tapwright.devices.desktop import DesktopDevice
from tapwright.devices.desktop_hands import Hands, NoStop
from tapwright.devices.desktop_xtest import XTest
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.errors import ActionRefused, Stopped
from tapwright.types import Delivery

pytestmark = pytest.mark.desktop

HERE = Point(300, 200)


@pytest.fixture
def other(screen: VirtualDisplay) -> Iterator[Any]:
    """Another connection to the display: what the person's own devices do, and what is held."""
    link = Display(screen.display)
    yield link
    link.close()


def _held(link: Any) -> int:
    """The pointer's mask: buttons and modifiers that are down."""
    return int(link.screen().root.query_pointer().mask)


def _kinds(events: list[Any]) -> list[tuple[str, int]]:
    names = {X.ButtonPress: "down", X.ButtonRelease: "up", X.KeyPress: "key", X.KeyRelease: "let"}
    return [(names[event.type], event.detail) for event in events if event.type in names]


def _symbols(link: Any, events: list[Any]) -> list[str]:
    """The keys that went down, by name."""
    return [
        XK.keysym_to_string(link.keycode_to_keysym(event.detail, 0))
        or str(link.keycode_to_keysym(event.detail, 0))
        for event in events
        if event.type == X.KeyPress
    ]


def _done(desktop: DesktopDevice, action: Any) -> None:
    effect = desktop.perform(action)
    assert effect.delivery is Delivery.DELIVERED, effect


def test_the_driver_keeps_the_contract(desktop: DesktopDevice, pad: Any) -> None:
    assert check_device(desktop) == []
    assert _kinds(pad.events()) == []


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (Tap(HERE), [("down", 1), ("up", 1)]),
        (Click(HERE), [("down", 1), ("up", 1)]),
        (Click(HERE, "right"), [("down", 3), ("up", 3)]),
        (Click(HERE, "middle", 2), [("down", 2), ("up", 2)] * 2),
        (Click(HERE, count=3), [("down", 1), ("up", 1)] * 3),
        (LongPress(HERE, 0.02), [("down", 1), ("up", 1)]),
        (Scroll(HERE, down=2), [("down", 5), ("up", 5)] * 2),
        (Scroll(HERE, down=-1, right=1), [("down", 4), ("up", 4), ("down", 7), ("up", 7)]),
        (Scroll(HERE, right=-2), [("down", 6), ("up", 6)] * 2),
        (MoveTo(HERE), []),
    ],
)
def test_buttons_arrive_as_asked(
    desktop: DesktopDevice, pad: Any, action: Any, expected: list[tuple[str, int]]
) -> None:
    _done(desktop, action)
    events = pad.events()
    assert _kinds(events) == expected
    assert {(event.root_x, event.root_y) for event in events if event.type != X.Expose} == {
        (HERE.x, HERE.y)
    }


def test_keys_are_held_during_a_click_and_let_go_after(
    desktop: DesktopDevice, pad: Any, other: Any
) -> None:
    _done(desktop, Click(HERE, keys=("ctrl", "shift")))
    events = pad.events()
    press = next(event for event in events if event.type == X.ButtonPress)
    assert press.state & (X.ControlMask | X.ShiftMask) == X.ControlMask | X.ShiftMask
    assert [kind for kind, _ in _kinds(events)] == ["key", "key", "down", "up", "let", "let"]
    assert _held(other) == 0


@pytest.mark.parametrize(
    "action",
    [Drag((HERE, Point(500, 200), Point(500, 420)), seconds=0.1), Swipe(HERE, Point(900, 700))],
)
def test_a_drag_goes_in_small_steps_with_the_button_down_and_ends_where_it_should(
    desktop: DesktopDevice, pad: Any, action: Any
) -> None:
    _done(desktop, action)
    events = pad.events()
    kinds = _kinds(events)
    assert kinds == [("down", 1), ("up", 1)]
    down = next(n for n, event in enumerate(events) if event.type == X.ButtonPress)
    up = next(n for n, event in enumerate(events) if event.type == X.ButtonRelease)
    between = [(event.root_x, event.root_y) for event in events[down : up + 1]]
    assert between[0] == (HERE.x, HERE.y)
    end = action.path[-1] if isinstance(action, Drag) else action.end
    assert between[-1] == (end.x, end.y)
    steps = [max(abs(a[0] - b[0]), abs(a[1] - b[1])) for a, b in pairwise(between)]
    assert max(steps) <= 40 and len(between) > 8
    if isinstance(action, Drag):
        assert (500, 200) in between


def test_a_hotkey_is_pressed_in_order_and_let_go_in_reverse(
    desktop: DesktopDevice, pad: Any, other: Any
) -> None:
    _done(desktop, Hotkey(("ctrl", "shift", "s")))
    events = pad.events()
    kinds = _kinds(events)
    codes = [code for kind, code in kinds if kind == "key"]
    assert [other.keycode_to_keysym(code, 0) for code in codes] == [
        XK.XK_Control_L,
        XK.XK_Shift_L,
        XK.XK_s,
    ]
    assert [code for kind, code in kinds if kind == "let"] == codes[::-1]
    assert _held(other) == 0


@pytest.mark.parametrize(
    ("written", "keysym"),
    [
        ("enter", "Return"), ("Return", "Return"), ("ENTER", "Return"), ("esc", "Escape"),
        ("Page_Down", "Next"), ("pgup", "Prior"), ("f5", "F5"), ("ArrowLeft", "Left"),
        ("del", "Delete"), ("super", "Super_L"), ("A", "a"), ("space", "space"), ("é", None),
        ("volumemute", None), ("f20", None),
    ],
)  # fmt: skip
def test_keys_go_by_the_names_that_people_write(
    desktop: DesktopDevice, pad: Any, written: str, keysym: str | None
) -> None:
    _done(desktop, PressKey(written))
    kinds = _kinds(pad.events())
    assert [kind for kind, _ in kinds] == ["key", "let"]
    if keysym:
        link = desktop._hands._injector._link  # type: ignore[attr-defined]
        assert link.keycode_to_keysym(kinds[0][1], 0) == XK.string_to_keysym(keysym)


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
    assert _kinds(pad.events()) == []


class _StopAt(NoStop):
    """Stops at the nth question."""

    def __init__(self, last: int) -> None:
        self.left = last

    def check(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Stopped("stopped by the test")

    def wait(self, seconds: float) -> None:
        self.check()


@pytest.mark.parametrize("last", range(9))
def test_wherever_the_person_stops_nothing_stays_pressed(
    screen: VirtualDisplay, other: Any, last: int
) -> None:
    hands = Hands(XTest(screen.display), _StopAt(last))
    acts: list[Callable[[], object]] = [
        lambda: hands.click((300, 200), "left", 3, ("ctrl", "alt")),
        lambda: hands.drag([(10, 10), (400, 300)], seconds=0.1),
        lambda: hands.type("Größe ABC 漢"),
        lambda: hands.hotkey(["ctrl", "shift", "alt", "f5", "f6"]),
    ]
    for act in acts:
        hands.stop = _StopAt(last)
        try:
            act()
        except Stopped:
            assert last < 9
        assert hands.held == ()
        assert _held(other) == 0
    hands.close()


def test_ctrl_c_in_the_middle_of_a_drag_leaves_nothing_pressed(
    screen: VirtualDisplay, other: Any
) -> None:
    script = (
        "from tapwright.devices.desktop import open_desktop\n"
        "from tapwright.actions import *\n"
        f"with open_desktop(display={screen.display!r}, stop=False) as desktop:\n"
        "    print('ready', flush=True)\n"
        "    desktop.perform(Drag((Point(9, 9), Point(900, 600)), seconds=20))\n"
    )
    command = [sys.executable, "-c", script]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert child.stdout is not None and child.stdout.readline() == b"ready\n"
        deadline = time.monotonic() + 10
        while not _held(other) & X.Button1Mask:
            assert time.monotonic() < deadline, "the drag did not begin"
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=20)
    finally:
        child.kill()
    assert child.returncode in (1, 130, -signal.SIGINT)
    assert _held(other) == 0


def test_close_lets_go_of_what_is_down(screen: VirtualDisplay, other: Any) -> None:
    hands = Hands(XTest(screen.display))
    with pytest.raises(RuntimeError), hands._pressed("left"), hands._holding(["ctrl"]):
        hands._injector.sync()
        assert _held(other) & X.Button1Mask and _held(other) & X.ControlMask
        hands.close()
        raise RuntimeError
    assert _held(other) == 0


def test_a_left_handed_mouse_still_clicks_left(
    screen: VirtualDisplay, pad: Any, other: Any
) -> None:
    count = len(other.get_pointer_mapping())
    other.set_pointer_mapping([3, 2, 1, *range(4, count + 1)])
    try:
        hands = Hands(XTest(screen.display))
        hands.click((30, 40), "left")
        hands.click((30, 40), "right")
        hands.close()
        assert [button for button, _, _ in pad.clicks()] == [1, 3]
    finally:
        other.set_pointer_mapping(list(range(1, count + 1)))


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
        assert _kinds(pad.events()) == []
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
        assert _held(other) & X.LockMask
        pad.events()
        _done(desktop, TypeText("aB"))
        letters = [
            event
            for event in pad.events()
            if event.type == X.KeyPress and other.keycode_to_keysym(event.detail, 0) < 0xFF00
        ]
        assert [event.state & X.LockMask for event in letters] == [0, 0]
        assert _held(other) & X.LockMask
    finally:
        _done(desktop, PressKey("capslock"))
    assert not _held(other) & X.LockMask


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
