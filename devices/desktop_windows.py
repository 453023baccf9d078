"""A desktop's windows: which there are, which one is meant, and bringing it to the front.

    with open_windows() as windows:
        notes = the_window(windows.all(), "notes.txt")
        windows.focus(notes)

Boxes are in the desktop's own units (X's root coordinates; on Windows and macOS the mouse's),
where a monitor to the left of the main one has negative x. On X11 this speaks to the server and
the window manager itself; elsewhere PyWinCtl does.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tapwright.actions import Box
from tapwright.errors import SeveralWindows, WindowNotFound

LOOK_EVERY = 0.05  # seconds between two looks at the windows while one is waited for
FOCUS_SECONDS = 2.0  # a window manager may take to bring a window to the front
MOST_NAMED = 6  # windows that a refusal names
MOST_TITLE = 60  # characters of a title in a message


@dataclass(frozen=True, slots=True)
class Window:
    """An open window; `box` is what it shows (its client area), without frame or shadow."""

    title: str
    program: str  # its process's name, else the class that it gives itself
    pid: int | None  # None where it does not tell, or is another machine's
    box: Box
    focused: bool
    hidden: bool = False  # minimised: it covers nothing, whatever its box says
    handle: int = 0  # the platform's own number for it

    @property
    def front(self) -> str:
        """What an observation calls it while it is in front: `program: title`."""
        return f"{self.program}: {self.title}" if self.program else self.title


class Windows(Protocol):
    """The windows of one desktop; a context manager that closes its connection."""

    def all(self) -> list[Window]:
        """Every program's windows, the topmost first; raise `DeviceError` where it is gone."""

    def front(self) -> Window | None:
        """The window that has the focus; None where none has."""

    def focus(self, window: Window) -> None:
        """Bring a window to the front and wait until it is there.

        Raise `WindowNotFound` where it closed, `ActionRefused` where it does not come.
        """

    def close(self) -> None:
        """Let go of the desktop."""

    def __enter__(self) -> Windows:
        """Use it in a `with` block."""

    def __exit__(self, *_: object) -> None:
        """Close it."""


def open_windows(display: str | None = None) -> Windows:
    """The windows of this machine's desktop; on X11 that of `display`, else of `$DISPLAY`.

    Raise `SetupError` for a missing package, `NoDevice` where there is no such desktop.
    """
    if sys.platform.startswith("linux"):
        from tapwright.devices.desktop_windows_x11 import X11Windows

        return X11Windows(display)
    from tapwright.devices.desktop_windows_other import OtherWindows

    return OtherWindows()


def the_window(windows: Sequence[Window], title: str) -> Window:
    """The one window whose title has `title` in it, case and blanks folded.

    A window that is called exactly so goes before those that only contain it. Raise
    `WindowNotFound` or `SeveralWindows`, which name what is there.
    """
    wanted = _fold(title)
    if not wanted:
        raise WindowNotFound("a window's title is empty; give a part of it")
    named = [window for window in windows if wanted in _fold(window.title)]
    exactly = [window for window in named if _fold(window.title) == wanted]
    found = exactly or named
    if len(found) == 1:
        return found[0]
    if not found:
        there = f"open are {_names(windows)}" if windows else "no window is open"
        raise WindowNotFound(f"no window has '{title}' in its title; {there}")
    raise SeveralWindows(
        f"{len(found)} windows have '{title}' in their title: {_names(found)}; "
        "give more of the title, or close the others"
    )


def wait_for_window(
    windows: Windows,
    title: str,
    timeout: float = 10.0,
    wait: Callable[[float], object] | None = None,
) -> Window:
    """The one window whose title has `title` in it, waited for `timeout` seconds to come.

    Several are refused at once: waiting does not tell them apart. `wait(seconds)` is how it waits
    between two looks. Raise `WindowNotFound` when the time is over.
    """
    pause = wait or threading.Event().wait
    deadline = time.monotonic() + timeout
    while True:
        try:
            return the_window(windows.all(), title)
        except WindowNotFound as error:
            if time.monotonic() >= deadline:
                raise WindowNotFound(f"{error} (waited {timeout:g} s)") from None
        pause(LOOK_EVERY)


def _fold(title: str) -> str:
    return " ".join(title.split()).casefold()


def _names(windows: Sequence[Window]) -> str:
    shown = [f"'{_short(window.title)}' ({window.program})" for window in windows[:MOST_NAMED]]
    more = len(windows) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _short(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= MOST_TITLE else line[: MOST_TITLE - 1] + "…"
