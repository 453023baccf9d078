"""The desktop's picture: of what, of when, and never one that was made up."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from Xlib import X
from Xlib.display import Display

from tapwright.actions import Box, Click, Point, TypeText
from tapwright.devices.desktop import DesktopDevice, open_desktop
from tapwright.devices.desktop_capture import Capture
from tapwright.devices.desktop_layout import Layout, Patch
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.errors import (
    CorruptFrame,
    DeviceError,
    DisplayGone,
    NoDevice,
    SetupError,
    UsageError,
    WindowNotFound,
)
from tapwright.types import Delivery, ScreenState, Size

from ...waiting import until

pytestmark = pytest.mark.desktop


class Card:
    """A window of one colour with a title."""

    def __init__(self, display: str, title: str, box: Box, colour: int) -> None:
        self._clicks = 0
        self.link = Display(display)
        screen = self.link.screen()
        self.window = screen.root.create_window(
            box.left, box.top, box.width, box.height, 0, screen.root_depth,
            background_pixel=colour, event_mask=X.StructureNotifyMask | X.ButtonPressMask,
        )  # fmt: skip
        self.window.set_wm_name(title)
        self.window.set_wm_normal_hints(flags=1 | 4, x=box.left, y=box.top)  # where we say
        self.window.map()
        self._wait(X.MapNotify)

    def _wait(self, kind: int) -> None:
        while self.link.next_event().type != kind:
            pass

    def move(self, x: int, y: int) -> None:
        self.window.configure(x=x, y=y)
        self._wait(X.ConfigureNotify)
        self.link.sync()

    def clicks(self) -> int:
        """Since it was made: a window manager looks at a click before it lets it through."""
        self.link.sync()
        events = [self.link.next_event() for _ in range(self.link.pending_events())]
        self._clicks += sum(event.type == X.ButtonPress for event in events)
        return self._clicks

    def close(self) -> None:
        self.window.destroy()
        self.link.close()


@pytest.fixture
def card(screen: VirtualDisplay) -> Iterator[Card]:
    made = Card(screen.display, "The card", Box(200, 150, 500, 350), 0xC04020)
    yield made
    made.close()


def _listed(screen: VirtualDisplay, title: str) -> Callable[[], bool]:
    def listed() -> bool:
        with open_desktop(display=screen.display, stop=False) as desktop:
            return any(title in window.title for window in desktop.windows())

    return listed


def test_a_picture_is_rgb_and_says_what_it_is_of(desktop: DesktopDevice, card: Card) -> None:
    until(lambda: any("card" in w.title for w in desktop.windows()), "no window")
    seen = desktop.observe()
    assert seen.image.mode == "RGB" and seen.size == Size(1280, 800)
    assert seen.state is ScreenState.LIT
    assert abs(seen.taken_at - time.time()) < 60
    box = next(w.box for w in desktop.windows() if "card" in w.title)
    assert seen.image.getpixel((box.middle.x, box.middle.y)) == (0xC0, 0x40, 0x20)
    assert (desktop.frame() == np.asarray(seen.image)).all()


def test_a_window_is_pictured_alone_clicked_in_its_own_pixels_and_followed(
    screen: VirtualDisplay, card: Card
) -> None:
    until(_listed(screen, "The card"), "the window is not listed")
    with open_desktop(display=screen.display, window="the card", stop=False) as desktop:
        seen = desktop.observe()
        assert seen.size == Size(300, 200)
        alone = [(300 * 200, (0xC0, 0x40, 0x20))]
        until(lambda: desktop.observe().image.getcolors() == alone, "more than the window is seen")
        assert desktop.perform(Click(Point(0, 0))).delivery is Delivery.DELIVERED
        assert desktop.perform(Click(Point(299, 199))).delivery is Delivery.DELIVERED
        until(lambda: card.clicks() == 2, "a click did not arrive")
        card.move(640, 400)
        until(lambda: desktop.windows()[0].box.left > 500, "it did not move")
        effect = desktop.perform(Click(Point(10, 10)))
        assert effect.delivery is Delivery.REFUSED and "moved meanwhile" in effect.said
        assert desktop.observe().size == Size(300, 200)
        assert desktop.perform(Click(Point(10, 10))).delivery is Delivery.DELIVERED
        until(lambda: card.clicks() == 3, "the click did not arrive")


def test_a_window_that_vanished_is_no_picture_and_takes_no_click(screen: VirtualDisplay) -> None:
    card = Card(screen.display, "Soon gone", Box(100, 100, 300, 200), 0x336699)
    until(_listed(screen, "Soon gone"), "the window is not listed")
    with open_desktop(display=screen.display, window="Soon gone", stop=False) as desktop:
        desktop.observe()
        card.close()
        until(lambda: not any("Soon" in w.title for w in desktop.windows()), "it is still there")
        with pytest.raises(WindowNotFound, match="Soon gone"):
            desktop.observe()
        assert desktop.perform(Click(Point(5, 5))).delivery is Delivery.REFUSED


def test_a_capture_of_another_size_than_asked_for_is_corrupt(screen: VirtualDisplay) -> None:
    capture = Capture(screen.display)
    retina = Layout(Size(200, 100), (Patch(Box(0, 0, 200, 100), Box(0, 0, 100, 50)),))
    with pytest.raises(CorruptFrame, match="100x50 pixels, not 200x100"):
        capture.array(retina)
    capture.close()
    with pytest.raises(NoDevice, match="let go"):
        capture.array(Layout(Size(9, 9), (Patch(Box(0, 0, 9, 9), Box(0, 0, 9, 9)),)))


def test_a_box_beyond_the_screen_is_an_error_and_the_next_look_is_whole(
    screen: VirtualDisplay,
) -> None:
    capture = Capture(screen.display)
    beyond = Box(1200, 700, 1400, 900)
    with pytest.raises(DeviceError, match="look again"):
        capture.array(Layout(Size(200, 200), (Patch(Box(0, 0, 200, 200), beyond),)))
    inside = Layout(Size(200, 200), (Patch(Box(0, 0, 200, 200), Box(0, 0, 200, 200)),))
    assert capture.array(inside).shape == (200, 200, 3)
    capture.close()


@pytest.fixture
def own(needs: Callable[..., None]) -> Iterator[VirtualDisplay]:
    """A display that a test may break."""
    needs("Xvfb")
    with VirtualDisplay(Size(640, 480), manager=False) as display:
        yield display


def test_a_display_that_ends_in_mid_run_is_a_typed_error_for_every_call(
    own: VirtualDisplay,
) -> None:
    desktop = open_desktop(display=own.display, stop=False)
    assert desktop.observe().state is ScreenState.LIT
    os.kill(own.pid, signal.SIGKILL)
    own._server.wait()  # type: ignore[union-attr]
    for call in (
        desktop.observe,
        desktop.frame,
        desktop.windows,
        desktop.glance,
        desktop.wake,
        lambda: desktop.perform(Click(Point(5, 5))),
        lambda: desktop.perform(TypeText("x")),
    ):
        with pytest.raises(DisplayGone, match="gone"):
            call()
    desktop.close()
    desktop.close()


def test_an_empty_display_is_lit_and_one_of_a_single_colour_blank(own: VirtualDisplay) -> None:
    with open_desktop(display=own.display, stop=False) as desktop:
        assert desktop.observe().state is ScreenState.LIT
        link = Display(own.display)
        link.screen().root.change_attributes(background_pixel=0)
        link.screen().root.clear_area()
        link.sync()
        assert desktop.observe().state is ScreenState.BLANK
        link.close()


def test_monitors_that_change_in_mid_run_are_seen_as_they_are_now(
    own: VirtualDisplay, needs: Callable[..., None]
) -> None:
    needs("xrandr")
    with open_desktop(display=own.display, stop=False) as desktop:
        assert desktop.observe().size == Size(640, 480)
        _xrandr(own, "--setmonitor", "left", "300/80x400/100+0+0", "screen")
        assert desktop.observe().size == Size(300, 400)
        assert desktop.perform(Click(Point(299, 399))).delivery is Delivery.DELIVERED
        assert desktop.perform(Click(Point(300, 10))).delivery is Delivery.REFUSED


def _xrandr(own: VirtualDisplay, *words: str) -> None:
    subprocess.run(["xrandr", *words], env=own.env, check=True, capture_output=True)


def test_no_display_is_said_with_the_command_that_starts_one() -> None:
    with pytest.raises(NoDevice, match="--device xvfb"):
        open_desktop(display=":987654")


def test_a_desktop_is_looked_at_by_monitor_or_by_window_not_both() -> None:
    with pytest.raises(UsageError, match="choose one"):
        open_desktop(monitor=1, window="x")


def test_a_virtual_display_ends_whatever_was_started_on_it(needs: Callable[..., None]) -> None:
    needs("Xvfb", "openbox", "xterm")
    with VirtualDisplay(Size(300, 200)) as display:
        started: list[Any] = [display.start(["xterm"]), display._server, *display._programs]
        assert display.manager == "openbox"
        with pytest.raises(SetupError, match="no-such-program"):
            display.start(["no-such-program"])
    assert all(one.poll() is not None for one in started)
    assert display.display == ""
    with pytest.raises(NoDevice, match="not running"):
        _ = display.pid
    display.close()


def test_two_virtual_displays_do_not_want_the_same_number(needs: Callable[..., None]) -> None:
    needs("Xvfb")
    with (
        VirtualDisplay(Size(300, 200), manager=False) as one,
        VirtualDisplay(Size(300, 200), manager=False) as two,
    ):
        assert one.display != two.display
        assert one.env["DISPLAY"] == one.display
        assert "WAYLAND_DISPLAY" not in one.environment({"WAYLAND_DISPLAY": "wayland-0"})


def test_without_xvfb_a_virtual_display_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SetupError, match="apt-get install xvfb"):
        VirtualDisplay().open()
