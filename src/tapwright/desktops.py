"""Desktops by the names that a person gives them: `desktop`, `window:Notes`, `xvfb:1280x800`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapwright.errors import DeviceError, UsageError
from tapwright.types import Size

if TYPE_CHECKING:
    from tapwright.devices.desktop import DesktopDevice

VIRTUAL = Size(1280, 800)
SMALLEST, LARGEST = 160, 16_384  # pixels of a virtual display's side
FORMS = "desktop, desktop:MONITOR, window:TITLE, xvfb or xvfb:WIDTHxHEIGHT"


@dataclass(frozen=True, slots=True)
class Where:
    """Which desktop is meant: all of it, a monitor (from 1), a window, or a virtual one."""

    monitor: int | None = None
    window: str = ""
    virtual: Size | None = None


def desktop_named(name: str) -> Where | None:
    """Which desktop `name` means, None for what names none; raise `UsageError` for half a name."""
    kind, colon, rest = name.partition(":")
    if kind == "desktop":
        if not colon:
            return Where()
        if not rest.isdecimal() or int(rest) < 1:
            raise UsageError(f"'{name}' names no monitor; the first is desktop:1")
        return Where(monitor=int(rest))
    if kind == "window" and colon:
        if not rest.strip():
            raise UsageError(f"'{name}' names no window; write window:TITLE, or a part of it")
        return Where(window=rest.strip())
    if kind == "xvfb":
        return Where(virtual=_size(name, rest) if colon else VIRTUAL)
    return None


@contextmanager
def connected(where: Where, *, exclusive: bool = False) -> Iterator[DesktopDevice]:
    """The desktop that is meant for as long as the block runs; a virtual one ends with it.

    An `exclusive` desktop is refused while another process has it so. Raise a `DeviceError` or
    `SetupError` that names the cure.
    """
    from tapwright.devices.desktop import open_desktop
    from tapwright.devices.desktop_lock import hold_desktop
    from tapwright.devices.desktop_session import must_be_drivable
    from tapwright.devices.virtual_display import VirtualDisplay

    with ExitStack() as stack:
        display = None
        if where.virtual is not None:
            display = stack.enter_context(VirtualDisplay(where.virtual)).display
        else:
            must_be_drivable()
            lock = hold_desktop() if exclusive else None
            if lock is not None:
                stack.callback(lock.release)
        yield stack.enter_context(
            open_desktop(monitor=where.monitor, window=where.window, display=display)
        )


def must_be_set_up(where: Where) -> None:
    """Raise a `SetupError` that names the cure where this machine lacks what that desktop needs.

    Nothing is opened: whether a display answers is told by opening it.
    """
    from tapwright.devices.desktop_capture import library
    from tapwright.devices.desktop_session import must_be_drivable
    from tapwright.devices.desktop_x11 import must_have_xlib
    from tapwright.devices.virtual_display import server_program

    if where.virtual is not None:
        server_program()
    else:
        with suppress(DeviceError):
            must_be_drivable()
    if where.virtual is not None or sys.platform.startswith("linux"):
        must_have_xlib()
    library()


def _size(name: str, written: str) -> Size:
    found = re.fullmatch(r"(\d{1,5})x(\d{1,5})", written)
    size = Size(*map(int, found.groups())) if found else Size(0, 0)
    if not all(SMALLEST <= side <= LARGEST for side in (size.width, size.height)):
        raise UsageError(
            f"'{name}' has no size for a display; write xvfb:WIDTHxHEIGHT, such as xvfb:1280x800, "
            f"with sides of {SMALLEST} to {LARGEST}"
        )
    return size
