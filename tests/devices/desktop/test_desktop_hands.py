"""Mouse and keyboard on a real X server: what arrives, and that nothing stays pressed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from Xlib import X

from tapwright.actions import (
    Click,
    Drag,
    LongPress,
    MoveTo,
    Point,
    Scroll,
    Swipe,
    Tap,
    Wait,
)
from tapwright.devices.conformance import check_device
from tapwright.devices.desktop import DesktopDevice
from tapwright.devices.desktop_beside import Beside
from tapwright.devices.desktop_capture import Capture
from tapwright.devices.desktop_hands import Hands, NoStop
from tapwright.devices.desktop_xtest import XTest
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.errors import Stopped
from tapwright.types import Delivery, Effect

from ...waiting import until

pytestmark = pytest.mark.desktop

HERE, THERE = Point(300, 200), Point(500, 300)


def _done(desktop: DesktopDevice, action: Any) -> None:
    effect = desktop.perform(action)
    assert effect.delivery is Delivery.DELIVERED, effect


def test_the_driver_keeps_the_contract(desktop: DesktopDevice, pad: Any) -> None:
    assert check_device(desktop) == []
    assert pad.kinds() == []


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
    assert pad.kinds(events) == expected
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
    assert [kind for kind, _ in pad.kinds(events)] == ["key", "key", "down", "up", "let", "let"]
    assert other.held() == 0


@pytest.mark.parametrize(
    "action",
    [Drag((HERE, Point(500, 200), Point(500, 420)), seconds=0.1), Swipe(HERE, Point(900, 700))],
)
def test_a_drag_goes_in_small_steps_with_the_button_down_and_ends_where_it_should(
    desktop: DesktopDevice, pad: Any, action: Any
) -> None:
    _done(desktop, action)
    events = pad.events()
    told = pad.kinds(events)
    assert told == [("down", 1), ("up", 1)]
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
        assert other.held() == 0
    hands.close()


def test_what_was_cut_short_is_said(screen: VirtualDisplay) -> None:
    class Hurried(NoStop):
        """Waits no time, and notes for how long it should."""

        def __init__(self) -> None:
            self.waited: list[float] = []

        def wait(self, seconds: float) -> None:
            self.waited.append(seconds)

    stop = Hurried()
    hands = Hands(XTest(screen.display), stop)
    with DesktopDevice(Capture(screen.display), hands, Beside(screen.display)) as desktop:
        for action, most, said in (
            (Wait(120), 60, "waited 60 s, the most"),
            (Wait(60), 60, "waited 60 s"),
            (LongPress(HERE, 100), 30, "held 30 s, the most"),
            (LongPress(HERE, 0.5), 0.5, "held 0.5 s"),
            (Drag((HERE, THERE), seconds=31), 30, "dragged for 30 s, the most"),
            (Swipe(HERE, THERE, 1e9), 30, "dragged for 30 s, the most"),
            (Swipe(HERE, THERE, 0.5), 0.5, "dragged for 0.5 s"),
        ):
            stop.waited.clear()
            assert desktop.perform(action) == Effect(Delivery.DELIVERED, said)
            assert most / 2 < max(stop.waited) <= most  # the moves themselves take time


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
        until(lambda: other.held() & X.Button1Mask, "the drag did not begin")
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=20)
    finally:
        child.kill()
    assert child.returncode in (1, 130, -signal.SIGINT)
    assert other.held() == 0


def test_close_lets_go_of_what_is_down(screen: VirtualDisplay, other: Any) -> None:
    hands = Hands(XTest(screen.display))
    with pytest.raises(RuntimeError), hands._pressed("left"), hands._holding(["ctrl"]):
        hands._injector.sync()
        assert other.held() & X.Button1Mask and other.held() & X.ControlMask
        hands.close()
        raise RuntimeError
    assert other.held() == 0


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
