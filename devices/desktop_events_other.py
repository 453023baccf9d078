"""The person's events on Windows and macOS, through pynput."""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

from tapwright.actions import Button
from tapwright.devices.desktop_events import (
    Event,
    Injected,
    Listener,
    Moved,
    Struck,
    Turned,
    Wheeled,
)
from tapwright.errors import SetupError

_BUTTONS: dict[str, Button] = {"left": "left", "middle": "middle", "right": "right"}
# pynput's names where they are not pyautogui's, which are ours.
_NAMES = {
    "ctrl_l": "ctrl", "ctrl_r": "ctrl", "alt_l": "alt", "alt_r": "alt", "alt_gr": "altgr",
    "shift_l": "shift", "shift_r": "shift", "cmd": "win", "cmd_l": "win", "cmd_r": "win",
    "page_up": "pageup", "page_down": "pagedown", "caps_lock": "capslock", "num_lock": "numlock",
    "scroll_lock": "scrolllock", "print_screen": "printscreen", "menu": "apps",
}  # fmt: skip
_MAC_NAMES = {"cmd": "command", "cmd_l": "command", "cmd_r": "command", "alt": "option",
              "alt_l": "option", "alt_r": "option"}  # fmt: skip
_START_SECONDS = 5.0


class OtherWatch:
    """A watch over the desktop that this process runs on."""

    def __init__(self, listener: Listener, injected: Injected) -> None:
        """Begin to watch; raise `SetupError` without pynput or without the right to listen."""
        try:
            from pynput import keyboard, mouse
        except ImportError as missing:
            raise SetupError(
                "watching for the person's stop needs pynput; pip install 'tapwright[desktop]'"
            ) from missing
        self._listener = listener
        self._injected = injected
        self._closing = False
        self._mouse = mouse.Listener(
            on_move=self._moved, on_click=self._turned, on_scroll=self._wheeled
        )
        self._keys = keyboard.Listener(
            on_press=lambda key, *_: self._struck(key, True),
            on_release=lambda key, *_: self._struck(key, False),
        )
        for each in (self._mouse, self._keys):
            each.start()
            each.wait()
        if sys.platform == "darwin" and not getattr(self._keys, "IS_TRUSTED", True):
            self.close()
            raise SetupError(
                "macOS does not let this program watch the keyboard; allow it under System "
                "Settings > Privacy & Security > Accessibility and Input Monitoring"
            )

    @property
    def lost(self) -> str:
        """Why it sees nothing any more; empty while it does."""
        if self._closing or (self._mouse.is_alive() and self._keys.is_alive()):
            return ""
        return "the watch over mouse and keyboard ended, so the person's stop could not be seen"

    def __enter__(self) -> OtherWatch:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it; a second time is harmless."""
        self._closing = True
        for each in (self._mouse, self._keys):
            each.stop()
            if threading.current_thread() is not each:
                each.join(_START_SECONDS)

    def _moved(self, x: float, y: float, *_: object) -> None:
        self._tell(Moved(round(x), round(y), time.monotonic()))

    def _turned(self, x: float, y: float, button: Any, down: bool, *_: object) -> None:
        name = _BUTTONS.get(button.name)
        if name is not None:
            self._tell(Turned(name, down, round(x), round(y), time.monotonic()))

    def _wheeled(self, x: float, y: float, right: int, up: int, *_: object) -> None:
        self._tell(Wheeled(-int(up), int(right), round(x), round(y), time.monotonic()))

    def _struck(self, key: Any, down: bool) -> None:
        text = getattr(key, "char", None) or ""
        name = _name(key, text)
        self._tell(Struck(name, down, time.monotonic(), name, text))

    def _tell(self, event: Event) -> None:
        self._listener(self._injected.claim(event))


def _name(key: Any, text: str) -> str:
    """What `Hotkey` calls a key."""
    own = str(getattr(key, "name", ""))
    if not own:
        return text.lower()
    if sys.platform == "darwin" and own in _MAC_NAMES:
        return _MAC_NAMES[own]
    return _NAMES.get(own, own)
