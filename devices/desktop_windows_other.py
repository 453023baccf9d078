"""Windows on Windows and macOS, through PyWinCtl."""

from __future__ import annotations

import threading
import time
from typing import Any

from tapwright.actions import Box
from tapwright.devices.desktop_windows import FOCUS_SECONDS, LOOK_EVERY, Window
from tapwright.errors import ActionRefused, SetupError, WindowNotFound


class OtherWindows:
    """The windows of the desktop that this process runs on."""

    def __init__(self) -> None:
        """Load PyWinCtl; raise `SetupError` where it is missing."""
        try:
            import pywinctl
        except ImportError as missing:
            raise SetupError(
                "the desktop's windows need PyWinCtl; pip install 'tapwright[desktop]'"
            ) from missing
        self._library: Any = pywinctl

    def __enter__(self) -> OtherWindows:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is held."""

    def all(self) -> list[Window]:
        """Every program's windows that have a title, in the order that the system tells."""
        front = self._library.getActiveWindow()
        found = (self._window(each, front) for each in self._library.getAllWindows())
        return [window for window in found if window is not None]

    def front(self) -> Window | None:
        """The window that has the focus; None where none has."""
        front = self._library.getActiveWindow()
        return None if front is None else self._window(front, front)

    def focus(self, window: Window) -> None:
        """Bring a window to the front and wait until it is there."""
        own = self._native(window)
        own.activate(wait=False)
        deadline, pause = time.monotonic() + FOCUS_SECONDS, threading.Event()
        while not own.isActive:
            if time.monotonic() >= deadline:
                raise ActionRefused(
                    f"the window '{window.title}' did not come to the front within "
                    f"{FOCUS_SECONDS:g} s; close what keeps the focus, such as a dialog"
                )
            pause.wait(LOOK_EVERY)

    def _native(self, window: Window) -> Any:
        for each in self._library.getAllWindows():
            seen = self._window(each, None)
            if seen is not None and (seen.handle, seen.title) == (window.handle, window.title):
                return each
        raise WindowNotFound(f"the window '{window.title}' closed")

    def _window(self, own: Any, front: Any) -> Window | None:
        title = own.title
        frame = own.getClientFrame()
        if not title or frame is None:
            return None
        box = Box(int(frame.left), int(frame.top), int(frame.right), int(frame.bottom))
        handle = own.getHandle()
        number = handle if isinstance(handle, int) else abs(hash(str(handle)))
        return Window(
            title=str(title),
            program=str(own.getAppName() or ""),
            pid=own.getPID() or None,
            box=box,
            focused=front is not None and own == front,
            hidden=bool(own.isMinimized),
            handle=number,
        )
