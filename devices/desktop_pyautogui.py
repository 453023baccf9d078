"""Mouse and keyboard through pyautogui, for Windows and macOS; it works under X11 too.

Its pauses are off, and so is its fail-safe, which knows the first monitor's corners only: the
emergency stop takes its place. What it passes over in silence is refused here: unknown keys, and
characters that it drops. What it does wrongly is done beside it: wheels that turn sideways on
Windows, and the second click of a double click on macOS.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from typing import Any

from tapwright.actions import Button
from tapwright.devices.desktop_clipboard import borrowed
from tapwright.devices.desktop_hands import NoStop, Sent
from tapwright.devices.desktop_keys import key_name
from tapwright.devices.desktop_text import check_text
from tapwright.errors import ActionRefused, NoDevice, SetupError
from tapwright.types import Delivery, Effect

_NOTCH = 120 if sys.platform == "win32" else 1  # what a wheel's notch is called there
_PASTE = ("command", "v") if sys.platform == "darwin" else ("ctrl", "v")
_READ = 0.3  # seconds in which a program takes what it was told to paste
_KEYS = {"\n": "enter", "\t": "tab"}
_HWHEEL = 0x1000  # MOUSEEVENTF_HWHEEL


class PyAutoGui:
    """An `Injector` by pyautogui, on the desktop of this session."""

    def __init__(self, sent: Sent | None = None) -> None:
        """Tell `sent` of every event.

        Raise `SetupError` where pyautogui is missing, `NoDevice` where it finds no desktop.
        """
        self._gui: Any = _library()
        self._sent: Sent = sent or NoStop()
        self._down: Button | None = None
        self._before = (self._gui.PAUSE, self._gui.FAILSAFE, self._gui.DARWIN_CATCH_UP_TIME)
        self._gui.PAUSE, self._gui.FAILSAFE, self._gui.DARWIN_CATCH_UP_TIME = 0, False, 0

    def move(self, x: int, y: int) -> None:
        """Move the pointer; on macOS a move with a button down is an event of its own."""
        self._sent.move(x, y)
        if self._down and sys.platform == "darwin":
            self._gui.dragTo(x, y, button=self._down, mouseDownUp=False, _pause=False)
        else:
            self._gui.moveTo(x, y, _pause=False)

    def button(self, button: Button, down: bool, nth: int = 1) -> None:
        """Press a mouse button or let go of it, for the `nth` time of one click."""
        self._sent.button(button, down)
        self._down = button if down else None
        if sys.platform == "darwin" and nth > 1:
            _mac_press(button, down, nth, self._gui.position())
        elif down:
            self._gui.mouseDown(button=button, _pause=False)
        else:
            self._gui.mouseUp(button=button, _pause=False)

    def wheel(self, down: int, right: int) -> None:
        """Turn the wheel by notches."""
        self._sent.wheel(down, right)
        if down:
            self._gui.vscroll(-down * _NOTCH, _pause=False)
        if right and sys.platform == "win32":
            _windows_sideways(right * _NOTCH)
        elif right:
            self._gui.hscroll(right, _pause=False)

    def key(self, name: str, down: bool) -> None:
        """Press a key or let go of it."""
        self._sent.key(name, down)
        (self._gui.keyDown if down else self._gui.keyUp)(name, _pause=False)

    def known(self, name: str) -> str:
        """The key's own name; raise `ActionRefused` where this system's keyboard lacks it."""
        known = key_name(name)
        # Missing keys are None, on X11 the key 0, on Windows -1: pyautogui would press nothing.
        if (self._gui.platformModule.keyboardMapping.get(known) or -1) < 0:
            raise ActionRefused(f'this system\'s keyboard has no key "{known}": use another')
        return known

    def sync(self) -> None:
        """Nothing: pyautogui waits for the system after each event."""

    def renew(self) -> None:
        """Nothing: what was pressed is let go of by its name."""

    def position(self) -> tuple[int, int]:
        """Where the pointer is."""
        x, y = self._gui.position()
        return int(x), int(y)

    def type(self, text: str, check: Callable[[], None]) -> Effect:
        """Type a text through the clipboard; newlines and tabs are keys."""
        check_text(text)
        if not text:
            return Effect(Delivery.DELIVERED, "the text is empty: nothing to type")
        with borrowed() as put:
            for piece in re.split(r"([\n\t])", text):
                if piece in _KEYS:
                    self._press((_KEYS[piece],), check)
                elif piece:
                    put(piece)
                    self._press(_PASTE, check)
                    time.sleep(_READ)  # no system tells that a program took the clipboard
        return Effect(Delivery.DELIVERED, f"typed {len(text)} characters by the clipboard")

    def close(self) -> None:
        """Give pyautogui its settings back."""
        self._gui.PAUSE, self._gui.FAILSAFE, self._gui.DARWIN_CATCH_UP_TIME = self._before

    def _press(self, keys: tuple[str, ...], check: Callable[[], None]) -> None:
        pressed: list[str] = []
        try:
            for key in keys:
                check()
                pressed.append(key)
                self.key(key, True)
        finally:
            for key in reversed(pressed):
                self.key(key, False)


def _library() -> Any:
    try:
        import pyautogui
    except ImportError as error:
        raise SetupError(
            "the desktop needs pyautogui: python -m pip install 'tapwright[desktop]'"
        ) from error
    except Exception as error:  # what it raises without a desktop differs by system
        raise NoDevice(
            f"pyautogui finds no desktop here ({type(error).__name__}: {error}): log in to one"
        ) from error
    return pyautogui


def _windows_sideways(amount: int) -> None:
    """Turn the wheel sideways: pyautogui's hscroll turns it up and down on Windows."""
    import ctypes

    user32 = getattr(ctypes, "windll").user32  # noqa: B009  (absent elsewhere)
    user32.mouse_event(_HWHEEL, 0, 0, ctypes.c_ulong(amount & 0xFFFFFFFF), 0)


def _mac_press(button: Button, down: bool, nth: int, at: Any) -> None:
    """Press for the `nth` time: macOS reads from the event that it is a double click."""
    import importlib

    quartz = importlib.import_module("Quartz")
    name = {"left": "Left", "right": "Right", "middle": "Other"}[button]
    kind = getattr(quartz, f"kCGEvent{name}Mouse{'Down' if down else 'Up'}")
    which = getattr(quartz, f"kCGMouseButton{'Center' if button == 'middle' else name}")
    event = quartz.CGEventCreateMouseEvent(None, kind, (at[0], at[1]), which)
    quartz.CGEventSetIntegerValueField(event, quartz.kCGMouseEventClickState, nth)
    quartz.CGEventPost(quartz.kCGHIDEventTap, event)
