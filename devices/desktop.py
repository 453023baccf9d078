"""A desktop: looked at through mss, driven by its own mouse and keyboard.

    with open_desktop() as desktop:
        desktop.perform(Click(Point(200, 120)))

Points are pixels of the picture that was looked at last. Nothing here turns a failure into a
success: a picture is whole or an error, an act is delivered or refused, and whatever was pressed
is let go of.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING

from tapwright.actions import (
    Action,
    Click,
    Drag,
    FocusWindow,
    Hotkey,
    LongPress,
    MoveTo,
    OpenApp,
    Point,
    PressKey,
    Scroll,
    Swipe,
    Tap,
    TypeText,
    Wait,
    pointer_after,
)
from tapwright.devices.desktop_beside import Beside
from tapwright.devices.desktop_capture import Capture
from tapwright.devices.desktop_hands import MAX_NOTCHES, Hands, Injector, NoStop, Stop
from tapwright.devices.desktop_layout import Layout, Monitor, one, part, whole
from tapwright.devices.desktop_session import must_be_drivable
from tapwright.devices.desktop_windows import Window, the_window
from tapwright.devices.screencap import is_uniform
from tapwright.errors import ActionRefused, UsageError
from tapwright.protocols import Kind
from tapwright.types import AppInfo, Delivery, Effect, Observation, QueryResult, ScreenState

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_WAIT = 60.0  # seconds
MAX_HOLD = 30.0  # seconds a button may stay down


def open_desktop(
    *,
    monitor: int | None = None,
    window: str = "",
    display: str | None = None,
    stop: bool = True,
) -> DesktopDevice:
    """This machine's desktop, ready to be used; on X11 that of `display` (":N").

    `monitor` is the Nth from 1, `window` a part of the title of the one window that is looked
    at; without both the picture is the whole desktop. With `stop` the person can take the
    desktop back at any time. Raise a `DeviceError` or `SetupError` that names the cure.
    """
    if monitor is not None and window:
        raise UsageError("a desktop is looked at by monitor or by window, not both: choose one")
    must_be_drivable(display)
    with ExitStack() as opened:  # what was opened is let go of where the next cannot be
        capture = Capture(display)
        opened.callback(capture.close)
        guard = _stop(capture.monitors(), display) if stop else NoStop()
        opened.callback(guard.close)
        hands = Hands(_injector(display, guard), guard)
        opened.callback(hands.close)
        beside = Beside(display, guard.wait)
        opened.pop_all()
    return DesktopDevice(capture, hands, beside, monitor=monitor, window=window)


class DesktopDevice:
    """One desktop, one monitor of it, or one window. Not safe to share between threads."""

    kind: Kind = "desktop"
    pointer: Point | None = None  # where our last act left it, in pixels of the picture

    def __init__(
        self, capture: Capture, hands: Hands, beside: Beside, *,
        monitor: int | None = None, window: str = "",
    ) -> None:  # fmt: skip
        """Use these parts; `open_desktop` makes them."""
        self.name = window or (f"desktop:{monitor}" if monitor else "desktop")
        self._capture = capture
        self._hands = hands
        self._beside = beside
        self._monitor = monitor
        self._window = window
        self._layout: Layout | None = None
        self._watched: Sequence[Monitor] = ()  # whose corners the stop watches
        self._closed = False

    def __enter__(self) -> DesktopDevice:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def observe(self) -> Observation:
        """Take a picture; its size is the frame of the points that follow.

        Raise `CorruptFrame` where no whole picture came, `DisplayGone` where the display is no
        more, `WindowNotFound` where the window that is looked at vanished.
        """
        from PIL import Image

        image, state = Image.fromarray(self.frame()), self._beside.state()
        if state is ScreenState.LIT and is_uniform(image):
            state = ScreenState.BLANK
        front = self._beside.front()
        return Observation(image, foreground=front, state=state, taken_at=time.time())

    def frame(self) -> NDArray[np.uint8]:
        """The picture alone: RGB of shape (height, width, 3)."""
        self.stop.check()
        self._layout = self._look()
        return self._capture.array(self._layout)

    def glance(self) -> tuple[str | None, int | None]:
        """What is in front and how the screen is turned, without a picture."""
        return self._beside.front(), 0

    def wake(self) -> None:
        """Light a screen whose saver is on; a locked one stays locked."""
        self._beside.wake()

    @property
    def stop(self) -> Stop:
        """The person's emergency stop."""
        return self._hands.stop

    def pixel(self, x: float, y: float) -> Point | None:
        """The pixel of the last picture that shows a place of the mouse; None for none."""
        return self._layout.pixel(x, y) if self._layout is not None else None

    def windows(self) -> list[Window]:
        """The open windows, the topmost first; boxes are in mouse units."""
        return self._beside.windows.all()

    def focus(self, title: str) -> None:
        """Bring the one window whose title has `title` in it to the front.

        Raise `WindowNotFound`, `SeveralWindows`, or `ActionRefused` where it does not come.
        """
        self._beside.windows.focus(the_window(self.windows(), title))

    def bring_back(self, front: str) -> None:
        """Bring the window that an observation called `front` to the front again, if it is there.

        Raise `ActionRefused` where it does not come.
        """
        for window in self.windows():
            if window.front == front and not window.focused:
                self._beside.windows.focus(window)
                return

    def wait_for_window(self, title: str, timeout: float = 10.0) -> Window:
        """That one window as soon as it is there; raise as `focus` does after `timeout` s."""
        return self._beside.wait_for_window(title, timeout)

    def perform(self, action: Action) -> Effect:
        """Carry out one action and say what is known of it."""
        try:
            effect = self._carry_out(action)
        except ActionRefused as error:
            return Effect(Delivery.REFUSED, str(error))
        self.pointer = pointer_after(action) or self.pointer
        return effect

    def apps(self) -> Sequence[AppInfo]:
        """The programs that can be opened."""
        return self._beside.apps()

    def query(self, argv: Sequence[str]) -> QueryResult:
        """Answer a question beside the picture; see `desktop_queries`."""
        return self._beside.query(argv)

    def close(self) -> None:
        """Let go of keys, buttons and the display; closing twice is harmless."""
        if self._closed:
            return
        self._closed = True
        with ExitStack() as closing:  # all of them, whatever one of them raises
            for part_of_us in (self._capture, self._beside, self.stop, self._hands):
                closing.callback(part_of_us.close)

    def _carry_out(self, action: Action) -> Effect:
        hands = self._hands
        match action:
            case Tap(point):
                hands.click(self._place(point))
            case Click(point, button, count, keys):
                if not 1 <= count <= 3:
                    raise ActionRefused(f"a click is done 1 to 3 times, not {count}")
                hands.click(self._place(point), button, count, keys)
            case LongPress(point, seconds):
                hands.hold(self._place(point), _seconds(seconds, MAX_HOLD))
                return _lasted("held", seconds, MAX_HOLD)
            case MoveTo(point):
                hands.move(self._place(point))
            case Swipe(start, end, seconds):
                return self._carry_out(Drag((start, end), seconds=seconds))
            case Drag(path, button, seconds):
                if len(path) < 2:
                    raise ActionRefused("a drag goes through two points or more")
                hands.drag([self._place(at) for at in path], button, _seconds(seconds, MAX_HOLD))
                return _lasted("dragged for", seconds, MAX_HOLD)
            case Scroll(point, down, right):
                if max(abs(down), abs(right)) > MAX_NOTCHES:
                    raise ActionRefused(f"a scroll has at most {MAX_NOTCHES} notches: do it twice")
                hands.scroll(self._place(point), down, right)
            case PressKey(key):
                hands.hotkey((key,))
            case Hotkey(keys):
                hands.hotkey(keys)
            case TypeText(text):
                return hands.type(text)
            case FocusWindow(title):
                self.focus(title)
            case Wait(seconds):
                hands.stop.wait(_seconds(seconds, MAX_WAIT))
                return _lasted("waited", seconds, MAX_WAIT)
            case OpenApp(name, arguments):
                hands.stop.check()
                return self._beside.open(name, arguments)
            case _:
                raise ActionRefused(f'a desktop has no action "{type(action).__name__}"')
        return Effect(Delivery.DELIVERED)

    def _place(self, point: Point) -> tuple[int, int]:
        """The mouse's place for a pixel of the picture that was looked at last."""
        if self._layout is None:
            self._layout = self._look()
        elif self._window and self._look() != self._layout:
            raise ActionRefused(f'the window "{self._window}" moved meanwhile: look again')
        return self._layout.mouse(point)

    def _look(self) -> Layout:
        monitors = self._capture.monitors()
        if monitors is not self._watched:  # the same as long as none comes, goes or changes
            self.stop.watch_corners([monitor.units for monitor in monitors])
            self._watched = monitors
        if self._monitor is not None:
            return one(monitors, self._monitor)
        layout = whole(monitors)
        if self._window:
            found = the_window(self.windows(), self._window)
            layout = part(layout, found.box)
        return layout


def _injector(display: str | None, stop: Stop) -> Injector:
    if sys.platform in ("win32", "darwin"):
        from tapwright.devices.desktop_pyautogui import PyAutoGui

        return PyAutoGui(stop.sent)
    from tapwright.devices.desktop_xtest import XTest

    return XTest(display, stop.sent)


def _stop(monitors: Sequence[Monitor], display: str | None) -> Stop:
    from tapwright.devices.desktop_stop import EmergencyStop

    return EmergencyStop([monitor.units for monitor in monitors], display=display)


def _seconds(given: float, most: float) -> float:
    if not math.isfinite(given) or given < 0:
        raise ActionRefused(f"{given} seconds cannot be waited: use 0 or more")
    return min(given, most)


def _lasted(what: str, given: float, most: float) -> Effect:
    """What was done for how long, where that is the most too."""
    said = f"{what} {min(given, most):g} s" + (", the most" if given > most else "")
    return Effect(Delivery.DELIVERED, said)
