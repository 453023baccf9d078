"""Windows of real programs: where they are, which one is meant, and bringing it to the front."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image
from Xlib.display import Display

from tapwright.actions import Box, FocusWindow
from tapwright.devices.desktop import DesktopDevice, open_desktop
from tapwright.devices.desktop_windows import (
    Window,
    Windows,
    open_windows,
    the_window,
    wait_for_window,
)
from tapwright.devices.desktop_windows_x11 import X11Windows
from tapwright.devices.virtual_display import VirtualDisplay
from tapwright.errors import DisplayGone, NoDevice, SeveralWindows, WindowNotFound
from tapwright.types import Delivery, Size


def named(*titles: str) -> list[Window]:
    return [Window(title, "editor", 1, Box(0, 0, 9, 9), False) for title in titles]


def test_a_part_of_a_title_is_enough_whatever_its_case_and_blanks() -> None:
    assert the_window(named("Notes -  Mousepad", "Clock"), "notes - m").title == "Notes -  Mousepad"


def test_a_window_that_is_called_exactly_so_goes_before_longer_titles() -> None:
    assert the_window(named("Notes and more", "notes"), "Notes").title == "notes"


def test_several_are_refused_by_their_names() -> None:
    with pytest.raises(SeveralWindows, match=r"2 windows have 'o' .*'One' \(editor\), 'Two'"):
        the_window(named("One", "Two", "Clck"), "o")


def test_none_is_refused_with_what_is_open() -> None:
    with pytest.raises(WindowNotFound, match=r"no window has 'x' .*open are 'One' \(editor\)"):
        the_window(named("One"), "x")
    with pytest.raises(WindowNotFound, match="no window is open"):
        the_window([], "x")
    with pytest.raises(WindowNotFound, match="empty"):
        the_window(named("One"), " ")


def test_a_foreground_is_the_program_and_the_title() -> None:
    assert named("Notes")[0].front == "editor: Notes"
    assert Window("Notes", "", None, Box(0, 0, 9, 9), True).front == "Notes"


MAGENTA = (255, 0, 255)


class Sheet:
    """A program with one window, all of it magenta, which a window manager frames."""

    def __init__(self, display: str, title: str, size: Size, place: tuple[int, int]) -> None:
        self._link: Any = Display(display)
        screen = self._link.screen()
        colour = screen.default_colormap.alloc_color(*(value * 257 for value in MAGENTA)).pixel
        self._window = screen.root.create_window(
            *place, size.width, size.height, 0, screen.root_depth, background_pixel=colour
        )
        self._window.set_wm_name(title)
        self._window.set_wm_class(title, title.title())
        self._window.set_wm_normal_hints(flags=1, x=place[0], y=place[1])  # a place of its own
        self._window.map()
        self._link.sync()

    def close(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.close()


@pytest.fixture
def sheet(screen: VirtualDisplay) -> Iterator[Callable[..., Sheet]]:
    made: list[Sheet] = []

    def make(title: str, *, on: str = "", place: tuple[int, int] = (90, 80)) -> Sheet:
        made.append(Sheet(on or screen.display, title, Size(240, 120), place))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def windows(screen: VirtualDisplay) -> Iterator[Windows]:
    with open_windows(screen.display) as opened:
        yield opened


def is_magenta(image: Image.Image, box: Box) -> bool:
    """Whether all of `box` is magenta and what lies around it is not."""
    inside = image.crop((box.left, box.top, box.right, box.bottom))
    around = [
        (box.left - 1, box.top), (box.left, box.top - 1), (box.right, box.top),
        (box.left, box.bottom),
    ]  # fmt: skip
    return inside.getcolors(1) == [(inside.width * inside.height, MAGENTA)] and all(
        image.getpixel(place) != MAGENTA for place in around
    )


def quiet_look(device: DesktopDevice, box: Box) -> Image.Image:
    """The picture once the window has painted itself there, or after two seconds."""
    deadline = time.monotonic() + 2
    while not is_magenta(image := device.observe().image, box) and time.monotonic() < deadline:
        time.sleep(0.02)  # until the manager has framed it
    return image


@pytest.mark.desktop
def test_a_box_is_what_a_framed_window_shows_and_not_its_frame(
    sheet: Callable[..., Sheet], windows: Windows, desktop: DesktopDevice
) -> None:
    sheet("sheet")
    seen = wait_for_window(windows, "sheet")
    assert (seen.box.right - seen.box.left, seen.box.bottom - seen.box.top) == (240, 120)
    assert is_magenta(quiet_look(desktop, seen.box), seen.box)
    assert seen.program == "sheet"


@pytest.mark.desktop
def test_a_window_is_brought_to_the_front_and_another_is_behind_it(
    sheet: Callable[..., Sheet], windows: Windows, desktop: DesktopDevice
) -> None:
    sheet("first")
    first = wait_for_window(windows, "first")
    sheet("second")
    wait_for_window(windows, "second")
    assert desktop.perform(FocusWindow("first")).delivery is Delivery.DELIVERED
    assert [window.title for window in windows.all()] == ["first", "second"]
    front = windows.front()
    assert front is not None and (front.title, front.focused) == ("first", True)
    assert desktop.glance() == ("first: first", 0)
    desktop.focus("second")
    desktop.bring_back("first: first")
    assert desktop.glance() == ("first: first", 0)
    refused = desktop.perform(FocusWindow("third"))
    assert refused.delivery is Delivery.REFUSED and "'second' (second)" in refused.said
    assert is_magenta(quiet_look(desktop, first.box), first.box)


@pytest.mark.desktop
def test_a_window_that_closed_meanwhile_is_not_focused(
    sheet: Callable[..., Sheet], windows: Windows
) -> None:
    made = sheet("brief")
    seen = wait_for_window(windows, "brief")
    made.close()
    with pytest.raises(WindowNotFound, match="'brief' closed"):
        windows.focus(seen)


@pytest.mark.desktop
def test_waiting_ends_with_what_is_open(windows: Windows) -> None:
    with pytest.raises(WindowNotFound, match=r"no window has 'never'.*\(waited 0.1 s\)"):
        wait_for_window(windows, "never", 0.1)


@pytest.mark.desktop
def test_windows_are_found_focused_and_boxed_without_a_window_manager(
    sheet: Callable[..., Sheet], needs: Callable[..., None]
) -> None:
    needs("Xvfb")
    with (
        VirtualDisplay(Size(640, 480), manager=False) as bare,
        X11Windows(bare.display) as windows,
        open_desktop(display=bare.display, stop=False) as desktop,
    ):
        assert windows.all() == []
        left = sheet("left", on=bare.display, place=(20, 30))
        right = sheet("right", on=bare.display, place=(300, 40))
        seen = wait_for_window(windows, "left")
        assert seen.box == Box(20, 30, 260, 150)
        desktop.focus("left")
        assert desktop.glance() == ("left: left", 0)
        assert is_magenta(quiet_look(desktop, seen.box), seen.box)
        left.close()
        right.close()


@pytest.mark.desktop
def test_a_display_that_is_not_there_or_ends_is_said(needs: Callable[..., None]) -> None:
    needs("Xvfb")
    with pytest.raises(NoDevice, match=r"no X server answers at display ':65000'.*--device xvfb"):
        open_windows(":65000")
    with VirtualDisplay(Size(320, 240), manager=False) as brief:
        windows = open_windows(brief.display)
    with pytest.raises(DisplayGone, match="its X server ended"):
        windows.all()
    windows.close()
    windows.close()
