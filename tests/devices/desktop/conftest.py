"""A virtual display for each module of tests, and a desktop on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from tapwright.devices.desktop import DesktopDevice, open_desktop
from tapwright.devices.virtual_display import VirtualDisplay


def _needs(*programs: str) -> None:
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not installed here: {', '.join(missing)}")


@pytest.fixture(scope="session")
def needs() -> Callable[..., None]:
    """Skips a test where a program that it drives is not installed."""
    return _needs


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualDisplay]:
    """A display of 1280x800 with a window manager, for the module; a test ends what it starts."""
    _needs("Xvfb", "openbox")
    with VirtualDisplay() as display:
        yield display


@pytest.fixture
def desktop(screen: VirtualDisplay) -> Iterator[DesktopDevice]:
    """The driver on that display, without the person's emergency stop."""
    with open_desktop(display=screen.display, stop=False) as device:
        yield device


class Pad:
    """A window that tells every event it gets, painted so that each pixel names its place."""

    def __init__(self, display: str, width: int, height: int) -> None:
        from Xlib import X
        from Xlib.display import Display

        self._link = Display(display)
        screen = self._link.screen()
        self.window = screen.root.create_window(
            0, 0, width, height, 0, screen.root_depth, override_redirect=True,
            event_mask=X.ButtonPressMask | X.ButtonReleaseMask | X.PointerMotionMask
            | X.KeyPressMask | X.KeyReleaseMask | X.ExposureMask,
        )  # fmt: skip
        self.window.set_wm_name("pad")
        self.window.map()
        self.window.set_input_focus(X.RevertToParent, X.CurrentTime)
        self._paint(width, height)
        self.events()

    def _paint(self, width: int, height: int) -> None:
        from Xlib import X

        y, x = np.mgrid[0:height, 0:width]
        pixels = np.zeros((height, width, 4), np.uint8)
        pixels[..., 2], pixels[..., 1] = x & 255, y & 255
        pixels[..., 0] = (x >> 8) << 4 | (y >> 8)
        # Kept as a background: what is uncovered later is painted by the server.
        store = self.window.create_pixmap(width, height, 24)
        pen = store.create_gc()
        rows = max(1, 200_000 // (width * 4))
        for top in range(0, height, rows):
            piece = pixels[top : top + rows]
            store.put_image(pen, 0, top, width, len(piece), X.ZPixmap, 24, 0, piece.tobytes())
        self.window.change_attributes(background_pixmap=store)
        self.window.clear_area()
        self._link.sync()

    def events(self) -> list[Any]:
        """The events that came since the last time."""
        self._link.sync()
        return [self._link.next_event() for _ in range(self._link.pending_events())]

    def kinds(self, events: list[Any] | None = None) -> list[tuple[str, int]]:
        """What went down and up: buttons ("down", "up") and keys ("key", "let"), with numbers."""
        from Xlib import X

        names = {X.ButtonPress: "down", X.ButtonRelease: "up", X.KeyPress: "key"}
        names[X.KeyRelease] = "let"
        told = self.events() if events is None else events
        return [(names[event.type], event.detail) for event in told if event.type in names]

    def clicks(self) -> list[tuple[int, int, int]]:
        """Buttons that went down since the last time: which, and where on the root window."""
        from Xlib import X

        return [
            (event.detail, event.root_x, event.root_y)
            for event in self.events()
            if event.type == X.ButtonPress
        ]

    def close(self) -> None:
        self._link.close()


@pytest.fixture(scope="module")
def wide_pad(screen: VirtualDisplay) -> Iterator[Pad]:
    """A pad over the whole of the module's display."""
    made = Pad(screen.display, screen.size.width, screen.size.height)
    yield made
    made.close()


@pytest.fixture
def pad(wide_pad: Pad) -> Pad:
    """The same with nothing to tell yet."""
    wide_pad.events()
    return wide_pad


@pytest.fixture(scope="session")
def pad_on() -> Callable[..., Pad]:
    """Makes a pad on a display of the test's own."""
    return Pad


@pytest.fixture
def other(screen: VirtualDisplay) -> Iterator[Any]:
    """Another connection to the display: what the person's own devices do, and what is held."""
    from Xlib.display import Display

    class Other(Display):  # type: ignore[misc]
        def held(self) -> int:
            """The pointer's mask: buttons and modifiers that are down."""
            return int(self.screen().root.query_pointer().mask)

    link = Other(screen.display)
    yield link
    link.close()
