"""The person's emergency stop, pulled over a second connection as a hand would: in time, for good,
with nothing left pressed, and never by ourselves."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from Xlib import XK, X
from Xlib.display import Display

from tapwright.actions import (
    Action,
    Box,
    Click,
    Drag,
    Hotkey,
    LongPress,
    MoveTo,
    Point,
    Scroll,
    TypeText,
    Wait,
)
from tapwright.devices.desktop import DesktopDevice, open_desktop
from tapwright.devices.desktop_events import Injected, Moved, Struck, Turned, Wheeled
from tapwright.devices.desktop_stop import EmergencyStop
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.errors import DisplayGone, Stopped
from tapwright.types import Delivery, Size

pytestmark = pytest.mark.desktop
# Seconds that a person is promised; a machine with more to do than it has cores may hold any thread
# up for longer.
IN_TIME = 0.1 if os.getloadavg()[0] < (os.cpu_count() or 1) else 0.5
SIZE = Size(640, 480)
LEFT, RIGHT = Box(0, 0, 320, 480), Box(320, 0, 640, 480)


class Person:
    """Somebody at the mouse and keyboard: another program's injected events."""

    def __init__(self, display: str) -> None:
        self._link = Display(display)
        self.moved_at = 0.0

    def move(self, x: int, y: int) -> None:
        self._link.xtest_fake_input(X.MotionNotify, x=x, y=y)
        self.moved_at = time.perf_counter()
        self._link.sync()

    def press(self, *names: str) -> None:
        codes = [self._link.keysym_to_keycode(XK.string_to_keysym(name)) for name in names]
        for code in codes:
            self._link.xtest_fake_input(X.KeyPress, code)
        for code in reversed(codes):
            self._link.xtest_fake_input(X.KeyRelease, code)
        self._link.sync()

    def held(self) -> tuple[int, list[int]]:
        """The buttons and modifiers that are down, and the keys, as the server has them."""
        self._link.sync()
        pointer = self._link.screen().root.query_pointer()
        return int(pointer.mask), [code for code in self._link.query_keymap() if code]

    def close(self) -> None:
        self._link.close()


@pytest.fixture(scope="module")
def bare(needs: Callable[..., None]) -> Iterator[VirtualDisplay]:
    needs("Xvfb")
    with VirtualDisplay(SIZE, manager=False, monitors=[LEFT, RIGHT]) as on:
        yield on


@pytest.fixture
def person(bare: VirtualDisplay) -> Iterator[Person]:
    one = Person(bare.display)
    one.move(100, 100)
    yield one
    one.close()


@pytest.fixture
def stop(bare: VirtualDisplay, person: Person) -> Iterator[EmergencyStop]:
    with EmergencyStop([LEFT, RIGHT], display=bare.display) as watching:
        yield watching


@pytest.fixture
def driven(bare: VirtualDisplay, person: Person) -> Iterator[DesktopDevice]:
    with open_desktop(display=bare.display) as device:
        yield device


def soon(holds: Callable[[], bool]) -> bool:
    """Whether it holds within the time that a person is promised."""
    deadline = time.monotonic() + IN_TIME
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.001)  # the watch is another thread
    return holds()


@pytest.mark.parametrize("corner", [(0, 0), (319, 0), (320, 479), (639, 479), (638, 1)])
def test_a_corner_of_any_monitor_ends_a_wait_within_a_tenth_of_a_second(
    stop: EmergencyStop, person: Person, corner: tuple[int, int]
) -> None:
    threading.Timer(0.05, person.move, corner).start()
    with pytest.raises(Stopped, match=rf"the pointer is in a corner, at \({corner[0]}, "):
        stop.wait(10)
    assert time.perf_counter() - person.moved_at < IN_TIME
    with pytest.raises(Stopped):
        stop.check()


def test_the_corners_are_those_of_the_monitors_that_are_on_now(needs: Callable[..., None]) -> None:
    needs("Xvfb", "xrandr")
    with (
        VirtualDisplay(SIZE, manager=False) as own,
        open_desktop(display=own.display) as driven,
    ):
        person = Person(own.display)
        person.move(299, 399)
        driven.observe()
        driven.perform(Wait(0.05))
        person.move(100, 100)
        subprocess.run(
            ["xrandr", "--setmonitor", "small", "300/80x400/100+0+0", "screen"],
            env=own.env, check=True, capture_output=True,
        )  # fmt: skip
        assert driven.observe().size == Size(300, 400)
        person.move(299, 399)
        with pytest.raises(Stopped, match=r"in a corner, at \(299, 399\)"):
            driven.perform(Wait(2))
        person.close()


@pytest.mark.parametrize("place", [(320, 240), (0, 240), (636, 0), (639, 476)])
def test_other_places_stop_nothing(
    stop: EmergencyStop, person: Person, place: tuple[int, int]
) -> None:
    person.move(*place)
    person.press("a")
    stop.wait(0.05)
    assert not stop.stopped


def test_the_keys_stop_and_a_part_of_them_does_not(stop: EmergencyStop, person: Person) -> None:
    person.press("Control_L", "Escape")
    person.press("Control_L", "Alt_L", "x")
    stop.wait(0.05)
    person.press("Control_R", "Alt_L", "Escape")
    assert soon(lambda: stop.stopped)
    assert stop.why == "the keys ctrl+alt+esc"


def test_our_own_acts_in_corners_stop_nothing(driven: DesktopDevice) -> None:
    for corner in ((0, 0), (639, 0), (0, 479), (639, 479)):
        _delivered(driven, Click(Point(*corner)))
        _delivered(driven, Scroll(Point(*corner), 2, 1))
    _delivered(driven, Drag((Point(10, 10), Point(639, 479)), seconds=0.05))
    _delivered(driven, Hotkey(("ctrl", "alt", "esc")))
    _delivered(driven, TypeText("Ünï"))
    _delivered(driven, Wait(0.05))
    driven.observe()


def _delivered(driven: DesktopDevice, act: Action) -> None:
    effect = driven.perform(act)
    assert effect.delivery is Delivery.DELIVERED, effect


@pytest.mark.parametrize(
    "act",
    [
        Drag((Point(50, 50), Point(300, 300)), seconds=20),
        LongPress(Point(50, 50), 20),
        Wait(20),
        Click(Point(50, 50), count=1, keys=("shift",)),
    ],
)
def test_a_stop_ends_an_act_in_time_and_leaves_nothing_down(
    driven: DesktopDevice, person: Person, act: Any
) -> None:
    threading.Timer(0.1, person.move, (0, 0)).start()
    with pytest.raises(Stopped, match="the pointer is in a corner"):
        for _ in range(10_000):  # the click is over before the stop comes
            driven.perform(act)
    assert time.perf_counter() - person.moved_at < IN_TIME
    assert person.held() == (0, [])
    for refused in (MoveTo(Point(9, 9)), TypeText("a"), Hotkey(("a",)), Wait(0.0)):
        with pytest.raises(Stopped):
            driven.perform(refused)
    with pytest.raises(Stopped):
        driven.observe()
    assert driven.stop.why  # type: ignore[attr-defined]  # the real one


def test_a_stop_is_never_blind_without_a_word(needs: Callable[..., None]) -> None:
    needs("Xvfb")
    with VirtualDisplay(Size(320, 240), manager=False) as brief:
        stop = EmergencyStop([Box(0, 0, 320, 240)], display=brief.display)
    with pytest.raises(DisplayGone, match="is gone"):
        stop.wait(2)
    stop.close()


def test_an_event_is_ours_once_and_in_its_order() -> None:
    sent = Injected()
    for x in (1, 5, 9):
        sent.move(x, 0)
    assert sent.claim(Moved(5, 0, 0)).ours  # the first was left out by the system
    assert not sent.claim(Moved(1, 0, 0)).ours
    assert sent.claim(Moved(9, 1, 0)).ours  # rounded
    assert not sent.claim(Moved(9, 0, 0)).ours


def test_each_kind_of_event_is_told_from_the_others() -> None:
    sent = Injected()
    sent.button("left", True)
    sent.wheel(-2, 1)
    sent.key(38, True)
    sent.key("enter", False)
    assert not sent.claim(Turned("right", True, 0, 0, 0)).ours
    assert sent.claim(Turned("left", True, 0, 0, 0)).ours
    assert not sent.claim(Wheeled(1, 0, 0, 0, 0)).ours
    wheels = [Wheeled(-1, 0, 0, 0, 0), Wheeled(-1, 0, 0, 0, 0), Wheeled(0, 1, 0, 0, 0)]
    assert all(sent.claim(wheel).ours for wheel in wheels)
    assert not sent.claim(Struck(38, False, 0)).ours
    assert sent.claim(Struck(38, True, 0)).ours
    assert sent.claim(Struck("enter", False, 0)).ours


def test_what_was_never_seen_does_not_excuse_the_person_later() -> None:
    sent = Injected(kept=0.05)
    sent.move(0, 0)
    time.sleep(0.06)  # it is about time
    assert not sent.claim(Moved(0, 0, 0)).ours
